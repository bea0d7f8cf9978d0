package shape

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Kinds beside those of compiled programs. Parameters are text, which is read as a number, a boolean or a string according to them.
const (
	Boolean = Object << 1
	Scalar  = Number | String | Boolean
)

// Admits reports whether the schemas name one of the types.
func (s *Shape) Admits(kinds Kind) bool { return s != nil && s.Said&kinds != 0 }

// Member returns the shape of a member, declared or not.
func (s *Shape) Member(name string) *Shape {
	if s == nil {
		return nil
	}
	return s.Child(name).Shape
}

// said returns the types that a schema names in its keyword type, or without it those that properties and items imply.
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

// A Kind is a set of JSON types. There is no bit for null, and none for booleans but [Boolean], because whether a schema accepts these
// values is computed once, with kin-openapi, when the schema is compiled.
type Kind uint8

const (
	Number Kind = 1 << iota
	String
	Array
	Object
	AnyKind = Number | String | Array | Object
)

// KindsOf returns the types that a keyword type permits. Without the keyword that is each type.
func KindsOf(types *openapi3.Types) Kind {
	if types == nil {
		return AnyKind
	}
	var k Kind
	for _, typ := range *types {
		switch typ {
		case openapi3.TypeNumber, openapi3.TypeInteger:
			k |= Number
		case openapi3.TypeString:
			k |= String
		case openapi3.TypeArray:
			k |= Array
		case openapi3.TypeObject:
			k |= Object
		}
	}
	return k
}

// TypeOf returns the single type of a schema, also if it is declared by an allOf around a reference.
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
	if s != nil && s.Type == nil && !slices.ContainsFunc(s.Enum, isNoText) && len(s.AnyOf)+len(s.OneOf)+len(s.AllOf) == 0 && s.Not == nil {
		return "string" // a parameter without a type is text
	}
	return ""
}

// IsJSON reports whether bodies of a media type, in lower case, are JSON.
func IsJSON(typ string) bool {
	return typ == "application/json" || typ == "text/json" || strings.HasSuffix(typ, "+json")
}

// isNoText reports whether a value of an enumeration is no string.
func isNoText(value any) bool {
	_, isText := value.(string)
	return !isText
}
