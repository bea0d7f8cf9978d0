// Package shape merges the schemas of a document that describe one place in a message into one [Shape], before any message
// comes. Both ways of checking a message start from it: the compiled programs of package accept, and the explanations of
// package explain.
package shape

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
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

// A Shape is what is known before any message about the values at one place of it: the schemas that apply there together,
// merged for the checks that kin-openapi does not make.
//
// A schema applies firmly, or perhaps: as a branch of oneOf, anyOf or not. Only firm ones are held against a value; the
// others lend their names, so that no member of a branch counts as undeclared.
type Shape struct {
	All       []Applied
	Choices   []Choice // firm oneOf, anyOf and not
	Members   map[string]Child
	Folded    map[string]string  // folded name → declared name
	Closed    []*openapi3.Schema // firm, and with additionalProperties: false
	Open      bool               // members that nothing names are undeclared
	Rest      Child              // members that nothing names but a schema of additionalProperties
	Items     Child
	Integer   bool // a number must be an integer
	Format    string
	ReadOnly  bool
	WriteOnly bool
	Source    Source
	Secret    bool // no value may be shown
	guarded   bool // a member is secret
	Said      Kind // the types that the schemas name
}

// A Child is the shape of a member or element. weight is how often kin-openapi visits it for each visit of its parent, at
// most: it visits the chosen branch of oneOf and anyOf twice, which doubles with each level of a recursive schema.
type Child struct {
	Shape  *Shape
	Weight float64
}

// MinWork is the number of kin-openapi's visits to values that no message is refused for. See [child].
const MinWork = 1 << 20

// An Applied schema is one of a shape's schemas.
type Applied struct {
	Schema  *openapi3.Schema
	node    *Node
	weight  float64
	firm    bool
	negated bool // below a not
	root    bool // one of those that the shape was asked for, and not part of another
}

// A Shaper makes shapes for messages in one direction, one for each set of schemas, so that recursive schemas end.
type Shaper struct {
	Response bool
	nodes    *Nodes
	shapes   map[string]*Shape
}

// NewShaper returns a Shaper for the document that nodes were made of, which may be nil.
func NewShaper(response bool, nodes *Nodes) *Shaper {
	return &Shaper{Response: response, nodes: nodes, shapes: map[string]*Shape{}}
}

// Of returns the shape of values that one schema describes.
func (m *Shaper) Of(s *openapi3.Schema) *Shape {
	return m.Merged([]Applied{{Schema: s, weight: 1, firm: true}})
}

// Prune makes the shapes let go of the document, after the last of them was made.
func (m *Shaper) Prune(p *Pruner) {
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
	key := keyOf(roots)
	if s := m.shapes[key]; s != nil {
		return s
	}
	s := new(Shape)
	m.shapes[key] = s
	for _, root := range roots {
		m.root(s, root)
	}
	all := flatten(roots)
	s.All = make([]Applied, len(all))
	copy(s.All, all)
	for i := range s.All {
		s.All[i].node = m.nodes.Of(s.All[i].Schema)
		s.All[i].root = slices.ContainsFunc(roots, func(root Applied) bool { return root.Schema == s.All[i].Schema })
	}
	m.fill(s, s.All)
	return s
}

