package contract_test

import (
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const formBodies = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /form:
    post:
      requestBody: {required: true, content: {application/x-www-form-urlencoded: {schema: &form {
        type: object, required: [name], additionalProperties: false, properties: {
          name: {type: string, maxLength: 5}, n: {type: integer}, on: {type: boolean}, list: {type: array, items: {type: integer}},
          card: {type: object, required: [number], properties: {number: {type: string}, cvc: {type: string, maxLength: 4}}},
          meta: {type: object, additionalProperties: {type: string}}, rows: {type: array, items: {type: object, properties: {id: {type: integer}}}},
          one: {anyOf: [{type: string, enum: [""]}, {type: object, properties: {a: {type: integer}}}]}, joined: {type: array, maxItems: 2, items: {type: string}}}},
        encoding: {card: {style: deepObject, explode: true}, joined: {style: form, explode: false}}}}}
      responses: {"200": {description: d}}
  /parts:
    post:
      requestBody: {required: true, content: {multipart/form-data: {schema: {
        type: object, additionalProperties: false, properties: {
          n: {type: integer}, list: {type: array, items: {type: integer}}, file: {type: string, format: binary, maxLength: 8}, image: {type: string, format: binary},
          files: {type: array, maxItems: 2, items: {type: string, format: binary}}, doc: {type: object, required: [a], properties: {a: {type: integer}}}, docs: {type: array, items: {type: object, properties: {a: {type: integer}}}}}},
        encoding: {file: {contentType: "*/*"}, image: {contentType: "image/png, image/jpeg"}}}}}
      responses: {"200": {description: d}}
  /xml:
    post:
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {x: {type: object, properties: {a: {type: integer}}}}}, encoding: {x: {contentType: application/xml}}}}}
      responses: {"200": {description: d}}
`

// Ensure forms are read by their schemas and encodings, and each fault has the place of its member.
func TestForms(t *testing.T) {
	t.Parallel()
	c := compile(t, formBodies, contract.Options{})
	for body, want := range map[string]string{
		"name=a": "", "n=1": "body /name required", "name=abcdef": "body /name maxLength", "name=a&n=x": "body /n type", "name=a&on=true": "", "name=a&on=1": "body /on type",
		"name=a&list=1&list=2": "", "name=a&list[]=1&list[]=2": "", "name=a&list=1&list=x": "body /list/1 type", "name=a&name=b": "body /name duplicate",
		"name=a&card[number]=42&card[cvc]=123": "", "name=a&card[number]=42&card[cvc]=12345": "body /card/cvc maxLength", "name=a&card[cvc]=1": "body /card/number required",
		`name=a&card=%7B%22number%22:%22x%22%7D`: "", "name=a&card=x": "body /card syntax", "name=a&card[other]=1&card[number]=1": "(body /card/other undeclared)",
		"name=a&meta[any]=1&meta[more]=2": "", "name=a&rows[0][id]=1&rows[1][id]=2": "", "name=a&rows[0][id]=x": "body /rows/0/id type",
		"name=a&one=": "", "name=a&one[a]=1": "", "name=a&one=x": "body /one anyOf", "name=a&joined=a,b": "", "name=a&joined=a,b,c": "body /joined maxItems",
		"name=a&other=1": "body /other additionalProperties", "name=a&other[x]=1": "body /other[x] additionalProperties", "name=a&x=%zz": "body /x syntax", "name=a&NAME=b": "body /NAME case",
	} {
		if got := found(check(t, c, "POST", "/form", body, formType...)); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// Ensure parts are read by their own types, and files are looked at for their size only.
func TestForms_parts(t *testing.T) {
	t.Parallel()
	c := compile(t, formBodies, contract.Options{})
	part := func(name, typ, content string) string {
		head := "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n"
		if typ != "" {
			head += "Content-Type: " + typ + "\r\n"
		}
		return head + "\r\n" + content + "\r\n"
	}
	for _, test := range []struct{ name, body, want string }{
		{"number", part("n", "", "1"), ""},
		{"no number", part("n", "", "x"), "body /n type"},
		{"JSON number", part("n", "application/json", "1"), ""},
		{"list", part("list", "", "1") + part("list", "", "2"), ""},
		{"list in one part", part("list", "application/json", "[1,2]"), ""},
		{"bad element", part("list", "", "1") + part("list", "", "x"), "body /list/1 type"},
		{"file that is no JSON", part("file", "application/json", "{not"), ""},
		{"file that is no text", part("file", "text/plain", "\xff\x00"), ""},
		{"large file", part("file", "application/pdf", "123456789"), "body /file maxLength"},
		{"allowed image", part("image", "image/png", "x"), ""},
		{"other allowed image", part("image", "image/jpeg; q=1", "x"), ""},
		{"image of another type", part("image", "image/gif", "x"), "body /image mediaType"},
		{"files", part("files", "text/csv", "a\n\"") + part("files", "", "b"), ""},
		{"many files", strings.Repeat(part("files", "", "b"), 3), "body /files maxItems"},
		{"object without a type", part("doc", "", `{"a":1}`), ""},
		{"bad object", part("doc", "", `{"a":"x"}`), "body /doc/a type"},
		{"bad JSON", part("doc", "application/json", `{"a":1,"a":2}`), "body /doc/a duplicate"},
		{"objects", part("docs", "", `{"a":1}`) + part("docs", "application/json", `{"a":"x"}`), "body /docs/1/a type"},
		{"twice", part("n", "", "1") + part("n", "", "2"), "body /n duplicate"},
		{"undeclared", part("other", "", "1"), "body /other additionalProperties"},
	} {
		if got := found(check(t, c, "POST", "/parts", test.body+"--x--\r\n", "Content-Type: multipart/form-data; boundary=x")); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// Ensure a form that cannot be read is a warning of New, and not the client's fault.
func TestForms_unreadable(t *testing.T) {
	t.Parallel()
	c := compile(t, formBodies, contract.Options{})
	if got := c.Warnings(); len(got) != 1 || !strings.HasSuffix(got[0].Pointer, "/encoding/x") || !strings.Contains(got[0].Why, "application/xml") {
		t.Errorf("warnings %v", got)
	}
	if got := found(check(t, c, "POST", "/xml", "x=%3Ca%2F%3E", formType...)); got != "" {
		t.Errorf("found %q", got)
	}
}

// Ensure a member that one alternative declares readOnly or writeOnly counts only where the value is of that alternative.
func TestOneWay_inBranches(t *testing.T) {
	t.Parallel()
	c := compile(t, paths(`
  /a:
    post:
      requestBody: {content: {application/json: {schema: &s {oneOf: [
        {type: object, required: [kind], properties: {kind: {type: string, enum: [a]}, r: {type: integer, readOnly: true}, w: {type: integer, writeOnly: true}}},
        {type: object, required: [kind], properties: {kind: {type: string, enum: [b]}, r: {type: integer}, w: {type: integer}}},
        {allOf: [{type: object, required: [kind], properties: {kind: {type: string, enum: [c]}}}, {type: object, properties: {r: {allOf: [{type: integer}], readOnly: true}}}]}]}}}}
      responses: {"200": {description: d, content: {application/json: {schema: *s}}}}
