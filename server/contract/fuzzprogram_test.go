package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/resellerkit/resellerkit/openapi"
)

// A judged is a schema that the fuzz targets hold program and slow half to each other on.
type judged struct {
	name string
	plan *schemaPlan
	good []string
}

// judgeds are the schemas of testdata and those of all bodies of both APIs, in both directions.
func judgeds(t testing.TB) []judged {
	t.Helper()
	var list []judged
	for _, v := range readVectors(t) {
		list = append(list, judged{v.name, v.plan(t, false, Report), v.good}, judged{v.name, v.plan(t, true, Ignore), v.good})
	}
	for _, load := range []func() (*openapi3.T, error){openapi.CloudCockpit, openapi.MyReports, openapi.Sandbox} {
		doc, err := load()
		if err != nil {
			t.Fatal(err)
		}
		request, response := newDirection(false, Report, newPruner()), newDirection(true, Report, newPruner())
		examples := examplesOf(t, doc)
		for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
			ref := doc.Components.Schemas[name]
			list = append(list, judged{name, request.plan(ref), examples[ref.Value]}, judged{name, response.plan(ref), examples[ref.Value]})
		}
		request.compiled()
		response.compiled()
	}
	return list
}

// examplesOf returns the examples of all bodies of a document, by their schema.
func examplesOf(t testing.TB, doc *openapi3.T) map[*openapi3.Schema][]string {
	t.Helper()
	examples := map[*openapi3.Schema][]string{}
	add := func(content openapi3.Content) {
		for _, media := range content {
			values := []any{media.Example}
			for _, ref := range media.Examples {
				values = append(values, ref.Value.Value)
			}
			for _, value := range values {
				if value == nil || media.Schema == nil {
					continue
				}
				text, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				examples[media.Schema.Value] = append(examples[media.Schema.Value], string(text))
			}
		}
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody != nil {
				add(op.RequestBody.Value.Content)
			}
			for _, response := range op.Responses.Map() {
				add(response.Value.Content)
			}
		}
	}
	return examples
}

// agree fails if the program accepts what the slow half has something to say about, or what kin-openapi alone refuses.
func (j judged) agree(t interface{ Fatalf(string, ...any) }, text []byte) (accepted bool) {
	if !j.plan.program.accepts(text) {
		return false
	}
	if found := j.plan.slowly(text); len(found) > 0 {
		t.Fatalf("%s: the program accepts %q: %v", j.name, text, found)
	}
	value, ok := readJSON(text, func(string, string, string) {})
	if err := j.plan.schema.VisitJSON(value, j.plan.direction.accept...); !ok || err != nil {
		t.Fatalf("%s: the program accepts %q, kin-openapi: %v", j.name, text, err)
	}
	return true
}

// FuzzProgram holds the programs of all schemas of testdata and of our documents to the slow half.
func FuzzProgram(f *testing.F) {
	all := judgeds(f)
	for i, j := range all {
		for _, text := range j.good {
			f.Add(uint16(i), text)
		}
	}
	for i, text := range []string{`{"a":1,"\u0061":2}`, "\"\xff\"", `[{"a":1},{"a":1}]`, `{"kind":"p","kind":"q"}`, `{"a":null}`} {
		f.Add(uint16(i), text)
	}
	f.Fuzz(func(t *testing.T, i uint16, text string) {
		all[int(i)%len(all)].agree(t, []byte(text))
	})
}

// FuzzSchemas draws the schemas, too.
func FuzzSchemas(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkDrawn(t, &tally{}) }))
}

// FuzzParameters holds what decides about parameters to the slow half.
func FuzzParameters(f *testing.F) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(parameters))
	if err != nil {
		f.Fatal(err)
	}
	var contracts []*Contract
	for _, policy := range []Policy{Report, Reject, Ignore} {
		c, err := New(doc, Options{Undeclared: policy, IgnoreCase: policy == Ignore})
		if err != nil {
			f.Fatal(err)
		}
		contracts = append(contracts, c)
	}
	for _, seed := range parameterSeeds {
		f.Add(seed.path, seed.query, seed.head)
	}
	f.Fuzz(func(t *testing.T, path, query, head string) {
		u, err := url.ParseRequestURI("/p/" + path)
		if err != nil {
			return
		}
		u.RawQuery = query
		r := &http.Request{Method: "GET", URL: u, Header: linesOf(head)}
		for _, c := range contracts {
			checkParameters(t, c, r)
		}
	})
}

// checkParameters returns whether the request was accepted.
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
	if !op.program.accepts(newScanner(), call, r, nil) {
		return false
	}
	ck := c.newRequestCheck(op, call, r, nil)
	ck.media()
	ck.parameters()
	ck.body()
	if found := ck.out.violations(); len(found) > 0 {
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

// parameters is a document with an operation of every kind of parameter that is compiled.
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

// parameterSeeds are requests; those that are good the program has to accept.
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

// TestParameters holds what decides about parameters to the slow half, and to accepting what is good.
func TestParameters(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(parameters))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(doc, Options{})
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

// TestPrograms_ourDocuments holds the programs of our documents to accepting their own examples, and a page of users.
func TestPrograms_ourDocuments(t *testing.T) {
	t.Parallel()
	good, accepted := 0, 0
	for _, j := range judgeds(t) {
		for _, text := range j.good {
			if len(j.plan.slowly([]byte(text))) == 0 {
				good++
				if j.agree(t, []byte(text)) {
					accepted++
				}
			}
		}
		if j.name == "CustomerUserPage" && !j.agree(t, userPage(25)) {
			t.Error("a page of users goes the slow way")
		}
	}
	if t.Logf("%d good messages, %d accepted by programs", good, accepted); good < 400 || accepted*100 < good*99 {
		t.Error("programs leave too much to the slow half")
	}
}
