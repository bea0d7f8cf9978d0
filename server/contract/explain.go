package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// An explainer says why kin-openapi does not accept a value. It asks kin-openapi about one value and one schema at a time,
// without members and elements, which come after: so it names everything, also where kin-openapi stops at a first error
// (allOf, enum), and yet stops itself when the report is full.
type explainer struct{ *walker }

func (e *explainer) value(s *shape, value any, path *jsonPath, src source) {
	if s == nil || e.out.full() {
		return
	}
	src = orElse(s.src, src)
	if value == nil {
		e.null(s, path, src)
		return
	}
	for _, part := range s.parts(e.direction.response) {
		e.visit(part, value, e.direction.explain, path, s, src)
	}
	for _, c := range s.choices {
		e.choice(c, value, path, s, src)
	}
	switch value := value.(type) {
	case map[string]any:
		e.object(s, value, path, src)
	case []any:
		for i, element := range value {
			here := jsonPath{parent: path, index: i, array: true}
			e.value(s.items.shape, element, &here, src)
		}
	}
}

// choice explains by the branch that the discriminator names, if there is one and the fault is in it.
func (e *explainer) choice(c choice, value any, path *jsonPath, s *shape, src source) {
	if c.schema.VisitJSON(value, e.direction.accept...) == nil {
		return
	}
	if object, ok := value.(map[string]any); ok && c.property != "" {
		name, _ := object[c.property].(string)
		before := e.refused
		if branch := c.branches[name]; branch != nil {
			e.walker.value(branch, value, path, src, 0)
			e.value(branch, value, path, src)
		}
		if e.refused > before {
			return
		}
	}
	e.visit(c.schema, value, e.direction.first, path, s, src)
}

// null asks about the schemas as a whole: whether null is accepted depends on how they are composed.
func (e *explainer) null(s *shape, path *jsonPath, src source) {
	for _, root := range s.roots() {
		if root.VisitJSON(nil, e.direction.accept...) != nil {
			e.add("nullable", "a value other than null", path, src, false)
		}
	}
}

func (e *explainer) object(s *shape, object map[string]any, path *jsonPath, src source) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		next, declared := s.members[name]
		if !declared {
			next = s.rest
		}
		here := jsonPath{parent: path, name: name}
		e.value(next.shape, object[name], &here, src)
	}
}

func (e *explainer) visit(
	schema *openapi3.Schema, value any, opts []openapi3.SchemaValidationOption, path *jsonPath, s *shape, src source,
) {
	err := schema.VisitJSON(value, opts...)
	for _, fault := range schemaErrors(err) {
		here, at := path, src
		if fault.SchemaField == "required" {
			name := lastOf(fault.JSONPointer())
			here = &jsonPath{parent: path, name: name}
			if next := s.members[name].shape; next != nil {
				at = orElse(next.src, src)
			}
		}
		e.add(ruleOf(fault), expectedBy(fault), here, at.keyword(fault.Schema.Origin, fault.SchemaField), false)
	}
}

func lastOf(tokens []string) string {
	if len(tokens) == 0 {
		return ""
	}
	return tokens[len(tokens)-1]
}

// schemaErrors takes apart what kin-openapi returns.
func schemaErrors(err error) []*openapi3.SchemaError {
	switch err := err.(type) {
	case openapi3.MultiError:
		var all []*openapi3.SchemaError
		for _, one := range err {
			all = append(all, schemaErrors(one)...)
		}
		return all
	case *openapi3.SchemaError:
		var many openapi3.MultiError
		if err.SchemaField == "allOf" && errors.As(err.Origin, &many) {
			return schemaErrors(many)
		}
		return []*openapi3.SchemaError{err}
	}
	return nil
}

// ruleOf names the keyword. kin-openapi says properties where it means additionalProperties.
func ruleOf(fault *openapi3.SchemaError) string {
	if fault.SchemaField == "properties" {
		return "additionalProperties"
	}
	return fault.SchemaField
}

// expectedBy puts into words what a keyword of the document asks for.
func expectedBy(fault *openapi3.SchemaError) string {
	s := fault.Schema
	switch fault.SchemaField {
	case "type":
		return expectedType(strings.Join(s.Type.Slice(), " or "))
	case "enum":
		return "one of " + listed(s.Enum)
	case "format":
		return s.Format
	case "pattern":
		return "a string that matches " + s.Pattern
	case "required":
		return "a value"
	case "properties":
		return "only declared members"
	case "nullable":
		return "a value other than null"
	case "uniqueItems":
		return "items that differ"
	case "oneOf":
		return "a value that exactly one alternative accepts"
	case "anyOf":
		return "a value that an alternative accepts"
	case "not":
		return "a value that the schema under not refuses"
	case "discriminator":
		return "a known value of the discriminator"
	}
	return expectedLimit(fault.SchemaField, s)
}

func expectedLimit(field string, s *openapi3.Schema) string {
	switch field {
	case "minLength":
		return fmt.Sprintf("at least %d characters", s.MinLength)
	case "maxLength":
		return fmt.Sprintf("at most %d characters", *s.MaxLength)
	case "minItems":
		return fmt.Sprintf("at least %d items", s.MinItems)
	case "maxItems":
		return fmt.Sprintf("at most %d items", *s.MaxItems)
	case "minProperties":
		return fmt.Sprintf("at least %d members", s.MinProps)
	case "maxProperties":
		return fmt.Sprintf("at most %d members", *s.MaxProps)
	case "minimum":
		return fmt.Sprintf("at least %v", *s.Min)
	case "maximum":
		return fmt.Sprintf("at most %v", *s.Max)
	case "exclusiveMinimum":
		return fmt.Sprintf("more than %v", *s.Min)
	case "exclusiveMaximum":
		return fmt.Sprintf("less than %v", *s.Max)
	case "multipleOf":
		return fmt.Sprintf("a multiple of %v", *s.MultipleOf)
	}
	return ""
}

func expectedType(name string) string {
	switch name {
	case "": // kin-openapi's word for a number it cannot hold
		return "a number within the range of a float64"
	case "integer", "array", "object":
		return "an " + name
	}
	return "a " + name
}

// listed writes an enumeration as JSON, cut where it is long.
func listed(values []any) string {
	const most = 20
	var b strings.Builder
	for i, value := range values {
		if i == most {
			b.WriteString(", …")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		text, err := json.Marshal(value)
		if err != nil {
			text = []byte("…")
		}
		b.Write(text)
	}
	return b.String()
}
