package witness

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Exit codes of commands that judge a report.
const (
	ExitClean      = 0
	ExitFindings   = 1 // there are findings of the level, or coverage is below the minimum
	ExitUsage      = 2
	ExitIncomplete = 3 // some evidence could not be read, or some exchanges were not checked
)

// A Level says which findings make a command fail.
type Level string

// Levels.
const (
	FailNone    Level = "none"
	FailDiffers Level = "differs"
	FailNew     Level = "new" // differs and new
)

// fails reports whether findings of a class make a command fail.
func (l Level) fails(c Class) bool {
	return c == Differs && l != FailNone || c == New && l == FailNew
}

// Exit returns the exit code for a report.
func (r *Report) Exit(level Level) int {
	switch {
	case len(r.Failing(level)) > 0 || len(r.Unmet) > 0:
		return ExitFindings
	case len(r.Incomplete) > 0:
		return ExitIncomplete
	}
	return ExitClean
}

// Failing returns the findings that make a command fail. Accepted ones do not.
func (r *Report) Failing(level Level) []*Finding {
	var failing []*Finding
	for _, f := range r.Findings {
		if f.Accepted == "" && level.fails(f.Class) {
			failing = append(failing, f)
		}
	}
	return failing
}

// maxAccept limits a file of accepted findings, in bytes.
const maxAccept = 1 << 20

// An acceptance is one entry of a file of accepted findings.
type acceptance struct {
	ID     string `yaml:"id"`
	Until  string `yaml:"until"`
	Reason string `yaml:"reason"`
}

// Accept marks findings as accepted that a YAML file lists:
//
//	accept:
//	  - {id: 3f1c0a9b2d4e, until: 2027-03-01, reason: "reported to the vendor"}
//
// An entry is valid through its day. Expired entries, and entries that match no finding, become notes of the report.
func (r *Report) Accept(file []byte, now time.Time) error {
	entries, err := parseAccept(file)
	if err != nil {
		return err
	}
	today := now.Format(time.DateOnly)
	for _, entry := range entries {
		i := slices.IndexFunc(r.Findings, func(f *Finding) bool { return f.ID == entry.ID })
		switch {
		case i < 0:
			r.Notes = append(r.Notes, "accepted finding "+entry.ID+" is not in this report")
		case entry.Until < today:
			r.Notes = append(r.Notes, "the acceptance of finding "+entry.ID+" expired on "+entry.Until)
		default:
			r.Findings[i].Accepted = entry.Reason
		}
	}
	return nil
}

func parseAccept(file []byte) ([]acceptance, error) {
	if len(file) > maxAccept {
		return nil, fmt.Errorf("accepted findings: larger than %d MiB", maxAccept>>20)
	}
	var list struct {
		Accept []acceptance `yaml:"accept"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(file))
	dec.KnownFields(true)
	if err := dec.Decode(&list); err != nil {
		return nil, fmt.Errorf("accepted findings: %w", err)
	}
	var errs []error
	for i, entry := range list.Accept {
		_, err := time.Parse(time.DateOnly, entry.Until)
		if len(entry.ID) != 12 || strings.Trim(entry.ID, "0123456789abcdef") != "" || err != nil || strings.TrimSpace(entry.Reason) == "" {
			errs = append(errs, fmt.Errorf("accepted findings: entry %d needs an id of 12 hexadecimal digits, a day in until, and a reason", i+1))
		}
	}
	return list.Accept, errors.Join(errs...)
}

// Minimum holds the percentages of coverage that a report must reach; 0 requires nothing.
type Minimum struct{ Operations, Statuses, Members int }

// ParseMinimum reads a list such as operations=80,statuses=50,members=60.
func ParseMinimum(s string) (Minimum, error) {
	var m Minimum
	if s == "" {
		return m, nil
	}
	for _, part := range strings.Split(s, ",") {
		name, text, _ := strings.Cut(strings.TrimSpace(part), "=")
		n, err := strconv.Atoi(text)
		into := map[string]*int{"operations": &m.Operations, "statuses": &m.Statuses, "members": &m.Members}[name]
		if err != nil || n < 0 || n > 100 || into == nil {
			return Minimum{}, fmt.Errorf("%q is not one of operations, statuses and members with a percentage, such as operations=80", part)
		}
		*into = n
	}
	return m, nil
}

// Require adds to [Report.Unmet] each percentage of coverage that is below the minimum.
func (r *Report) Require(m Minimum) {
	for _, c := range r.Contracts {
		for _, of := range []struct {
			name  string
			ratio Ratio
			least int
		}{
			{"operations", c.Coverage.Operations, m.Operations}, {"statuses", c.Coverage.Statuses, m.Statuses},
			{"members", c.Coverage.Members, m.Members},
		} {
			if got := of.ratio.Percent(); got < of.least {
				r.Unmet = append(r.Unmet, fmt.Sprintf("%s: %d %% of %s are covered, and %d %% are required", c.Name, got, of.name, of.least))
			}
		}
	}
}
