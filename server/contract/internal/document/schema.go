package document

import (
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

var types = []string{
	openapi3.TypeArray, openapi3.TypeBoolean, openapi3.TypeInteger, openapi3.TypeNumber, openapi3.TypeObject, openapi3.TypeString,
}

// schema checks a schema, which stands in a member of at, or below a name in that, and all schemas below it.
func (c *checker) schema(ref *openapi3.SchemaRef, at *shape.Node, member, name string) {
	switch {
	case ref == nil || ref.Value != nil && !c.first(ref.Value):
		return
	case name == "" && member != "properties":
		at = at.At(member)
	default:
		at = at.In(member, name)
	}
	if ref.Value == nil {
		c.fail(at, "the schema is missing or its reference %q is not resolved", ref.Ref)
		return
	}
	s, at := ref.Value, where(ref.Ref, at)
	c.keywords(s, at)
	for _, name := range shape.Names(s.Properties) {
		if s.Properties[name] == nil {
			c.fail(at.In("properties", name), "the schema is missing")
			continue
		}
		c.schema(s.Properties[name], at, "properties", name)
	}
	c.schema(s.Items, at, "items", "")
	c.schema(s.AdditionalProperties.Schema, at, "additionalProperties", "")
	c.schema(s.Not, at, "not", "")
	c.branches(s.AllOf, at, "allOf")
	c.branches(s.AnyOf, at, "anyOf")
	c.branches(s.OneOf, at, "oneOf")
}

func (c *checker) branches(refs openapi3.SchemaRefs, at *shape.Node, keyword string) {
	for i, ref := range refs {
		if ref == nil {
			c.fail(at.In(keyword, strconv.Itoa(i)), "the schema is missing")
			continue
		}
		c.schema(ref, at, keyword, strconv.Itoa(i))
	}
}

// keywords checks the keywords of one schema.
func (c *checker) keywords(s *openapi3.Schema, at *shape.Node) {
	switch list := s.Type.Slice(); {
	case len(list) > 1:
		c.fail(at, "a list of types is OpenAPI 3.1: write nullable, or anyOf")
	case len(list) == 1 && !slices.Contains(types, list[0]):
		c.fail(at, "the type %q is not one of %s", list[0], strings.Join(types, ", "))
	}
	if s.MultipleOf != nil && *s.MultipleOf <= 0 {
		c.fail(at, "multipleOf must be greater than 0")
	}
	if shape.Endless(s) {
		c.fail(at, "the schema has no keyword of its own and refers to itself: give it a type")
	}
	if !shape.Simple(s) {
		c.warn(at, "schema", "a keyword of OpenAPI 3.1 in it may not be checked")
	}
	if s.Pattern != "" && s.Type.Permits(openapi3.TypeString) {
		if _, err := c.patterns.Compile(s.Pattern); err != nil {
			c.warn(at.At("pattern"), "pattern "+strconv.Quote(s.Pattern), "it is not checked: "+err.Error())
		}
	}
}