// prune puts copies in the place of the document's schemas.
func (s *Shape) prune(p *Pruner) {
	for i := range s.All {
		s.All[i].Schema = p.Schema(s.All[i].Schema)
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
	s.ReadOnly = s.ReadOnly || root.Schema.ReadOnly
	s.WriteOnly = s.WriteOnly || root.Schema.WriteOnly
}

// Roots are the firm schemas that the shape was asked for. Null is decided by these.
func (s *Shape) Roots() []*openapi3.Schema {
	var list []*openapi3.Schema
	for _, a := range s.All {
		if a.root && a.firm {
			list = append(list, a.Schema)
		}
	}
	return list
}

// merge drops schemas that stand twice, adding their weights, and sorts nothing: the order is the document's.
func merge(list []Applied) []Applied {
	var merged []Applied
	for _, a := range list {
		i := slices.IndexFunc(merged, func(b Applied) bool { return a.Schema == b.Schema })
		if i < 0 {
			merged = append(merged, a)
			continue
		}
		merged[i].firm = merged[i].firm || a.firm
		merged[i].negated = merged[i].negated && a.negated
		merged[i].weight += a.weight
	}
	return merged
}

// keyOf returns what a shape is known by. The weights are not part of it: they say how one gets to the shape, not what it is.
func keyOf(roots []Applied) string {
	var b strings.Builder
	for _, a := range roots {
		fmt.Fprintf(&b, "%p %t %t;", a.Schema, a.firm, a.negated)
	}
	return b.String()
}

// flatten adds to the schemas those they are composed of.
func flatten(roots []Applied) []Applied {
	var all []Applied
	var path []*openapi3.Schema
	var visit func(a Applied)
	visitAll := func(refs openapi3.SchemaRefs, firm bool, weight float64, negated bool) {
		for _, ref := range refs {
			visit(Applied{Schema: ref.Value, weight: weight, firm: firm, negated: negated})
		}
	}
	visit = func(a Applied) {
		if a.Schema == nil || slices.Contains(path, a.Schema) {
			return
		}
		path = append(path, a.Schema)
		all = append(all, a)
		visitAll(a.Schema.AllOf, a.firm, a.weight, a.negated)
		visitAll(a.Schema.OneOf, false, 2*a.weight, a.negated)
		visitAll(a.Schema.AnyOf, false, 2*a.weight, a.negated)
		if a.Schema.Not != nil {
			visit(Applied{Schema: a.Schema.Not.Value, weight: a.weight, negated: true})
		}
		path = path[:len(path)-1]
	}
	for _, root := range roots {
		visit(Applied{Schema: root.Schema, weight: 1, firm: root.firm, negated: root.negated})
	}
	return merge(all)
}

func (m *Shaper) fill(s *Shape, all []Applied) {
	for _, a := range all {
		s.Source = OrElse(s.Source, m.firmSource(a))
		s.ReadOnly = s.ReadOnly || a.firm && a.Schema.ReadOnly
		s.WriteOnly = s.WriteOnly || a.firm && a.Schema.WriteOnly
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

// Parts are the firm schemas without what applies to members and elements, and without composition. They are large, and
// needed only to explain a refusal.
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

// exempt holds for a required member that does not travel in this direction.
func exempt(name string, response bool, all []Applied) bool {
	return slices.ContainsFunc(all, func(a Applied) bool {
		ref := a.Schema.Properties[name]
		return ref != nil && (ref.Value.ReadOnly && !response || ref.Value.WriteOnly && response)
	})
}

// integerOf tells whether a number must be an integer: a firm schema says so, or every branch that takes numbers does. What
// stands below a not says nothing of that: a number that is no integer is what it may ask for.
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

// isOpen holds where properties are listed and nothing is said of others.
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

func (m *Shaper) fillMembers(s *Shape, all []Applied) {
	for _, a := range all {
		for name := range a.Schema.Properties {
			if s.Members == nil {
				s.Members, s.Folded = map[string]Child{}, map[string]string{}
			}
			if _, done := s.Members[name]; !done {
				member := m.member(name, all)
				s.Members[name] = member
				s.Folded[strictjson.Fold(name)] = name
				s.guarded = s.guarded || member.Shape != nil && member.Shape.Secret
			}
		}
	}
	s.Rest = m.child(all, func(a Applied) *openapi3.SchemaRef { return a.Schema.AdditionalProperties.Schema })
}

func (m *Shaper) member(name string, all []Applied) Child {
	return m.child(all, func(a Applied) *openapi3.SchemaRef {
		if ref := a.Schema.Properties[name]; ref != nil {
			return ref
		}
		return a.Schema.AdditionalProperties.Schema
	})
}

func (m *Shaper) fillItems(s *Shape, all []Applied) {
	s.Items = m.child(all, func(a Applied) *openapi3.SchemaRef { return a.Schema.Items })
}

func (m *Shaper) child(all []Applied, of func(Applied) *openapi3.SchemaRef) Child {
	var roots []Applied
	weight := 0.0
	for _, a := range all {
		if ref := of(a); ref != nil && ref.Value != nil {
			roots = append(roots, Applied{Schema: ref.Value, weight: 1, firm: a.firm, negated: a.negated})
			weight += a.weight
		}
	}
	return Child{m.Merged(roots), weight}
}
