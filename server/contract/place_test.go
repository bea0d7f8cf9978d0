package contract_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

// stock has lists, maps and names of all kinds.
const stock = `
openapi: 3.0.3
info: {title: stock, version: "1"}
paths:
  /stock:
    post:
      operationId: post
      parameters:
        - {name: ids, in: query, schema: {type: array, items: {type: integer}}}
        - {name: where, in: query, content: {application/json: {schema: {$ref: "#/components/schemas/Page"}}}}
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Page"}}
          application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: integer}}}}
      responses:
        "200":
          description: ok
          headers: {X-Ids: {schema: {type: array, items: {type: integer}}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Page"}}}
components:
  schemas:
    Page:
      type: object
      properties:
        total: {type: integer}
        items: {type: array, items: {$ref: "#/components/schemas/Item"}}
        byName: {type: object, additionalProperties: {$ref: "#/components/schemas/Item"}}
        free: {type: object}
        pairs: {type: array, items: {type: array, items: {type: integer}}}
        union: {oneOf: [{type: object, required: [a], properties: {a: {type: integer}}}, {type: string}]}
    Item: {type: object, additionalProperties: false, required: [id], properties: {id: {type: integer}, both: {allOf: [{type: integer}, {maximum: 5}]}}}
`

// placed writes violations as place, rule and number.
func placed(vs contract.Violations) string {
	var lines []string
	for _, v := range vs {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %d", v.Place, v.Rule, v.Count)))
	}
	return strings.Join(lines, "; ")
}

// checkStock checks a response of stock.
func checkStock(t *testing.T, c *contract.Contract, body string) contract.Violations {
	t.Helper()
	r := newRequest(t, "POST", "/stock", "")
	call, rej := c.Route(r.Method, r.URL)
	if rej != nil {
		t.Fatal(rej.Violations)
	}
	return c.CheckResponse(call, 200, http.Header{"Content-Type": {"application/json"}}, []byte(body))
}

// Ensure that many values that depart in one way hide no other departure.
func TestViolation_Count(t *testing.T) {
	t.Parallel()
	c := compile(t, stock, contract.Options{})
	many := func(n int, item string) string {
		return `{"items":[` + strings.Repeat(item+",", n-1) + item + `],"total":null}`
	}
	for name, tt := range map[string]struct{ body, want string }{
		"an undeclared member":     {many(2000, `{"id":1,"more":2}`), "/items/*/more additionalProperties 2000; /total nullable 1"},
		"a type":                   {many(2000, `{"id":"x"}`), "/items/*/id type 2000; /total nullable 1"},
		"a member that is absent":  {many(2000, `{}`), "/items/*/id required 2000; /total nullable 1"},
		"one that stands twice":    {many(2000, `{"id":1,"id":2}`), "/items/*/id duplicate 2000; /total nullable 1"},
		"two schemas at one value": {many(3, `{"id":1,"both":"x"}`), "/items/*/both type 3; /total nullable 1"},
		"two rules at one place":   {`{"items":[{"id":1.5},{"id":"x"},{"id":99999999999999999999}]}`, "/items/*/id type 2; /items/*/id format 1"},
		"the pointer is the first": {`{"items":[{"id":1},{"id":2,"a":1},{"id":3,"a":1}]}`, "/items/*/a additionalProperties 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := checkStock(t, c, tt.body)
			if got := placed(found); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if name == "the pointer is the first" && found[0].Pointer != "/items/1/a" {
				t.Errorf("the pointer is %s, want /items/1/a", found[0].Pointer)
			}
		})
	}
}

// Ensure that a place is the same for all values that the document describes by one node, and shows no name that is data.
func TestViolation_Place(t *testing.T) {
	t.Parallel()
	c := compile(t, stock, contract.Options{})
	for body, want := range map[string]string{
		`{"byName":{"Grace Hopper":{"id":"x"},"0":{"id":"x"}}}`:     "/byName/{}/id type 2",
		`{"items":[{"id":1,"grace@example.com":1}]}`:                "/items/*/{} additionalProperties 1",
		`{"grace@example.com":1,"next":1,"1234567":1}`:              "/{} undeclared 2; /next undeclared 1",
		`{"pairs":[[1],["x",2,"y"]]}`:                               "/pairs/*/* type 2",
		`{"items":{"0":1}}`:                                         "/items type 1",
		`{"free":{"Grace":1,"Grace":2}}`:                            "/free/{} duplicate 1",
		`{"union":{"b":1}}`:                                         "/union oneOf 1; /union/b undeclared 1",
		`{"union":{"a":1,"a":2},"x":{"y":[{"z":1,"z":1}]}}`:         "/union/a duplicate 1; /x undeclared 1; /x/y/*/z duplicate 1",
		`{"items":[{"id":1,"` + strings.Repeat("n", 200) + `":1}]}`: "/items/*/{} additionalProperties 1",
	} {
		if got := placed(checkStock(t, c, body)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
	}
}

// Ensure that parameters, forms and headers have places, too.
func TestViolation_PlaceOfParameter(t *testing.T) {
	t.Parallel()
	c := compile(t, stock, contract.Options{UndeclaredHeaders: contract.Report})
	for _, tt := range []struct{ target, body, typ, want string }{
		{"/stock?ids=x&ids=1&ids=y", "", "", "/ids/* type 2"},
		{"/stock?a%40b.example=1&foo=1&foo=2", "", "", "/{} undeclared 1; /foo undeclared 2"},
		{"/stock?where=" + `{"items":[{"id":1},{"id":"x"}]}`, "", "", "/where/items/*/id type 1"},
		{"/stock", "a=1&a%40b=1&a=2", "application/x-www-form-urlencoded", "/a duplicate 1; /{} undeclared 1"},
	} {
		r := newRequest(t, "POST", tt.target, tt.body)
		if tt.typ != "" {
			r.Header.Set("Content-Type", tt.typ)
		}
		call, _ := c.Route(r.Method, r.URL)
		if got := placed(c.CheckRequest(call, r, []byte(tt.body))); got != tt.want {
			t.Errorf("%s %s\ngot  %s\nwant %s", tt.target, tt.body, got, tt.want)
		}
	}
	r := newRequest(t, "POST", "/stock", "")
	call, _ := c.Route(r.Method, r.URL)
	header := http.Header{"Content-Type": {"application/json"}, "X-Ids": {"1,x,y"}, "X-Foo": {"1"}}
	if got, want := placed(c.CheckResponse(call, 200, header, []byte(`{}`))), "/X-Ids/* header 2; /X-Foo header 1"; got != want {
		t.Errorf("headers\ngot  %s\nwant %s", got, want)
	}
}

// Ensure that a message with more places than are kept says a hundred of them.
func TestViolation_ManyPlaces(t *testing.T) {
	t.Parallel()
	c := compile(t, stock, contract.Options{Undeclared: contract.Reject})
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, `,"n%d":1,"n%d":1`, i, i)
	}
	if n := len(checkStock(t, c, `{`+b.String()[1:]+`}`)); n != 100 {
		t.Errorf("%d violations, want 100", n)
	}
}
