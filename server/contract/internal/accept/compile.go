package accept

import (
	"math"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// unlimited is the value of a limit that the document does not set.
const unlimited = math.MaxInt

// A Compiler compiles shapes into nodes.
type Compiler struct {
	shaper      *shape.Shaper
	nodes       map[*shape.Shape]*Node
	formats     map[string]func([]byte) bool
	uuid        func([]byte) bool // see format.UUID
	patterns    *pattern.Set
	response    bool
	undeclared  shape.Policy
	accept      []openapi3.SchemaValidationOption // options of kin-openapi for asking whether it accepts a value
	collected   map[*openapi3.Schema]bool         // visited by CollectOneWay
	oneWayNames map[string]bool                   // names of members that are readOnly or writeOnly in any schema
}

// NewCompiler returns a compiler for the shapes that m makes.
func NewCompiler(
	response bool, m *shape.Shaper, formats map[string]func([]byte) bool, uuid func([]byte) bool, patterns *pattern.Set, undeclared shape.Policy,
	accept []openapi3.SchemaValidationOption,
) *Compiler {
	return &Compiler{
		shaper: m, nodes: map[*shape.Shape]*Node{}, formats: formats, uuid: uuid, patterns: patterns, response: response, undeclared: undeclared, accept: accept,
		collected: map[*openapi3.Schema]bool{}, oneWayNames: map[string]bool{},
	}
}

// Node compiles a shape once, so that recursive schemas do not recurse without end.
func (d *Compiler) Node(s *shape.Shape) *Node {
	if s == nil {
		return nil
	}
	if n := d.nodes[s]; n != nil {
		return n
	}
	n := new(Node)
	n.kinds, n.maxItems, n.maxMembers, n.text.max = shape.AnyKind, unlimited, unlimited, unlimited
	d.nodes[s] = n
	if slices.ContainsFunc(s.All, func(a shape.Applied) bool { return !shape.Simple(a.Schema) || shape.Revisits(a.Schema) }) {
		n.never = true
		return n
	}
	d.constants(n, s)
	n.nullEnum = n.null && s.NullEnum()
	n.integer, n.format = s.Integer, s.Format
	for _, schema := range s.FirmSchemas() {
		if !schema.IsEmpty() && !d.add(n, schema) {
			n.never = true
			return n
		}
	}
	n.text.more = n.text.more || len(n.enums) > 0
	if uuid := s.FirmSchemas(); len(uuid) == 1 && uuid[0].Format == "uuid" && n.text.onlyFormat() && len(n.enums) == 0 {
		n.text.uuid = d.uuid
	}
	n.items, n.itemsWeight = d.Node(s.Items.Shape), weightOf(s.Items)
	d.addMembers(n, s)
	n.simple = !n.never && len(n.choices) == 0
	return n
}

// constants sets whether null, true and false are accepted. kin-openapi is asked, unless there is only a type that decides.
func (d *Compiler) constants(n *Node, s *shape.Shape) {
	if roots := s.Roots(); len(s.All) == 1 && len(roots) == 1 && roots[0].Type != nil && len(roots[0].Enum) == 0 && !shape.Composed(roots[0]) {
		n.null = roots[0].Nullable
		n.yes = roots[0].Type.Includes(openapi3.TypeBoolean)
		n.no = n.yes
		return
	}
	n.null, n.yes, n.no = d.asked(s, nil), d.asked(s, true), d.asked(s, false)
}

// asked reports whether kin-openapi accepts a value.
func (d *Compiler) asked(s *shape.Shape, value any) bool {
	return !slices.ContainsFunc(s.Roots(), func(root *openapi3.Schema) bool {
		return root.VisitJSON(value, d.accept...) != nil
	})
}

// add adds what one schema requires. It returns false if a program cannot check it.
func (d *Compiler) add(n *Node, schema *openapi3.Schema) bool {
	n.finite = true
	n.kinds &= shape.KindsOf(schema.Type)
	n.minItems, n.maxItems = max(n.minItems, atLeast(schema.MinItems)), min(n.maxItems, atMost(schema.MaxItems))
	n.minMembers, n.maxMembers = max(n.minMembers, atLeast(schema.MinProps)), min(n.maxMembers, atMost(schema.MaxProps))
	n.unique = n.unique || schema.UniqueItems
	if has := schema.AdditionalProperties.Has; has != nil && !*has {
		n.unnamed.closed = true
	}
	n.addEnum(schema.Enum)
	d.addChoices(n, schema)
	return n.addNumbers(schema) && d.addText(n, schema)
}

func atLeast(bound uint64) int { return int(min(bound, unlimited)) }

func atMost(bound *uint64) int {
	if bound == nil {
		return unlimited
	}
	return atLeast(*bound)
}

func weightOf(c shape.Child) float64 {
	if c.Shape == nil {
		return 1
	}
	return c.Weight
}

// addNumbers adds the bounds of numbers, as kin-openapi checks them, those of formats included.
func (n *Node) addNumbers(s *openapi3.Schema) bool {
	r := numberRules{low: math.Inf(-1), high: math.Inf(1)}
	r.integer = s.Type.Permits(openapi3.TypeInteger) && !s.Type.Permits(openapi3.TypeNumber)
	if s.Min != nil {
		r.low = *s.Min
	}
	if s.Max != nil {
		r.high = *s.Max
	}
	r.above = s.Min != nil && s.ExclusiveMin.Bool != nil && *s.ExclusiveMin.Bool
	r.below = s.Max != nil && s.ExclusiveMax.Bool != nil && *s.ExclusiveMax.Bool
	if s.MultipleOf != nil {
		r.multiple = *s.MultipleOf
	}
	plain := r == numberRules{low: math.Inf(-1), high: math.Inf(1)}
	if !plain {
		n.numbers = append(n.numbers, r)
	}
	format, ok := numberFormat(s.Format, r.integer)
	if format != nil {
		n.numbers = append(n.numbers, *format)
	}
	return ok && (s.MultipleOf == nil || *s.MultipleOf > 0 && !math.IsInf(*s.MultipleOf, 0))
}

// numberFormat returns the bounds of a format. A program cannot check a format that was registered with kin-openapi.
func numberFormat(format string, integer bool) (bounds *numberRules, ok bool) {
	switch {
	case format == "":
		return nil, true
	case integer && format == "int32":
		return &numberRules{low: math.MinInt32, high: math.MaxInt32}, true
	case integer && format == "int64":
		return &numberRules{low: math.MinInt64, high: math.MaxInt64}, true
	case integer:
		return nil, openapi3.SchemaIntegerFormats[format] == nil
	case format == "float":
		return &numberRules{low: -math.MaxFloat32, high: math.MaxFloat32}, true
	}
	return nil, openapi3.SchemaNumberFormats[format] == nil
}

func (n *Node) addEnum(values []any) {
	if len(values) == 0 {
		return
	}
	e := &enumRules{}
	for _, value := range values {
		number, isNumber := floatOf(value)
		switch text, isText := value.(string); {
		case isText:
			e.texts = append(e.texts, text)
		case isNumber:
			e.numbers = append(e.numbers, number)
		default:
			e.nested = e.nested || value != nil && value != true && value != false
		}
	}
	n.enums = append(n.enums, e)
}
