package contract

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
)

// FuzzParameters checks that the full check finds nothing in parameters that a program accepts, whatever the options.
func FuzzParameters(f *testing.F) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(parameters))
	if err != nil {
		f.Fatal(err)
	}
	contracts := &Drawn{Doc: doc}
	for i, seed := range parameterSeeds {
		f.Add(seed.path, seed.query, seed.head, uint8(i))
	}
	f.Fuzz(func(t *testing.T, path, query, head string, options uint8) {
		u, err := url.ParseRequestURI("/p/" + path)
		if err != nil {
			return
		}
		u.RawQuery = query
		r := &http.Request{Method: "GET", URL: u, Header: linesOf(head)}
		checkParameters(t, contracts.Of(t, options), r)
	})
}

// checkParameters reports whether a program accepts the request.
func checkParameters(t testing.TB, c *Contract, r *http.Request) bool {
	t.Helper()
	slow, _, slowRej := c.route(r.Method, r.URL)
	call, rej := c.Route(r.Method, r.URL)
	if (rej == nil) != (slowRej == nil) {
		t.Fatalf("%s: %v, slow: %v", r.URL, rej, slowRej)
	}
	if rej != nil {
		return false
	}
	if a, b := fmt.Sprint(call.ID, call.PathValues, call.respelt), fmt.Sprint(slow.ID, slow.PathValues, slow.respelt); a != b {
		t.Fatalf("%s: routed to %s, slow: %s", r.URL, a, b)
	}
	op := c.operations[call.ID]
	if !op.program.accepts(accept.NewScanner(), call, r, nil) {
		return false
	}
	ck := c.newRequestCheck(op, call, r, nil)
	ck.media()
	ck.parameters()
	ck.body()
	if found := ck.out.Findings(); len(found) > 0 {
		t.Fatalf("%s %v: accepted, slow: %v", r.URL, r.Header, found)
	}
	return true
}

func linesOf(text string) http.Header {
	h := http.Header{}
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			h.Add(name, value)
		}
	}
	return h
}

// parameters is a document with an operation for every kind of parameter that programs check.
const parameters = `
openapi: 3.0.3
info: {title: parameters, version: "1"}
paths:
  /p/{id}/{n}:
    get:
      operationId: all
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: n, in: path, required: true, schema: {type: array, items: {type: integer}}}
        - {name: size, in: query, schema: {type: integer, format: int32, minimum: 1, maximum: 2000}}
        - {name: ratio, in: query, schema: {type: number, multipleOf: 0.5}}
        - {name: on, in: query, schema: {type: boolean}}
        - {name: text, in: query, required: true, schema: {type: string, maxLength: 3, pattern: "^[a-zé ]*$"}}
        - {name: sort, in: query, schema: {type: string, enum: [Name, Price]}}
        - {name: ids, in: query, schema: {type: array, minItems: 1, maxItems: 3, items: {type: integer}}}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string, maxLength: 3}}}
        - {name: pipes, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
        - {name: blank, in: query, allowEmptyValue: true, schema: {type: integer}}
        - {name: where, in: query, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: integer}}}}}}
        - {name: raw, in: query, content: {text/plain: {schema: {type: string}}}}
        - {name: X-Trace, in: header, schema: {type: string, format: uuid}}
        - {name: x-nums, in: header, schema: {type: array, maxItems: 2, items: {type: integer}}}
        - {name: session, in: cookie, schema: {type: string, minLength: 3}}
      responses: {default: {description: any}}
    `

const goodPath = "0a9f0000-0000-0000-0000-00000000000b/1,2"

// parameterSeeds are requests. Programs must accept those that are good.
var parameterSeeds = []struct {
	path, query, head string
	good              bool
}{
	{goodPath, "text=abc", "", true},
	{goodPath, "text=&size=25&ratio=1.5&on=true&sort=Name", "X-Trace: 0a9f0000-0000-0000-0000-00000000000b", true},
	{goodPath, "text=%C3%A9+a&ids=1&ids=2&tags=a,b,c&pipes=1|2", "X-Nums: 1 , 2", true},
	{goodPath, "blank=&text=a&where=%7B%22a%22%3A1%7D&raw=%ff", "", false},
	{goodPath, "blank=&text=a&where=%7B%22a%22%3A1%7D&raw=a&raw=b", "", true},
	{goodPath, "%74ext=a&&tags=a%2Cb", "", true},
	{goodPath, "text=a;b", "", false}, {goodPath, "text=%zz", "", false}, {goodPath, "text=%00", "", false}, {goodPath, "text=abcd", "", false},
	{goodPath, "text", "", true}, {goodPath, "", "", false}, {goodPath, "text=a&text=b", "", false}, {goodPath, "Text=a", "", false},
	{goodPath, "text=a&more=1", "", false}, {goodPath, "text=a&ids=1&ids=2&ids=3&ids=4", "", false}, {goodPath, "text=a&ids=", "", false},
	{goodPath, "text=a&size=0", "", false}, {goodPath, "text=a&size=1e1", "", false}, {goodPath, "text=a&on=True", "", false},
	{goodPath, "text=a", "X-Trace: 1", false}, {goodPath, "text=a", "X-Nums: 1,2,3", false}, {goodPath, "text=a", "Cookie: session=a", false},
	{"x/1", "text=a", "", false}, {goodPath + "/", "text=a", "", false}, {"0A9f0000-0000-0000-0000-00000000000b/1,x", "text=a", "", false},
	{goodPath + "%2C3", "text=a", "", true},
}

// Ensure programs accept all good requests, and only requests in which the full check finds nothing.
func TestParameters(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(parameters))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(doc, Options{Formats: uuids})
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range parameterSeeds {
		u, err := url.ParseRequestURI("/p/" + seed.path + "?" + seed.query)
		if err != nil {
			t.Fatal(err)
		}
		r := &http.Request{Method: "GET", URL: u, Header: linesOf(seed.head)}
		if got := checkParameters(t, c, r); got != seed.good {
			t.Errorf("%s %v: accepted %t, want %t", u, r.Header, got, seed.good)
		}
	}
}
