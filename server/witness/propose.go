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

// ErrRoundTrip is returned by [Proposal.Diff] for a document whose style the diff would change, too; its overlay can still be had.
var ErrRoundTrip = errors.New("the document would be written in another style, so that a diff would show more than the proposal; use the overlay format")

// ProposeOptions are the settings of [Propose].
type ProposeOptions struct {
	Min  int      // exchanges that a finding needs; 0 means 3
	Runs int      // runs that an undeclared status needs; 0 means 2
	Only []string // IDs of findings; empty means all
	// Local allows proposals from exchanges with a program on this machine, such as the sandbox, which say nothing of the service.
	Local bool
	// Grades also gives the grade observed to inferred and decided facts of responses that were seen and never contradicted.
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

// A Proposal is a change of a document after which it says what was seen.
type Proposal struct {
	Document *Document // that is to be changed
	Result   []byte    // its text afterwards; nil where the change cannot be made without changing the style
	Settled  []*Finding
	Left     []Left   // findings that it does not settle
	Touched  []string // operations whose description changes

	edits []yamledit.Edit
}

// Left is a finding that a proposal does not settle, and why.
type Left struct {
	Finding *Finding `json:"finding"`
	Why     string   `json:"why"`
}

// Propose makes the change that settles the findings of a document's report, as far as the document can say what was seen. It proves
// the change before it returns: the result is a valid document, the recorded exchanges show none of the settled findings when they are
// held to it, and the description of no other operation differs.
func Propose(report *Report, contract string, opts ProposeOptions) (*Proposal, error) {
	c := report.contractOf(contract)
	if c == nil || c.Runs == 0 {
		return nil, fmt.Errorf("%w of %s", ErrNoEvidence, contract)
	}
	opts = opts.withDefaults()
	p := &planner{report: report, contract: c, doc: c.doc, opts: opts}
	if c.Unverified > 0 {
		return nil, errors.New("some evidence is of an upstream whose certificate was not verified: nothing is proposed from it")
	}
	if c.Local > 0 && !opts.Local {
		return nil, errors.New("some evidence is of a program on this machine, and not of the service: nothing is proposed from it unless that is asked for")
	}
	excluded := map[string]string{}
	for {
		proposal, err := p.plan(excluded)
		if err != nil {
			return nil, err
		}
		failures, err := p.prove(proposal)
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

// A planner makes a proposal of findings.
type planner struct {
	report   *Report
	contract *ContractReport
	doc      *Document
	opts     ProposeOptions
}

// plan plans the change without the findings that are excluded.
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
			proposal.Left = append(proposal.Left, Left{f, why})
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

// appendEdits adds edits that are not there yet: two findings may ask for the same change.
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

// apply makes the edits.
func (p *Proposal) apply() error {
	tree, err := yamledit.Parse(p.Document.Data)
	style := errors.Is(err, yamledit.ErrRoundTrip)
	if err != nil && !style {
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

// Diff writes the proposal as a unified diff that git apply takes. The lines before it say what each change rests on. It is empty but
// for these where there is nothing to change.
func (p *Proposal) Diff() ([]byte, error) {
	if _, err := yamledit.Parse(p.Document.Data); err != nil {
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

// Overlay writes the proposal as an OpenAPI Overlay 1.0.
func (p *Proposal) Overlay() ([]byte, error) {
	var b bytes.Buffer
	p.head(&b)
	after, err := yamledit.Parse(p.Result)
	if err != nil && !errors.Is(err, yamledit.ErrRoundTrip) {
		return nil, err
	}
	text, err := yamledit.Overlay("What was seen of "+p.Document.Name, p.edits, after)
	b.Write(text)
	return b.Bytes(), err
}

func (p *Proposal) head(b *bytes.Buffer) {
	for _, f := range p.Settled {
		fmt.Fprintf(b, "# %s %s %s %s, %s\n", f.ID, f.where(), f.Rule, f.got(), f.frequency())
	}
	if len(p.Touched) > 0 && len(p.Settled) > 0 {
		fmt.Fprintf(b, "# The description of these operations changes: %s.\n", strings.Join(p.Touched, ", "))
	}
	for _, left := range p.Left {
		fmt.Fprintf(b, "# Not proposed: %s %s %s, %s: %s.\n", left.Finding.ID, left.Finding.where(), left.Finding.Rule, left.Finding.frequency(), left.Why)
	}
	if p.Empty() {
		b.WriteString("# Nothing is proposed.\n")
	}
}

// markProposals marks each finding with whether a proposal would try to settle it, or why not.
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
