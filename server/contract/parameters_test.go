package contract_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const styledParameters = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /deep:
    get:
      parameters:
        - {name: expand, in: query, style: deepObject, explode: true, schema: {type: array, maxItems: 2, items: {type: string, maxLength: 4}}}
        - name: filter
          in: query
          style: deepObject
          explode: true
          schema:
            type: object
            required: [name]
            properties:
              name: {type: string}
              ids: {type: array, items: {type: integer}}
              on: {type: boolean}
              since: {type: object, properties: {gt: {type: integer}, lt: {type: integer}}}
              labels: {type: object, additionalProperties: {type: string, maxLength: 3}}
              rows: {type: array, items: {type: object, required: [a], properties: {a: {type: integer}}}}
      responses: {"200": {description: d}}
  /spread:
    get:
      parameters:
        - {name: any, in: query, schema: {type: object, additionalProperties: {type: integer}}}
        - {name: page, in: query, schema: {type: object, properties: {size: {type: integer, maximum: 9}, after: {type: string}}}}
        - {name: q, in: query, required: true, schema: {type: string}}
      responses: {"200": {description: d}}
  /closed:
    get:
      parameters: [{name: page, in: query, schema: {type: object, additionalProperties: false, properties: {size: {type: integer}}}}]
      responses: {"200": {description: d}}
  /joined:
    get:
      parameters:
        - {name: names, in: query, explode: false, schema: {type: array, maxItems: 2, items: {type: string}}}
        - {name: kinds, in: query, explode: false, schema: {type: array, items: {type: string, enum: [a, b]}}}
        - {name: point, in: query, explode: false, schema: {type: object, properties: {x: {type: integer}, y: {type: integer}}}}
        - {name: piped, in: query, style: pipeDelimited, schema: {allOf: [{type: array, maxItems: 2, items: {type: integer}}]}}
        - {name: links, in: query, allowReserved: true, schema: {type: string, maxLength: 9}}
        - {name: plain, in: query, schema: {type: string}}
      responses: {"200": {description: d}}
  /several:
    get:
      parameters:
        - {name: one, in: query, schema: {oneOf: [{type: string, maxLength: 2}, {type: array, maxItems: 2, items: {type: string, maxLength: 2}}]}}
        - {name: list, in: query, schema: {allOf: [{$ref: "#/components/schemas/List"}, {minItems: 2}]}}
        - {name: num, in: query, schema: {anyOf: [{type: integer}, {type: string, enum: [all, "1x"]}]}}
        - {name: text, in: query, schema: {anyOf: [{type: integer, maximum: 5}, {type: string, pattern: "^[0-9]{3}$"}]}}
        - {name: free, in: query, schema: {enum: [1, two]}}
      responses: {"200": {description: d}}
  /json:
    get:
      parameters:
        - {name: a, in: query, content: {application/vnd.a+json: {schema: {$ref: "#/components/schemas/A"}}}}
        - {name: b, in: query, content: {"application/json; charset=utf-8": {schema: {$ref: "#/components/schemas/A"}}}}
        - {name: X-C, in: header, content: {APPLICATION/JSON: {schema: {$ref: "#/components/schemas/A"}}}}
      responses: {"200": {description: d}}
components:
  schemas:
    List: {type: array, items: {type: integer}}
    A: {type: object, required: [a], properties: {a: {type: integer}}}
