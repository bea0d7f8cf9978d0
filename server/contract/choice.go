package contract

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A choice is the part of a schema that is made of alternatives. With a discriminator, its branches are known by the value
// of a property.
type choice struct {
	schema   *openapi3.Schema // oneOf, anyOf and not, nothing else
	property string
	branches map[string]*shape
}

func (m *shaper) choose(s *shape, schema *openapi3.Schema) {
	if len(schema.OneOf)+len(schema.AnyOf) == 0 && schema.Not == nil {
		return
	}
	c := choice{branches: map[string]*shape{}, schema: &openapi3.Schema{
		OneOf: schema.OneOf, AnyOf: schema.AnyOf, Not: schema.Not, Discriminator: schema.Discriminator,
	}}
	if d := schema.Discriminator; d != nil {
		c.property = d.PropertyName
		for _, ref := range slices.Concat(schema.OneOf, schema.AnyOf) {
			if revisits(ref.Value) {
				continue // it would be explained by itself, without end
			}
			for _, value := range discriminating(d, ref.Ref) {
				c.branches[value] = m.shape([]applied{{schema: ref.Value, weight: 1, firm: true}})
			}
		}
	}
	s.choices = append(s.choices, c)
}

// discriminating returns the values of the discriminator that choose a branch: those mapped to it, or its name.
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
