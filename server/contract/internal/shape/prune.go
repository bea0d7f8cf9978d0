package shape

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
)

// A Pruner copies schemas without titles, descriptions, examples and extensions, which no check reads. A contract keeps the
// copies instead of the document: half of a document is prose, and the garbage collector would mark it in each of its cycles.
type Pruner struct {
	Patterns *pattern.Set
	Formats  map[string]PatternFormat // of the copies whose pattern kin-openapi cannot compile

	copies map[*openapi3.Schema]*openapi3.Schema
}

// NewPruner returns a pruner for the document that has the patterns.
func NewPruner(patterns *pattern.Set) *Pruner {
	return &Pruner{
		Patterns: patterns, Formats: map[string]PatternFormat{}, copies: map[*openapi3.Schema]*openapi3.Schema{},
	}
}

// Schema returns the copy of a schema, which is the same one each time.
func (p *Pruner) Schema(s *openapi3.Schema) *openapi3.Schema {
	if s == nil {
		return nil
	}
	if done := p.copies[s]; done != nil {
		return done
	}
	c := new(openapi3.Schema)
	p.copies[s] = c // before its parts are copied, because they may refer to it
	*c = *s
	c.Extensions, c.Title, c.Description, c.Comment = nil, "", "", ""
	c.Example, c.Examples, c.ExternalDocs, c.XML = nil, nil, nil, nil
	c.AllOf, c.AnyOf, c.OneOf = p.refs(s.AllOf), p.refs(s.AnyOf), p.refs(s.OneOf)
	c.Not, c.Items, c.AdditionalProperties.Schema = p.Ref(s.Not), p.Ref(s.Items), p.Ref(s.AdditionalProperties.Schema)
	if s.Properties != nil {
		c.Properties = make(openapi3.Schemas, len(s.Properties))
	}
	for name, ref := range s.Properties {
		c.Properties[name] = p.Ref(ref)
	}
	p.pattern(c)
	return c
}

// Ref returns a reference to the copy of a schema. It keeps the reference's text, which a discriminator may name.
func (p *Pruner) Ref(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	if ref == nil {
		return nil
	}
	return &openapi3.SchemaRef{Ref: ref.Ref, Value: p.Schema(ref.Value)}
}

func (p *Pruner) refs(list openapi3.SchemaRefs) openapi3.SchemaRefs {
	if list == nil {
		return nil
	}
	copies := make(openapi3.SchemaRefs, len(list))
	for i, ref := range list {
		copies[i] = p.Ref(ref)
	}
	return copies
}
