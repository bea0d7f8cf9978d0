package param

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// openAPI30 tells kin-openapi the version of the document.
var openAPI30 = &openapi3.T{OpenAPI: "3.0.3"}

// CheckByKin checks a parameter that kin-openapi decodes. path and all are the request's path and query parameters.
func (p *Parameter) CheckByKin(r *http.Request, path map[string]string, all url.Values, out *explain.Report) {
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: path, QueryParams: all,
		Route:   &routers.Route{Spec: openAPI30},
		Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true},
	}
	input.Options.SchemaValidationOptions = p.Plan.Options()
	err := explain.Guard(func() error { return openapi3filter.ValidateParameter(r.Context(), input, p.source) })
	p.kinError(err, out)
}

func (p *Parameter) kinError(err error, out *explain.Report) {
	var refused *openapi3filter.RequestError
	switch {
	case err == nil:
		return
	case errors.Is(err, openapi3filter.ErrInvalidRequired):
		out.Add(p.Finding("required", "a value"))
		return
	case errors.Is(err, openapi3filter.ErrInvalidEmptyValue):
		out.Add(p.Finding("empty", "a value"))
		return
	case !errors.As(err, &refused):
		out.Add(p.Finding("syntax", "a value in the style of the parameter"))
		return
	}
	faults := explain.SchemaErrors(refused.Err)
	for _, fault := range faults {
		at := p.Below(p.shape(), stepsOf(fault.JSONPointer()))
		out.Add(at.Finding(explain.RuleOf(fault), explain.ExpectedBy(fault)))
	}
	if len(faults) == 0 {
		out.Add(p.Finding("type", "a value in the style of the parameter"))
	}
}

// stepsOf returns the steps of a pointer of kin-openapi, which does not tell indices from names.
func stepsOf(tokens []string) []strictjson.Step {
	steps := make([]strictjson.Step, len(tokens))
	for i, token := range tokens {
		index, err := strconv.Atoi(token)
		steps[i] = strictjson.Step{Name: token, Index: index, Array: err == nil}
	}
	return steps
}
