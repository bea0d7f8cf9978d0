package document

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

var types = []string{
	openapi3.TypeArray, openapi3.TypeBoolean, openapi3.TypeInteger, openapi3.TypeNumber, openapi3.TypeObject, openapi3.TypeString,
}

// schema checks a schema and all schemas below it.
func (c *checker) schema(ref *openapi3.SchemaRef, at *shape.Node) {
	switch {
	case ref == nil:
		return
	case ref.Value == nil:
		c.fail(at, "the schema is missing or its reference %q is not resolved", ref.Ref)
		return
	case !c.first(ref.Value):
		return
	}
	s, at := ref.Value, where(ref.Ref, at)
	c.keywords(s, at)
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		here := at.At("properties", name)
		if s.Properties[name] == nil {
			c.fail(here, "the schema is missing")
			continue
		}
		c.schema(s.Properties[name], here)
	}
	c.schema(s.Items, at.At("items"))
	c.schema(s.AdditionalProperties.Schema, at.At("additionalProperties"))
	c.schema(s.Not, at.At("not"))
	c.branches(s.AllOf, at.At("allOf"))
	c.branches(s.AnyOf, at.At("anyOf"))
	c.branches(s.OneOf, at.At("oneOf"))
}

func (c *checker) branches(refs openapi3.SchemaRefs, at *shape.Node) {
	for i, ref := range refs {
		here := at.At(strconv.Itoa(i))
		if ref == nil {
			c.fail(here, "the schema is missing")
			continue
		}
		c.schema(ref, here)
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
