package fault

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// A rule is a fault rule with its counters.
type rule struct {
	control.FaultRule
	operations map[string]bool // that the rule is for
	calls      int32           // matching requests, up to the nth
	draw       *rand.Rand
}

// pick returns the action for a request, if any rule acts. Only the first rule that acts counts down; all matching rules
// count the request, so that nth means the same for each rule, whichever of them acted before.
func (f *Injector) pick(operation, correlation string) (control.FaultAction, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var first *rule
	for _, rule := range f.rules {
		if rule.matches(operation, correlation) && first == nil && rule.acts() {
			first = rule
		}
	}
	if first == nil {
		return control.FaultAction{}, false
	}
	if first.Count != nil {
		*first.Count--
	}
	if first.Acted < math.MaxInt32 {
		first.Acted++
	}
	return first.Action, true
}

// matches reports whether the rule is for a request, whatever its nth and probability say, and counts the request.
func (r *rule) matches(operation, correlation string) bool {
	match := answer.Value(r.Match)
	if !r.operations[operation] || match.CorrelationID != "" && !strings.EqualFold(match.CorrelationID, correlation) {
		return false
	}
	if r.calls < match.Nth { // counting stops there, so that it cannot overflow
		r.calls++
	}
	return true
}

func (r *rule) acts() bool {
	match := answer.Value(r.Match)
	if r.calls < match.Nth || r.Count != nil && *r.Count == 0 {
		return false
	}
	return match.Probability == nil || r.draw.Float64() < *match.Probability
}

// Rules returns the rules that are set, each with what is left of its count.
func (f *Injector) Rules() []control.FaultRule {
	f.mu.Lock()
	defer f.mu.Unlock()
	rules := make([]control.FaultRule, len(f.rules))
	for i, rule := range f.rules {
		rules[i] = rule.clone()
	}
	return rules
}

// Set replaces the rules. No rules end the waiting that earlier ones caused, too. If one of them cannot act, the error is a
// [contract.Violations] that names it, and nothing changes.
func (f *Injector) Set(rules []control.FaultRule) error {
	known, err := f.Operations()
	if err != nil {
		return err
	}
	list := make([]*rule, len(rules))
	for i, given := range rules {
		pointer, expected := check(given, known)
		if expected != "" {
			return contract.Violations{{
				Operation: "setFaults", In: "body", Pointer: fmt.Sprintf("/rules/%d%s", i, pointer), Rule: "fault",
				Expected: expected, Refused: true,
			}}
		}
		list[i] = newRule(given, known)
	}
	if len(list) == 0 {
		f.retries.reset()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = list
	return nil
}

// Reset removes all rules, and forgets the callers that met one.
func (f *Injector) Reset() {
	f.mu.Lock()
	f.rules = nil
	f.mu.Unlock()
	f.retries.reset()
}

func newRule(given control.FaultRule, known map[string]bool) *rule {
	r := &rule{FaultRule: given, operations: known}
	if given.Operation != "" {
		r.operations = map[string]bool{given.Operation: true}
	}
	r.FaultRule = r.clone()
	r.Acted = 0 // rules that were read and are set again begin anew
	if match := answer.Value(given.Match); match.Nth > 0 || match.Probability != nil {
		if match.Nth > 0 && r.Count == nil {
			r.Count = new(int32(1))
		}
		r.draw = rand.New(rand.NewPCG(uint64(match.Seed), 0))
	}
	return r
}

// clone returns the rule without sharing anything that its counters or a caller may change.
func (r *rule) clone() control.FaultRule {
	copied := r.FaultRule
	copied.Count, copied.Match, copied.Action.RetryAfter = clone(r.Count), clone(r.Match), clone(r.Action.RetryAfter)
	if copied.Match != nil {
		copied.Match.Probability = clone(copied.Match.Probability)
	}
	return copied
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}

// check returns the place in a rule that makes no sense, and what is expected there; expected is "" for a good rule. Rules
// that come over HTTP have been checked against the schema before, rules that come from Go have not.
func check(rule control.FaultRule, known map[string]bool) (pointer, expected string) {
	_, exists := known[rule.Operation]
	match := answer.Value(rule.Match)
	switch p := answer.Value(match.Probability); {
	case rule.Operation != "" && !exists:
		return "/operation", "an operationId of one of the two APIs, issueTokenCloudCockpit or issueTokenMyReports"
	case answer.Value(rule.Count) < 0:
		return "/count", "0 or more"
	case match.Nth < 0:
		return "/match/nth", "1 or more"
	case !(p >= 0 && p <= 1): // not p < 0 || p > 1, which lets NaN pass
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
		return "/action/cut", "no response beside it"
	case a.ExpiredToken && (a.Status != 0 || a.Gateway || a.RetryAfter != nil || a.Cut != "" || a.CommitThenFail):
		return "/action/expiredToken", "nothing beside it but latency"
	case a.RetryAfter != nil && (*a.RetryAfter < 0 || a.Status == 0 && !a.Gateway):
		return "/action/retryAfter", "0 or more, beside a status or a gateway"
	}
	return "", ""
}
