package contract_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract"
)

// refs has schemas that are reached in every way.
const refs = `
openapi: 3.0.3
info: {title: refs, version: "1"}
paths:
  /a/{id}:
    parameters: [{$ref: "#/components/parameters/Id"}]
    post:
      operationId: post
      parameters:
        - {name: page, in: query, required: true, schema: {type: integer, minimum: 1}}
        - {name: ids, in: query, schema: {type: array, items: {type: integer}}}
      requestBody: {$ref: "#/components/requestBodies/Body"}
      responses:
        "200": {$ref: "#/components/responses/Page"}
        "204": {description: nothing}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string, format: uuid}}
  requestBodies:
    Body: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
  responses:
    Page:
      description: ok
      headers: {X-Count: {required: true, schema: {type: integer}}}
      content: {application/json: {schema: {type: object, required: [first], properties: {first: {$ref: "#/components/schemas/Item"}, list: {type: array, items: {$ref: "#/components/schemas/Item"}}, total: {type: integer}}}}}
  schemas:
    Alias: {$ref: "#/components/schemas/Item"}
    Based:
      allOf:
        - {$ref: "#/components/schemas/Item"}
        - {type: object, required: [b], properties: {b: {type: string}}}
    Item:
      type: object
      required: [id]
      additionalProperties: false
      properties:
        id: {type: string, format: uuid}
        "a/b~c": {type: integer}
        next: {$ref: "#/components/schemas/Item"}
        based: {$ref: "#/components/schemas/Based"}
        one: {oneOf: [{type: integer}, {type: string, maxLength: 1}]}
        tags: {type: object, additionalProperties: {type: integer}}
`

const (
	lowerUUID = "a0000000-0000-4000-8000-000000000001"
	okHead    = `{"first":{"id":"` + lowerUUID + `"`
)

// said writes violations as place, rule, what was found, and where the document says it.
func said(vs contract.Violations) string {
	var lines []string
	for _, v := range vs {
		schema := strings.Replace(strings.TrimPrefix(v.Schema, "#/"), "paths/~1a~1{id}/post", "POST", 1)
		lines = append(lines, fmt.Sprintf("%s %s %q %s", v.Place, v.Rule, v.Got, schema))
	}
	return strings.Join(lines, "; ")
}

// Ensure a violation says where the document says otherwise, through references, and of which kind the value was.
func TestViolation_Schema(t *testing.T) {
	t.Parallel()
	c := compile(t, refs, contract.Options{})
	r := newRequest(t, "POST", "/a/"+uuid+"?page=1", "")
	call, _ := c.Route(r.Method, r.URL)
	header := func(typ string) http.Header { return http.Header{"Content-Type": {typ}, "X-Count": {"1"}} }
	for _, tt := range []struct {
		body   string
		header http.Header
		want   string
	}{
		{okHead + `,"next":{"id":1}}}`, nil, `/first/next/id type "integer" components/schemas/Item/properties/id`},
		{okHead + `,"a/b~c":1.5}}`, nil, `/first/a~1b~0c type "number" components/schemas/Item/properties/a~1b~0c`},
		{okHead + `,"more":[]}}`, nil, `/first/more additionalProperties "array" components/schemas/Item`},
		{okHead + `},"more":true}`, nil, `/more undeclared "boolean" components/responses/Page/content/application~1json/schema`},
		{okHead + `,"one":{}}}`, nil, `/first/one oneOf "object" components/schemas/Item/properties/one`},
		{okHead + `,"tags":{"x y":null}}}`, nil, `/first/tags/{} nullable "null" components/schemas/Item/properties/tags/additionalProperties`},
		{`{"first":{}}`, nil, `/first/id required "" components/schemas/Item`},
		{`{}`, nil, `/first required "" components/responses/Page/content/application~1json/schema`},
		{`[]`, nil, ` type "array" components/responses/Page/content/application~1json/schema`},
		{`{`, nil, ` syntax "" components/responses/Page/content/application~1json`},
		{`x`, header("Text/HTML; a=b"), ` mediaType "text/html" components/responses/Page`},
		{okHead + `}}`, http.Header{"Content-Type": {"application/json"}}, `/X-Count header "" components/responses/Page/headers/X-Count`},
		{okHead + `}}`, http.Header{"Content-Type": {"application/json"}, "X-Count": {"x"}}, `/X-Count header "string" components/responses/Page/headers/X-Count/schema`},
	} {
		if tt.header == nil {
			tt.header = header("application/json")
		}
		vs := c.CheckResponse(call, 200, tt.header, []byte(tt.body))
		if got := said(vs); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.body, got, tt.want)
		}
		for _, v := range vs {
			if v.Status != 200 {
				t.Errorf("%s: the status is %d, want 200", v, v.Status)
			}
		}
	}
	if got, want := said(c.CheckResponse(call, 404, nil, nil)), ` status "" POST/responses`; got != want {
		t.Errorf("an undeclared status\ngot  %s\nwant %s", got, want)
	}
	if got, want := said(c.CheckResponse(call, 204, nil, []byte("x"))), ` body "" POST/responses/204`; got != want {
		t.Errorf("a body where none is declared\ngot  %s\nwant %s", got, want)
	}
	for target, want := range map[string]string{
		"/a/" + uuid + "?page=x":            `/page type "string" POST/parameters/0/schema`,
		"/a/" + uuid + "?page=0":            `/page minimum "integer" POST/parameters/0/schema`,
		"/a/" + uuid:                        `/page required "" POST/parameters/0`,
		"/a/" + uuid + "?page=1&ids=1&ids=": `/ids/* empty "string" POST/parameters/1/schema/items`,
		"/a/" + uuid + "?page=1&x=1":        `/x undeclared "" POST`,
		"/a/1?page=1":                       `/id format "string" components/parameters/Id/schema`,
	} {
		r := newRequest(t, "POST", target, `{"id":"`+uuid+`"}`, jsonType...)
		call, rej := c.Route(r.Method, r.URL)
		if rej != nil {
			t.Fatal(rej.Violations)
		}
		if got := said(c.CheckRequest(call, r, []byte(`{"id":"`+uuid+`"}`))); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", target, got, want)
		}
	}
}

