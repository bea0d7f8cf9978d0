package shape

import (
	"errors"
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Endless returns an error for each schema on which kin-openapi never ends: it asks first whether a schema says anything at
// all, and looks for that through one that says nothing itself but refers to itself. The stack that runs over on it cannot
// be recovered from, so that such a document is refused.
func Endless(doc *openapi3.T) error {
	var errs []error
	err := doc.WalkSchemas(func(pointer string, ref *openapi3.SchemaRef) error {
		if ref != nil && ref.Value != nil && says(ref.Value, nil) == never {
			errs = append(errs, fmt.Errorf("contract: the schema %s says nothing but refers to itself: give it a type", pointer))
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

// An answer is what comes of kin-openapi's question whether a schema is empty.
type answer int

const (
	nothing   answer = iota // it is
	something               // it is not
	never                   // no answer
)

// says follows openapi3.Schema.IsEmpty in its order. Properties it visits in any order: one that says something ends it
// sooner or later.
func says(s *openapi3.Schema, path []*openapi3.Schema) answer {
	if slices.Contains(path, s) {
		return never
	}
	path = append(path, s)
	alone := *s
	alone.Not, alone.Items, alone.AdditionalProperties.Schema, alone.Properties = nil, nil, nil, nil
	alone.OneOf, alone.AnyOf, alone.AllOf = nil, nil, nil
	if !alone.IsEmpty() {
		return something
	}
	if a := saysAny(path, s.Not, s.AdditionalProperties.Schema, s.Items); a != nothing {
		return a
	}
	if a := saysProperties(s, path); a != nothing {
		return a
	}
	return saysAny(path, slices.Concat(s.OneOf, s.AnyOf, s.AllOf)...)
}

func saysAny(path []*openapi3.Schema, refs ...*openapi3.SchemaRef) answer {
	for _, ref := range refs {
		if ref == nil || ref.Value == nil {
			continue
		}
		if a := says(ref.Value, path); a != nothing {
			return a
		}
	}
	return nothing
}

func saysProperties(s *openapi3.Schema, path []*openapi3.Schema) answer {
	result := nothing
	for _, ref := range s.Properties {
		if ref == nil || ref.Value == nil {
			continue
		}
		switch says(ref.Value, path) {
		case something:
			return something
		case never:
			result = never
		}
	}
	return result
}
