package contract

import (
	"encoding/json"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A pruner copies schemas, with all that kin-openapi judges values by, and without what is for people. A Contract keeps the
// copies, for the garbage collector marks all that is kept, over and over, and much of a document is prose and extensions.
type pruner struct {
	slabs
	copies map[*openapi3.Schema]*openapi3.Schema
	refs   map[prunedRef]*openapi3.SchemaRef
	leaves map[string]*openapi3.Schema
	types  map[string]*openapi3.Types
	names  map[string]string
}

// A prunedRef is what is kept of a reference.
type prunedRef struct {
	ref    string // which a discriminator may name
	schema *openapi3.Schema
}

func newPruner() *pruner {
	return &pruner{
		copies: map[*openapi3.Schema]*openapi3.Schema{}, refs: map[prunedRef]*openapi3.SchemaRef{},
		leaves: map[string]*openapi3.Schema{}, types: map[string]*openapi3.Types{}, names: map[string]string{},
	}
}

func (p *pruner) schema(s *openapi3.Schema) *openapi3.Schema {
	if s == nil {
		return nil
	}
	if done := p.copies[s]; done != nil {
		return done
	}
	stripped := *s
	stripped.Extensions, stripped.Title, stripped.Description, stripped.Comment = nil, "", "", ""
	stripped.Example, stripped.Examples, stripped.ExternalDocs, stripped.XML = nil, nil, nil, nil
	stripped.Type = p.typesOf(s)
	if len(refsOf(s)) == 0 && s.Origin == nil {
		p.copies[s] = p.leaf(&stripped)
		return p.copies[s]
	}
	c := p.keep(&stripped)
	p.copies[s] = c
	c.AllOf, c.AnyOf, c.OneOf = p.list(s.AllOf), p.list(s.AnyOf), p.list(s.OneOf)
	c.Not, c.Items, c.AdditionalProperties.Schema = p.ref(s.Not), p.ref(s.Items), p.ref(s.AdditionalProperties.Schema)
	if s.Properties != nil {
		c.Properties = make(openapi3.Schemas, len(s.Properties))
	}
	for name, ref := range s.Properties {
		c.Properties[p.name(name)] = p.ref(ref)
	}
	c.Required = p.strings.list(len(s.Required))
	for i, name := range s.Required {
		c.Required[i] = p.name(name)
	}
	return c
}

// name returns one string for all that are equal.
func (p *pruner) name(s string) string {
	if _, known := p.names[s]; !known {
		p.names[s] = s
	}
	return p.names[s]
}

func (p *pruner) keep(s *openapi3.Schema) *openapi3.Schema {
	c := p.schemas.next()
	*c = *s
	return c
}

func (p *pruner) typesOf(s *openapi3.Schema) *openapi3.Types {
	if s.Type == nil {
		return nil
	}
	key := strings.Join(*s.Type, " ")
	if p.types[key] == nil {
		p.types[key] = s.Type
	}
	return p.types[key]
}

// leaf returns one schema for all that say the same: most are the same few. Only a schema that refers to others matters by being
// itself and no other.
func (p *pruner) leaf(s *openapi3.Schema) *openapi3.Schema {
	text, err := json.Marshal(s)
	if err != nil {
		return p.keep(s)
	}
	key := string(text)
	if p.leaves[key] == nil {
		p.leaves[key] = p.keep(s)
	}
	return p.leaves[key]
}

func (p *pruner) list(refs openapi3.SchemaRefs) openapi3.SchemaRefs {
	if refs == nil {
		return nil
	}
	list := make(openapi3.SchemaRefs, len(refs))
	for i, ref := range refs {
		list[i] = p.ref(ref)
	}
	return list
}

func (p *pruner) ref(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	if ref == nil {
		return nil
	}
	key := prunedRef{ref.Ref, p.schema(ref.Value)}
	if p.refs[key] == nil {
		kept := p.slabs.refs.next()
		kept.Ref, kept.Value = key.ref, key.schema
		p.refs[key] = kept
	}
	return p.refs[key]
}
