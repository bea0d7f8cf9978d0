package witness

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// A Report is what was seen of one or more services: what departs from their documents, and how much of the documents was touched.
// Write it with one of its methods.
type Report struct {
	Contracts []*ContractReport `json:"contracts"`
	Findings  []*Finding        `json:"findings"`

	// Incomplete says why the evidence is not all there is; empty where it is.
	Incomplete []string `json:"incomplete,omitempty"`
	// Notes say what a reader should know of the sources, such as that a HAR file cannot show some departures.
	Notes []string `json:"notes,omitempty"`
	// Unmet are the coverage percentages that were asked for and not reached.
	Unmet []string `json:"unmet,omitempty"`
}

// A ContractReport is what was seen of one document's service.
type ContractReport struct {
	Name     string   `json:"name"`
	Document string   `json:"document"` // path
	SHA256   string   `json:"sha256"`
	Upstream string   `json:"upstream,omitempty"` // the origins of the service, with commas
	Sources  []string `json:"sources,omitempty"`

	Runs       int       `json:"runs"`
	Unverified int       `json:"unverified,omitempty"` // runs whose upstream's certificate was not verified
	Local      int       `json:"local,omitempty"`      // runs against this machine
	Start      time.Time `json:"start,omitzero"`
	End        time.Time `json:"end,omitzero"`
	First      string    `json:"first,omitempty"` // days, as 2006-01-02
	Last       string    `json:"last,omitempty"`

	Exchanges    int64            `json:"exchanges"`
	Skipped      map[string]int64 `json:"skipped,omitempty"`
	Dropped      int64            `json:"dropped,omitempty"`
	Failed       int64            `json:"failed,omitempty"`
	Unread       int64            `json:"unread,omitempty"`
	Surplus      int64            `json:"surplus,omitempty"`
	OtherVersion bool             `json:"otherVersion,omitempty"` // some evidence is of another version of the document
	Unknown      int64            `json:"unknown,omitempty"`      // places in it that this version does not have

	Coverage   Coverage             `json:"coverage"`
	Operations []*OperationCoverage `json:"operations"`
	Missing    []string             `json:"missing,omitempty"` // what was never seen of operations that were

	doc    *Document
	counts *counts.Counts
}

// incompletePercent is how many exchanges may be unchecked before the evidence counts as incomplete.
const incompletePercent = 1

func (c *ContractReport) incomplete() []string {
	var why []string
	lost := c.Dropped + c.Failed
	if lost > 0 && lost*100 > (c.Exchanges+lost)*incompletePercent {
		why = append(why, fmt.Sprintf("%s: %d of %d exchanges were not checked", c.Name, lost, c.Exchanges+lost))
	}
	if c.Surplus > 0 {
		why = append(why, fmt.Sprintf("%s: more than %d departures; %d more are not told apart", c.Name, maxFindings, c.Surplus))
	}
	return why
}

// Join puts reports of several services together.
func Join(reports ...*Report) *Report {
	all := &Report{}
	for _, r := range reports {
		all.Contracts = append(all.Contracts, r.Contracts...)
		all.Findings = append(all.Findings, r.Findings...)
		all.Incomplete = append(all.Incomplete, r.Incomplete...)
		for _, note := range r.Notes {
			if !slices.Contains(all.Notes, note) {
				all.Notes = append(all.Notes, note)
			}
		}
	}
	order(all.Findings)
	return all
}

// LoadOptions choose what [Load] takes of a folder. The zero value takes everything.
type LoadOptions struct {
	Verified bool // leave out runs whose upstream's certificate was not verified
	Remote   bool // leave out runs against this machine
}

// Load reads an evidence folder, and adds up all runs in it. What cannot be read is named in [Report.Incomplete].
func Load(dir string, opts LoadOptions, docs ...*Document) (*Report, error) {
	mergers := make([]*merger, len(docs))
	for i, doc := range docs {
		mergers[i] = newMerger(doc)
	}
	foreign := map[string]bool{}
	problems, err := readFolder(dir, func(r *run) {
		if opts.Verified && !r.Verified || opts.Remote && r.Local {
			return
		}
		for _, m := range mergers {
			m.add(r)
		}
		for _, o := range r.Contracts {
			if !slices.ContainsFunc(docs, func(d *Document) bool { return d.Name == o.Name }) {
				foreign[shown(o.Name)] = true
			}
		}
	})
	if err != nil {
		return nil, err
	}
	reports := make([]*Report, len(mergers))
	for i, m := range mergers {
		reports[i] = m.report()
	}
	report := Join(reports...)
	report.Incomplete = append(report.Incomplete, problems...)
	for name := range foreign {
		report.Notes = append(report.Notes, fmt.Sprintf("evidence of contract %q is not shown: its document was not given", name))
	}
	slices.Sort(report.Notes)
	return report, nil
}

// ErrNoEvidence is returned where there is nothing to report or propose from.
var ErrNoEvidence = errors.New("no evidence")

// Since leaves out findings that were last seen before a day (2006-01-02).
func (r *Report) Since(day string) {
	r.Findings = slices.DeleteFunc(r.Findings, func(f *Finding) bool { return f.Last != "" && f.Last < day })
}

// contractOf returns the part of the report that is of a document.
func (r *Report) contractOf(name string) *ContractReport {
	for _, c := range r.Contracts {
		if c.Name == name {
			return c
		}
	}
	return nil
}
