package contract

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/resellerkit/resellerkit/server/contract/internal/depart"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// Departures say what to do about requests that depart from the document in ways that many services accept, because of what their
// frameworks do: ASP.NET Core, for one, does all of these. The default is Reject: the request is refused, and
// [Violation].Departure says which departure it would be. With Report and Ignore the handler gets the canonical form, which the
// document accepts, and the departure is a finding or not. The package comment has the table.
type Departures struct {
	Case      Policy // a member's name in another case, of closed objects, too
	Boolean   Policy // a boolean of query or header in another case, with white space around
	Enum      Policy // a query's value of an enumeration in another case
	Integer   Policy // an integer of the query as 01, +1 or with white space around
	Empty     Policy // an optional query parameter of type string that is empty
	Body      Policy // a body where none is declared
	UUID      Policy // a UUID of path or query without dashes, in braces or in parentheses
	Escape    Policy // a lone % or a semicolon in a query
	BOM       Policy // a byte order mark before JSON
	MediaType Policy // a JSON media type that is not declared, where application/json is
}

func (d *Departures) policies() map[depart.Rule]*Policy {
	return map[depart.Rule]*Policy{
		depart.Case: &d.Case, depart.Boolean: &d.Boolean, depart.Enum: &d.Enum, depart.Integer: &d.Integer, depart.Empty: &d.Empty,
		depart.Body: &d.Body, depart.UUID: &d.UUID, depart.Escape: &d.Escape, depart.BOM: &d.BOM, depart.MediaType: &d.MediaType,
	}
}

func (d *Departures) validate() []error {
	var errs []error
	all := d.policies()
	for _, rule := range slices.Sorted(maps.Keys(all)) {
		policy := all[rule]
		if *policy < Default || *policy > Ignore {
			errs = append(errs, fmt.Errorf("Departures has for %s %d, which is not a Policy", rule, *policy))
		}
	}
	return errs
}

// A reading is a request as it is read: as it was sent, or with departures in their canonical form.
type reading struct {
	call    *Call
	r       *http.Request
	data    []byte
	check   *requestCheck // of this reading
	departs []departure
}

// A departure is one way in which a request departs, and where.
type departure struct {
	rule     depart.Rule
	at       explain.Place
	expected string
}

// read checks a request, in its canonical form if its departures are accepted, and returns all violations. With all, parameters and
// schema are checked also if the media type is not declared.
func (c *Contract) read(op *operation, call *Call, r *http.Request, body []byte, all bool) (*reading, Violations) {
	sent := &reading{call: call, r: r, data: body}
	found := c.checkReading(op, sent, all)
	if len(found.Refused()) == 0 {
		return sent, found
	}
	accepted := func(rule depart.Rule) bool { return *c.policies[rule] == Report || *c.policies[rule] == Ignore }
	whole := canonical(op, sent, func(depart.Rule) bool { return true })
	if len(whole.departs) == 0 {
		return sent, found
	}
	read := canonical(op, sent, accepted)
	if len(read.departs) > 0 {
		found = c.checkReading(op, read, all)
	} else {
		read = sent
	}
	if refused := slices.DeleteFunc(slices.Clone(whole.departs), func(d departure) bool { return accepted(d.rule) }); len(refused) > 0 {
		name(found, refused, c.checkReading(op, whole, all))
	}
	if len(found.Refused()) == 0 {
		found = append(found, c.reported(op, read)...)
	}
	return read, found
}

func (c *Contract) checkReading(op *operation, read *reading, all bool) Violations {
	ck := c.newRequestCheck(op, read.call, read.r, read.data)
	ck.media()
	if !ck.unsupported || all {
		ck.parameters()
		ck.body()
	}
	read.check = ck
	return violationsOf(op.ID, 0, ck.out)
}

// reported are the findings about departures that were accepted.
func (c *Contract) reported(op *operation, read *reading) Violations {
	var out explain.Report
	for _, d := range read.departs {
		if *c.policies[d.rule] == Report {
			f := d.at.Finding(string(d.rule), d.expected).Silent()
			f.ReportOnly = true
			out.Add(f)
		}
	}
	list := violationsOf(op.ID, 0, &out)
	for i := range list {
		list[i].Departure, list[i].Strict = list[i].Rule, false
	}
	return list
}

// name says of violations which departure they would be: of those that the canonical form does not have.
func name(found Violations, departures []departure, canonical Violations) {
	for i := range found {
		v := &found[i]
		stays := func(other Violation) bool {
			return other.In == v.In && other.Pointer == v.Pointer && other.Rule == v.Rule
		}
		if v.Refused && !slices.ContainsFunc(canonical, stays) {
			v.Departure = string(departureAt(departures, v))
		}
	}
}

// departureAt returns the departure at the place of a violation, or near it: a member in another case is two violations, one of them
// at the name that is missed.
func departureAt(departures []departure, v *Violation) depart.Rule {
	near := func(same func(d departure) bool) depart.Rule {
		for _, d := range departures {
			if d.at.In == v.In && same(d) {
				return d.rule
			}
		}
		return ""
	}
	if rule := near(func(d departure) bool { return d.at.Pointer == v.Pointer }); rule != "" {
		return rule
	}
	if rule := near(func(d departure) bool { return strictjson.Fold(d.at.Pointer) == strictjson.Fold(v.Pointer) }); rule != "" {
		return rule
	}
	return near(func(departure) bool { return true })
}
