package shape

import (
	"iter"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Simple reports whether a schema has no keyword of OpenAPI 3.1. kin-openapi checks those in ways that programs do not follow.
func Simple(s *openapi3.Schema) bool {
	if s == nil || s.Always != nil || s.Const != nil || s.ExclusiveMin.Value != nil || s.ExclusiveMax.Value != nil {
		return false
	}
	if s.Contains != nil || s.PropertyNames != nil || s.If != nil || s.Then != nil || s.Else != nil || len(s.PrefixItems) > 0 {
		return false
	}
	if len(s.PatternProperties)+len(s.DependentSchemas)+len(s.DependentRequired)+len(s.Defs) > 0 {
		return false
	}
	for ref := range RefsOf(s) {
		if ref == nil || ref.Value == nil {
			return false
		}
	}
	return true
}

// Composed reports whether a schema is composed of others that apply to the same value.
func Composed(s *openapi3.Schema) bool {
	return len(s.AllOf)+len(s.AnyOf)+len(s.OneOf) > 0 || s.Not != nil
}

// Revisits reports whether a schema is composed of itself. kin-openapi does not visit it again for the same value, so that
// what a branch accepts depends on where it stands.
func Revisits(s *openapi3.Schema) bool {
	if s == nil || !Composed(s) {
		return false
	}
	underWay := map[*openapi3.Schema]bool{} // false if done
	var visit func(s *openapi3.Schema) bool
	visit = func(s *openapi3.Schema) bool {
		if s == nil || !Composed(s) {
			return false
		}
		if again, visited := underWay[s]; visited {
			return again
		}
		underWay[s] = true
		refs := slices.Concat(s.AllOf, s.AnyOf, s.OneOf)
		if s.Not != nil {
			refs = append(refs, s.Not)
		}
		found := slices.ContainsFunc(refs, func(ref *openapi3.SchemaRef) bool { return visit(ref.Value) })
		underWay[s] = found
		return found
	}
	return visit(s)
}

// RefsOf ranges over the references of a schema to others, in no order.
func RefsOf(s *openapi3.Schema) iter.Seq[*openapi3.SchemaRef] {
	return func(yield func(*openapi3.SchemaRef) bool) {
		for _, refs := range [...]openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
			for _, ref := range refs {
				if !yield(ref) {
					return
				}
			}
		}
		for _, ref := range [...]*openapi3.SchemaRef{s.Not, s.Items, s.AdditionalProperties.Schema} {
			if ref != nil && !yield(ref) {
				return
			}
		}
		for _, ref := range s.Properties {
			if !yield(ref) {
				return
			}
		}
	}
}

func Includes(root, schema *openapi3.Schema) bool {
	return root == schema || slices.ContainsFunc(root.AllOf, func(ref *openapi3.SchemaRef) bool {
		return Includes(ref.Value, schema)
	})
}
