package media

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/judge"
	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// Ensure the usual spellings of JSON's media type take the fast path, also if the document has a range.
func TestAcceptedType(t *testing.T) {
	t.Parallel()
	schema := openapi3.NewObjectSchema().WithProperty("a", openapi3.NewIntegerSchema()).NewRef()
	for _, key := range []string{"application/json", "application/*", "*/*"} {
		p := shape.NewPruner(pattern.NewSet(nil))
		known := KnownTypes(NewPlans(responses(p), openapi3.Content{key: {Schema: schema}}, shape.Source{}))
		for _, given := range []string{
			"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8", "application/json;charset=UTF-8",
		} {
			k := Usual(known, given)
			if k == nil || !k.Accepts(accept.NewScanner(), []byte(`{"a":1}`)) || k.Accepts(accept.NewScanner(), []byte(`{"a":"1"}`)) {
				t.Errorf("%s for %s: %+v", given, key, k)
			}
		}
	}
}

// Ensure the schema of a range is used only for types that the range matches.
func TestAcceptedType_ofAnotherRange(t *testing.T) {
	t.Parallel()
	p := shape.NewPruner(pattern.NewSet(nil))
	known := KnownTypes(NewPlans(responses(p), openapi3.Content{
		"text/*": {Schema: openapi3.NewIntegerSchema().NewRef()}, "*/*": {Schema: openapi3.NewBoolSchema().NewRef()},
	}, shape.Source{}))
	k := Usual(known, "application/json")
	if k == nil || !k.Accepts(accept.NewScanner(), []byte("true")) || k.Accepts(accept.NewScanner(), []byte("1")) {
		t.Errorf("%+v", known)
	}
}

// responses returns the planner for responses.
func responses(p *shape.Pruner) *judge.Planner {
	_, response := judge.NewPlanners(judge.Rules{Undeclared: shape.Report, Charsets: []string{"utf-8"}}, p, nil)
	return response
}
