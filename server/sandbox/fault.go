package sandbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/controlserver"
)

// faultRules are the faults that are set. They live in the process, like the clock. It is safe for concurrent use.
type faultRules struct {
	mu    sync.Mutex
	rules []*faultRule
}

// faultRule is a rule and what it has seen.
type faultRule struct {
	control.FaultRule
	calls int32 // requests that it is for, up to the nth
	draw  *rand.Rand
}

// pick gives what shall go wrong with a request, or false. The first rule that matches acts and counts down. All of them count
// the request, so that the second is the second for each rule, whichever acted on the first.
func (f *faultRules) pick(operation, correlation string) (control.FaultAction, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var first *faultRule
	for _, rule := range f.rules {
		if rule.isFor(operation, correlation) && first == nil && rule.acts() {
			first = rule
		}
	}
	if first == nil {
		return control.FaultAction{}, false
	}
	if first.Count != nil {
		*first.Count--
	}
	return first.Action, true
}

// isFor tells whether the rule is for a request, but for its number and the draw, and counts it.
func (r *faultRule) isFor(operation, correlation string) bool {
	match := value(r.Match)
	if r.Operation != "" && r.Operation != operation || match.CorrelationID != "" && !strings.EqualFold(match.CorrelationID, correlation) {
		return false
	}
	if r.calls < match.Nth { // never beyond, so that it does not overflow
		r.calls++
	}
	return true
}

func (r *faultRule) acts() bool {
	match := value(r.Match)
	if r.calls < match.Nth || r.Count != nil && *r.Count == 0 {
		return false
	}
	return match.Probability == nil || r.draw.Float64() < *match.Probability
}

func (f *faultRules) set(rules []*faultRule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = rules
}

// Faults gives the rules that are set, each with what is left of its count.
func (s *Sandbox) Faults() []control.FaultRule {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	rules := make([]control.FaultRule, len(s.faults.rules))
	for i, rule := range s.faults.rules {
		rules[i] = rule.copied()
	}
	return rules
}

// copied shares nothing with the rule.
func (r *faultRule) copied() control.FaultRule {
	rule := r.FaultRule
	rule.Count, rule.Match, rule.Action.RetryAfter = clone(rule.Count), clone(rule.Match), clone(rule.Action.RetryAfter)
	if rule.Match != nil {
		rule.Match.Probability = clone(rule.Match.Probability)
	}
	return rule
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}

// SetFaults puts rules in the place of those that are set; none ends all faults. A rule that cannot act is an error that
// names it, and nothing changes.
func (s *Sandbox) SetFaults(rules ...control.FaultRule) error {
	list := make([]*faultRule, len(rules))
	for i, rule := range rules {
		if pointer, expected := checkFault(rule); expected != "" {
			return invalid(fmt.Sprintf("/rules/%d%s", i, pointer), "fault", expected)
		}
		list[i] = newFaultRule(rule)
	}
	s.faults.set(list)
	return nil
}

func newFaultRule(given control.FaultRule) *faultRule {
	rule := &faultRule{FaultRule: given}
	rule.FaultRule = rule.copied()
	if match := value(given.Match); match.Nth > 0 || match.Probability != nil {
		if match.Nth > 0 && rule.Count == nil {
			rule.Count = new(int32(1))
		}
		rule.draw = rand.New(rand.NewPCG(uint64(match.Seed), 0))
	}
	return rule
}

// checkFault gives the place in a rule that makes no sense, and what is expected there; "" where all does. The schema has
// been there before, but for rules that come as Go.
func checkFault(rule control.FaultRule) (pointer, expected string) {
	if known, err := operationIDs(); err != nil || rule.Operation != "" && !known[rule.Operation] {
		return "/operation", "an operationId of one of the two APIs"
	}
	match := value(rule.Match)
	switch p := value(match.Probability); {
	case value(rule.Count) < 0:
		return "/count", "0 or more"
	case match.Nth < 0:
		return "/match/nth", "1 or more"
	case !(p >= 0 && p <= 1):
		return "/match/probability", "a number from 0 to 1"
	}
	return checkAction(rule.Action)
}

func checkAction(a control.FaultAction) (pointer, expected string) {
	switch {
	case a == (control.FaultAction{}):
		return "/action", "something that goes wrong"
	case a.Status != 0 && (a.Status < 400 || a.Status > 599):
		return "/action/status", "a status from 400 to 599"
	case a.Latency < 0:
		return "/action/latency", "0 or more"
	case a.Cut != "" && !a.Cut.Valid():
		return "/action/cut", "before, within or after"
	case a.Cut != "" && (a.Status != 0 || a.Gateway || a.RetryAfter != nil):
		return "/action/cut", "no answer beside it"
	case a.ExpiredToken && (a.Status != 0 || a.Gateway || a.RetryAfter != nil || a.Cut != "" || a.CommitThenFail):
		return "/action/expiredToken", "nothing beside it but latency"
	case a.RetryAfter != nil && (*a.RetryAfter < 0 || a.Status == 0 && !a.Gateway):
		return "/action/retryAfter", "0 or more, beside a status or a gateway"
	}
	return "", ""
}

// GetFaults answers the rules.
func (c *controlPlane) GetFaults(context.Context, controlserver.GetFaultsRequestObject) (controlserver.GetFaultsResponseObject, error) {
	return controlserver.GetFaults200JSONResponse{Rules: c.Faults()}, nil
}

// SetFaults replaces the rules.
func (c *controlPlane) SetFaults(_ context.Context, req controlserver.SetFaultsRequestObject) (controlserver.SetFaultsResponseObject, error) {
	return controlserver.SetFaults204Response{}, c.Sandbox.SetFaults(req.Body.Rules...)
}

// ClearFaults drops the rules.
func (c *controlPlane) ClearFaults(context.Context, controlserver.ClearFaultsRequestObject) (controlserver.ClearFaultsResponseObject, error) {
	c.faults.set(nil)
	return controlserver.ClearFaults204Response{}, nil
}

// failer writes an error of a status in its API's envelope, a 401 and a 403 without a body.
type failer interface {
	writeFault(w http.ResponseWriter, status int)
}

func (c *cloudCockpit) writeFault(w http.ResponseWriter, status int) {
	if !writeBodiless(w, status) {
		c.write(w, &refusal{status: status})
	}
}

func (m *myReports) writeFault(w http.ResponseWriter, status int) {
	if !writeBodiless(w, status) {
		m.write(w, titled(status))
	}
}

func writeBodiless(w http.ResponseWriter, status int) bool {
	switch status {
	case http.StatusUnauthorized:
		unauthorized(w)
	case http.StatusForbidden:
		w.WriteHeader(status)
	default:
		return false
	}
	return true
}
