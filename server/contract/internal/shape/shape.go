// Package shape merges all schemas of a document that describe one place in a message into one [Shape], before any message
// arrives. The fast programs of package accept and the explanations of package explain are both made from it.
package shape

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

func (s *Shape) FirmSchemas() []*openapi3.Schema {
	var list []*openapi3.Schema
	for _, a := range s.All {
		if a.firm {
			list = append(list, a.Schema)
		}
	}
	return list
}

// A Shape holds what a document says about the values at one place of a message: the schemas that apply there together, merged
// for the checks that kin-openapi does not make.
//
// A schema applies firmly, or it may apply, as a branch of oneOf, anyOf or not. Values are checked only against firm schemas.
// The others contribute names, so that a member of a branch does not count as undeclared.
type Shape struct {
	All       []Applied
	Choices   []Choice // of firm schemas
	Members   map[string]Child
	Folded    map[string]string  // folded name → declared name
	Closed    []*openapi3.Schema // firm schemas with additionalProperties: false
	Open      bool               // members that no schema names are undeclared
	Rest      Child              // members that only additionalProperties describes
	Items     Child
	Integer   bool // a number must be an integer
	Format    string
	ReadOnly  bool
	WriteOnly bool
	InBranch  bool // readOnly or writeOnly in a branch of what is around it, see [Shape.OneWay]
	Unique    bool // the elements of an array must differ
	Whole     bool // an array or object is checked with all that is in it
	Source    Source
	Secret    bool // values may not be shown
	guarded   bool // a member is secret
	Said      Kind // the types that the schemas name
}

// A Child is the shape of a member or element. Weight is the highest number of times that kin-openapi visits it for each visit
// of its parent: kin-openapi visits the chosen branch of oneOf and anyOf twice, which doubles the visits at each level of a
// recursive schema.
type Child struct {
	Shape  *Shape
	Weight float64
}

// MinWork is a number of visits to values, see [Child], for which no message is refused.
const MinWork = 1 << 20

// A Shaper makes shapes, one for each set of schemas, so that recursive schemas do not recurse without end. A shape is the same for
// requests and responses.
type Shaper struct {
	nodes  *Nodes
	alone  map[*openapi3.Schema]*Shape // of one schema that applies firmly, as most are
	shapes map[string]*Shape           // of several, by keyOf
	pruned bool
}

// NewShaper returns a Shaper for the document that nodes were made of, which may be nil.
func NewShaper(nodes *Nodes) *Shaper {
	return &Shaper{nodes: nodes, alone: map[*openapi3.Schema]*Shape{}, shapes: map[string]*Shape{}}
}

// Of returns the shape of values that one schema describes.
func (m *Shaper) Of(s *openapi3.Schema) *Shape {
	if known := m.alone[s]; known != nil {
		return known
	}
	return m.Merged([]Applied{{Schema: s, weight: 1, firm: true}})
}

// Prune replaces the document's schemas by copies in all shapes, when it is called first, after the last shape was made.
func (m *Shaper) Prune(p *Pruner) {
	if m.pruned {
		return
	}
	m.pruned = true
	for _, s := range m.alone {
		s.prune(p)
	}
	for _, s := range m.shapes {
		s.prune(p)
	}
}

// Merged returns the shape of values that several schemas describe together, or nil if no schema applies.
func (m *Shaper) Merged(roots []Applied) *Shape {
	roots = merge(roots)
	if len(roots) == 0 {
		return nil
	}
	if len(roots) == 1 && roots[0].firm && !roots[0].negated {
		return known(m.alone, roots[0].Schema, func(s *Shape) { m.make(s, roots) })
	}
	return known(m.shapes, keyOf(roots), func(s *Shape) { m.make(s, roots) })
}

// known returns the shape with a key, which is made if there is none yet.
func known[Key comparable](shapes map[Key]*Shape, key Key, fill func(*Shape)) *Shape {
	s := shapes[key]
	if s == nil {
		s = new(Shape)
		shapes[key] = s // before it is filled, because it may be reached from itself
		fill(s)
	}
	return s
}

func (m *Shaper) make(s *Shape, roots []Applied) {
	for _, root := range roots {
		m.root(s, root)
	}
	s.All = flatten(roots)
	for i := range s.All {
		s.All[i].node = m.nodes.Of(s.All[i].Schema)
		s.All[i].root = slices.ContainsFunc(roots, func(root Applied) bool { return root.Schema == s.All[i].Schema })
	}
	m.fill(s, s.All)
}

// mark takes over in which direction values are sent. Where a branch of the object around them says so, that depends on the
// object.
func (s *Shape) mark(a Applied) {
	if !a.firm {
		s.InBranch = s.InBranch || a.Schema.ReadOnly || a.Schema.WriteOnly
		return
	}
	s.ReadOnly = s.ReadOnly || a.Schema.ReadOnly
	s.WriteOnly = s.WriteOnly || a.Schema.WriteOnly
	s.Unique = s.Unique || a.Schema.UniqueItems
}

