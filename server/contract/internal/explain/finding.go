package explain

import (
	"cmp"
	"slices"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A Place is where in a message a value stands, and where the document says something about it.
type Place struct {
	In, Pointer string
	Source      shape.Source
}

func (p Place) Finding(rule, expected string) Finding {
	return Finding{In: p.In, Pointer: p.Pointer, Rule: rule, Expected: expected, Source: p.Source}
}

// A Finding is one departure of a message from the document.
type Finding struct {
	In, Pointer, Rule, Expected string
	Source                      shape.Source
	ReportOnly                  bool // the message is not refused for it
}

// same reports whether both say the same of the same place.
func (f Finding) same(other Finding) bool {
	return f.In == other.In && f.Pointer == other.Pointer && f.Rule == other.Rule && (f.Rule != "header" || f.Expected == other.Expected)
}

// A Report collects the findings of one message: the first hundred that refuse it, and the first hundred that do not.
type Report struct{ Refused, noted []Finding }

func (r *Report) Add(f Finding) {
	list := &r.Refused
	if f.ReportOnly {
		list = &r.noted
	}
	if len(*list) < strictjson.MaxFindings && !slices.ContainsFunc(*list, f.same) {
		*list = append(*list, f)
	}
}

// full reports whether no further finding that refuses the message will be kept.
func (r *Report) full() bool { return len(r.Refused) >= strictjson.MaxFindings }

// Findings returns all findings in the order of their places, which does not depend on the order of Go's maps.
func (r *Report) Findings() []Finding {
	all := slices.Concat(r.Refused, r.noted)
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(placeOrder(a.In), placeOrder(b.In)),
			cmp.Compare(a.Pointer, b.Pointer),
			cmp.Compare(a.Rule, b.Rule),
		)
	})
	return all
}

func placeOrder(in string) int {
	return slices.Index([]string{"path", "query", "header", "cookie", "body", "response"}, in)
}