`, ""), contract.Options{})
	call, _ := c.Route("POST", newRequest(t, "POST", "/a", "").URL)
	for body, want := range map[string][2]string{
		`{"kind":"a","r":1,"w":1}`: {"(body /r readOnly)", "response /w writeOnly"},
		`{"kind":"b","r":1,"w":1}`: {"", ""},
		`{"kind":"c","r":1}`:       {"(body /r readOnly)", ""},
		`{"kind":"a","r":null}`:    {"body oneOf", "response oneOf"},
	} {
		if got := found(check(t, c, "POST", "/a", body, jsonType...)); got != want[0] {
			t.Errorf("request %s: got %q, want %q", body, got, want[0])
		}
		if got := found(c.CheckResponse(call, 200, headerOf(jsonHead), []byte(body))); got != want[1] {
			t.Errorf("response %s: got %q, want %q", body, got, want[1])
		}
	}
}

// Ensure that it counts only there, too, where the member stands in an object or array within the alternative, however deep.
func TestOneWay_belowBranches(t *testing.T) {
	t.Parallel()
	c := compile(t, paths(`
  /a:
    post:
      requestBody: {content: {application/json: {schema: &s {oneOf: [
        {type: object, required: [kind], properties: {kind: {type: string, enum: [a]}, in: {type: object, properties: {w: {type: integer, writeOnly: true}, r: {type: integer, readOnly: true},
          in: {type: object, properties: {w: {type: integer, writeOnly: true}}}}}, list: {type: array, items: {type: object, properties: {w: {type: integer, writeOnly: true}}}}},
          additionalProperties: {type: object, properties: {w: {type: integer, writeOnly: true}}}},
        {type: object, required: [kind], properties: {kind: {type: string, enum: [b]}, in: {type: object, properties: {w: {type: integer}, r: {type: integer},
          in: {type: object, properties: {w: {type: integer}}}}}, list: {type: array, items: {type: object, properties: {w: {type: integer}}}}},
          additionalProperties: {type: object, properties: {w: {type: integer}}}},
        {type: object, required: [kind], properties: {kind: {type: string, enum: [c]}, in: {anyOf: [
          {type: object, required: [n], properties: {n: {type: string, enum: [x]}, w: {type: integer, writeOnly: true}}},
          {type: object, required: [n], properties: {n: {type: string, enum: [y]}, w: {type: integer}}}]}}}]}}}}
      responses: {"200": {description: d, content: {application/json: {schema: *s}}}}
