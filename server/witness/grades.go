package witness

import (
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/witness/internal/yamledit"
)

// An observation adds up how often the values of one schema were seen in responses.
type observation struct {
	seen, of     int64
	first, last  string
	contradicted bool // some value departs from the schema
}

// grades returns the edits that give the grade observed to inferred and decided statements about responses, if exchanges have shown
// them and none has contradicted them.
func (p *planner) grades() []yamledit.Edit {
	seen := map[string]*observation{} // by schema
	for where, place := range p.contract.counts.Places() {
		if where.Status != "" && where.In == "response" && where.Declared && place.Declared != nil {
			p.observe(seen, where, place)
		}
	}
	for _, f := range p.report.Findings { // some of which the counters do not see
		if o := seen[f.Schema]; o != nil {
			o.contradicted = true
		}
	}
	var edits []yamledit.Edit
	for _, schema := range sortedKeys(seen) {
		if edit, ok := p.confirm(schema, seen[schema]); ok {
			edits = append(edits, edit)
		}
	}
	return append(edits, p.confirmStatuses()...)
}

// observe adds the counts at a place to the observation of its schema.
func (p *planner) observe(seen map[string]*observation, where counts.Where, place *counts.Place) {
	o := seen[place.Declared.Schema]
	if o == nil {
		o = &observation{}
		seen[place.Declared.Schema] = o
	}
	op := p.contract.counts.Operations[where.Operation]
	o.seen += place.Seen
	o.of += place.Seen + place.Absent
	o.contradicted = o.contradicted || len(place.Misfits) > 0
	if place.Seen > 0 {
		o.first, o.last = earlier(o.first, op.First), max(o.last, op.Last)
	}
}

// confirm returns the edit that gives a schema's x-evidence the grade observed. It reports false if the schema is no guess, or was not
// seen often enough.
func (p *planner) confirm(schema string, o *observation) (yamledit.Edit, bool) {
	at, node := p.doc.canonical(schema)
	own := member(node, "x-evidence")
	if own == nil || !isGuess(text(own, "grade")) || o.contradicted || o.seen < int64(p.opts.Min) {
		return yamledit.Edit{}, false
	}
	f := &Finding{Exchanges: o.seen, Of: o.of, First: o.first, Last: o.last}
	before := Evidence{Grade: text(own, "grade"), Source: text(own, "source"), Reason: text(own, "reason")}
	return yamledit.Edit{Op: yamledit.Set, Pointer: at, Key: "x-evidence", Value: p.observedEvidence(f, before, own)}, true
}

// isGuess reports whether a grade says that no source documents a statement.
func isGuess(grade string) bool { return grade == "inferred" || grade == "decided" }

// confirmStatuses does the same for statuses that the x-evidence of an operation grades as guesses.
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
			edits = append(edits, yamledit.Edit{Op: yamledit.Set, Pointer: at, Key: status, Value: p.observedEvidence(f, before, own)})
		}
	}
	return edits
}
