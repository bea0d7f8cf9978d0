package contract_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract"
)

const tiny = `
openapi: 3.0.3
info: {title: tiny, version: "1"}
paths:
  /a: {get: {operationId: a, responses: {"200": {description: ok}}}}
`

func TestNew_errors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, spec string
		opts       contract.Options
		want       []string // each is part of the message
	}{
		{"3.1", strings.Replace(tiny, "3.0.3", "3.1.0", 1), contract.Options{}, []string{`"3.1.0" is not supported`}},
		{"invalid document and options", strings.Replace(tiny, `{"200": {description: ok}}`, `{}`, 1),
			contract.Options{Undeclared: 7, MaxRequestBody: -1, RequestLimits: map[string]int64{"a": -1}, Formats: map[string]func([]byte) bool{"phone": nil}},
			[]string{"#/paths/~1a/get: there are no responses", "Undeclared 7", "must not be negative", "limit of a", `"phone" without a function`}},
		{"unknown observed operation", tiny, contract.Options{ObserveOperations: map[string]bool{"b": true}}, []string{`"b", which is not an operation`}},
		{"schema on which kin-openapi never ends", strings.Replace(tiny, "description: ok", `description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}`, 1) + `
components: {schemas: {S: {properties: {s: {$ref: "#/components/schemas/S"}}}}}`, contract.Options{}, []string{"#/components/schemas/S: the schema has no keyword of its own and refers to itself"}},
		{"unknown limit", tiny, contract.Options{RequestLimits: map[string]int64{"b": 1}}, []string{`"b", which is not an operation`}},
		{"security without Admit", tiny + `
security: [{bearer: []}]
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}`, contract.Options{}, []string{"a declares security"}},
		{"paths that differ in case", tiny + `  /A: {get: {operationId: b, responses: {"200": {description: ok}}}}`,
			contract.Options{IgnoreCase: true}, []string{"cannot be told from /A"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := contract.New(load(t, test.spec), test.opts)
			if err == nil || c != nil {
				t.Fatalf("no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not hold %q", err, want)
				}
			}
		})
	}
	if _, err := contract.New(nil, contract.Options{}); err == nil {
		t.Error("no document: no error")
	}
}

// Ensure New accepts optional and observed security, and unknown formats.
func TestNew_accepts(t *testing.T) {
	t.Parallel()
	compile(t, tiny+`
security: [{}]`, contract.Options{})
	compile(t, tiny+`
security: [{bearer: []}]
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}`, contract.Options{Observe: true})
	compile(t, tiny+`
components: {schemas: {S: {type: string, format: phone, example: 1}}}`, contract.Options{})
}

// Ensure New does not change the document.
func TestNew_doesNotChangeTheDocument(t *testing.T) {
	t.Parallel()
	doc := load(t, shop)
	before, err := doc.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.New(doc, contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := c.Handler(http.NotFoundHandler())
	for _, test := range requests {
		method, target, _ := strings.Cut(test.request, " ")
		h.ServeHTTP(httptest.NewRecorder(), newRequest(t, method, target, test.body, test.headers...))
	}
	after, err := doc.MarshalJSON()
	if err != nil || string(after) != string(before) || len(doc.Servers) != 2 {
		t.Errorf("changed: %v", err)
	}
}

// Ensure formats and decoders that a program registered globally have no effect.
func TestNew_ignoresGlobalFormats(t *testing.T) { //nolint:paralleltest // changes globals
	openapi3.DefineStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator("^never$"))
	defer delete(openapi3.SchemaStringFormats, "uuid")
	runRequest(t, contract.Options{}, "GET /api/items/"+uuid, "", nil, 200, "")
}

func BenchmarkNew(b *testing.B) {
	doc := load(b, shop)
	for b.Loop() {
		if _, err := contract.New(doc, contract.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHandler(b *testing.B) {
	h := compile(b, shop, contract.Options{}).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, contract.FromContext(r.Context()))
	}))
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), newRequest(b, "POST", "/api/items", good, jsonType...))
	}
}

// Ensure violations have the line of the keyword that is broken, if the loader keeps lines.
func TestViolation_line(t *testing.T) {
	t.Parallel()
	loader := openapi3.NewLoader()
	for _, origins := range []bool{false, true} {
		loader.IncludeOrigin = origins
		doc, err := loader.LoadFromData([]byte(shop))
		if err != nil {
			t.Fatal(err)
		}
		c, err := contract.New(doc, contract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for body, want := range map[string]string{`{"name":"abcdef",` + owner + `}`: "name:", `{"owner":{}}`: "name:", `{"name":"a","owner":{"name":"","x":1}}`: "owner:"} {
			lines := strings.Split(shop, "\n")
			for _, v := range check(t, c, "POST", "/api/items?pageSize=1", body, jsonType...).Refused() {
				if !origins && v.Line != 0 || origins && (v.Line < 1 || !strings.Contains(lines[v.Line-1]+lines[max(v.Line, 1)], want) && v.Rule != "required") {
					t.Errorf("%v: line %d: %s", v, v.Line, lines[max(v.Line-1, 0)])
				}
			}
		}
	}
}
