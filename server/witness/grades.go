package witness

import (
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/witness/internal/yamledit"
)

// A fact is what was seen of one guess of the document.
type fact struct {
	seen, of    int64
	first, last string
	contrary    bool
}

// grades returns the edits that turn guesses about responses which were seen, and never contradicted, into observations.
func (p *planner) grades() []yamledit.Edit {
	facts := map[string]*fact{}
	for where, place := range p.contract.counts.Places() {
		if where.Status != "" && where.In == "response" && where.Declared && place.Declared != nil {
			p.learn(facts, where, place)
		}
	}
	for _, f := range p.report.Findings { // whose place is not as the document says, whatever the counters see
		if known := facts[f.Schema]; known != nil {
			known.contrary = true
		}
	}
	var edits []yamledit.Edit
	for _, schema := range sortedKeys(facts) {
		if edit, ok := p.confirm(schema, facts[schema]); ok {
			edits = append(edits, edit)
		}
	}
	return append(edits, p.confirmStatuses()...)
}

func (p *planner) learn(facts map[string]*fact, where counts.Where, place *counts.Place) {
	known := facts[place.Declared.Schema]
	if known == nil {
		known = &fact{}
		facts[place.Declared.Schema] = known
	}
	op := p.contract.counts.Operations[where.Operation]
	known.seen += place.Seen
	known.of += place.Seen + place.Absent
	known.contrary = known.contrary || len(place.Misfits) > 0
	if place.Seen > 0 {
		known.first, known.last = earlier(known.first, op.First), max(known.last, op.Last)
	}
}

// confirm returns the edit that turns a guess into an observation.
func (p *planner) confirm(schema string, known *fact) (yamledit.Edit, bool) {
	at, node := p.doc.canonical(schema)
	own := member(node, "x-evidence")
	if own == nil || !isGuess(text(own, "grade")) || known.contrary || known.seen < int64(p.opts.Min) {
		return yamledit.Edit{}, false
	}
	f := &Finding{Exchanges: known.seen, Of: known.of, First: known.first, Last: known.last}
	before := Evidence{Grade: text(own, "grade"), Source: text(own, "source"), Reason: text(own, "reason")}
	return yamledit.Edit{Op: yamledit.Set, Pointer: at, Key: "x-evidence", Value: p.observedEvidence(f, before, own, "")}, true
}

func isGuess(grade string) bool { return grade == "inferred" || grade == "decided" }

// confirmStatuses does so for statuses of which an operation's own evidence says that they are guesses.
func (p *planner) confirmStatuses() []yamledit.Edit {
	var edits []yamledit.Edit
	for _, id := range sortedKeys(p.doc.operations) {
		op := p.contract.counts.Operations[id]
		at, responses := p.doc.canonical(p.doc.operation(id).pointer + "/x-evidence/responses")
		if op == nil || responses == nil {
			continue
		}
		for i := 0; i+1 < len(responses.Content); i += 2 {
			status, own := responses.Content[i].Value, responses.Content[i+1]
			message := op.Statuses[strings.ToUpper(status)]
			if message == nil || message.Seen < int64(p.opts.Min) || !isGuess(text(own, "grade")) {
				continue
			}
			f := &Finding{Exchanges: message.Seen, Of: op.Seen, First: op.First, Last: op.Last}
			before := Evidence{Grade: text(own, "grade"), Source: text(own, "source"), Reason: text(own, "reason")}
			edits = append(edits, yamledit.Edit{Op: yamledit.Set, Pointer: at, Key: status, Value: p.observedEvidence(f, before, own, "")})
		}
	}
	return edits
}