`

// Ensure queries are read as their parameters' styles say, and members are checked by their schemas.
func TestParameters_styles(t *testing.T) {
	t.Parallel()
	c := compile(t, styledParameters, contract.Options{})
	for target, want := range map[string]string{
		"/deep": "", "/deep?expand[]=a&expand[]=b": "", "/deep?expand[0]=a&expand[1]=b": "", "/deep?expand%5B%5D=a": "",
		"/deep?expand[]=a&expand[]=b&expand[]=c": "query /expand maxItems", "/deep?expand[]=abcde": "query /expand/0 maxLength",
		"/deep?expand[1]=a&expand[0]=abcde": "query /expand/0 maxLength", "/deep?expand[x]=a": "query /expand type",
		"/deep?filter[name]=a": "", "/deep?filter[on]=true": "query /filter/name required",
		"/deep?filter[name]=a&filter[ids]=1&filter[ids]=2": "", "/deep?filter[name]=a&filter[ids][]=1&filter[ids][]=x": "query /filter/ids/1 type",
		"/deep?filter[name]=a&filter[name]=b": "query /filter/name duplicate", "/deep?filter[name]=a&filter[on]=yes": "query /filter/on type",
		"/deep?filter[name]=a&filter[since][gt]=1": "", "/deep?filter[name]=a&filter[since][gt]=x": "query /filter/since/gt type",
		"/deep?filter[name]=a&filter[labels][any]=abc": "", "/deep?filter[name]=a&filter[labels][any]=abcd": "query /filter/labels/any maxLength",
		"/deep?filter[name]=a&filter[rows][0][a]=1": "", "/deep?filter[name]=a&filter[rows][0][b]=1": "query /filter/rows/0/a required; (query /filter/rows/0/b undeclared)",
		"/deep?filter[name]=a&filter[other]=1": "(query /filter/other undeclared)", "/deep?filter=a": "query /filter type",
		"/deep?filter[name": "(query /filter[name undeclared)", "/deep?other[a]=1": "(query /other[a] undeclared)",

		"/spread?q=x": "", "/spread?a=1&b=2&q=x": "", "/spread?a=one&q=x": "query /any/a type", "/spread?a=1": "query /q required",
		"/spread?size=3&q=x": "", "/spread?size=10&q=x": "query /page/size maximum", "/spread?size=1&size=2&q=x": "query /page/size duplicate",
		"/closed?size=1": "", "/closed?size=x": "query /page/size type", "/closed?other=1": "(query /other undeclared)", "/closed?page=1": "(query /page undeclared)",

		"/joined?names=a%2Cb,c": "", "/joined?names=a,b,c": "query /names maxItems", "/joined?names=a&names=b": "query /names duplicate",
		"/joined?kinds=a,b": "", "/joined?kinds=a%2Cb": "", "/joined?kinds=a,c": "query /kinds/1 enum",
		"/joined?point=x,1,y,2": "", "/joined?point=x,1,y,two": "query /point/y type", "/joined?point=x": "query /point type", "/joined?point=x,1,x,2": "query /point/x duplicate",
		"/joined?piped=1|2": "", "/joined?piped=1%7C2": "", "/joined?piped=1|2|3": "query /piped maxItems", "/joined?piped=1|x": "query /piped/1 type",
		"/joined?links=a;b": "", "/joined?links=a;b;c;d;e;f": "query /links maxLength", "/joined?plain=a;b": "query /plain syntax", "/joined?links;=a": "query syntax",

		"/several?one=ab": "", "/several?one=ab&one=cd": "", "/several?one=abc": "query /one oneOf", "/several?one=a&one=b&one=c": "query /one oneOf",
		"/several?list=1&list=2": "", "/several?list=1": "query /list minItems", "/several?list=1&list=x": "query /list/1 type",
		"/several?num=5": "", "/several?num=all": "", "/several?num=1x": "", "/several?num=some": "query /num anyOf",
		"/several?text=5": "", "/several?text=123": "", "/several?text=6": "query /text anyOf",
		"/several?free=1": "", "/several?free=two": "", "/several?free=2": "query /free enum",

		`/json?a={"a":1}`: "", `/json?a={"a":"x"}`: "query /a/a type", "/json?a=junk": "query /a syntax", `/json?b={"a":1}`: "", `/json?b={}`: "query /b/a required",
	} {
		target = strings.NewReplacer("{", "%7B", "}", "%7D", `"`, "%22").Replace(target)
		if got := found(check(t, c, "GET", target, "")); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
	for value, want := range map[string]string{`{"a":1}`: "", `{"a":true}`: "header /X-C/a type", "1": "header /X-C type"} {
		if got := found(check(t, c, "GET", "/json", "", "X-C: "+value)); got != want {
			t.Errorf("X-C: %s: got %q, want %q", value, got, want)
		}
	}
}

