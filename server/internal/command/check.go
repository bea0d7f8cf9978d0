package command

import (
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/resellerkit/resellerkit/server/witness"
)

type checkCommand struct {
	Files    []string `arg:"" name:"FILE" help:"HAR file, or NDJSON with one HAR entry a line; - is stdin."`
	Contract []string `sep:"none" placeholder:"CONTRACT" help:"Contract to check against: cloudcockpit, myreports or a file with an OpenAPI 3.0 document; repeatable (both)."`
	Server   []string `sep:"none" placeholder:"CONTRACT=URL" help:"Origin of the service in the recorded traffic (the servers of the contract); repeatable."`
	Evidence string   `placeholder:"DIR" help:"Folder to add evidence to (none)."`
	reportFlags
}

// Validate is called by kong after parsing.
func (c *checkCommand) Validate() error {
	_, err := parseContractURLs("--server", c.Server)
	return errors.Join(err, c.reportFlags.Validate())
}

// Run checks the files and prints a report.
func (c *checkCommand) Run(std streams) error {
	docs, err := openDocuments("--contract", c.Contract)
	if err != nil {
		return err
	}
	var recs []*witness.Recorder
	for _, doc := range docs {
		rec, err := witness.NewRecorder(doc, witness.Options{
			Source: witness.SourceHAR, Tool: tool(), Evidence: c.Evidence,
		})
		if err != nil {
			return errors.Join(fmt.Errorf("--evidence: %w", err), closeAll(recs))
		}
		recs = append(recs, rec)
	}
	capture, err := witness.NewCapture(recs, c.servers())
	if err != nil {
		return errors.Join(usageError{fmt.Errorf("--server: %w", err)}, closeAll(recs))
	}
	for _, file := range c.Files {
		read(capture, file)
	}
	report := capture.Report()
	if err := closeAll(recs); err != nil {
		return fmt.Errorf("--evidence: %w", err)
	}
	return c.judge(report, std.out)
}

// servers returns the values of --server by the name of the contract. Validate has checked them.
func (c *checkCommand) servers() map[string]*url.URL {
	servers := map[string]*url.URL{}
	all, _ := parseContractURLs("--server", c.Server)
	for _, s := range all {
		servers[witness.NameOf(s.contract)] = s.url
	}
	return servers
}

// read reads a file into the capture. One that cannot be opened is reported like one that breaks off: the evidence is incomplete.
func read(capture *witness.Capture, file string) {
	if file == "-" {
		capture.Read("stdin", os.Stdin)
		return
	}
	f, err := os.Open(file)
	if err != nil {
		capture.Read(file, failingReader{err})
		return
	}
	defer func() { _ = f.Close() }()
	capture.Read(file, f)
}

// A failingReader returns its error at the first read.
type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }
