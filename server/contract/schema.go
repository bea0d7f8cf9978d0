package contract

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// A place is where in a message a value stands, and where the document says something about it.
type place struct {
	in, pointer string
	src         source
}

func (p place) finding(rule, expected string) finding {
	return finding{in: p.in, pointer: p.pointer, rule: rule, expected: expected, src: p.src}
}

// A direction is how schemas apply to requests or to responses.
type direction struct {
	*schemaCompiler // nil once all is compiled

	response    bool
	undeclared  Policy
	oneWayNames map[string]bool                   // of members that are readOnly or writeOnly anywhere
	accept      []openapi3.SchemaValidationOption // stop at the first error
	first       []openapi3.SchemaValidationOption // say what the first error is
	explain     []openapi3.SchemaValidationOption // all errors
}

// A schemaCompiler is what a direction needs until all schemas are compiled.
type schemaCompiler struct {
	shaper    *shaper
	nodes     map[*shape]*node
	formats   map[string]func([]byte) bool
	collected map[*openapi3.Schema]bool // for oneWayNames
	pruner    *pruner
}

// compiled lets go of the document.
func (d *direction) compiled() {
	for _, s := range d.shaper.shapes {
		s.prune(d.pruner)
	}
	d.schemaCompiler = nil
}

func newDirection(response bool, undeclared Policy, p *pruner) *direction {
	formats := stringFormats(response)
	common := []openapi3.SchemaValidationOption{
		openapi3.WithStringFormatValidators(validators(formats)),
		openapi3.WithNumberFormatValidators(numberFormats()),
		openapi3.WithIntegerFormatValidators(integerFormats()),
		openapi3.DisableReadOnlyValidation(), // ours, which does not refuse
		openapi3.DisableWriteOnlyValidation(),
		openapi3.DisableSchemaErrorDetails(),
		visitAs(response),
	}
	return &direction{
		schemaCompiler: &schemaCompiler{
			shaper: &shaper{pruner: p, response: response, shapes: map[string]*shape{}}, nodes: map[*shape]*node{},
			formats: formats, collected: map[*openapi3.Schema]bool{}, pruner: p,
		},
		response: response, undeclared: undeclared, oneWayNames: map[string]bool{},
		first:   common,
		accept:  append(slices.Clone(common), openapi3.FailFast()),
		explain: append(slices.Clone(common), openapi3.MultiErrors()),
	}
}

func visitAs(response bool) openapi3.SchemaValidationOption {
	if response {
		return openapi3.VisitAsResponse()
	}
	return openapi3.VisitAsRequest()
}

// A schemaPlan checks values against one schema. Its program accepts most good ones without making a value of them.
type schemaPlan struct {
	direction *direction
	schema    *openapi3.Schema
	shape     *shape
	program   program
}

// plan returns nil for no schema; a nil plan accepts everything.
func (d *direction) plan(ref *openapi3.SchemaRef) *schemaPlan {
	if ref == nil || ref.Value == nil {
		return nil
	}
	d.collectOneWay(ref.Value)
	s := d.shaper.shape([]applied{{schema: ref.Value, weight: 1, firm: true}})
	plan := d.pruner.plans.next()
	*plan = schemaPlan{d, d.pruner.schema(ref.Value), s, program{d.node(s)}}
	return plan
}

// check reports what is wrong with value: first what kin-openapi does not see, then, where kin-openapi does not accept it,
// why.
func (p *schemaPlan) check(value any, at place, out *report) {
	if p == nil {
		return
	}
	w := &walker{direction: p.direction, at: at, out: out}
	w.value(p.shape, value, nil, at.src, 1)
	if w.work > minWork && w.work > workPerValue*float64(w.values) {
		out.add(at.finding("depth", "JSON nested less deeply in a schema with alternatives"))
		return
	}
	if p.accepts(value) {
		return
	}
	before := len(out.refused)
	e := &explainer{walker: w}
	e.value(p.shape, value, nil, at.src)
	if len(out.refused) == before && w.refused == 0 {
		out.add(at.finding("schema", "a value that the schema accepts"))
	}
}

func (p *schemaPlan) accepts(value any) bool {
	return p.schema.VisitJSON(value, p.direction.accept...) == nil
}

