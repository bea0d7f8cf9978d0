package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A shape is what is known before any message about the values at one place of it: the schemas that apply there together,
// merged for the checks that kin-openapi does not make.
//
// A schema applies firmly, or perhaps: as a branch of oneOf, anyOf or not. Only firm ones are held against a value; the
// others lend their names, so that no member of a branch counts as undeclared.
type shape struct {
	all       []applied
	choices   []choice // firm oneOf, anyOf and not
	members   map[string]child
	folded    map[string]string  // folded name → declared name
	closed    []*openapi3.Schema // firm, and with additionalProperties: false
	open      bool               // members that nothing names are undeclared
	rest      child              // members that nothing names but a schema of additionalProperties
	items     child
	integer   bool // a number must be an integer
	format    string
	readOnly  bool
	writeOnly bool
	src       source
	secret    bool // no value may be shown
	guarded   bool // a member is secret
	said      kind // the types that the schemas name
}

// A child is the shape of a member or element. weight is how often kin-openapi visits it for each visit of its parent, at
// most: it visits the chosen branch of oneOf and anyOf twice, which doubles with each level of a recursive schema.
type child struct {
	shape  *shape
	weight float64
}

// An applied schema is one of a shape's schemas.
type applied struct {
	schema  *openapi3.Schema
	weight  float64
	firm    bool
	negated bool // below a not
	root    bool // one of those that the shape was asked for, and not part of another
}

// A shaper makes shapes for messages in one direction, one for each set of schemas, so that recursive schemas end.
type shaper struct {
	*pruner
	response bool
	shapes   map[string]*shape
}

// shape returns nil if no schema applies.
func (m *shaper) shape(roots []applied) *shape {
	roots = merge(roots)
	if len(roots) == 0 {
		return nil
	}
	key := m.keyOf(roots)
	if s := m.shapes[key]; s != nil {
		return s
	}
	s := m.pruner.shapes.next()
	m.shapes[key] = s
	for _, root := range roots {
		s.root(root)
	}
	all := flatten(roots)
	s.all = m.applied.list(len(all))
	copy(s.all, all)
	for i := range s.all {
		s.all[i].root = slices.ContainsFunc(roots, func(root applied) bool { return root.schema == s.all[i].schema })
	}
	m.fill(s, s.all)
	return s
}

// prune puts copies in the place of the document's schemas.
func (s *shape) prune(p *pruner) {
	for i := range s.all {
		s.all[i].schema = p.schema(s.all[i].schema)
	}
	for i := range s.closed {
		s.closed[i] = p.schema(s.closed[i])
	}
	for i := range s.choices {
		s.choices[i].schema = p.schema(s.choices[i].schema)
	}
}

func (s *shape) root(root applied) {
	if root.firm {
		s.src = orElse(s.src, sourceOf(root.schema.Extensions, root.schema.Origin))
	}
	s.readOnly = s.readOnly || root.schema.ReadOnly
	s.writeOnly = s.writeOnly || root.schema.WriteOnly
}

// roots are the firm schemas that the shape was asked for. Null is decided by these.
func (s *shape) roots() []*openapi3.Schema {
	var list []*openapi3.Schema
	for _, a := range s.all {
		if a.root && a.firm {
			list = append(list, a.schema)
		}
	}
	return list
}

