// Package explain says what is wrong with a message, completely and therefore slowly: with kin-openapi, and with the checks
// that kin-openapi does not make. It also redacts bodies, which depends on the same schemas at each place.
package explain

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// An explainer reports why kin-openapi does not accept a value. It asks kin-openapi about one value and one schema at a time,
// and then about members and elements. In this way it finds every fault, even where kin-openapi stops at the first (allOf,
// enum), and it can stop when the report is full.
type explainer struct {
	*walker
	visits map[*shape.Shape]int
}

// maxVisits is how many values of one shape are explained, so that the time for a long list is bounded and other faults are found.
const maxVisits = 10_000

func (e *explainer) value(s *shape.Shape, value any, path *strictjson.Path, src shape.Source) {
	if s == nil || e.out.full() || e.visits[s] == maxVisits {
		return
	}
	e.visits[s]++
	src = shape.OrElse(s.Source, src)
	if value == nil {
		e.by.visit++
		e.null(s, path, src)
		return
	}
	e.outer(s, value, path, src)
	switch value := value.(type) {
	case map[string]any:
		e.object(s, value, path, src)
	case []any:
		for i, element := range value {
			here := strictjson.Path{Parent: path, Index: i, Array: true}
			e.value(s.Items.Shape, element, &here, src)
		}
	}
}

// outer explains a value but for its members and elements.
func (e *explainer) outer(s *shape.Shape, value any, path *strictjson.Path, src shape.Source) {
	e.by.visit++
	for _, part := range s.Parts(e.direction.Response) {
		e.visit(part, value, e.direction.All, path, s, src)
	}
	for _, c := range s.Choices {
		e.choice(c, value, path, s, src)
	}
}

// choice reports the faults in the branch that the discriminator names, or, if there are none, the fault of the whole choice.
func (e *explainer) choice(c shape.Choice, value any, path *strictjson.Path, s *shape.Shape, src shape.Source) {
	if c.Schema.VisitJSON(value, e.direction.Accept...) == nil {
		return
	}
	if object, ok := value.(map[string]any); ok && c.Property != "" {
		name, _ := object[c.Property].(string)
		before := e.refused
		if branch := c.Branches[name]; branch != nil {
			e.walker.value(branch, value, path, src, 0)
			e.value(branch, value, path, src)
		}
		if e.refused > before {
			return
		}
	}
	e.visit(shape.Part{Schema: c.Schema, Node: c.Node}, value, e.direction.first, path, s, src)
}

// null asks about the whole schemas, because whether null is accepted depends on how they are composed.
func (e *explainer) null(s *shape.Shape, path *strictjson.Path, src shape.Source) {
	for _, root := range s.Roots() {
		if root.VisitJSON(nil, e.direction.Accept...) != nil {
			e.add("nullable", "a value other than null", nil, path, src, false)
		}
	}
}

func (e *explainer) object(s *shape.Shape, object map[string]any, path *strictjson.Path, src shape.Source) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		e.value(s.Child(name).Shape, object[name], &strictjson.Path{Parent: path, Name: name}, src)
	}
}

func (e *explainer) visit(
	part shape.Part, value any, opts []openapi3.SchemaValidationOption, path *strictjson.Path, s *shape.Shape, src shape.Source,
) {
	err := part.Schema.VisitJSON(value, opts...)
	for _, fault := range SchemaErrors(err) {
		if fault.SchemaField == "enum" && !isOfType(value, fault.Schema.Type) {
			fault = &openapi3.SchemaError{Schema: fault.Schema, SchemaField: "type"} // kin-openapi looks at the enumeration first
		}
		here, at, got := path, src, value
		if fault.SchemaField == "required" {
			name := lastOf(fault.JSONPointer())
			here, got = &strictjson.Path{Parent: path, Name: name}, nothing
			if next := s.Members[name].Shape; next != nil {
				at = shape.OrElse(next.Source, src)
			}
		}
		if part.Node != nil {
			at.Node = part.Node // which has the keyword, also for a member that is missed
		}
		e.add(RuleOf(fault), ExpectedBy(fault), got, here, at.Keyword(fault.Schema.Origin, keywordOf(fault)), false)
	}
}

func lastOf(tokens []string) string {
	if len(tokens) == 0 {
		return ""
	}
	return tokens[len(tokens)-1]
}

// SchemaErrors returns the errors that are nested in an error of kin-openapi.
func SchemaErrors(err error) []*openapi3.SchemaError {
	switch err := err.(type) {
	case openapi3.MultiError:
		var all []*openapi3.SchemaError
		for _, one := range err {
			all = append(all, SchemaErrors(one)...)
		}
		return all
	case *openapi3.SchemaError:
		var many openapi3.MultiError
		if err.SchemaField == "allOf" && errors.As(err.Origin, &many) {
			return SchemaErrors(many)
		}
		return []*openapi3.SchemaError{err}
	}
	return nil
}

// RuleOf returns the keyword that a value breaks. kin-openapi says properties for additionalProperties.
func RuleOf(fault *openapi3.SchemaError) string {
	if fault.SchemaField == "properties" {
		return "additionalProperties"
	}
	return keywordOf(fault)
}

// keywordOf returns the keyword as the document has it: the pattern of a copy may be in its format.
func keywordOf(fault *openapi3.SchemaError) string {
	if fault.SchemaField == "format" && errors.Is(fault, errPattern) {
		return "pattern"
	}
	return fault.SchemaField
}

// ExpectedBy describes what a keyword of the document asks for.
func ExpectedBy(fault *openapi3.SchemaError) string {
	s := fault.Schema
	format, expr := shape.SplitFormat(s)
	switch keywordOf(fault) {
	case "type":
		return ExpectedType(strings.Join(s.Type.Slice(), " or "))
	case "enum":
		return "one of " + listed(s.Enum)
	case "format":
		return format
	case "pattern":
		return "a string that matches " + expr
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

func ExpectedType(name string) string {
	switch name {
	case "": // what kin-openapi says of a number that it cannot represent
		return "a number within the range of a float64"
	case "integer", "array", "object":
		return "an " + name
	}
	return "a " + name
}

// listed writes an enumeration as JSON, up to twenty values of it.
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
