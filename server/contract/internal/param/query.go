package param

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A QueryPlan says which parameter a name in a query belongs to.
type QueryPlan struct {
	IgnoreCase bool
	Names      map[string]*Parameter // by name, folded if case is ignored
	spread     []*Parameter          // objects whose members are parameters: form style, exploded
}

// Add adds a parameter of the query.
func (q *QueryPlan) Add(p *Parameter) {
	if q.Names == nil {
		q.Names = map[string]*Parameter{}
	}
	q.Names[q.Key(p.Name)] = p
	if p.spread() {
		q.spread = append(q.spread, p)
	}
}

// Key returns the key of a name in Names.
func (q *QueryPlan) Key(name string) string {
	if q.IgnoreCase {
		return strictjson.Fold(name)
	}
	return name
}

// Find returns the parameter that a name belongs to, and the names of the members that lead to its value in it. It returns nil
// for an undeclared name.
func (q *QueryPlan) Find(name string) (p *Parameter, path []string) {
	if p := q.Names[q.Key(name)]; p != nil && !p.spread() {
		return p, nil
	}
	if base, path, ok := Brackets(name); ok {
		if p := q.Names[q.Key(base)]; p != nil && p.style == openapi3.SerializationDeepObject {
			return p, path
		}
	}
	for _, p := range q.spread {
		if _, declared := p.shape().Members[name]; declared {
			return p, []string{name}
		}
	}
	for _, p := range q.spread {
		if p.shape().IsMap() {
			return p, []string{name}
		}
	}
	return nil, nil
}

// Declares reports whether a name is that of a parameter, or of a member of one.
func (q *QueryPlan) Declares(name string) bool {
	p, _ := q.Find(name)
	return p != nil
}

// Reserves reports whether the value of a name may have reserved characters as they are.
func (q *QueryPlan) Reserves(name string) bool {
	p, _ := q.Find(name)
	return p != nil && p.reserved
}

// A Query is a query that was read.
type Query struct {
	Given     map[*Parameter]*Group
	Unread    map[*Parameter]bool // given, but not readable
	All       url.Values
	Canonical string // the query in the document's spelling, as url.ParseQuery reads it
	Rewritten bool
}

// Read assigns the fields of a query to their parameters.
func (q *QueryPlan) Read(text string, src shape.Source, policy shape.Policy, out *explain.Report) *Query {
	at := explain.Place{In: "query", Pointer: "", Source: src}
	result := &Query{Given: map[*Parameter]*Group{}, Unread: map[*Parameter]bool{}, All: url.Values{}, Canonical: text}
	if hasTooMany(text) {
		out.Add(at.Finding("size", "at most "+strconv.Itoa(maxFields)+" parameters"))
		for _, p := range q.Names {
			result.Unread[p] = true
		}
		return result
	}
	fields := SplitFields(text, q.Reserves, func(rule, expected, name string) {
		here := at
		if p, _ := q.Find(name); p != nil {
			here, result.Unread[p] = p.Place, true
		} else if name != "" {
			here = explain.Named("query", name, at.Source)
		}
		out.Add(here.Finding(rule, expected))
	})
	for i, f := range fields {
		p, path := q.Find(f.Name)
		switch {
		case p == nil:
			undeclared(f.Name, at, policy, out)
		case path == nil && f.Name != p.Name:
			fields[i].Name, result.Rewritten = p.Name, true
			out.Add(Canonical(p.Place, p.Name))
		case p.reserved && strings.Contains(text, ";"):
			result.Rewritten = true
		}
		if p != nil {
			if result.Given[p] == nil {
				result.Given[p] = &Group{}
			}
			result.Given[p].Put(path, f)
		}
		result.All.Add(fields[i].Name, f.Value)
	}
	if result.Rewritten {
		result.Canonical = joinFields(fields)
	}
	return result
}

func undeclared(name string, at explain.Place, policy shape.Policy, out *explain.Report) {
	if policy == shape.Ignore {
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
