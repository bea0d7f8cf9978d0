package witness

import (
	"net/http"
	"slices"

	"github.com/resellerkit/resellerkit/server/contract"
)

// Explaining costs up to a thousand times what counting costs, and the same departures come again and again. So messages are told
// apart by kind, and of each kind some are explained.

// A kind is all messages in which the same places do not fit.
type kind struct {
	operation string
	response  bool
	status    int // of a response; the outcome of a request
	whole     bool
	fit       contract.Fit
}

// sampled is what is known of a kind.
type sampled struct {
	n        int64 // messages
	checked  int   // those that were checked
	deviant  int   // of these, those that departed
	findings []key
}

const (
	sampleRate = 256
	maxKinds   = 20_000 // more are taken for one another
)

// outcomes of requests, as the counts tell them apart.
const (
	accepted = 200
	refused  = 400
	denied   = 401
	failed   = 500
)

// outcome returns the outcome of a request by the status of its response.
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

// explain checks a message if its kind is not yet known, and returns what departs in messages of that kind. checked says whether this
// very message was.
func (rec *Recorder) explain(k kind, x *Exchange, check func() contract.Violations) (found []key, checked bool) {
	s, due := rec.due(k)
	if !due {
		rec.mu.Lock()
		defer rec.mu.Unlock()
		rec.again(s, rec.day(x))
		return slices.Clone(s.findings), false
	}
	violations := check()
	rec.mu.Lock()
	defer rec.mu.Unlock()
	s.checked++
	if len(violations) == 0 {
		return nil, true
	}
	s.deviant++
	for _, v := range violations {
		fk := rec.keyOf(k, v)
		rec.enter(fk, explanationOf(v), rec.day(x))
		if !slices.Contains(found, fk) {
			found = append(found, fk)
		}
		if !slices.Contains(s.findings, fk) && len(s.findings) < maxOfKind {
			s.findings = append(s.findings, fk)
		}
	}
	return found, true
}

// maxOfKind bounds the findings that are remembered of a kind.
const maxOfKind = 100

// due counts a message, and reports whether it is to be checked. Of a kind that fits all are as long as none departed, for then the
// check is fast.
func (rec *Recorder) due(k kind) (*sampled, bool) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	s := rec.kinds[k]
	if s == nil && len(rec.kinds) >= maxKinds {
		k.fit = ^contract.Fit(0)
		s = rec.kinds[k]
	}
	if s == nil {
		s = &sampled{}
		rec.kinds[k] = s
	}
	s.n++
	known := s.checked
	if k.fit == 0 {
		known = s.deviant
	}
	return s, known < rec.opts.Sample || s.n%sampleRate == 0
}

// again notes that findings were, as it seems, seen again.
func (rec *Recorder) again(s *sampled, day string) {
	for _, k := range s.findings {
		if e := rec.explained[k]; e != nil {
			e.Sampled = true
			e.First, e.Last = earlier(e.First, day), max(e.Last, day)
		}
	}
}

// An explanation is what the contract says of one departure.
type explanation struct {
	expected, got, schema string
	line, count           int
}

// enter adds a departure to what is known of its key. The caller holds the lock.
func (rec *Recorder) enter(k key, why explanation, day string) {
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

// keyOf returns what a violation is known by.
func (rec *Recorder) keyOf(k kind, v contract.Violation) key {
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

// classOf decides whose departure something is. status is a response's, or the outcome of a request.
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

func explanationOf(v contract.Violation) explanation {
	return explanation{expected: v.Expected, got: v.Got, schema: v.Schema, line: v.Line, count: v.Count}
}
