package param

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A QueryPlan says which parameter a name in a query belongs to.
type QueryPlan struct {
	IgnoreCase bool
	Names      map[string]*Parameter // by name, folded if case is ignored
	prefixes   []string              // of deepObject parameters: name[
	free       bool                  // an exploded object accepts any name
}

func (q *QueryPlan) Add(p *Parameter) {
	if q.Names == nil {
		q.Names = map[string]*Parameter{}
	}
	q.Names[q.Key(p.Name)] = p
	if p.Kind != ByKin {
		return
	}
	if p.style == "deepObject" {
		q.prefixes = append(q.prefixes, p.Name+"[")
	}
	if p.style == "form" && p.explode {
		q.free = true
	}
}

func (q *QueryPlan) Key(name string) string {
	if q.IgnoreCase {
		return strictjson.Fold(name)
	}
	return name
}

// Declares reports whether a name is a member of a parameter that is an object.
func (q *QueryPlan) Declares(name string) bool {
	for _, prefix := range q.prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return q.free
}

// A Query is a query that was read.
type Query struct {
	Values    map[*Parameter][]string
	Unread    map[*Parameter]bool // given, but not readable
	All       url.Values
	Canonical string // the query in the document's spelling
	Rewritten bool
}

// Read assigns the fields of a query to their parameters.
func (q *QueryPlan) Read(text string, src shape.Source, policy shape.Policy, out *explain.Report) *Query {
	at := explain.Place{In: "query", Pointer: "", Source: src}
	result := &Query{Values: map[*Parameter][]string{}, Unread: map[*Parameter]bool{}, All: url.Values{}, Canonical: text}
	if hasTooMany(text) {
		out.Add(at.Finding("size", "at most "+strconv.Itoa(maxFields)+" parameters"))
		for _, p := range q.Names {
			result.Unread[p] = true
		}
		return result
	}
	fields := SplitFields(text, func(rule, expected, name string) {
		here := at
		if p := q.Names[q.Key(name)]; p != nil {
			here, result.Unread[p] = p.Place, true
		} else if name != "" {
			here = explain.Named("query", name, at.Source)
		}
		out.Add(here.Finding(rule, expected))
	})
	for i, f := range fields {
		p := q.Names[q.Key(f.Name)]
		if p == nil {
			q.undeclared(f.Name, at, policy, out)
		} else {
			result.Values[p] = append(result.Values[p], f.value)
			if f.Name != p.Name {
				result.Rewritten = true
				fields[i].Name = p.Name
				out.Add(Canonical(p.Place, p.Name))
			}
		}
		result.All.Add(fields[i].Name, f.value)
	}
	if result.Rewritten {
		result.Canonical = joinFields(fields)
	}
	return result
}

func (q *QueryPlan) undeclared(name string, at explain.Place, policy shape.Policy, out *explain.Report) {
	if policy == shape.Ignore || q.Declares(name) {
		return
	}
	f := explain.Named("query", name, at.Source).Finding("undeclared", "only declared parameters").Silent()
	f.ReportOnly = policy == shape.Report
	out.Add(f)
}

// Canonical returns the finding for a name or path that is not spelt as in the document.
func Canonical(at explain.Place, name string) explain.Finding {
	f := at.Finding("canonical", name)
	f.ReportOnly = true
	return f
}
