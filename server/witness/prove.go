package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/server/witness/internal/yamledit"
)

func itoa(n int) string { return strconv.Itoa(n) }

// prove holds a proposal to what it claims. It returns the findings that it does not settle although it means to, with the reason;
// an error is a fault of the proposal as a whole.
func (p *planner) prove(proposal *Proposal) (failures map[string]string, err error) {
	if proposal.Empty() {
		return nil, nil
	}
	changed, err := NewDocument(p.doc.Name, p.doc.Path, proposal.Result)
	if err != nil {
		return nil, fmt.Errorf("the proposal is not a valid document, and so is not made: %w", err)
	}
	m := newMerger(changed)
	m.total.Operations.Add(p.contract.counts)
	left := map[key]bool{}
	for _, f := range m.counted() {
		left[f.key()] = true
	}
	failures = map[string]string{}
	for _, f := range proposal.Settled {
		if left[f.key()] {
			failures[f.ID] = "no change was found that settles it"
		}
	}
	if len(failures) > 0 {
		return failures, nil
	}
	return nil, p.untouched(proposal, changed)
}

// untouched makes sure that the description of no operation changed but of those that reach what was edited.
func (p *planner) untouched(proposal *Proposal, changed *Document) error {
	for _, id := range sortedKeys(p.doc.operations) {
		if p.doc.fingerprint(id) == changed.fingerprint(id) {
			continue
		}
		proposal.Touched = append(proposal.Touched, id)
		if !p.reaches(id, proposal) {
			return fmt.Errorf("the proposal would change %s, of which nothing was seen, and so is not made", id)
		}
	}
	return nil
}

// reaches reports whether an operation has an edited place in what it refers to.
func (p *planner) reaches(id string, proposal *Proposal) bool {
	seen := map[string]bool{}
	info := p.doc.operation(id)
	p.doc.reach(info.pointer, seen)
	p.doc.reach(info.pointer[:strings.LastIndexByte(info.pointer, '/')]+"/parameters", seen)
	return slices.ContainsFunc(proposal.edits, func(e yamledit.Edit) bool { return seen[e.Pointer] })
}

// fingerprint is a hash of all that the document says of an operation, through references.
func (d *Document) fingerprint(id string) string {
	info := d.operation(id)
	seen := map[string]bool{}
	d.reach(info.pointer, seen)
	d.reach(info.pointer[:max(0, strings.LastIndexByte(info.pointer, '/'))]+"/parameters", seen)
	hash := sha256.New()
	for _, at := range sortedKeys(seen) {
		_, node := d.canonical(at)
		fmt.Fprintf(hash, "%s\n", at)
		for i, child := range node.Content {
			if child.Kind == yaml.ScalarNode {
				fmt.Fprintf(hash, "%d %s\n", i, child.Value)
			}
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}
