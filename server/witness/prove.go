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

// verify checks what a proposal claims, and sets Proposal.Changed. It returns the IDs of findings that the proposal does not settle, with
// the reason. An error says that the proposal as a whole is wrong.
func (p *planner) verify(proposal *Proposal) (failures map[string]string, err error) {
	if proposal.Empty() {
		return nil, nil
	}
	changed, err := NewDocument(p.doc.Name, p.doc.Path, proposal.Result)
	if err != nil {
		return nil, fmt.Errorf("nothing is proposed, because the changed contract would not be valid: %w", err)
	}
	proposal.result = changed
	m := newMerger(changed)
	m.total.Operations.Add(p.contract.counts)
	left := map[key]bool{}
	for _, f := range m.countedFindings() {
		left[f.key()] = true
	}
	failures = map[string]string{}
	for _, f := range proposal.Settled {
		if left[f.key()] {
			failures[f.ID] = "the change that was tried does not settle it"
		}
	}
	if len(failures) > 0 {
		return failures, nil
	}
	return nil, p.checkChanged(proposal, changed)
}

// checkChanged sets Proposal.Changed, and returns an error if an operation has changed that uses no edited place.
func (p *planner) checkChanged(proposal *Proposal, changed *Document) error {
	before, after := p.doc.fingerprints(), changed.fingerprints()
	for _, id := range sortedKeys(p.doc.operations) {
		if before[id] == after[id] {
			continue
		}
		proposal.Changed = append(proposal.Changed, id)
		if !p.reaches(id, proposal) {
			return fmt.Errorf("nothing is proposed, because the change would also change %s, which uses no edited place", id)
		}
	}
	return nil
}

// reaches reports whether an operation uses an edited place, directly or through references.
func (p *planner) reaches(id string, proposal *Proposal) bool {
	seen := map[string]bool{}
	info := p.doc.operation(id)
	p.doc.reach(info.pointer, seen)
	p.doc.reach(info.pointer[:strings.LastIndexByte(info.pointer, '/')]+"/parameters", seen)
	return slices.ContainsFunc(proposal.edits, func(e yamledit.Edit) bool { return seen[e.Pointer] })
}

func (d *Document) allFingerprints() map[string]string {
	all := map[string]string{}
	for id := range d.operations {
		all[id] = d.fingerprint(id)
	}
	return all
}

// fingerprint returns a hash of the description of an operation, with everything that it refers to.
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