`, ""), contract.Options{Undeclared: contract.Ignore})
	call, _ := c.Route("POST", newRequest(t, "POST", "/a", "").URL)
	for body, want := range map[string][2]string{
		`{"kind":"a","in":{"w":1,"r":1}}`:          {"(body /in/r readOnly)", "response /in/w writeOnly"},
		`{"kind":"b","in":{"w":1,"r":1}}`:          {"", ""},
		`{"kind":"a","in":{"in":{"w":1}}}`:         {"", "response /in/in/w writeOnly"},
		`{"kind":"b","in":{"in":{"w":1}}}`:         {"", ""},
		`{"kind":"a","list":[{},{"w":1}]}`:         {"", "response /list/1/w writeOnly"},
		`{"kind":"b","list":[{},{"w":1}]}`:         {"", ""},
		`{"kind":"a","more":{"w":1}}`:              {"", "response /more/w writeOnly"},
		`{"kind":"b","more":{"w":1}}`:              {"", ""},
		`{"kind":"c","in":{"n":"x","w":1}}`:        {"", "response /in/w writeOnly"},
		`{"kind":"c","in":{"n":"y","w":1}}`:        {"", ""},
		`{"kind":"b","in":{"n":"x","w":1,"r":[]}}`: {"body oneOf", "response oneOf"},
	} {
		if got := found(check(t, c, "POST", "/a", body, jsonType...)); got != want[0] {
			t.Errorf("request %s: got %q, want %q", body, got, want[0])
		}
		if got := found(c.CheckResponse(call, 200, headerOf(jsonHead), []byte(body))); got != want[1] {
			t.Errorf("response %s: got %q, want %q", body, got, want[1])
		}
	}
}

// Ensure that the branches of a value that is nested deeply in a recursive schema are not asked before it is known how much work
// that is.
func TestOneWay_recursion(t *testing.T) {
	t.Parallel()
	c := compile(t, paths(`
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Node"}}}}
      responses: {"200": {description: d, content: {application/json: {schema: {$ref: "#/components/schemas/Node"}}}}}
`, `
components:
  schemas:
    Node: {oneOf: [
      {type: object, required: [a], properties: {a: {$ref: "#/components/schemas/Node"}, w: {type: integer, writeOnly: true}, r: {type: integer, readOnly: true}}},
      {type: object, required: [b], properties: {b: {$ref: "#/components/schemas/Node"}, w: {type: integer, writeOnly: true}}},
      {type: integer}]}
`), contract.Options{Undeclared: contract.Ignore})
	call, _ := c.Route("POST", newRequest(t, "POST", "/a", "").URL)
	for depth, want := range map[int][2]string{3: {"(body /a/a/r readOnly)", "response /a/a/w writeOnly"}, 200: {"body depth", "response depth"}} {
		body := strings.Repeat(`{"w":1,"r":1,"a":`, depth) + "1" + strings.Repeat("}", depth)
		request, _, _ := strings.Cut(found(check(t, c, "POST", "/a", body, jsonType...)), ";")
		response, _, _ := strings.Cut(found(c.CheckResponse(call, 200, headerOf(jsonHead), []byte(body))), ";")
		if got := [2]string{request, response}; got != want {
			t.Errorf("%d deep: got %q, want %q", depth, got, want)
		}
	}
}

// Ensure a required member is declared, whether properties lists it or not.
func TestRequired_isDeclared(t *testing.T) {
	t.Parallel()
	c := compile(t, paths(`
  /a:
    post:
      requestBody: {content: {application/json: {schema: {type: object, required: [b], properties: {a: {type: string}}}}}}
      responses: {"200": {description: d}}
`, ""), contract.Options{Undeclared: contract.Reject})
	for body, want := range map[string]string{`{"b":1}`: "", `{"a":"x"}`: "body /b required", `{"b":1,"c":1}`: "body /c undeclared", `{"b":1,"B":2}`: "body /B case"} {
		if got := found(check(t, c, "POST", "/a", body, jsonType...)); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// Ensure the checks that kin-openapi does not make of enumerations, items and integers.
func TestSchemas_beyondKin(t *testing.T) {
	t.Parallel()
	c := compile(t, paths(`
  /a:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {
        null1: {type: string, nullable: true, enum: [x]}, null2: {type: string, nullable: true, enum: [x, null]},
        unique: {type: array, uniqueItems: true, items: {}}, big: {type: integer, format: bigint}, long: {type: integer}}}}}}
      responses: {"200": {description: d}}
`, ""), contract.Options{})
	for body, want := range map[string]string{
		`{"null1":"x","null2":null}`: "", `{"null1":null}`: "body /null1 enum",
		`{"unique":[1,"1",2,[1],[2],{"a":1},{"a":2}]}`: "", `{"unique":[1,1.0]}`: "body /unique uniqueItems", `{"unique":[{"a":[10,0]},{"a":[1e1,-0]}]}`: "body /unique uniqueItems",
		`{"unique":[1,1]}`: "body /unique uniqueItems", `{"unique":[1e999999999,1]}`: "", `{"unique":[{"a":1,"b":2},{"b":2,"a":1}]}`: "body /unique uniqueItems",
		`{"big":123456789012345678901234567890}`: "", `{"big":1.5}`: "body /big type", `{"long":123456789012345678901234567890}`: "body /long format",
	} {
		if got := found(check(t, c, "POST", "/a", body, jsonType...)); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
