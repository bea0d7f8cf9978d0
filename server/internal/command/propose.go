package command

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/resellerkit/resellerkit/server/witness"
)

type proposeCommand struct {
	Dir      string   `arg:"" optional:"" default:"witness" help:"Evidence folder (${default})."`
	Contract string   `required:"" placeholder:"CONTRACT" help:"Contract to change: cloudcockpit, myreports or a file with an OpenAPI 3.0 document."`
	Document string   `placeholder:"FILE" help:"File that the diff is made for, if it is another one than the contract's."`
	Format   string   `default:"diff" enum:"diff,overlay" placeholder:"diff|overlay" help:"A unified diff, for git apply, or an OpenAPI Overlay (${default})."`
	Local    bool     `help:"Use evidence of programs on this machine, such as the sandbox, too. It says nothing of the real service."`
	Min      int      `default:"3" placeholder:"N" help:"Number of exchanges that a finding needs to be proposed (${default})."`
	Only     []string `placeholder:"ID" help:"Propose for these findings only; repeatable."`
}

// Validate is called by kong after parsing.
func (c *proposeCommand) Validate() error {
	if c.Min < 1 {
		return errors.New("--min: takes a number of at least 1")
	}
	return nil
}

// Run prints the change that the evidence supports.
func (c *proposeCommand) Run(std streams) error {
	doc, err := c.document()
	if err != nil {
		return err
	}
	report, err := witness.Load(c.Dir, witness.LoadOptions{Verified: true, Remote: !c.Local}, doc)
	if err != nil {
		return err
	}
	err = c.write(std, report, doc)
	if errors.Is(err, witness.ErrNoEvidence) {
		err = c.withHint(err)
	}
	return cmp.Or(err, incomplete(std, report))
}

// document returns the contract, with the text and the name of --document if that is given.
func (c *proposeCommand) document() (*witness.Document, error) {
	docs, err := openDocuments("--contract", []string{c.Contract})
	if err != nil || c.Document == "" {
		return first(docs), err
	}
	data, err := readFile("--document", c.Document)
	if err != nil {
		return nil, err
	}
	doc, err := witness.NewDocument(docs[0].Name, c.Document, data)
	if err != nil {
		return nil, usageError{fmt.Errorf("--document: %w", err)}
	}
	return doc, nil
}

func first(docs []*witness.Document) *witness.Document {
	if len(docs) == 0 {
		return nil
	}
	return docs[0]
}

func (c *proposeCommand) write(std streams, report *witness.Report, doc *witness.Document) error {
	for _, id := range c.Only {
		if !slices.ContainsFunc(report.Findings, func(f *witness.Finding) bool { return f.ID == id }) {
			return fmt.Errorf("--only: the evidence has no finding %q", id)
		}
	}
	proposal, err := witness.Propose(report, doc.Name, witness.ProposeOptions{Min: c.Min, Only: c.Only, Local: c.Local, Grades: true})
	if err != nil {
		return err
	}
	text, err := proposal.Diff()
	if c.Format == "overlay" {
		text, err = proposal.Overlay()
	}
	if err != nil {
		return err
	}
	_, err = std.out.Write(text)
	return err
}

// withHint adds to a lack of evidence why there may be none.
func (c *proposeCommand) withHint(err error) error {
	if c.Local {
		return err
	}
	return fmt.Errorf("%w in %s; evidence of programs on this machine counts only with --local", err, c.Dir)
}
