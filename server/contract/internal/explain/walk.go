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

// maxFaults bounds how many pointers are made for one value; many may be equal, and not kept by the report.
const maxFaults = 10 * strictjson.MaxFindings

// A walker visits each value of a message once, and checks what kin-openapi does not check.
type walker struct {
	direction *Direction
	at        Place
	out       *Report
	work      float64
	values    int
	refused   int // number of findings, those that the report dropped included
	noted     int
}

// Walk checks a value for everything that kin-openapi does not check.
func (d *Direction) Walk(s *shape.Shape, value any, at Place, out *Report) *walker {
	w := &walker{direction: d, at: at, out: out}
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
	e := &explainer{walker: w}
	e.value(s, value, nil, w.at.Source)
	return len(w.out.Refused) > before || w.refused > 0
}

func (w *walker) add(rule, expected string, path *strictjson.Path, src shape.Source, reportOnly bool) {
	count := &w.noted
	if !reportOnly {
		count = &w.refused
	}
	if *count++; *count > maxFaults {
		return
	}
	w.out.Add(Finding{w.at.In, path.Pointer(w.at.Pointer), rule, expected, src, reportOnly})
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
	case json.Number:
		if s.Integer {
			w.integer(s, string(value), path, src)
		}
	}
}

func (w *walker) integer(s *shape.Shape, text string, path *strictjson.Path, src shape.Source) {
	if rule, expected := integerFault(text, s.Format); rule != "" {
		w.add(rule, expected, path, src, false)
	}
}

func (w *walker) object(s *shape.Shape, object map[string]any, path *strictjson.Path, src shape.Source, weight float64) {
	var unnamed []string
	for name, value := range object {
		here := strictjson.Path{Parent: path, Name: name}
		next, declared := s.Members[name]
		if declared {
			w.checkDirection(next.Shape, value, &here, src)
		} else {
			next = s.Rest
			unnamed = append(unnamed, name)
		}
		w.value(next.Shape, value, &here, src, weight*next.Weight)
	}
	if len(unnamed) > 0 {
		slices.Sort(unnamed)
		w.unnamed(s, unnamed, path, src)
	}
	for _, schema := range s.Closed {
		w.closed(s, schema, object, path, src)
	}
}

// checkDirection reports a readOnly member in a request, which is not refused, so that a client can send back what it read,
// and a writeOnly member in a response. Null is allowed, because it reveals nothing.
func (w *walker) checkDirection(s *shape.Shape, value any, path *strictjson.Path, src shape.Source) {
	if s == nil || value == nil {
		return
	}
	src = shape.OrElse(s.Source, src)
	if s.ReadOnly && !w.direction.response {
		w.add("readOnly", "only in responses", path, src, true)
	}
	if s.WriteOnly && w.direction.response {
		w.add("writeOnly", "only in requests", path, src, false)
	}
}

// unnamed checks the members that no schema of the place names.
func (w *walker) unnamed(s *shape.Shape, names []string, path *strictjson.Path, src shape.Source) {
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		here := strictjson.Path{Parent: path, Name: name}
		folded := strictjson.Fold(name)
		if declared, twin := s.Folded[folded]; twin {
			w.add("case", strconv.Quote(declared), &here, src, false)
		} else if s.Open || len(s.Closed) > 0 {
			w.unnamedMember(s, seen[folded], &here, src)
		}
		seen[folded] = true
	}
}

func (w *walker) unnamedMember(s *shape.Shape, twin bool, path *strictjson.Path, src shape.Source) {
	if twin {
		w.add("case", "names that differ in more than case", path, src, false)
	}
	if s.Open && w.direction.Undeclared != shape.Ignore {
		w.add("undeclared", "only declared members", path, src, w.direction.Undeclared == shape.Report)
	}
}

// closed reports members that a schema with additionalProperties: false does not name. A member that differs only in case from
// a declared one has been reported as that.
func (w *walker) closed(s *shape.Shape, schema *openapi3.Schema, object map[string]any, path *strictjson.Path, src shape.Source) {
	for name := range object {
		if schema.Properties[name] != nil {
			continue
		}
		if declared, twin := s.Folded[strictjson.Fold(name)]; twin && declared != name {
			continue
		}
		here := strictjson.Path{Parent: path, Name: name}
		w.add("additionalProperties", "only declared members", &here, src, false)
	}
}
