package contract_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract"
)

// shop is a small API with one of everything.
const shop = `
openapi: 3.0.3
info: {title: shop, version: "1"}
servers: [{url: "https://{region}.example.com/api", variables: {region: {default: eu}}}, {url: /alt/}]
paths:
  /items:
    x-evidence: {grade: documented}
    get:
      operationId: listItems
      x-evidence: {grade: documented}
      parameters:
        - {name: pageSize, in: query, schema: {type: integer, format: int32, minimum: 1, maximum: 2000}, x-evidence: {grade: inferred}}
        - {name: ratio, in: query, schema: {type: number}}
        - {name: active, in: query, schema: {type: boolean}}
        - {name: search, in: query, schema: {type: string, maxLength: 5}}
        - {name: sort, in: query, schema: {type: string, enum: [Name, Price]}}
        - {name: ids, in: query, schema: {type: array, maxItems: 3, items: {type: integer}}}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string, maxLength: 3}}}
        - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {min: {type: integer, minimum: 0}}}}
        - {name: blank, in: query, allowEmptyValue: true, schema: {type: integer}}
        - {name: where, in: query, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: integer}}}}}}
        - {name: X-Trace, in: header, schema: {type: string, format: uuid}}
        - {name: X-Tenant, in: header, required: true, schema: {type: string, minLength: 1}}
        - {name: X-Nums, in: header, schema: {type: array, items: {type: integer}}}
        - {name: session, in: cookie, schema: {type: string, minLength: 3}}
      responses:
        "200":
          description: ok
          headers:
            X-Count: {required: true, schema: {type: integer}}
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Item"}}}}
        4XX: {description: bad}
    post:
      operationId: createItem
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {type: string, format: uuid}}}}
        "204": {description: nothing}
        "304": {description: same}
  /items/{itemId}:
    parameters:
      - {name: itemId, in: path, required: true, schema: {type: string, format: uuid}}
    get:
      operationId: getItem
      x-evidence: {grade: documented, responses: {"404": {grade: inferred}}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}, text/plain: {schema: {type: string, maxLength: 4}}, text/event-stream: {schema: {type: string, format: binary}}}}
        "404": {description: none, content: {application/json: {schema: {type: object, properties: {m: {type: string}}}}}}
    delete:
      operationId: deleteItem
      responses: {"204": {description: gone}}
  /items/special:
    get: {operationId: getSpecial, responses: {"200": {description: ok}}}
  /items/{itemId}/notes/{n}.txt:
    parameters:
      - {name: itemId, in: path, required: true, schema: {type: string}}
      - {name: n, in: path, required: true, schema: {type: integer}}
    get: {operationId: getNote, responses: {"200": {description: ok}}}
  /things:
    post:
      operationId: things
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Thing"}}
          application/vnd.thing+json: {schema: {$ref: "#/components/schemas/Thing"}}
          application/x-www-form-urlencoded: {schema: {type: object, additionalProperties: false, required: [a], properties: {a: {type: integer}, b: {type: array, items: {type: string}}}}}
          multipart/form-data: {schema: {type: object, properties: {a: {type: integer}}}}
          text/plain: {schema: {type: string, maxLength: 4}}
          image/*: {schema: {type: string, format: binary}}
      responses: {default: {description: any, content: {"*/*": {}}}}
components:
  schemas:
    Item:
      type: object
      x-evidence: {grade: documented}
      required: [id, name, owner]
      properties:
        id: {type: string, format: uuid, readOnly: true, x-evidence: {grade: inferred}}
        name: {type: string, minLength: 1, maxLength: 5, x-evidence: {grade: decided}}
        secret: {type: string, writeOnly: true}
        count: {type: integer, format: int32, minimum: 0}
        big: {type: integer}
        price: {type: number, multipleOf: 0.5, exclusiveMaximum: true, maximum: 100}
        day: {type: string, format: date}
        at: {type: string, format: date-time}
        code: {type: string, pattern: "^[a-z]+$"}
        kind: {type: string, enum: [a, b]}
        maybe: {type: string, nullable: true}
        list: {type: array, maxItems: 3, uniqueItems: true, items: {type: integer}}
        owner:
          type: object
          additionalProperties: false
          required: [name]
          properties: {name: {type: string}, id: {type: string, format: uuid}}
        labels: {type: object, additionalProperties: {type: string}}
        free: {type: object, additionalProperties: true}
        bare: {type: object}
        any: {nullable: true}
        both:
          allOf:
            - {type: object, required: [x], properties: {x: {type: integer}}}
            - {type: object, required: [y], properties: {y: {type: string, maxLength: 2}}}
        one:
          oneOf:
            - {type: integer}
            - {type: string, maxLength: 2}
        tree: {$ref: "#/components/schemas/Tree"}
    Tree:
      oneOf:
        - {type: string}
        - {type: object, required: [kids], properties: {kids: {type: array, items: {$ref: "#/components/schemas/Tree"}}}}
    Thing: {type: object, properties: {a: {type: integer}}}
`

var docs sync.Map // by text: they do not change

func load(t testing.TB, text string) *openapi3.T {
	t.Helper()
	if doc, ok := docs.Load(text); ok {
		return doc.(*openapi3.T)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	docs.Store(text, doc)
	return doc
}

// allFormats opts in to all formats that the contract can check.
var allFormats = map[string]func([]byte) bool{"uuid": nil, "email": nil, "uri": nil, "ipv4": nil, "ipv6": nil, "hostname": nil}

// compile compiles a document with options, and with all formats if they do not name any.
func compile(t testing.TB, text string, opts contract.Options) *contract.Contract {
	t.Helper()
	if opts.Formats == nil {
		opts.Formats = allFormats
	}
	c, err := contract.New(load(t, text), opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newRequest reads a request as it is sent on the wire, so that nothing normalises it.
func newRequest(t testing.TB, method, target, body string, headers ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// found writes violations as the tables do: place, pointer, rule; reported ones in parentheses.
func found(vs contract.Violations) string {
	var lines []string
	for _, v := range vs {
		line := strings.Join(strings.Fields(v.In+" "+v.Pointer+" "+v.Rule), " ")
		if !v.Refused {
			line = "(" + line + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}
