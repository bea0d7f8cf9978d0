package witness

import (
	"net/http"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// Validating a message costs up to a thousand times as much as counting it, and most departures repeat. So messages are grouped by the
// places at which they depart, and only some messages of each group are validated.

// A messageKind identifies a group of messages that depart at the same places.
type messageKind struct {
	operation string
	response  bool
	status    int // of a response; the outcome of a request
	whole     bool
	fit       contract.Fit // a hash of the places
}

// A sample is the state of the group of messages with one messageKind.
type sample struct {
	n         int64 // messages
	validated int
	departing int   // of those that were validated
	findings  []key // of those that were validated
}

const (
	sampleRate = 256
	maxKinds   = 20_000 // further kinds share one sample
)

// Outcomes of requests. The counts of a request are kept apart by its outcome.
const (
	accepted = 200
	refused  = 400
	denied   = 401
	failed   = 500
)

// outcome returns the outcome of a request whose response has the status.
func outcome(status int) int {
	switch status {
	case 400, 413, 414, 415, 422, 431:
		return refused
	}
	switch {
	case status < http.StatusBadRequest:
		return accepted
	case status < http.StatusInternalServerError:
		return denied
	}
	return failed
}

// explain returns the findings that a message shows. It validates the message if the sample of its kind needs one more; otherwise it
// returns the findings of the sample. validated reports which of the two it did.
func (rec *Recorder) explain(k messageKind, x *Exchange, validate func() contract.Violations) (found []key, validated bool) {
	s, needed := rec.addToSample(k)
	if !needed {
		rec.mu.Lock()
		defer rec.mu.Unlock()
		rec.seenAgain(s, rec.day(x))
		return slices.Clone(s.findings), false
	}
	violations := validate()
	rec.mu.Lock()
	defer rec.mu.Unlock()
	s.validated++
	if len(violations) == 0 {
		return nil, true
	}
	s.departing++
	for _, v := range violations {
		fk := rec.keyOf(k, v)
		rec.addExplained(fk, rec.explanationOf(v), rec.day(x))
		if !slices.Contains(found, fk) {
			found = append(found, fk)
		}
		if !slices.Contains(s.findings, fk) && len(s.findings) < maxSampleFindings {
			s.findings = append(s.findings, fk)
		}
	}
	return found, true
}

// maxSampleFindings limits sample.findings.
const maxSampleFindings = 100

// addToSample counts a message, and reports whether it must be validated. Of messages in which the counters see no departure, as many are
// validated as it takes to find [Options.Sample] that depart, because validating a message without departures is fast.
func (rec *Recorder) addToSample(k messageKind) (*sample, bool) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	s := rec.samples[k]
	if s == nil && len(rec.samples) >= maxKinds {
		k.fit = ^contract.Fit(0)
		s = rec.samples[k]
	}
	if s == nil {
		s = &sample{}
		rec.samples[k] = s
	}
	s.n++
	known := s.validated
	if k.fit == 0 {
		known = s.departing
	}
	return s, known < rec.opts.Sample || s.n%sampleRate == 0
}

// seenAgain updates the days of the findings of a sample, for a message that was not validated. The caller holds the lock.
func (rec *Recorder) seenAgain(s *sample, day string) {
	for _, k := range s.findings {
		if e := rec.explained[k]; e != nil {
			e.Sampled = true
			e.First, e.Last = earlier(e.First, day), max(e.Last, day)
		}
	}
}

// An explanation holds what package contract says of one violation.
type explanation struct {
	expected, got, schema string
	line, count           int
}

// addExplained counts a departure. The caller holds the lock.
func (rec *Recorder) addExplained(k key, why explanation, day string) {
	e := rec.explained[k]
	if e == nil {
		if len(rec.explained) >= maxFindings {
			rec.surplus++
			return
		}
		e = &explained{
			ID: k.id(rec.doc.Name), Class: k.class, Operation: k.operation, In: k.in, Status: k.status, Place: k.place, Rule: k.rule,
			Expected: shown(why.expected), Got: shown(why.got), Schema: why.schema, line: why.line, runs: 1,
		}
		rec.explained[k] = e
		rec.opts.Log.Info("finding", "id", e.ID, "class", e.Class, "contract", rec.doc.Name, "operation", e.Operation,
			"status", e.Status, "in", e.In, "place", e.Place, "rule", e.Rule)
	}
	e.Exchanges++
	e.Places += int64(max(1, why.count))
	e.First, e.Last = earlier(e.First, day), max(e.Last, day)
}

// keyOf returns the key of the finding to which a violation belongs.
func (rec *Recorder) keyOf(k messageKind, v contract.Violation) key {
	fk := key{operation: k.operation, in: v.In, place: rec.doc.safePlace(v.Place), rule: v.Rule}
	if k.response {
		fk.status, fk.in = rec.doc.statusKey(k.operation, k.status), "response"
	}
	rule := v.Rule
	if k.response && rule == "header" && !rec.doc.declaresHeader(k.operation, k.status, v.Place) {
		rule = "undeclared"
	}
	fk.class = classOf(k.response, k.status, rule, v.Strict)
	return fk
}

// classOf returns the class of a departure. status is that of a response, or the outcome of a request.
func classOf(response bool, status int, rule string, strict bool) Class {
	switch {
	case !response && status != accepted:
		return Yours
	case strict:
		return Strict
	case rule == "undeclared", response && (rule == "status" || rule == "mediaType"):
		return New
	}
	return Differs
}

// explanationOf returns what is kept of a violation. If its place has a name that looks like data, the text is not kept either, because
// that of an undeclared header repeats the name.
func (rec *Recorder) explanationOf(v contract.Violation) explanation {
	expected := v.Expected
	if v.Rule == "header" && strings.HasSuffix(rec.doc.safePlace(v.Place), "/"+counts.Other) {
		expected = "only declared headers"
	}
	return explanation{expected: expected, got: v.Got, schema: v.Schema, line: v.Line, count: v.Count}
}