// NullEnum reports whether a firm schema has an enumeration without null. As OpenAPI 3.0.3 has it, nullable does not add null
// to an enumeration.
func (s *Shape) NullEnum() bool {
	return slices.ContainsFunc(s.FirmSchemas(), func(schema *openapi3.Schema) bool {
		return len(schema.Enum) > 0 && !slices.Contains(schema.Enum, nil)
	})
}

// prune replaces the document's schemas by copies.
func (s *Shape) prune(p *Pruner) {
	for i := range s.All {
		s.All[i].Schema = p.Schema(s.All[i].Schema)
		for w := range s.All[i].Ways {
			s.All[i].Ways[w].prune(p)
		}
	}
	for i := range s.Closed {
		s.Closed[i] = p.Schema(s.Closed[i])
	}
	for i := range s.Choices {
		s.Choices[i].Schema = p.Schema(s.Choices[i].Schema)
	}
}

func (m *Shaper) root(s *Shape, root Applied) {
	s.Source = OrElse(s.Source, m.firmSource(root))
	s.mark(root)
}

// Roots returns the firm schemas that are not part of another. They decide about null.
func (s *Shape) Roots() []*openapi3.Schema {
	var list []*openapi3.Schema
	for _, a := range s.All {
		if a.root && a.firm {
			list = append(list, a.Schema)
		}
	}
	return list
}

func (m *Shaper) fill(s *Shape, all []Applied) {
	for _, a := range all {
		s.Source = OrElse(s.Source, m.firmSource(a))
		if a.firm {
			s.mark(a)
		}
		s.Secret = s.Secret || isSecret(a.Schema)
		if !a.negated {
			s.Said |= said(a.Schema)
		}
		if a.firm {
			s.close(a.Schema)
			m.choose(s, a.Schema)
		}
	}
	s.Integer, s.Format = integerOf(all)
	s.Open = isOpen(all)
	s.Whole = whole(all)
	m.fillMembers(s, all)
	m.fillItems(s, all)
}

func (m *Shaper) firmSource(a Applied) Source {
	if !a.firm {
		return Source{}
	}
	return m.nodes.Source(a.Schema, a.Schema.Extensions, a.Schema.Origin)
}

func (s *Shape) close(schema *openapi3.Schema) {
	if has := schema.AdditionalProperties.Has; has != nil && !*has {
		s.Closed = append(s.Closed, schema)
	}
}

// Parts returns the firm schemas without composition and without the keywords for members and elements. They are copies, made
// only to explain a refusal.
func (s *Shape) Parts(response bool) []Part {
	var list []Part
	for _, a := range s.All {
		if !a.firm {
			continue
		}
		part := *a.Schema
		part.OneOf, part.AnyOf, part.AllOf, part.Not, part.Discriminator = nil, nil, nil, nil, nil
		part.Properties, part.Items, part.AdditionalProperties = nil, nil, openapi3.AdditionalProperties{}
		part.Required = slices.DeleteFunc(slices.Clone(a.Schema.Required), func(name string) bool {
			return exempt(name, response, s.All)
		})
		list = append(list, Part{&part, a.node})
	}
	return list
}

// A Part is a part of a schema, and where the schema stands.
type Part struct {
	Schema *openapi3.Schema
	Node   *Node
}

// exempt reports whether a required member is not sent in this direction.
func exempt(name string, response bool, all []Applied) bool {
	return slices.ContainsFunc(all, func(a Applied) bool {
		ref := a.Schema.Properties[name]
		return ref != nil && (ref.Value.ReadOnly && !response || ref.Value.WriteOnly && response)
	})
}

// integerOf reports whether a number must be an integer: a firm schema says so, or every branch that accepts numbers does.
// Schemas below a not do not count, because they may ask for a number that is not an integer.
func integerOf(all []Applied) (integer bool, format string) {
	perhaps, number := false, false
	for _, a := range all {
		if a.negated {
			continue
		}
		isInteger := a.Schema.Type.Is(openapi3.TypeInteger)
		if isInteger && a.firm {
			return true, a.Schema.Format
		}
		perhaps = perhaps || isInteger
		number = number || !isInteger && !a.firm && len(a.Schema.OneOf)+len(a.Schema.AnyOf)+len(a.Schema.AllOf) == 0 &&
			(a.Schema.Type == nil || a.Schema.Type.Is(openapi3.TypeNumber))
	}
	return perhaps && !number, ""
}

// isOpen reports whether properties are listed and additionalProperties is absent.
func isOpen(all []Applied) bool {
	lists := false
	for _, a := range all {
		if a.Schema.AdditionalProperties.Has != nil || a.Schema.AdditionalProperties.Schema != nil {
			return false
		}
		lists = lists || len(a.Schema.Properties) > 0
	}
	return lists
}
