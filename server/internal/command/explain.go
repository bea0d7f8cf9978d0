package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/resellerkit/resellerkit/server/witness"
)

type explainCommand struct {
	Operation string   `arg:"" optional:"" help:"Operation, such as listCustomerUsers (all, in short)."`
	What      string   `arg:"" optional:"" name:"STATUS|POINTER" help:"Status of the operation, such as 404, or place in its messages, such as /items/*/id or \"query pageSize\"."`
	Contract  []string `sep:"none" placeholder:"CONTRACT" help:"Contract to explain: cloudcockpit, myreports or a file with an OpenAPI 3.0 document; repeatable (both)."`
	Evidence  string   `placeholder:"DIR" help:"Evidence folder with what was seen (witness, if it exists)."`
	Format    string   `default:"text" enum:"text,json" placeholder:"text|json" help:"Format of the output (${default})."`
}

// Run explains an operation, or lists all of them.
func (c *explainCommand) Run(std streams) error {
	docs, err := openDocuments("--contract", c.Contract)
	if err != nil {
		return err
	}
	report, err := c.report(docs)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		err = c.json(std, docs, report)
	} else {
		err = c.text(std, docs, report)
	}
	if err != nil || report == nil {
		return err
	}
	return incomplete(std, report)
}

func (c *explainCommand) text(std streams, docs []*witness.Document, report *witness.Report) error {
	explained := false
	for _, doc := range docs {
		e, err := witness.Explain(doc, report, c.Operation, c.What)
		if errors.Is(err, witness.ErrUnknownPlace) {
			continue
		}
		if err == nil {
			explained, err = true, e.WriteText(std.out)
		}
		if err != nil {
			return err
		}
	}
	if !explained {
		return c.unknown()
	}
	return nil
}

func (c *explainCommand) unknown() error {
	return usageError{fmt.Errorf("no contract has %s; resellerkit explain, without arguments, lists the operations", strings.TrimSpace(c.Operation+" "+c.What))}
}

// report loads the evidence. Without --evidence the default folder is used, but need not exist.
func (c *explainCommand) report(docs []*witness.Document) (*witness.Report, error) {
	dir := c.Evidence
	if dir == "" {
		if _, err := os.Stat(defaultEvidence); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		dir = defaultEvidence
	}
	report, err := witness.Load(dir, witness.LoadOptions{}, docs...)
	if err != nil {
		return nil, fmt.Errorf("--evidence: %w", err)
	}
	return report, nil
}

// A status as a contract declares it.
var declaredStatus = regexp.MustCompile(`^([1-5](\d\d|XX)|default)$`)

func (c *explainCommand) json(std streams, docs []*witness.Document, report *witness.Report) error {
	operation, status, pointer := c.Operation, "", ""
	switch {
	case strings.HasPrefix(operation, "#"):
		operation, pointer = "", operation
	case declaredStatus.MatchString(c.What):
		status = c.What
	case c.What != "":
		return usageError{fmt.Errorf("--format json takes a status and not %q", c.What)}
	}
	description, err := witness.Describe(docs, report, operation, status, pointer)
	if errors.Is(err, witness.ErrUnknownPlace) {
		return c.unknown()
	}
	if err != nil {
		return err
	}
	return description.WriteJSON(std.out)
}
