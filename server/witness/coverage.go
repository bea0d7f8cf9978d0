package witness

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// Coverage says how much of a document the exchanges have covered. The findings of a report only concern this part.
type Coverage struct {
	Operations Ratio `json:"operations"`
	Statuses   Ratio `json:"statuses"`   // below 500, because callers cannot provoke the others
	Members    Ratio `json:"members"`    // of responses
	Parameters Ratio `json:"parameters"` // of accepted requests
}

// A Ratio is a number of things that were seen, and how many there are.
type Ratio struct {
	Seen int `json:"seen"`
	Of   int `json:"of"`
}

// Percent returns the ratio in percent, rounded down, and 100 for 0 of 0.
func (r Ratio) Percent() int {
	if r.Of == 0 {
		return 100
	}
	return r.Seen * 100 / r.Of
}

func (r *Ratio) count(seen bool) {
	r.Of++
	if seen {
		r.Seen++
	}
}

// OperationCoverage is what was seen of one operation.
type OperationCoverage struct {
	ID       string `json:"id"`
	Method   string `json:"method"`
	Template string `json:"path"`
	Line     int    `json:"line,omitempty"`
	Seen     int64  `json:"seen"`
	Success  int64  `json:"success"` // responses below 400
	Failure  int64  `json:"failure"`
	First    string `json:"first,omitempty"`
	Last     string `json:"last,omitempty"`

	Statuses   []*StatusCoverage `json:"statuses"`
	Parameters []*PlaceCoverage  `json:"parameters,omitempty"` // of accepted requests; their place is /name
	Request    []*PlaceCoverage  `json:"request,omitempty"`    // members of accepted requests

	// Confirmed lists the place and rule of constraints for which the service has refused a request.
	Confirmed []string `json:"confirmed,omitempty"`
	// Missing lists what was never seen, as text.
	Missing []string `json:"missing,omitempty"`
}

// StatusCoverage is what was seen of the responses with one status.
type StatusCoverage struct {
	Status     string           `json:"status"`
	Declared   bool             `json:"declared"`
	Provokable bool             `json:"provokable"` // below 500
	Seen       int64            `json:"seen"`
	MediaTypes map[string]int64 `json:"mediaTypes,omitempty"`
	Headers    []*PlaceCoverage `json:"headers,omitempty"`
	Members    []*PlaceCoverage `json:"members,omitempty"`
}

// PlaceCoverage is what was seen at one declared place.
type PlaceCoverage struct {
	Place    string           `json:"place"`
	In       string           `json:"in,omitempty"`   // of a parameter
	Name     string           `json:"name,omitempty"` // of a parameter
	State    State            `json:"state"`
	Seen     int64            `json:"seen"`
	Null     int64            `json:"null"`
	Absent   int64            `json:"absent"`
	Nullable bool             `json:"nullable,omitempty"`
	Required bool             `json:"required,omitempty"`
	Values   map[string]int64 `json:"values,omitempty"` // of an enumeration
	Schema   string           `json:"schema,omitempty"`
	Grade    string           `json:"grade,omitempty"`
}

// State summarises what was seen at a place.
type State string

// States.
const (
	StateNever   State = "never"
	StateSeen    State = "seen"
	StateNull    State = "null" // null was seen as well, and is allowed
	StateDiffers State = "differs"
)

// what returns the name of a place as text.
func (p *PlaceCoverage) what() string {
	if p.In != "" {
		return p.In + " " + p.Name
	}
	return p.Place
}

// coverageOf returns the coverage of a document and of its operations.
func coverageOf(doc *Document, c *counts.Counts, findings []*Finding) (Coverage, []*OperationCoverage) {
	var cov Coverage
	var list []*OperationCoverage
	byOperation := map[string]*OperationCoverage{}
	for _, id := range slices.Sorted(maps.Keys(c.Operations)) {
		op := c.Operations[id]
		info := doc.operation(id)
		oc := &OperationCoverage{
			ID: id, Method: info.method, Template: info.template, Line: info.line, Seen: op.Seen, First: op.First, Last: op.Last,
		}
		cov.Operations.count(op.Seen > 0)
		oc.statuses(&cov, op)
		byOperation[id] = oc
		list = append(list, oc)
	}
	for where, place := range c.Places() {
		byOperation[where.Operation].place(doc, &cov, where, place)
	}
	for _, f := range findings {
		if oc := byOperation[f.Operation]; oc != nil && f.Class == Yours && f.Rule != ruleRefused {
			oc.Confirmed = append(oc.Confirmed, strings.TrimSpace(f.In+" "+f.Place)+": "+f.Rule)
		}
	}
	for _, oc := range list {
		slices.SortFunc(oc.Statuses, func(a, b *StatusCoverage) int { return cmp.Compare(a.Status, b.Status) })
		slices.Sort(oc.Confirmed)
		oc.missing()
	}
	return cov, list
}

