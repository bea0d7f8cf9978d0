package contract

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Ensure the usual spellings of JSON's media type go the fast way, also where the document has a range.
func TestAcceptedType(t *testing.T) {
	t.Parallel()
	schema := openapi3.NewObjectSchema().WithProperty("a", openapi3.NewIntegerSchema()).NewRef()
	for _, key := range []string{"application/json", "application/*", "*/*"} {
		p := newPruner()
		known := p.knownTypes(newDirection(true, Report, p).newMedia(openapi3.Content{key: {Schema: schema}}, source{}))
		for _, given := range []string{
			"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8", "application/json;charset=UTF-8",
		} {
			k := acceptedType(known, given)
			if k == nil || !k.accepts(newScanner(), []byte(`{"a":1}`), nil) || k.accepts(newScanner(), []byte(`{"a":"1"}`), nil) {
				t.Errorf("%s for %s: %+v", given, key, k)
			}
		}
	}
}

// Ensure a range lends its schema to none but the types that it fits.
func TestAcceptedType_ofAnotherRange(t *testing.T) {
	t.Parallel()
	p := newPruner()
	known := p.knownTypes(newDirection(true, Report, p).newMedia(openapi3.Content{
		"text/*": {Schema: openapi3.NewIntegerSchema().NewRef()}, "*/*": {Schema: openapi3.NewBoolSchema().NewRef()},
	}, source{}))
	k := acceptedType(known, "application/json")
	if k == nil || !k.accepts(newScanner(), []byte("true"), nil) || k.accepts(newScanner(), []byte("1"), nil) {
		t.Errorf("%+v", known)
	}
}
