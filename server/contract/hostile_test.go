package contract_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// Recursive schemas in which the work of a naive validator at least doubles at each level.
const bushy = `
openapi: 3.0.3
info: {title: bushy, version: "1"}
paths:
  /one: {post: {operationId: one, requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/One"}}}}, responses: &ok {default: {description: ok}}}}
  /any: {post: {operationId: any, requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Any"}}}}, responses: *ok}}
  /all: {post: {operationId: all, requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/All"}}}}, responses: *ok}}
  /list: {post: {operationId: list, requestBody: {content: {application/json: {schema: {type: array, items: {type: integer}}}}}, responses: *ok}}
  /pet: {post: {operationId: pet, requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}, responses: *ok}}
components:
  schemas:
    Pet: {oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}], discriminator: {propertyName: kind, mapping: {cat: "#/components/schemas/Cat", dog: Dog}}}
    Cat: {type: object, additionalProperties: false, required: [kind, lives], properties: {kind: {type: string}, lives: {type: integer, maximum: 9}}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}, bark: {type: boolean}}}
    One: {oneOf: [{type: string}, {type: object, properties: {k: {$ref: "#/components/schemas/One"}}}]}
    Any: {anyOf: [{type: object, required: [z], properties: {k: {$ref: "#/components/schemas/Any"}}}, {type: object, properties: {k: {$ref: "#/components/schemas/Any"}}}]}
    All:
      type: object
      allOf: [{type: object, properties: {k: {$ref: "#/components/schemas/All"}}}, {type: object, properties: {k: {$ref: "#/components/schemas/All"}}}]
      properties: {k: {$ref: "#/components/schemas/All"}}
`

// Ensure that no message takes long, causes a panic, or produces more than a hundred violations.
func TestHostile(t *testing.T) {
	t.Parallel()
	c := compile(t, bushy, contract.Options{})
	items := compile(t, shop, contract.Options{})
	nest := func(n int) string { return strings.Repeat(`{"k":`, n) + "1" + strings.Repeat("}", n) }
	tests := []struct {
		name, target, body, found string
		c                         *contract.Contract
	}{
		{"deep oneOf", "/one", nest(500), "body depth", c},
		{"deep anyOf", "/any", nest(500), "body depth", c},
		{"deep allOf", "/all", nest(500), "body depth", c},
		{"shallow oneOf", "/one", nest(5), "body oneOf", c},
		{"a million arrays", "/list", strings.Repeat("[", 1_000_000), "body depth", c},
		{"a million members", "/one", manyMembers(1_000_000), "body members", c},
		{"a million bad items", "/list", "[" + strings.Repeat(`"",`, 999_999) + `""]`, "", c},
		{"a million names", "/list", "{" + strings.Repeat(`"a":1,`, 999_999) + `"a":1}`, "", c},
		{"ten megabytes of escapes", "/list", `"` + strings.Repeat(`\ud800`, 1_700_000) + `"`, "body type; body utf8", c},
		{"a deep object of one name", "/list", strings.Repeat(`{"k":`, 500) + "{" + strings.Repeat(`"a":1,`, 160_000) + `"a":1}` + strings.Repeat("}", 500), "", c},
		{"a number of a megabyte", "/list", "[" + strings.Repeat("9", 1_000_000) + "]", "body /0 format; body /0 type", c},
		{"a million parameters", "/api/items?" + strings.Repeat("a=%zz&pageSize=1&b&", 300_000), good, "", items},
		{"a long name", "/api/items", `{"` + strings.Repeat("ä", 1_000_000) + `":1}`, "", items},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			vs := check(t, test.c, "POST", test.target, test.body, jsonType...)
			if took := time.Since(start); took > 2*time.Minute {
				t.Errorf("took %v", took)
			}
			if text := vs.Error(); len(vs) == 0 || len(vs) > 200 || len(text) > 50_000 {
				t.Errorf("%d violations, %d bytes", len(vs), len(text))
			}
			if got := found(vs); test.found != "" && got != test.found {
				t.Errorf("got %q, want %q", got, test.found)
			}
		})
	}
}

// Ensure a discriminator leads to the branch with the fault.
func TestDiscriminator(t *testing.T) {
	t.Parallel()
	c := compile(t, bushy, contract.Options{})
	for body, want := range map[string]string{
		`{"kind":"cat","lives":7}`:           "",
		`{"kind":"dog","bark":true}`:         "",
		`{"kind":"cat","lives":10,"tail":1}`: "body /lives maximum; body /tail additionalProperties",
		`{"kind":"cat"}`:                     "body /lives required",
		`{"kind":"dog","bark":1}`:            "body /bark type",
		`{"kind":"cow"}`:                     "body discriminator",
		`{"kind":1}`:                         "body discriminator",
		`{}`:                                 "body discriminator",
		`[]`:                                 "body oneOf",
	} {
		if got := found(check(t, c, "POST", "/pet", body, jsonType...)); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// Ensure that an object of too many members is refused whatever describes it: the fast path must not accept what the full check
// refuses.
func TestHostile_members(t *testing.T) {
	t.Parallel()
	body := `{"m":[1,` + manyMembers(strictjson.MaxMembers+1) + `]}`
	for name, schema := range map[string]string{
		"any":          "{}",
		"open":         "{type: object, properties: {m: {type: array, items: {type: object, properties: {m: {type: integer}}}}}}",
		"map":          "{type: object, additionalProperties: {type: array, items: {type: object, additionalProperties: true}}}",
		"alternatives": "{anyOf: [{type: object, additionalProperties: {type: array, items: {}}}, {type: object}]}",
	} {
		c := compile(t, paths(`
  /a: {get: {responses: {"200": {description: d, content: {application/json: {schema: `+schema+`}}}}}}
`, ""), contract.Options{Undeclared: contract.Ignore})
		call, _ := c.Route("GET", newRequest(t, "GET", "/a", "").URL)
		if got := c.CheckResponse(call, 200, headerOf(jsonHead), []byte(body)); len(got.Refused()) == 0 {
			t.Errorf("%s: %d members are accepted: %v", name, strictjson.MaxMembers+1, got)
		}
	}
}

// manyMembers returns an object of count members that no schema declares.
func manyMembers(count int) string {
	var b strings.Builder
	b.WriteString(`{"m":0`)
	for i := 1; i < count; i++ {
		fmt.Fprintf(&b, `,"m%d":0`, i)
	}
	return b.String() + "}"
}
