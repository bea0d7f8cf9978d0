package contract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/contract"
)

// proven has evidence of all kinds.
const proven = `
openapi: 3.0.3
info: {title: proven, version: "1"}
x-evidence: {grade: decided, reason: nothing points to it}
security: [{key: []}, {token: [read], basic: []}]
paths:
  /a/{id}:
    parameters: [{$ref: "#/components/parameters/Id"}]
    get:
      operationId: get
      x-evidence:
        grade: documented
        source: page 1
        responses: {"404": {grade: inferred, reason: the update declares it}}
        inferred: {unknown: An unknown id is a 404.}
        decided: [{x: 1}, It is sorted.]
      responses:
        "200": {$ref: "#/components/responses/Ok"}
        "404": {$ref: "#/components/responses/None"}
        "410": {$ref: "#/components/responses/None"}
        "5XX": {description: broken}
    put:
      operationId: put
      security: []
      requestBody: {content: {text/plain: {}, application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
      responses: {default: {description: any}}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string}}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {read: read}}}}
    basic: {type: http, scheme: basic}
  responses:
    Ok: {description: ok, headers: {X-Id: {required: true, schema: {type: string}}}, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
    None: {description: none, x-evidence: {grade: documented, source: page 2}}
  schemas:
    Item:
      type: object
      x-evidence: {grade: observed, was: inferred, source: witness, seen: 12, of: 13, "null": 1, first: "2026-11-20", last: "2026-11-27"}
      properties:
        name: {type: string}
        "a/b": {type: string, x-evidence: {grade: decided, source: us}}
`

// Ensure that the evidence of a node is its own, or that of the nearest one around it.
func TestContract_Evidence(t *testing.T) {
	t.Parallel()
	c := compile(t, proven, contract.Options{Observe: true})
	for schema, want := range map[string]contract.Evidence{
		"#/components/schemas/Item/properties/name": {
			Schema: "#/components/schemas/Item", Grade: "observed", Was: "inferred", Source: "witness", Seen: 12, Of: 13, Null: 1,
			First: "2026-11-20", Last: "2026-11-27",
		},
		"#/components/schemas/Item/properties/a~1b": {Schema: "#/components/schemas/Item/properties/a~1b", Grade: "decided", Source: "us"},
		"#/paths/~1a~1{id}/get/parameters/0/schema": {
			Schema: "#/paths/~1a~1{id}/get", Grade: "documented", Source: "page 1",
			Sentences: []contract.Sentence{{ID: "unknown", Grade: "inferred", Text: "An unknown id is a 404."}, {Grade: "decided", Text: "It is sorted."}},
		},
		"#/paths/~1a~1{id}/get/responses/404": {Schema: "#/paths/~1a~1{id}/get/responses/404", Grade: "inferred", Reason: "the update declares it"},
		"#/paths/~1a~1{id}/get/responses/410": {Schema: "#/components/responses/None", Grade: "documented", Source: "page 2"},
		"#/components/responses/None":         {Schema: "#/components/responses/None", Grade: "documented", Source: "page 2"},
		"#/components/parameters/Id":          {Schema: "#", Grade: "decided", Reason: "nothing points to it"},
		"#":                                   {Schema: "#", Grade: "decided", Reason: "nothing points to it"},
		"":                                    {},
		"nowhere":                             {},
	} {
		if diff := cmp.Diff(want, c.Evidence(schema)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", schema, diff)
		}
	}
}

// Ensure that the grade of a violation is that of the evidence at its place.
func TestContract_EvidenceOfViolations(t *testing.T) {
	t.Parallel()
	for _, d := range documentedResponses(t, contract.Options{}) {
		for _, v := range d.check(t, []any{1}) {
			if e := d.c.Evidence(v.Schema); e.Grade == "" || e.Source == "" && e.Reason == "" {
				t.Errorf("%s: there is no evidence at %s", v, v.Schema)
			}
		}
	}
}

// Ensure that the operations are told with all that the document declares of them.
func TestContract_Operations(t *testing.T) {
	t.Parallel()
	c := compile(t, proven, contract.Options{Observe: true})
	var got []contract.Operation
	for op := range c.Operations() {
		got = append(got, *op)
	}
	id := []contract.Parameter{{In: "path", Name: "id", Required: true, Schema: "#/components/parameters/Id"}}
	item := []contract.Media{{Type: "application/json", Schema: "#/components/schemas/Item"}}
	want := []contract.Operation{
		{
			ID: "get", Method: "GET", Template: "/a/{id}", PathNames: []string{"id"}, Schema: "#/paths/~1a~1{id}/get", Parameters: id,
			Security: []contract.SecurityRequirement{{"key": {}}, {"token": {"read"}, "basic": {}}},
			Schemes: []contract.SecurityScheme{
				{ID: "basic", Type: "http", In: "header", Name: "Authorization", Scheme: "basic"},
				{ID: "key", Type: "apiKey", In: "header", Name: "X-Key"},
				{ID: "token", Type: "oauth2", In: "header", Name: "Authorization", Scheme: "bearer"},
			},
			Statuses: []contract.Status{
				{
					Key: "200", Schema: "#/paths/~1a~1{id}/get/responses/200", Media: item,
					Headers: []contract.Parameter{{In: "header", Name: "X-Id", Required: true, Schema: "#/components/responses/Ok/headers/X-Id"}},
				},
				{Key: "404", Schema: "#/paths/~1a~1{id}/get/responses/404", Media: []contract.Media{}},
				{Key: "410", Schema: "#/paths/~1a~1{id}/get/responses/410", Media: []contract.Media{}},
				{Key: "5XX", Schema: "#/paths/~1a~1{id}/get/responses/5XX", Media: []contract.Media{}},
			},
		},
		{
			ID: "put", Method: "PUT", Template: "/a/{id}", PathNames: []string{"id"}, Schema: "#/paths/~1a~1{id}/put", Parameters: id,
			Media:    []contract.Media{{Type: "application/json", Schema: "#/components/schemas/Item"}, {Type: "text/plain"}},
			Statuses: []contract.Status{{Key: "default", Schema: "#/paths/~1a~1{id}/put/responses/default", Media: []contract.Media{}}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for op := range c.Operations() {
		if op.ID != "get" {
			t.Error("the sequence does not stop")
		}
		break
	}
}

// Ensure that lines are told where the loader keeps them.
func TestContract_OperationLines(t *testing.T) {
	t.Parallel()
	c := withLines(t, proven)
	lines := strings.Split(proven, "\n")
	for op := range c.Operations() {
		if op.Line == 0 || !strings.Contains(lines[op.Line-1], strings.ToLower(op.Method)+":") {
			t.Errorf("%s is said to be at line %d", op.ID, op.Line)
		}
		for _, s := range op.Statuses {
			if s.Line == 0 || !slices.ContainsFunc([]string{s.Key, "None", "Ok"}, func(word string) bool { return strings.Contains(lines[s.Line-1], word) }) {
				t.Errorf("%s %s is said to be at line %d", op.ID, s.Key, s.Line)
			}
		}
	}
}

// withLines compiles a document that was loaded with its lines.
func withLines(t *testing.T, text string) *contract.Contract {
	t.Helper()
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	doc, err := loader.LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.New(doc, contract.Options{Observe: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
