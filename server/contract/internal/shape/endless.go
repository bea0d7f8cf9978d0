package shape

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Endless reports whether kin-openapi recurses without end on a schema. It first asks whether a schema is empty, and follows
// the references of one that has no keyword of its own; if these lead back to it, the stack overflows, which a program cannot
// recover from.
func Endless(s *openapi3.Schema) bool { return emptinessOf(s, nil) == recursive }

// An emptiness is the result of openapi3.Schema.IsEmpty.
type emptiness int

const (
	empty     emptiness = iota // IsEmpty returns true
	notEmpty                   // IsEmpty returns false
	recursive                  // IsEmpty does not return
)

// emptinessOf follows openapi3.Schema.IsEmpty in the same order. The order of properties is random there: if one of them is not
// empty, IsEmpty ends.
func emptinessOf(s *openapi3.Schema, path []*openapi3.Schema) emptiness {
	if slices.Contains(path, s) {
		return recursive
	}
	path = append(path, s)
	alone := *s
	alone.Not, alone.Items, alone.AdditionalProperties.Schema, alone.Properties = nil, nil, nil, nil
	alone.OneOf, alone.AnyOf, alone.AllOf = nil, nil, nil
	if !alone.IsEmpty() {
		return notEmpty
	}
	if a := emptinessAny(path, s.Not, s.AdditionalProperties.Schema, s.Items); a != empty {
		return a
	}
	if a := emptinessProperties(s, path); a != empty {
		return a
	}
	return emptinessAny(path, slices.Concat(s.OneOf, s.AnyOf, s.AllOf)...)
}

func emptinessAny(path []*openapi3.Schema, refs ...*openapi3.SchemaRef) emptiness {
	for _, ref := range refs {
		if ref == nil || ref.Value == nil {
			continue
		}
		if a := emptinessOf(ref.Value, path); a != empty {
			return a
		}
	}
	return empty
}

func emptinessProperties(s *openapi3.Schema, path []*openapi3.Schema) emptiness {
	result := empty
	for _, ref := range s.Properties {
		if ref == nil || ref.Value == nil {
			continue
		}
		switch emptinessOf(ref.Value, path) {
		case notEmpty:
			return notEmpty
		case recursive:
			result = recursive
		}
	}
	return result
}
