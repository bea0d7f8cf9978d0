package shape

import (
	"github.com/getkin/kin-openapi/openapi3"
)

// boolKind is the type that nodes have no need of.
const Boolean = Object << 1

// said gives the types that a schema names. Where it has none, properties and items name them.
func said(s *openapi3.Schema) (k Kind) {
	if s.Type != nil {
		k = KindsOf(s.Type)
		if s.Type.Includes(openapi3.TypeBoolean) {
			k |= Boolean
		}
		return k
	}
	if len(s.Properties) > 0 || s.AdditionalProperties.Schema != nil {
		k |= Object
	}
	if s.Items != nil {
		k |= Array
	}
	return k
}

// A Kind is a set of JSON types whose values are too many to ask kin-openapi about.
type Kind uint8

const (
	Number Kind = 1 << iota
	String
	Array
	Object
	AnyKind = Number | String | Array | Object
)

func KindsOf(types *openapi3.Types) Kind {
	var k Kind
	for typ, one := range map[string]Kind{
		openapi3.TypeNumber: Number, openapi3.TypeInteger: Number, openapi3.TypeString: String,
		openapi3.TypeArray: Array, openapi3.TypeObject: Object,
	} {
		if types.Permits(typ) {
			k |= one
		}
	}
	return k
}

// TypeOf returns the one type of a schema, also where it is written as allOf around a reference.
func TypeOf(s *openapi3.Schema) string {
	for depth := 0; s != nil && depth < 8; depth++ {
		if types := s.Type.Slice(); len(types) == 1 {
			return types[0]
		}
		if len(s.AllOf) != 1 || s.AllOf[0].Value == nil {
			break
		}
		s = s.AllOf[0].Value
	}
	if s != nil && s.Type == nil && len(s.AnyOf)+len(s.OneOf)+len(s.AllOf) == 0 && s.Not == nil {
		return "string" // a parameter is text, and any is fine
	}
	return ""
}
