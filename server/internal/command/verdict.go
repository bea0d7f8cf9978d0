package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/resellerkit/resellerkit/server/witness"
)

// reportFlags are the flags of commands that print and judge a report.
type reportFlags struct {
	Format      string `default:"text" enum:"text,json,sarif,junit,html" placeholder:"text|json|sarif|junit|html" help:"Format of the report (${default})."`
	Output      string `placeholder:"FILE" help:"File to write the report to (stdout)."`
	Verbose     bool   `short:"v" help:"List what was never seen, too."`
	FailOn      string `default:"differs" enum:"none,differs,new" placeholder:"none|differs|new" help:"Exit with status 1 for findings of this class; new includes differs (${default})."`
	Accept      string `placeholder:"FILE" help:"YAML file of findings that are known, and do not fail: accept: [{id, until: DATE, reason}]."`
	MinCoverage string `placeholder:"operations=80,statuses=50,members=60" help:"Exit with status 1 if less of the contract was seen, in percent."`
}

// Validate is called by kong after parsing.
func (f *reportFlags) Validate() error {
	if _, err := witness.ParseMinimum(f.MinCoverage); err != nil {
		return fmt.Errorf("--min-coverage: %w", err)
	}
	return nil
}

// judge writes a report and returns the exit status that it leads to as an error.
func (f *reportFlags) judge(report *witness.Report, stdout io.Writer) error {
	if f.Accept != "" {
		known, err := readFile("--accept", f.Accept)
		if err != nil {
			return err
		}
		if err := report.Accept(known, time.Now()); err != nil {
			return usageError{fmt.Errorf("--accept: %w", err)}
		}
	}
	minimum, err := witness.ParseMinimum(f.MinCoverage)
	if err != nil {
		return err
	}
	report.Require(minimum)
	if err := f.write(report, stdout); err != nil {
		return err
	}
	return verdict(report, f.FailOn)
}

func (f *reportFlags) write(report *witness.Report, stdout io.Writer) error {
	opts := witness.WriteOptions{Verbose: f.Verbose, Level: witness.Level(f.FailOn)}
	if f.Output == "" {
		return report.Write(stdout, f.Format, opts)
	}
	file, err := os.Create(f.Output)
	if err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	return errors.Join(report.Write(file, f.Format, opts), file.Close())
}

// incomplete prints on stderr what is missing from a report, and returns exit status 3 as an error if something is.
func incomplete(std streams, report *witness.Report) error {
	for _, missing := range report.Incomplete {
		fmt.Fprintln(std.err, "resellerkit: the evidence is incomplete:", missing)
	}
	if len(report.Incomplete) > 0 {
		return exitStatus(witness.ExitIncomplete)
	}
	return nil
}

// verdict returns the exit status that a report leads to, as an error, or nil for 0.
func verdict(report *witness.Report, failOn string) error {
	if status := report.Exit(witness.Level(failOn)); status != 0 {
		return exitStatus(status)
	}
	return nil
}
