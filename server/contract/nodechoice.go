package contract

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// addChoices adds the alternatives of a schema.
func (d *direction) addChoices(n *node, schema *openapi3.Schema) {
	if len(schema.OneOf)+len(schema.AnyOf) == 0 && schema.Not == nil {
		return
	}
	c := &choiceRules{one: d.branches(schema.OneOf), any: d.branches(schema.AnyOf)}
	if schema.Not != nil {
		c.not = d.branches(openapi3.SchemaRefs{schema.Not})[0]
	}
	if disc := schema.Discriminator; disc != nil && len(schema.OneOf)+len(schema.AnyOf) > 0 {
		c.by = &discriminatorRules{property: disc.PropertyName}
		if len(disc.Mapping) > 0 {
			c.by.one, c.by.any = d.mapped(disc, schema.OneOf), d.mapped(disc, schema.AnyOf)
		}
	}
	n.choices = append(n.choices, c)
}

func (d *direction) branches(refs openapi3.SchemaRefs) []*node {
	var list []*node
	for _, ref := range refs {
		list = append(list, d.node(d.shaper.shape([]applied{{schema: ref.Value, weight: 1, firm: true}})))
	}
	return list
}

// mapped returns the branches that kin-openapi looks at for each value of the discriminator. An empty reference chooses all.
func (d *direction) mapped(disc *openapi3.Discriminator, refs openapi3.SchemaRefs) map[string][]*node {
	branches := map[string][]*node{}
	for value, target := range disc.Mapping {
		ref := target.Ref
		if ref != "" && !strings.Contains(ref, "/") {
			ref = "#/components/schemas/" + ref
		}
		branches[value] = d.branches(slices.DeleteFunc(slices.Clone(refs), func(r *openapi3.SchemaRef) bool {
			return ref != "" && r.Ref != ref
		}))
	}
	return branches
}

// simple holds for a schema without keywords of OpenAPI 3.1, which kin-openapi treats in ways of its own.
func simple(s *openapi3.Schema) bool {
	if s == nil || s.Always != nil || s.Const != nil || s.ExclusiveMin.Value != nil || s.ExclusiveMax.Value != nil {
		return false
	}
	if s.Contains != nil || s.PropertyNames != nil || s.If != nil || s.Then != nil || s.Else != nil || len(s.PrefixItems) > 0 {
		return false
	}
	if len(s.PatternProperties)+len(s.DependentSchemas)+len(s.DependentRequired)+len(s.Defs) > 0 {
		return false
	}
	return !slices.ContainsFunc(refsOf(s), func(ref *openapi3.SchemaRef) bool { return ref == nil || ref.Value == nil })
}

// revisits holds for a schema that is composed of itself. kin-openapi does not visit it again for the same value, so that
// what a branch accepts depends on where it stands.
func revisits(s *openapi3.Schema) bool {
	underWay := map[*openapi3.Schema]bool{} // false: done
	var visit func(s *openapi3.Schema) bool
	visit = func(s *openapi3.Schema) bool {
		if s == nil {
			return false
		}
		if again, visited := underWay[s]; visited {
			return again
		}
		underWay[s] = true
		refs := slices.Concat(s.AllOf, s.AnyOf, s.OneOf)
		if s.Not != nil {
			refs = append(refs, s.Not)
		}
		found := slices.ContainsFunc(refs, func(ref *openapi3.SchemaRef) bool { return visit(ref.Value) })
		underWay[s] = found
		return found
	}
	return visit(s)
}
