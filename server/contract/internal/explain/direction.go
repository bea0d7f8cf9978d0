package explain

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A Direction holds how kin-openapi applies schemas to requests or to responses.
type Direction struct {
	Response   bool
	Undeclared shape.Policy
	Formats    map[string]func([]byte) bool      // those of strings that are checked
	Accept     []openapi3.SchemaValidationOption // stops at the first error
	first      []openapi3.SchemaValidationOption // describes the first error
	All        []openapi3.SchemaValidationOption // describes all errors

	validators map[string]openapi3.StringFormatValidator
}

// NewDirection returns a direction in which strings have the given formats.
func NewDirection(response bool, undeclared shape.Policy, formats map[string]func([]byte) bool) *Direction {
	all := validators(formats)
	common := []openapi3.SchemaValidationOption{
		openapi3.WithStringFormatValidators(all),
		openapi3.WithNumberFormatValidators(numberFormats()),
		openapi3.WithIntegerFormatValidators(integerFormats()),
		openapi3.DisableReadOnlyValidation(), // the walker checks these, because a request may repeat what was read
		openapi3.DisableWriteOnlyValidation(),
		openapi3.DisableSchemaErrorDetails(),
		VisitAs(response),
	}
	return &Direction{
		Response: response, Undeclared: undeclared, Formats: formats, validators: all,
		first:  common,
		Accept: append(slices.Clone(common), openapi3.FailFast()),
		All:    append(slices.Clone(common), openapi3.MultiErrors()),
	}
}

// AddPatterns adds the patterns that kin-openapi cannot compile. It is called before the first check.
func (d *Direction) AddPatterns(patterns map[string]shape.PatternFormat) {
	for name, p := range patterns {
		own := d.Formats[p.Format]
		d.validators[name] = openapi3.NewCallbackValidator(func(s string) error {
			switch {
			case !p.Pattern.Match([]byte(s)):
				return errPattern
			case own != nil && !own([]byte(s)):
				return errFormat
			}
			return nil
		})
	}
}

// Accepts reports whether the schemas that apply to a place accept a value there.
func (d *Direction) Accepts(s *shape.Shape, value any) bool {
	return s == nil || !slices.ContainsFunc(s.Roots(), func(root *openapi3.Schema) bool {
		return root.VisitJSON(value, d.Accept...) != nil
	})
}

// VisitAs tells kin-openapi in which direction values are sent.
func VisitAs(response bool) openapi3.SchemaValidationOption {
	if response {
		return openapi3.VisitAsResponse()
	}
	return openapi3.VisitAsRequest()
}

// Takes reports whether kin-openapi accepts a value that is the same in every message, such as null.
func (d *Direction) Takes(s *shape.Shape, value any) bool {
	return !slices.ContainsFunc(s.Roots(), func(root *openapi3.Schema) bool { return root.VisitJSON(value, d.Accept...) != nil })
}
