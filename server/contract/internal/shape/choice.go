package shape

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A Choice is the oneOf, anyOf and not of a schema. With a discriminator, its branches are known by the value of a property.
type Choice struct {
	Schema   *openapi3.Schema // has oneOf, anyOf and not, and no other keyword
	Node     *Node            // of the whole schema
	Property string
	Branches map[string]*Shape
}

func (m *Shaper) choose(s *Shape, schema *openapi3.Schema) {
	if len(schema.OneOf)+len(schema.AnyOf) == 0 && schema.Not == nil {
		return
	}
	c := Choice{Branches: map[string]*Shape{}, Node: m.nodes.Of(schema), Schema: &openapi3.Schema{
		OneOf: schema.OneOf, AnyOf: schema.AnyOf, Not: schema.Not, Discriminator: schema.Discriminator,
	}}
	if d := schema.Discriminator; d != nil {
		c.Property = d.PropertyName
		for _, ref := range slices.Concat(schema.OneOf, schema.AnyOf) {
			if Revisits(ref.Value) {
				continue // explaining it would not end
			}
			for _, value := range discriminating(d, ref.Ref) {
				c.Branches[value] = m.Of(ref.Value)
			}
		}
	}
	s.Choices = append(s.Choices, c)
}

// discriminating returns the values of the discriminator that select a branch: those that the mapping has for it, or else its
// name.
func discriminating(d *openapi3.Discriminator, ref string) []string {
	name := ref[strings.LastIndexByte(ref, '/')+1:]
	var values []string
	for value, target := range d.Mapping {
		if target.Ref == ref || target.Ref == name {
			values = append(values, value)
		}
	}
	if len(d.Mapping) == 0 && name != "" {
		values = append(values, name)
	}
	return values
}
