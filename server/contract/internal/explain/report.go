package explain

import (
	"cmp"
	"slices"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A Report collects the findings of one message by place: those of the first hundred places that refuse it, and of the first
// hundred that do not. Of each it keeps the first pointer, and counts the values.
type Report struct {
	Refused, noted []Finding
	index          map[key]int // of either list
}

// A key tells findings apart. The same rule can be broken by several headers, which Expected names.
type key struct {
	in, where, rule, expected string
	reportOnly                bool
}

func (f *Finding) key() key {
	k := key{in: f.In, where: f.Where, rule: f.Rule, reportOnly: f.ReportOnly}
	if f.Rule == "header" {
		k.expected = f.Expected
	}
	return k
}

// Add adds a finding in one value.
func (r *Report) Add(f Finding) { r.add(f, seen{}) }

// A seen says who saw a finding, and at which of its visits. The walker and the explainer may both see the same one, and the
// explainer several times in one visit, where several schemas apply to a value.
type seen struct {
	explained bool
	visit     int
}

func (r *Report) add(f Finding, by seen) {
	list := &r.Refused
	if f.ReportOnly {
		list = &r.noted
	}
	values := max(f.Count, 1) // a finding of another report may stand for several
	f.Count = 0
	k := f.key()
	at, known := r.index[k]
	if !known {
		if len(*list) == strictjson.MaxFindings {
			return
		}
		if r.index == nil {
			r.index = map[key]int{}
		}
		at = len(*list)
		r.index[k] = at
		*list = append(*list, f)
	}
	(*list)[at].count(by, values)
}

func (f *Finding) count(by seen, values int) {
	switch {
	case !by.explained:
		f.walked += values
	case f.explained == 0 || f.visit != by.visit:
		f.explained++
		f.visit = by.visit
	}
	f.Count = max(f.walked, f.explained)
}

// AddTo adds all findings to another report.
func (r *Report) AddTo(out *Report) {
	for _, f := range slices.Concat(r.Refused, r.noted) {
		f.walked, f.explained, f.visit = 0, 0, 0
		out.Add(f)
	}
}

// full reports whether no further place that refuses the message will be kept.
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
