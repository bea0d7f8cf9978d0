package witness

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// A Report holds the findings of one or more services and the coverage of their documents.
type Report struct {
	Contracts []*ContractReport `json:"contracts"`
	Findings  []*Finding        `json:"findings"`

	// Incomplete lists what is missing from the report, such as files that could not be read; empty if nothing is.
	Incomplete []string `json:"incomplete,omitempty"`
	// Notes holds remarks about the sources, such as that HAR files do not show some departures.
	Notes []string `json:"notes,omitempty"`
	// Unmet lists the coverage percentages that are below the required minimum.
	Unmet []string `json:"unmet,omitempty"`
}

// A ContractReport holds what was seen of the service of one document.
type ContractReport struct {
	Name     string   `json:"name"`
	Document string   `json:"document"` // path
	SHA256   string   `json:"sha256"`
	Upstream string   `json:"upstream,omitempty"` // origins of the service, separated by commas
	Sources  []string `json:"sources,omitempty"`

	Runs       int       `json:"runs"`
	Unverified int       `json:"unverified,omitempty"` // runs whose upstream's certificate was not verified
	Local      int       `json:"local,omitempty"`      // runs with a service on this machine
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
	OtherVersion bool             `json:"otherVersion,omitempty"` // some runs were with another version of the document
	Unknown      int64            `json:"unknown,omitempty"`      // places seen in these runs that this version does not have

	Coverage   Coverage             `json:"coverage"`
	Operations []*OperationCoverage `json:"operations"`
	Missing    []string             `json:"missing,omitempty"` // what was never seen, with its operation

	doc    *Document
	counts *counts.Counts
}

// incompletePercent is the percentage of unchecked exchanges above which the evidence counts as incomplete.
const incompletePercent = 1

// incomplete returns what is missing from the counts.
func (c *ContractReport) incomplete() []string {
	var why []string
	lost := c.Dropped + c.Failed
	if lost > 0 && lost*100 > (c.Exchanges+lost)*incompletePercent {
		why = append(why, fmt.Sprintf("%s: %d of %d exchanges were not checked", c.Name, lost, c.Exchanges+lost))
	}
	if c.Surplus > 0 {
		why = append(why, fmt.Sprintf("%s: there are more than %d findings; %d further departures are counted and not shown",
			c.Name, maxFindings, c.Surplus))
	}
	return why
}

// Join returns one report of several services.
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

// LoadOptions select runs for [Load]. The zero value selects all.
type LoadOptions struct {
	Verified bool // leave out runs whose upstream's certificate was not verified
	Remote   bool // leave out runs with a service on this machine
}

// Load reads the runs in an evidence folder and adds them up. Files that cannot be read are listed in [Report.Incomplete].
func Load(dir string, opts LoadOptions, docs ...*Document) (*Report, error) {
	mergers := make([]*merger, len(docs))
	for i, doc := range docs {
		mergers[i] = newMerger(doc)
	}
	foreign, runs := map[string]bool{}, 0
	problems, err := readFolder(dir, func(r *run) {
		runs++
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
	if runs == 0 && len(problems) == 0 {
		problems = []string{"the evidence folder " + dir + " has no evidence"}
	}
	reports := make([]*Report, len(mergers))
	for i, m := range mergers {
		reports[i] = m.report()
	}
	report := Join(reports...)
	report.Incomplete = append(report.Incomplete, problems...)
	for name := range foreign {
		report.Notes = append(report.Notes, fmt.Sprintf("the evidence of contract %q is left out: give its document with --contract", name))
	}
	slices.Sort(report.Notes)
	return report, nil
}

// ErrNoEvidence is returned by [Propose] if the report has no run for the document.
var ErrNoEvidence = errors.New("no evidence")

// Since removes findings that were last seen before a day, such as 2026-11-01.
func (r *Report) Since(day string) {
	r.Findings = slices.DeleteFunc(r.Findings, func(f *Finding) bool { return f.Last != "" && f.Last < day })
}

// contractOf returns the part of the report for a document, or nil.
func (r *Report) contractOf(name string) *ContractReport {
	for _, c := range r.Contracts {
		if c.Name == name {
			return c
		}
	}
	return nil
}