const listsInPaths = `
openapi: 3.0.3
info: {title: lists in paths, version: "1"}
servers: [{url: /v1}]
paths:
  /two/{names}:
    get:
      parameters: [{name: names, in: path, required: true, schema: {type: array, maxItems: 2, items: {type: string}}}]
      responses: {"200": {description: d}}
  /kinds/{kinds}:
    get:
      parameters:
        - {name: kinds, in: path, required: true, schema: {type: array, items: {type: string, enum: [a, b, "b,c", "c d", "c+d"]}}}
        - {name: kinds, in: query, explode: false, schema: {type: array, items: {type: string, enum: [a, b, "b,c"]}}}
        - {name: links, in: query, allowReserved: true, schema: {type: string}}
        - {name: plain, in: query, schema: {type: string}}
      responses: {"200": {description: d}}
  /files/{names}-{n}.txt:
    get:
      parameters:
        - {name: names, in: path, required: true, schema: {type: array, maxItems: 1, items: {type: string}}}
        - {name: n, in: path, required: true, schema: {type: integer}}
      responses: {"200": {description: d}}
  /departs/{id}/{names}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: names, in: path, required: true, schema: {type: array, maxItems: 2, items: {type: string}}}
      responses: {"200": {description: d}}
`

// Ensure an escaped comma in a path belongs to its element, as in a query, unless only the other reading is accepted.
func TestParameters_commasInPaths(t *testing.T) {
	t.Parallel()
	for _, opts := range []contract.Options{{}, {IgnoreCase: true}} {
		c := compile(t, listsInPaths, opts)
		for target, want := range map[string]string{
			"/v1/two/a,b": "", "/v1/two/a%2Cb,c": "", "/v1/two/a%2cb%2Cc,d%2C": "", "/v1/two/a,b,c": "path /names maxItems",
			"/v1/two/a%2Cb,c,d": "path /names maxItems", "/v1/two/%C3%A9%2C,%2C": "", "/v1/two/a%00,b%2C": "path /names nul", "/v1/two/%2C%ff": "path /names utf8",
			"/v1/kinds/a,b": "", "/v1/kinds/b%2Cc,a": "", "/v1/kinds/a%2Cb": "", "/v1/kinds/a%2Cc": "path /kinds/0 enum", "/v1/kinds/c+d,b%2Cc": "",
			"/v1/files/a%2Cb-1.txt": "", "/v1/files/a,b-1.txt": "path /names maxItems", "/v1/files/%2D%2Ca-1.txt": "", "/v1/files/a%2Cb-x.txt": "path /n type",
			"/v1/departs/" + lowerUUID + "/a%2Cb,c": "",
		} {
			if got := found(check(t, c, "GET", target, "")); got != want {
				t.Errorf("%s: got %q, want %q", target, got, want)
			}
		}
	}
}

// Ensure that a handler finds the elements of a path as they were sent, also where another value of the path has its canonical form.
func TestParameters_commasAreHandedOn(t *testing.T) {
	t.Parallel()
	got := ""
	h := compile(t, listsInPaths, contract.Options{Departures: contract.Departures{UUID: contract.Ignore}}).Handler(
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.EscapedPath() }),
	)
	bare := strings.ReplaceAll(lowerUUID, "-", "")
	for target, want := range map[string]string{
		"/v1/two/a%2Cb,c":                          "/v1/two/a%2Cb,c",
		"/v1/departs/" + bare + "/a,b":             "/v1/departs/" + lowerUUID + "/a,b",
		"/v1/departs/" + bare + "/a%2Cb,c":         "/v1/departs/" + lowerUUID + "/a%2Cb,c",
		"/v1/departs/" + bare + "/%C3%A9%2C,%20+c": "/v1/departs/" + lowerUUID + "/%C3%A9%2C,%20+c",
	} {
		got = ""
		h.ServeHTTP(httptest.NewRecorder(), newRequest(t, "GET", target, ""))
		if got != want {
			t.Errorf("%s: got %s, want %s", target, got, want)
		}
	}
}

// Ensure a handler finds a semicolon that the document allows, which url.ParseQuery drops unless it is escaped.
func TestParameters_reserved(t *testing.T) {
	t.Parallel()
	got := ""
	h := compile(t, styledParameters, contract.Options{}).Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r.URL.Query().Get("links") + " " + r.URL.Query().Get("plain")
	}))
	h.ServeHTTP(httptest.NewRecorder(), newRequest(t, "GET", "/joined?links=a;b%3B&plain=p+q", ""))
	if got != "a;b; p q" {
		t.Errorf("the handler got %q", got)
	}
}