// Work is counted in visits of kin-openapi to a value, which a recursive schema with alternatives doubles at each level: a
// message for which that is out of proportion is refused.
const (
	minWork      = 1 << 20
	workPerValue = 256
)

// maxFaults bounds the pointers made for one value, of which many may be the same.
const maxFaults = 10 * maxViolations

// A walker looks at each value of a message once.
type walker struct {
	direction *direction
	at        place
	out       *report
	work      float64
	values    int
	refused   int // findings, however many the report took
	noted     int
}

func (w *walker) add(rule, expected string, path *jsonPath, src source, reportOnly bool) {
	count := &w.noted
	if !reportOnly {
		count = &w.refused
	}
	if *count++; *count > maxFaults {
		return
	}
	w.out.add(finding{w.at.in, path.pointer(w.at.pointer), rule, expected, src, reportOnly})
}

func (w *walker) value(s *shape, value any, path *jsonPath, src source, weight float64) {
	w.values++
	if s == nil {
		return
	}
	w.work += weight
	src = orElse(s.src, src)
	switch value := value.(type) {
	case map[string]any:
		w.object(s, value, path, src, weight)
	case []any:
		for i, element := range value {
			here := jsonPath{parent: path, index: i, array: true}
			w.value(s.items.shape, element, &here, src, weight*s.items.weight)
		}
	case json.Number:
		if s.integer {
			w.integer(s, string(value), path, src)
		}
	}
}

func (w *walker) integer(s *shape, text string, path *jsonPath, src source) {
	if rule, expected := integerFault(text, s.format); rule != "" {
		w.add(rule, expected, path, src, false)
	}
}

func (w *walker) object(s *shape, object map[string]any, path *jsonPath, src source, weight float64) {
	var strangers []string
	for name, value := range object {
		here := jsonPath{parent: path, name: name}
		next, declared := s.members[name]
		if declared {
			w.travels(next.shape, value, &here, src)
		} else {
			next = s.rest
			strangers = append(strangers, name)
		}
		w.value(next.shape, value, &here, src, weight*next.weight)
	}
	if len(strangers) > 0 {
		slices.Sort(strangers)
		w.strangers(s, strangers, path, src)
	}
	for _, schema := range s.closed {
		w.closed(s, schema, object, path, src)
	}
}

// travels reports a member sent the wrong way: readOnly in a request, which is accepted so that what was read can be sent
// back, and writeOnly in a response. Null tells nothing.
func (w *walker) travels(s *shape, value any, path *jsonPath, src source) {
	if s == nil || value == nil {
		return
	}
	src = orElse(s.src, src)
	if s.readOnly && !w.direction.response {
		w.add("readOnly", "only in responses", path, src, true)
	}
	if s.writeOnly && w.direction.response {
		w.add("writeOnly", "only in requests", path, src, false)
	}
}

// strangers looks at the members that the schemas do not name.
func (w *walker) strangers(s *shape, names []string, path *jsonPath, src source) {
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		here := jsonPath{parent: path, name: name}
		folded := fold(name)
		if declared, twin := s.folded[folded]; twin {
			w.add("case", strconv.Quote(declared), &here, src, false)
		} else if s.open || len(s.closed) > 0 {
			w.stranger(s, seen[folded], &here, src)
		}
		seen[folded] = true
	}
}

func (w *walker) stranger(s *shape, twin bool, path *jsonPath, src source) {
	if twin {
		w.add("case", "names that differ in more than case", path, src, false)
	}
	if s.open && w.direction.undeclared != Ignore {
		w.add("undeclared", "only declared members", path, src, w.direction.undeclared == Report)
	}
}

// closed reports members that a schema with additionalProperties: false does not name. One that differs only in case has
// been reported as that.
func (w *walker) closed(s *shape, schema *openapi3.Schema, object map[string]any, path *jsonPath, src source) {
	for name := range object {
		if schema.Properties[name] != nil {
			continue
		}
		if declared, twin := s.folded[fold(name)]; twin && declared != name {
			continue
		}
		here := jsonPath{parent: path, name: name}
		w.add("additionalProperties", "only declared members", &here, src, false)
	}
}
