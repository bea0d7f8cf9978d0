package explain

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// workPerValue limits kin-openapi's visits for each value of a message. A recursive schema with alternatives doubles the
// visits at each level, so that a small message could take minutes: a message with more visits is refused before kin-openapi
// sees it.
const workPerValue = 256

// maxFaults bounds the places made for one message, of which many may be the same.
const maxFaults = 100_000

// A walker visits each value of a message once, and checks what kin-openapi does not check.
type walker struct {
	direction *Direction
	root      *shape.Shape
	at        Place
	out       *Report
	by        seen
	work      float64
	values    int
	refused   int // number of findings, those that the report dropped included
	noted     int
	inBranch  bool // there are members of which branches say that they are not sent
}

// Walk checks a value for everything that kin-openapi does not check.
func (d *Direction) Walk(s *shape.Shape, value any, at Place, out *Report) *walker {
	w := &walker{direction: d, root: s, at: at, out: out}
	w.value(s, value, nil, at.Source, 1)
	return w
}

// TooMuch reports whether kin-openapi would visit the values so often that the message has to be refused.
func (w *walker) TooMuch() bool {
	return w.work > shape.MinWork && w.work > workPerValue*float64(w.values)
}

// Explain reports why kin-openapi does not accept the value that was walked. It returns whether any reason was found, by it or
// by Walk.
func (w *walker) Explain(s *shape.Shape, value any) bool {
	before := len(w.out.Refused)
	e := &explainer{walker: w, visits: map[*shape.Shape]int{}}
	w.by.explained = true
	e.value(s, value, nil, w.at.Source)
	return len(w.out.Refused) > before || w.refused > 0
}

// add adds a finding about a value.
func (w *walker) add(rule, expected string, value any, path *strictjson.Path, src shape.Source, reportOnly bool) {
	count := &w.noted
	if !reportOnly {
		count = &w.refused
	}
	if *count++; *count > maxFaults || *count > maxVisits && w.out.full() {
		return
	}
	at := w.at.Below(w.root, path.Steps())
	at.Source = src
	f := at.Finding(rule, expected)
	f.ReportOnly, f.Got = reportOnly, kindOf(value)
	f.Strict = rule == "format" && isUpperUUID(expected, value)
	w.out.add(f, w.by)
}

func (w *walker) value(s *shape.Shape, value any, path *strictjson.Path, src shape.Source, weight float64) {
	w.values++
	if s == nil {
		return
	}
	w.work += weight
	src = shape.OrElse(s.Source, src)
	switch value := value.(type) {
	case map[string]any:
		w.object(s, value, path, src, weight)
	case []any:
		for i, element := range value {
			here := strictjson.Path{Parent: path, Index: i, Array: true}
			w.value(s.Items.Shape, element, &here, src, weight*s.Items.Weight)
		}
		if s.Unique && repeats(value) {
			w.add("uniqueItems", "items that differ", value, path, src, false)
		}
	case nil:
		if s.NullEnum() && w.direction.Accepts(s, nil) {
			w.add("enum", "a listed value, which null is not", nil, path, src, false)
		}
	case json.Number:
		if s.Integer {
			w.integer(s, string(value), path, src)
		}
	}
}

func (w *walker) integer(s *shape.Shape, text string, path *strictjson.Path, src shape.Source) {
	if rule, expected := integerFault(text, s.Format); rule != "" {
		w.add(rule, expected, json.Number(text), path, src, false)
	}
}

func (w *walker) object(s *shape.Shape, object map[string]any, path *strictjson.Path, src shape.Source, weight float64) {
	w.members(s, object, path, src)
	for name, value := range object {
		next := s.Child(name)
		w.value(next.Shape, value, &strictjson.Path{Parent: path, Name: name}, src, weight*next.Weight)
	}
}

// members checks which members an object has. Of their values it looks at whether they are null.
func (w *walker) members(s *shape.Shape, object map[string]any, path *strictjson.Path, src shape.Source) {
	var unnamed []string
	for name, value := range object {
		next, declared := s.Members[name]
		if !declared {
			unnamed = append(unnamed, name)
			continue
		}
		here := strictjson.Path{Parent: path, Name: name}
		w.checkDirection(next.Shape, value, &here, src)
		w.inBranch = w.inBranch || next.Shape != nil && next.Shape.InBranch && value != nil
	}
	if len(unnamed) > 0 {
		slices.Sort(unnamed)
		w.unnamed(s, object, unnamed, path, src)
	}
	if len(s.Closed) > 0 {
		w.closed(s, object, path, src)
	}
}

// checkDirection reports a readOnly member in a request, which is not refused, so that a client can send back what it read,
// and a writeOnly member in a response. Null is allowed, because it reveals nothing.
func (w *walker) checkDirection(s *shape.Shape, value any, path *strictjson.Path, src shape.Source) {
	if s == nil || value == nil {
		return
	}
	src = shape.OrElse(s.Source, src)
	if s.ReadOnly && !w.direction.Response {
		w.add("readOnly", "only in responses", value, path, src, true)
	}
	if s.WriteOnly && w.direction.Response {
		w.add("writeOnly", "only in requests", value, path, src, false)
	}
}

// unnamed checks the members that no schema of the place names.
func (w *walker) unnamed(s *shape.Shape, object map[string]any, names []string, path *strictjson.Path, src shape.Source) {
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		here := strictjson.Path{Parent: path, Name: name}
		folded := strictjson.Fold(name)
		if declared, twin := s.Folded[folded]; twin {
			w.add("case", strconv.Quote(declared), object[name], &here, src, false)
		} else if s.Open || len(s.Closed) > 0 {
			w.unnamedMember(s, object[name], seen[folded], &here, src)
		}
		seen[folded] = true
	}
}

func (w *walker) unnamedMember(s *shape.Shape, value any, twin bool, path *strictjson.Path, src shape.Source) {
	if twin {
		w.add("case", "names that differ in more than case", value, path, src, false)
	}
	if s.Open && w.direction.Undeclared != shape.Ignore {
		src.Grade = "" // see [Finding.Silent]
		w.add("undeclared", "only declared members", value, path, src, w.direction.Undeclared == shape.Report)
	}
}

// closed reports members that a schema with additionalProperties: false does not name. A member that differs only in case from
// a declared one has been reported as that.
func (w *walker) closed(s *shape.Shape, object map[string]any, path *strictjson.Path, src shape.Source) {
	unnamed := func(name string) bool {
		return slices.ContainsFunc(s.Closed, func(schema *openapi3.Schema) bool { return schema.Properties[name] == nil })
	}
	for name := range object {
		if !unnamed(name) {
			continue
		}
		if declared, twin := s.Folded[strictjson.Fold(name)]; twin && declared != name {
			continue
		}
		here := strictjson.Path{Parent: path, Name: name}
		w.add("additionalProperties", "only declared members", object[name], &here, src, false)
	}
}