// statuses adds the statuses of an operation.
func (oc *OperationCoverage) statuses(cov *Coverage, op *counts.Operation) {
	for _, of := range []struct {
		messages map[string]*counts.Message
		declared bool
	}{{op.Statuses, true}, {op.Undeclared, false}} {
		for status, m := range of.messages {
			if m == nil || !of.declared && m.Seen == 0 {
				continue
			}
			sc := &StatusCoverage{Status: status, Declared: of.declared, Provokable: status < "5", Seen: m.Seen, MediaTypes: map[string]int64{}}
			for _, types := range []map[string]*counts.Media{m.Media, m.UndeclaredMedia} {
				for name, media := range types {
					sc.MediaTypes[mediaName(name)] = media.Seen
				}
			}
			oc.Statuses = append(oc.Statuses, sc)
			if status < "4" {
				oc.Success += m.Seen
			} else {
				oc.Failure += m.Seen
			}
			if of.declared && status < "5" {
				cov.Statuses.count(m.Seen > 0)
			}
		}
	}
}

// place adds a declared place to the list that it belongs to.
func (oc *OperationCoverage) place(doc *Document, cov *Coverage, where counts.Where, p *counts.Place) {
	if !where.Declared || where.Outcome != "" && where.Outcome != "accepted" {
		return
	}
	pc := placeCoverage(doc, where.Place, p)
	status := oc.status(where.Status)
	switch {
	case status != nil && where.In == "header":
		status.Headers = append(status.Headers, pc)
	case status != nil:
		if isMember(where.Place) {
			status.Members = append(status.Members, pc)
			cov.Members.count(p.Seen > 0)
		}
	case where.In == "body":
		if isMember(where.Place) {
			oc.Request = append(oc.Request, pc)
		}
	default:
		pc.In, pc.Name = where.In, lastStep(where.Place)
		oc.Parameters = append(oc.Parameters, pc)
		cov.Parameters.count(p.Seen > 0)
	}
}

func (oc *OperationCoverage) status(key string) *StatusCoverage {
	i := slices.IndexFunc(oc.Statuses, func(s *StatusCoverage) bool { return s.Status == key })
	if i < 0 {
		return nil
	}
	return oc.Statuses[i]
}

// isMember reports whether a place is a member of an object, and not a whole body or an element of an array.
func isMember(place string) bool { return place != "" && !strings.HasSuffix(place, "/*") }

func placeCoverage(doc *Document, place string, p *counts.Place) *PlaceCoverage {
	pc := &PlaceCoverage{Place: place, State: stateOf(p), Seen: p.Seen, Null: p.Null, Absent: p.Absent, Required: p.Required, Values: p.Values}
	if d := p.Declared; d != nil && d.Schema != "" { // without a schema any value is allowed
		pc.Nullable, pc.Schema = slices.Contains(d.Kinds, "null"), d.Schema
		pc.Grade = doc.evidenceOf(d.Schema).Grade
	}
	return pc
}

func stateOf(p *counts.Place) State {
	switch {
	case len(p.Misfits) > 0:
		return StateDiffers
	case p.Seen == 0:
		return StateNever
	case p.Null > 0:
		return StateNull
	}
	return StateSeen
}

// missing sets OperationCoverage.Missing.
func (oc *OperationCoverage) missing() {
	if oc.Seen == 0 {
		oc.Missing = []string{"never called"}
		return
	}
	for _, s := range oc.Statuses {
		if s.Seen == 0 {
			oc.miss("status %s", s.Status)
			continue
		}
		for name, n := range s.MediaTypes {
			if n == 0 {
				oc.miss("%s of %s", name, s.Status)
			}
		}
		for _, p := range s.Headers {
			oc.missPlace("header "+strings.TrimPrefix(p.Place, "/")+" of "+s.Status, p)
		}
		for _, p := range s.Members {
			oc.missPlace(p.Place+" of "+s.Status, p)
		}
	}
	for _, p := range oc.Parameters {
		oc.missPlace(p.what(), p)
	}
	for _, p := range oc.Request {
		oc.missPlace("sent "+p.Place, p)
	}
	slices.Sort(oc.Missing)
}

func (oc *OperationCoverage) miss(format string, args ...any) {
	oc.Missing = append(oc.Missing, fmt.Sprintf(format, args...))
}

// missPlace adds what was not seen of a place: the place itself; or that it is null or left out, and values of its enumeration.
func (oc *OperationCoverage) missPlace(what string, p *PlaceCoverage) {
	if p.Seen == 0 {
		oc.miss("%s", what)
		return
	}
	if p.Nullable && p.Null == 0 {
		oc.miss("%s as null", what)
	}
	if !p.Required && p.Absent == 0 {
		oc.miss("%s left out", what)
	}
	for _, value := range slices.Sorted(maps.Keys(p.Values)) {
		if p.Values[value] == 0 {
			oc.miss("%s as %s", what, value)
		}
	}
}