// merge drops schemas that stand twice, adding their weights, and sorts nothing: the order is the document's.
func merge(list []applied) []applied {
	var merged []applied
	for _, a := range list {
		i := slices.IndexFunc(merged, func(b applied) bool { return a.schema == b.schema })
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

// keyOf leaves the weights out: they say how one gets to the shape, not what it is. Most shapes are those of schemas that refer to
// no others, and all that say the same on the same evidence have one.
func (m *shaper) keyOf(roots []applied) string {
	var b strings.Builder
	for _, a := range roots {
		if len(roots) == 1 && len(refsOf(a.schema)) == 0 {
			grade := sourceOf(a.schema.Extensions, nil).grade
			fmt.Fprintf(&b, "%p %t %t %s", m.schema(a.schema), a.firm, a.negated, grade)
			break
		}
		fmt.Fprintf(&b, "%p %t %t;", a.schema, a.firm, a.negated)
	}
	return b.String()
}

// flatten adds to the schemas those they are composed of.
func flatten(roots []applied) []applied {
	var all []applied
	var path []*openapi3.Schema
	var visit func(a applied)
	visitAll := func(refs openapi3.SchemaRefs, firm bool, weight float64, negated bool) {
		for _, ref := range refs {
			visit(applied{schema: ref.Value, weight: weight, firm: firm, negated: negated})
		}
	}
	visit = func(a applied) {
		if a.schema == nil || slices.Contains(path, a.schema) {
			return
		}
		path = append(path, a.schema)
		all = append(all, a)
		visitAll(a.schema.AllOf, a.firm, a.weight, a.negated)
		visitAll(a.schema.OneOf, false, 2*a.weight, a.negated)
		visitAll(a.schema.AnyOf, false, 2*a.weight, a.negated)
		if a.schema.Not != nil {
			visit(applied{schema: a.schema.Not.Value, weight: a.weight, negated: true})
		}
		path = path[:len(path)-1]
	}
	for _, root := range roots {
		visit(applied{schema: root.schema, weight: 1, firm: root.firm, negated: root.negated})
	}
	return merge(all)
}

func (m *shaper) fill(s *shape, all []applied) {
	for _, a := range all {
		s.src = orElse(s.src, firmSource(a))
		s.readOnly = s.readOnly || a.firm && a.schema.ReadOnly
		s.writeOnly = s.writeOnly || a.firm && a.schema.WriteOnly
		s.secret = s.secret || isSecret(a.schema)
		if !a.negated {
			s.said |= said(a.schema)
		}
		if a.firm {
			s.close(a.schema)
			m.choose(s, a.schema)
		}
	}
	s.integer, s.format = integerOf(all)
	s.open = isOpen(all)
	m.fillMembers(s, all)
	m.fillItems(s, all)
}

func firmSource(a applied) source {
	if !a.firm {
		return source{}
	}
	return sourceOf(a.schema.Extensions, a.schema.Origin)
}

func (s *shape) close(schema *openapi3.Schema) {
	if has := schema.AdditionalProperties.Has; has != nil && !*has {
		s.closed = append(s.closed, schema)
	}
}

// parts are the firm schemas without what applies to members and elements, and without composition. They are large, and
// needed only to explain a refusal.
func (s *shape) parts(response bool) []*openapi3.Schema {
	var list []*openapi3.Schema
	for _, schema := range s.firmSchemas() {
		part := *schema
		part.OneOf, part.AnyOf, part.AllOf, part.Not, part.Discriminator = nil, nil, nil, nil, nil
		part.Properties, part.Items, part.AdditionalProperties = nil, nil, openapi3.AdditionalProperties{}
		part.Required = slices.DeleteFunc(slices.Clone(schema.Required), func(name string) bool {
			return exempt(name, response, s.all)
		})
		list = append(list, &part)
	}
	return list
}

// exempt holds for a required member that does not travel in this direction.
func exempt(name string, response bool, all []applied) bool {
	return slices.ContainsFunc(all, func(a applied) bool {
		ref := a.schema.Properties[name]
		return ref != nil && (ref.Value.ReadOnly && !response || ref.Value.WriteOnly && response)
	})
}

// integerOf tells whether a number must be an integer: a firm schema says so, or every branch that takes numbers does. What
// stands below a not says nothing of that: a number that is no integer is what it may ask for.
func integerOf(all []applied) (integer bool, format string) {
	perhaps, number := false, false
	for _, a := range all {
		if a.negated {
			continue
		}
		isInteger := a.schema.Type.Is(openapi3.TypeInteger)
		if isInteger && a.firm {
			return true, a.schema.Format
		}
		perhaps = perhaps || isInteger
		number = number || !isInteger && !a.firm && len(a.schema.OneOf)+len(a.schema.AnyOf)+len(a.schema.AllOf) == 0 &&
			(a.schema.Type == nil || a.schema.Type.Is(openapi3.TypeNumber))
	}
	return perhaps && !number, ""
}

// isOpen holds where properties are listed and nothing is said of others.
func isOpen(all []applied) bool {
	lists := false
	for _, a := range all {
		if a.schema.AdditionalProperties.Has != nil || a.schema.AdditionalProperties.Schema != nil {
			return false
		}
		lists = lists || len(a.schema.Properties) > 0
	}
	return lists
}

func (m *shaper) fillMembers(s *shape, all []applied) {
	for _, a := range all {
		for name := range a.schema.Properties {
			if s.members == nil {
				s.members, s.folded = map[string]child{}, map[string]string{}
			}
			if _, done := s.members[name]; !done {
				member := m.member(name, all)
				s.members[m.name(name)] = member
				s.folded[m.name(fold(name))] = m.name(name)
				s.guarded = s.guarded || member.shape != nil && member.shape.secret
			}
		}
	}
	s.rest = m.child(all, func(a applied) *openapi3.SchemaRef { return a.schema.AdditionalProperties.Schema })
}

func (m *shaper) member(name string, all []applied) child {
	return m.child(all, func(a applied) *openapi3.SchemaRef {
		if ref := a.schema.Properties[name]; ref != nil {
			return ref
		}
		return a.schema.AdditionalProperties.Schema
	})
}

func (m *shaper) fillItems(s *shape, all []applied) {
	s.items = m.child(all, func(a applied) *openapi3.SchemaRef { return a.schema.Items })
}

func (m *shaper) child(all []applied, of func(applied) *openapi3.SchemaRef) child {
	var roots []applied
	weight := 0.0
	for _, a := range all {
		if ref := of(a); ref != nil && ref.Value != nil {
			roots = append(roots, applied{schema: ref.Value, weight: 1, firm: a.firm, negated: a.negated})
			weight += a.weight
		}
	}
	return child{m.shape(roots), weight}
}
