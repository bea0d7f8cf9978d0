package command

import (
	"fmt"
	"time"

	"github.com/resellerkit/resellerkit/server/witness"
)

type reportCommand struct {
	Dir      string   `arg:"" optional:"" default:"witness" help:"Evidence folder (${default})."`
	Contract []string `sep:"none" placeholder:"CONTRACT" help:"Contract to report on: cloudcockpit, myreports or a file with an OpenAPI 3.0 document; repeatable (both)."`
	Since    string   `placeholder:"DATE" help:"Leave out findings that were last seen before this day, such as 2026-11-01."`
	reportFlags
}

// Validate is called by kong after parsing.
func (c *reportCommand) Validate() error {
	if _, err := time.Parse(time.DateOnly, c.Since); err != nil && c.Since != "" {
		return fmt.Errorf("--since: %q is not a day, such as 2026-11-01", c.Since)
	}
	return c.reportFlags.Validate()
}

// Run prints the report of an evidence folder.
func (c *reportCommand) Run(std streams) error {
	docs, err := openDocuments("--contract", c.Contract)
	if err != nil {
		return err
	}
	report, err := witness.Load(c.Dir, witness.LoadOptions{}, docs...)
	if err != nil {
		return err
	}
	if c.Since != "" {
		report.Since(c.Since)
	}
	return c.judge(report, std.out)
}
