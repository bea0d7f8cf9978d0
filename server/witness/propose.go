package witness

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/resellerkit/resellerkit/server/witness/internal/yamledit"
)

// ErrRoundTrip is returned by [Proposal.Diff] if the YAML encoder would also change lines that the proposal does not concern.
// [Proposal.Overlay] works for such documents.
var ErrRoundTrip = errors.New("the contract is not formatted as the YAML encoder formats it, so that a diff would also change " +
	"other lines; use the overlay format")

// ProposeOptions are the settings of [Propose].
type ProposeOptions struct {
	Min  int      // least number of exchanges with a finding; 0 means 3
	Runs int      // least number of runs with an undeclared status; 0 means 2
	Only []string // IDs of findings to settle; empty means all
	// Local allows proposals from exchanges with a program on this machine, such as the sandbox.
	Local bool
	// Grades also gives the grade observed to inferred and decided statements about responses, if exchanges have shown them and none
	// has contradicted them.
	Grades bool
}

func (o ProposeOptions) withDefaults() ProposeOptions {
	if o.Min == 0 {
		o.Min = 3
	}
	if o.Runs == 0 {
		o.Runs = 2
	}
	return o
}

// A Proposal is a change of a document that makes it state what was seen.
type Proposal struct {
	Document  *Document // before the change
	Result    []byte    // text of the document after the change
	Settled   []*Finding
	Unsettled []Unsettled
	Changed   []string // IDs of the operations whose description changes

	edits  []yamledit.Edit
	result *Document // Result, parsed; nil if there are no edits
}

// Unsettled is a finding for which a proposal has no change, and the reason.
type Unsettled struct {
	Finding *Finding `json:"finding"`
	Why     string   `json:"why"`
}

// Propose returns the change that settles the findings of a report, as far as OpenAPI can express what was seen. It verifies the change
// before it returns: the result is a valid document, the recorded exchanges show none of the settled findings when they are counted
// against it, and only operations that use an edited place have changed.
func Propose(report *Report, contract string, opts ProposeOptions) (*Proposal, error) {
	c := report.contractOf(contract)
	if c == nil || c.Runs == 0 {
		return nil, fmt.Errorf("%w of %s", ErrNoEvidence, contract)
	}
	opts = opts.withDefaults()
	p := &planner{report: report, contract: c, doc: c.doc, opts: opts}
	if c.Unverified > 0 {
		return nil, errors.New("some evidence comes from an upstream whose certificate was not verified, and nothing is proposed from it")
	}
	if c.Local > 0 && !opts.Local {
		return nil, errors.New("some evidence comes from a program on this machine, such as the sandbox, " +
			"and nothing is proposed from it unless local evidence is allowed (--local)")
	}
	excluded := map[string]string{}
	for {
		proposal, err := p.plan(excluded)
		if err != nil {
			return nil, err
		}
		failures, err := p.verify(proposal)
		if err != nil {
			return nil, err
		}
		if len(failures) == 0 {
			return proposal, nil
		}
		for id, why := range failures {
			excluded[id] = why
		}
	}
}

// A planner makes the proposal for a document.
type planner struct {
	report   *Report
	contract *ContractReport
	doc      *Document
	opts     ProposeOptions
}

// plan returns a proposal that does not settle the excluded findings, which are given with the reason.
func (p *planner) plan(excluded map[string]string) (*Proposal, error) {
	proposal := &Proposal{Document: p.doc}
	done := map[string]bool{}
	for _, f := range p.report.Findings {
		if f.Contract != p.contract.Name || len(p.opts.Only) > 0 && !slices.Contains(p.opts.Only, f.ID) {
			continue
		}
		why := excluded[f.ID]
		var edits []yamledit.Edit
		if why == "" {
			edits, why = p.patch(f)
		}
		if why != "" {
			proposal.Unsettled = append(proposal.Unsettled, Unsettled{f, why})
			continue
		}
		proposal.Settled = append(proposal.Settled, f)
		proposal.edits = appendEdits(proposal.edits, edits, done)
	}
	if p.opts.Grades {
		proposal.edits = appendEdits(proposal.edits, p.grades(), done)
	}
	return proposal, proposal.apply()
}

// appendEdits appends edits that are not in the list yet: several findings may need the same edit.
func appendEdits(all, more []yamledit.Edit, done map[string]bool) []yamledit.Edit {
	for _, e := range more {
		id := fmt.Sprint(e.Op, e.Pointer, "\x00", e.Key)
		if e.Op == yamledit.Append || e.Op == yamledit.Drop {
			id += "\x00" + e.Value.Value
		}
		if !done[id] {
			done[id] = true
			all = append(all, e)
		}
	}
	return all
}

// apply applies the edits, and sets Result.
func (p *Proposal) apply() error {
	tree, err := yamledit.Parse(p.Document.Data)
	if err != nil {
		return err
	}
	if err := tree.Apply(p.edits...); err != nil {
		return fmt.Errorf("change %s: %w", p.Document.Path, err)
	}
	p.Result, err = tree.Bytes()
	return err
}

// Empty reports whether there is nothing to change.
func (p *Proposal) Empty() bool { return len(p.edits) == 0 }

// Diff returns the proposal as a unified diff for git apply. Comment lines before it name the findings that it settles, and those that it
// does not settle with the reason.
func (p *Proposal) Diff() ([]byte, error) {
	if err := p.Document.roundTrip(); err != nil {
		if errors.Is(err, yamledit.ErrRoundTrip) {
			return nil, ErrRoundTrip
		}
		return nil, err
	}
	var b bytes.Buffer
	p.head(&b)
	if !p.Empty() {
		b.Write(diff.Diff("a/"+p.Document.Path, p.Document.Data, "b/"+p.Document.Path, p.Result))
	}
	return b.Bytes(), nil
}

// Overlay returns the proposal as an OpenAPI Overlay 1.0.
func (p *Proposal) Overlay() ([]byte, error) {
	var b bytes.Buffer
	p.head(&b)
	after, err := yamledit.Parse(p.Result)
	if err != nil {
		return nil, err
	}
	text, err := yamledit.Overlay("Changes of "+p.Document.Name+" that exchanges have shown", p.edits, after)
	b.Write(text)
	return b.Bytes(), err
}

// head writes the comment lines.
func (p *Proposal) head(b *bytes.Buffer) {
	for _, f := range p.Settled {
		fmt.Fprintf(b, "# %s %s %s %s, %s\n", f.ID, f.where(), f.Rule, f.got(), f.frequency())
	}
	if len(p.Changed) > 0 && len(p.Settled) > 0 {
		fmt.Fprintf(b, "# The description of these operations changes: %s.\n", strings.Join(p.Changed, ", "))
	}
	for _, left := range p.Unsettled {
		f := left.Finding
		fmt.Fprintf(b, "# Not proposed: %s %s %s, %s: %s.\n", f.ID, f.where(), f.Rule, f.frequency(), left.Why)
	}
	if p.Empty() {
		b.WriteString("# Nothing is proposed.\n")
	}
}

// markProposals sets Finding.Proposal of each finding.
func (r *Report) markProposals(opts ProposeOptions) {
	opts = opts.withDefaults()
	for _, f := range r.Findings {
		p := &planner{report: r, contract: r.contractOf(f.Contract), opts: opts}
		p.doc = p.contract.doc
		f.Proposal = "patch"
		if _, why := p.patch(f); why != "" {
			f.Proposal = why
		}
	}
}