// Ensure that a rule of one of several schemas is said to be where it stands.
func TestViolation_SchemaOfComposition(t *testing.T) {
	t.Parallel()
	c := compile(t, strings.Replace(refs, "additionalProperties: false", "description: open", 1), contract.Options{Undeclared: contract.Ignore})
	r := newRequest(t, "POST", "/a/"+uuid+"?page=1", "")
	call, _ := c.Route(r.Method, r.URL)
	head := http.Header{"Content-Type": {"application/json"}, "X-Count": {"1"}}
	for body, want := range map[string]string{
		okHead + `,"based":{"id":"` + lowerUUID + `"}}}`:       `/first/based/b required "" components/schemas/Based/allOf/1`,
		okHead + `,"based":{"b":"x"}}}`:                        `/first/based/id required "" components/schemas/Item`,
		okHead + `,"based":{"id":"` + lowerUUID + `","b":1}}}`: `/first/based/b type "integer" components/schemas/Based/allOf/1/properties/b`,
	} {
		if got := said(c.CheckResponse(call, 200, head, []byte(body))); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
	}
}

// Ensure that every place that a violation names is one of the document.
func TestViolation_SchemaResolves(t *testing.T) {
	t.Parallel()
	doc := load(t, shop)
	c := compile(t, shop, contract.Options{UndeclaredHeaders: contract.Report})
	for _, vs := range []contract.Violations{
		check(t, c, "GET", "/api/items?pageSize=0&ids=x&where={}&tags=abcd&x=1&filter[min]=x", "", "X-Nums: x"),
		check(t, c, "POST", "/api/items", `{"name":1,"list":[1,1],"one":[],"tree":{"kids":[1]},"both":{},"labels":{"a":1},"owner":{"x":1}}`, jsonType...),
		check(t, c, "POST", "/api/items", `x`, "Content-Type: text/html", "Content-Encoding: gzip"),
		check(t, c, "POST", "/api/things", "a=x", "Content-Type: application/x-www-form-urlencoded"),
	} {
		if len(vs) == 0 {
			t.Error("nothing was found")
		}
		for _, v := range vs {
			if !resolves(doc, v.Schema) {
				t.Errorf("%s: %q is no place of the document", v, v.Schema)
			}
		}
	}
}

// resolves reports whether a JSON pointer names a part of the document.
func resolves(doc *openapi3.T, pointer string) bool {
	text, err := doc.MarshalJSON()
	if err != nil {
		return false
	}
	return lookUp(text, pointer)
}

// Ensure that what OpenAPI does not ask for is marked.
func TestViolation_Strict(t *testing.T) {
	t.Parallel()
	c := compile(t, refs, contract.Options{})
	r := newRequest(t, "POST", "/a/"+uuid+"?page=1", "")
	call, _ := c.Route(r.Method, r.URL)
	head := http.Header{"Content-Type": {"application/json"}, "X-Count": {"1"}}
	for body, want := range map[string]bool{
		`{"first":{"id":"` + strings.ToUpper("a0000000-0000-4000-8000-00000000000a") + `"}}`: true,
		`{"first":{"id":"x"}}`:            false,
		okHead + `},"TOTAL":1}`:           true,
		okHead + `},"total":1,"total":1}`: true,
		okHead + `}} x`:                   true,
		okHead + `},"total":1.5}`:         false,
		okHead + `},"total":null}`:        false,
		okHead + `},"\u0000":1}`:          true,
	} {
		for _, v := range c.CheckResponse(call, 200, head, []byte(body)) {
			if v.Strict != want && v.Rule != "undeclared" {
				t.Errorf("%s: %s has Strict %t, want %t", body, v, v.Strict, want)
			}
		}
	}
}

// lookUp reports whether a pointer in the form of a reference leads to a value of JSON text.
func lookUp(text []byte, pointer string) bool {
	var value any
	if json.Unmarshal(text, &value) != nil {
		return false
	}
	path, ok := strings.CutPrefix(pointer, "#/")
	if !ok {
		return pointer == "#"
	}
	for token := range strings.SplitSeq(path, "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch here := value.(type) {
		case map[string]any:
			if value, ok = here[token]; !ok {
				return false
			}
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i >= len(here) {
				return false
			}
			value = here[i]
		default:
			return false
		}
	}
	return true
}
