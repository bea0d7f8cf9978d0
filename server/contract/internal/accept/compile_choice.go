package accept

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// addChoices adds the alternatives of a schema.
func (d *Compiler) addChoices(n *Node, schema *openapi3.Schema) {
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

func (d *Compiler) branches(refs openapi3.SchemaRefs) []*Node {
	var list []*Node
	for _, ref := range refs {
		list = append(list, d.Node(d.shaper.Of(ref.Value)))
	}
	return list
}

// mapped returns the branches that kin-openapi tries for each value of the discriminator. An empty reference selects all.
func (d *Compiler) mapped(disc *openapi3.Discriminator, refs openapi3.SchemaRefs) map[string][]*Node {
	branches := map[string][]*Node{}
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
