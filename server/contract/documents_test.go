package contract_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract"
)

// loadOnly loads a document without checking it.
func loadOnly(t testing.TB, text string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// paths returns a document with paths, and with more at its top level.
func paths(text, more string) string {
	return "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n" + more + "\npaths:\n" + text
}

// Ensure mistakes in what no check reads do not refuse a document.
func TestNew_acceptsWhatNoCheckReads(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"default of another type":         paths(`  /a: {get: {parameters: [{name: n, in: query, schema: {type: integer, default: "20"}}], responses: {"200": {description: d}}}}`, ""),
		"default that is too short":       paths(`  /a: {get: {parameters: [{name: n, in: query, schema: {type: string, minLength: 20, default: now}}], responses: {"200": {description: d}}}}`, ""),
		"default without required member": paths(`  /a: {get: {responses: {"200": {description: d, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: string}}, default: {}}}}}}}}`, ""),
		"example of another type":         paths(`  /a: {get: {responses: {"200": {description: d, content: {application/json: {schema: {type: object, properties: {a: {type: integer, example: x}}}}}}}}}`, ""),
		"tags that are not unique":        paths(`  /a: {get: {tags: [t], responses: {"200": {description: d}}}}`, "tags: [{name: t}, {name: t}]"),
		"no description":                  paths(`  /a: {get: {responses: {"200": {}}}}`, ""),
		"no info":                         "openapi: 3.0.0\npaths:\n  /a: {get: {responses: {default: {description: d}}}}",
		"array without items":             paths(`  /a: {get: {responses: {"200": {description: d, content: {application/json: {schema: {type: array}}}}}}}`, ""),
		"required named twice":            paths(`  /a: {get: {responses: {"200": {description: d, content: {application/json: {schema: {type: object, required: [a, a]}}}}}}}`, ""),
		"component that nothing uses": paths(`  /a: {get: {responses: {"200": {description: d}}}}`, `components:
  schemas: {"bad name!": {type: file}, Endless: {properties: {s: {$ref: "#/components/schemas/Endless"}}}}
  parameters: {P: {name: p, in: nowhere}}`),
	} {
		if _, err := contract.New(loadOnly(t, text), contract.Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Ensure what a check reads has to be correct, and the error says where it is not.
func TestNew_refusesWhatCannotBeChecked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`swagger: "2.0"` + "\npaths: {}":                                "the document is Swagger 2.0; convert it",
		`openapi: 3.1.0` + "\npaths: {}":                                `"3.1.0" is not supported`,
		"openapi: 3.0.3":                                                "has no paths",
		paths(`  a: {get: {responses: {"200": {description: d}}}}`, ""): "#/paths/a: a path must begin with a slash",
		paths(`  /a: {get: {operationId: x, responses: {"200": {description: d}}}, put: {operationId: x, responses: {"200": {description: d}}}}`, ""):                                                                             `#/paths/~1a/put: the operationId "x" is also that of #/paths/~1a/get`,
		paths(`  /a: {get: {parameters: [{name: q, in: body, schema: {}}], responses: {"200": {description: d}}}}`, ""):                                                                                                           `#/paths/~1a/get/parameters/0: a parameter cannot be in "body"`,
		paths(`  /a: {get: {parameters: [{name: q, in: query, style: matrix, schema: {type: string}}], responses: {"200": {description: d}}}}`, ""):                                                                               `a parameter in query cannot have the style "matrix"`,
		paths(`  /a: {get: {parameters: [{name: q, in: query, schema: {}}, {name: q, in: query, schema: {}}], responses: {"200": {description: d}}}}`, ""):                                                                        `"q" in query is declared twice`,
		paths(`  /a: {get: {responses: {"200": {description: d, content: {application/json: {schema: {type: file}}}}}}}`, ""):                                                                                                     `#/paths/~1a/get/responses/200/content/application~1json/schema: the type "file"`,
		paths(`  /a: {get: {responses: {"200": {description: d, content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}}}}}`, `components: {schemas: {S: {type: array, items: {type: integer, multipleOf: 0}}}}`): `#/components/schemas/S/items: multipleOf`,
		paths(`  /a/{x}: {get: {responses: {"200": {description: d}}}}`+"\n"+`  /a/{y}: {get: {responses: {"200": {description: d}}}}`, ""):                                                                                       "GET /a/{y} cannot be told from /a/{x}",
	} {
		_, err := contract.New(loadOnly(t, text), contract.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot %v, want %s", text, err, want)
		}
	}
	unresolved := loadOnly(t, paths(`  /a: {get: {responses: {"200": {description: d, content: {application/json: {schema: {type: string}}}}}}}`, ""))
	unresolved.Paths.Value("/a").Get.Responses.Value("200").Value.Content["application/json"].Schema = &openapi3.SchemaRef{Ref: "other.yaml#/S"}
	if _, err := contract.New(unresolved, contract.Options{}); err == nil || !strings.Contains(err.Error(), `"other.yaml#/S" is not resolved`) {
		t.Errorf("an unresolved reference: %v", err)
	}
}

// Ensure the error of a document with many mistakes stays readable.
func TestNew_errorIsShort(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for i := range 50 {
		fmt.Fprintf(&all, "  /%d: {get: {responses: {}}}\n", i)
	}
	_, err := contract.New(loadOnly(t, paths(all.String(), "")), contract.Options{})
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 20 || lines[19] != "contract: and 31 more" {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}

// Ensure Warnings names all that is accepted and not checked.
func TestContract_Warnings(t *testing.T) {
	t.Parallel()
	c := compile(t, paths(`
  /a#b: {get: {responses: {"200": {description: d}}}}
  /b/{id}/{id2}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, pattern: '(a)\1'}}
        - {name: gone, in: path, required: true, schema: {type: string}}
        - {name: x, in: query, content: {text/csv: {schema: {type: string}}}}
        - {name: y, in: query}
      responses:
        2xx: {description: d, content: {application/json: {schema: {type: object, properties: {a: {type: integer, const: 1}}}}}}
        20O: {description: a typo, content: {text/plain: {}}}
        "": {description: no status}
        default: {description: d, content: {nonsense;;: {schema: {type: string}}}}
`, ""), contract.Options{})
	var got []string
	for _, w := range c.Warnings() {
		got = append(got, w.String())
	}
	want := []string{
		"#/paths/~1a#b: path: it can never match",
		"#/paths/~1b~1{id}~1{id2}/get/parameters/0/schema/pattern: pattern \"(a)\\\\1\": it is not checked: ",
		"#/paths/~1b~1{id}~1{id2}/get/parameters/2/content/text~1csv: parameter \"x\": its value is not checked, because its media type is not JSON",
		"#/paths/~1b~1{id}~1{id2}/get/parameters/3: parameter \"y\": its value is not checked",
		"#/paths/~1b~1{id}~1{id2}/get: parameter \"gone\": it is not checked",
		"#/paths/~1b~1{id}~1{id2}/get: path: {id2} is not checked",
		"#/paths/~1b~1{id}~1{id2}/get/responses/: status: it can never match",
		"#/paths/~1b~1{id}~1{id2}/get/responses/20O: status: it can never match",
		"#/paths/~1b~1{id}~1{id2}/get/responses/2xx: status: it is read as 2XX",
		"#/paths/~1b~1{id}~1{id2}/get/responses/2xx/content/application~1json/schema/properties/a: schema: a keyword of OpenAPI 3.1",
		"#/paths/~1b~1{id}~1{id2}/get/responses/default/content/nonsense;;: media type: it is compared as it is",
	}
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	call, rej := c.Route("GET", newRequest(t, "GET", "/b/aa/anything", "").URL)
	if rej != nil || call.PathValue("id2") != "anything" {
		t.Fatal(call, rej)
	}
	if vs := c.CheckRequest(call, newRequest(t, "GET", "/b/aa/anything?x=1&y=2", ""), nil); len(vs) > 0 {
		t.Errorf("the request: %v", vs)
	}
	if vs := c.CheckResponse(call, 201, http.Header{"Content-Type": {"application/json"}}, []byte(`{"a":1}`)); len(vs) > 0 {
		t.Errorf("the response: %v", vs)
	}
	if len(compile(t, shop, contract.Options{}).Warnings()) > 0 {
		t.Error("a document without such parts has warnings")
	}
}

const patterned = `
  /a/{p}:
    get:
      parameters: [{name: p, in: path, required: true, schema: {type: string, pattern: '^\u00e9+$'}}]
      responses:
        "200":
          description: d
          content:
            application/json:
              schema:
                type: object
                properties:
                  notBad: {type: string, pattern: '^(?!bad).+$'}
                  mail: {type: string, format: email, pattern: '^(?=.{3,20}$).*'}
                  twice: {type: string, pattern: '^(.)\1$'}
                  long: {type: string, pattern: '^[a-z]{1,2048}$'}
                  one: {oneOf: [{type: string, pattern: '^(?!x)'}, {type: string, pattern: '^(?=x)..$'}]}
`

// Ensure patterns of ECMA-262 are checked, also in branches, as far as they can be, and by an engine beyond that.
func TestPatterns(t *testing.T) {
	t.Parallel()
	doc := paths(patterned, "")
	engine := func(expr string) (func(string) bool, error) {
		if expr != `^(.)\1$` {
			return nil, errors.New("not " + expr)
		}
		return func(text string) bool { return len(text) == 2 && text[0] == text[1] }, nil
	}
	without, with := compile(t, doc, contract.Options{}), compile(t, doc, contract.Options{Patterns: engine})
	if got := without.Warnings(); len(got) != 1 || !strings.HasSuffix(got[0].Pointer, "/properties/twice/pattern") {
		t.Errorf("warnings %v", got)
	}
	if got := with.Warnings(); len(got) > 0 {
		t.Errorf("with an engine: warnings %v", got)
	}
	call, _ := without.Route("GET", newRequest(t, "GET", "/a/b", "").URL)
	for _, test := range []struct{ body, want, wantWith string }{
		{`{"notBad":"good","mail":"a@b","twice":"aa","long":"abc","one":"y"}`, "", ""},
		{`{"notBad":"badly"}`, "response /notBad pattern", "response /notBad pattern"},
		{`{"mail":"a@"}`, "response /mail pattern", "response /mail pattern"},
		{`{"mail":"abcd"}`, "response /mail format", "response /mail format"},
		{`{"twice":"ab"}`, "", "response /twice pattern"},
		{`{"long":"` + strings.Repeat("a", 2048) + `"}`, "", ""},
		{`{"long":"` + strings.Repeat("a", 2049) + `"}`, "response /long pattern", "response /long pattern"},
		{`{"one":"xy"}`, "", ""},
		{`{"one":"x"}`, "response /one oneOf", "response /one oneOf"},
	} {
		head := http.Header{"Content-Type": {"application/json"}}
		if got := found(without.CheckResponse(call, 200, head, []byte(test.body))); got != test.want {
			t.Errorf("%.40s: got %q, want %q", test.body, got, test.want)
		}
		if got := found(with.CheckResponse(call, 200, head, []byte(test.body))); got != test.wantWith {
			t.Errorf("%.40s with an engine: got %q, want %q", test.body, got, test.wantWith)
		}
	}
	for target, want := range map[string]string{"/a/%C3%A9": "", "/a/e": "path /p pattern"} {
		if got := found(check(t, without, "GET", target, "")); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
	vs := without.CheckResponse(call, 200, http.Header{"Content-Type": {"application/json"}}, []byte(`{"notBad":"bad"}`))
	if len(vs) != 1 || vs[0].Expected != "a string that matches ^(?!bad).+$" {
		t.Errorf("the pattern is not shown as the document has it: %v", vs)
	}
}

// Ensure formats beyond OpenAPI 3.0 are checked only on request, and those within always.
func TestFormats_optIn(t *testing.T) {
	t.Parallel()
	doc := paths(`
  /a:
    post:
      requestBody: {content: {application/json: {schema: {type: object, additionalProperties: false, properties: {
        uuid: {type: string, format: uuid}, email: {type: string, format: email}, uri: {type: string, format: uri}, hostname: {type: string, format: hostname},
        ipv4: {type: string, format: ipv4}, ipv6: {type: string, format: ipv6}, even: {type: string, format: even},
        date: {type: string, format: date}, date-time: {type: string, format: date-time}, byte: {type: string, format: byte}}}}}}
      responses: {"200": {description: d}}
`, "")
	even := func(text []byte) bool { return len(text)%2 == 0 }
	for _, test := range []struct {
		name    string
		formats map[string]func([]byte) bool
		refused string
	}{
		{"none", map[string]func([]byte) bool{}, "byte date date-time"},
		{"all", allFormats, "byte date date-time email hostname ipv4 ipv6 uri uuid"},
		{"one of ours, one of the caller's", map[string]func([]byte) bool{"uuid": nil, "even": even}, "byte date date-time even uuid"},
		{"ours replaced", map[string]func([]byte) bool{"date": even}, "byte date date-time"},
	} {
		c := compile(t, doc, contract.Options{Formats: test.formats})
		var refused []string
		for _, name := range []string{"byte", "date", "date-time", "email", "even", "hostname", "ipv4", "ipv6", "uri", "uuid"} {
			if got := found(check(t, c, "POST", "/a", `{"`+name+`":"_!@"}`, jsonType...)); got == "body /"+name+" format" {
				refused = append(refused, name)
			} else if got != "" {
				t.Errorf("%s: %s: %s", test.name, name, got)
			}
		}
		if got := strings.Join(refused, " "); got != test.refused {
			t.Errorf("%s: refused %q, want %q", test.name, got, test.refused)
		}
	}
}

// Ensure the default charsets are those under which bodies are UTF-8, and the option narrows them.
func TestCharsets(t *testing.T) {
	t.Parallel()
	for charset, want := range map[string]string{
		"utf-8": "", "UTF-8": "header /Content-Type charset?", "utf8": "header /Content-Type charset?", "us-ascii": "header /Content-Type charset?",
		"iso-8859-1": "header /Content-Type charset", `""`: "header /Content-Type charset",
	} {
		line := "Content-Type: application/json; charset=" + charset
		wide, narrow := strings.TrimSuffix(want, "?"), want
		if strings.HasSuffix(want, "?") {
			wide, narrow = "", strings.TrimSuffix(want, "?")
		}
		if strings.EqualFold(charset, "utf-8") {
			narrow = ""
		}
		for got, want := range map[string]string{
			found(check(t, compile(t, shop, contract.Options{}), "POST", "/api/items", good, line)):                                  wide,
			found(check(t, compile(t, shop, contract.Options{Charsets: []string{"UTF-8"}}), "POST", "/api/items", good, line)) + " ": narrow + " ",
		} {
			if got != want {
				t.Errorf("%s: got %q, want %q", charset, got, want)
			}
		}
	}
}

// Ensure a server's variable without an enumeration takes any text without a slash, and one with many values takes each.
func TestServers_variables(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 400 {
		fmt.Fprintf(&many, "v%d, ", i)
	}
	operation := `  /things/{id}: {get: {operationId: thing, parameters: [{name: id, in: path, required: true, schema: {type: integer}}], responses: {"200": {description: d}}}}`
	for _, test := range []struct{ servers, matching, other string }{
		{`[{url: "https://a/{project}", variables: {project: {default: demo}}}]`, "/demo/things/1 /acme/things/1", "/things/1 /a/b/things/1"},
		{`[{url: "https://a/{project}/v1"}]`, "/acme/v1/things/1", "/acme/v2/things/1"},
		{`[{url: "/x-{region}", variables: {region: {default: eu, enum: [eu, us]}}}]`, "/x-eu/things/1 /x-us/things/1", "/x-asia/things/1 /x/things/1"},
		{`[{url: "/{v}", variables: {v: {default: v0, enum: [` + many.String() + `]}}}]`, "/v0/things/1 /v7/things/1 /v399/things/1", "/v400/things/1"},
		{`[{url: "/{root}", variables: {root: {default: a/b}}}]`, "/a/b/things/1 /c/things/1", "/a/c/things/1"},
		{`[{url: "{scheme}://{host}/v1", variables: {scheme: {default: https}, host: {default: a}}}]`, "/v1/things/1", "/v2/things/1"},
		{`[{url: "{base}/v1", variables: {base: {default: "https://a/root"}}}]`, "/root/v1/things/1", "/v1/things/1 /other/v1/things/1"},
		{`[{url: "https://a/{p}"}, {url: "https://a/fixed"}]`, "/fixed/things/1 /free/things/1", "/things/1"},
	} {
		c := compile(t, paths(operation, "servers: "+test.servers), contract.Options{})
		for _, target := range strings.Fields(test.matching) {
			call, rej := c.Route("GET", newRequest(t, "GET", target, "").URL)
			if rej != nil || len(call.PathValues) != 1 || call.PathValue("id") != "1" {
				t.Errorf("%s: %s: %+v %v", test.servers, target, call, rej)
			} else if got := found(check(t, c, "GET", target+"x", "")); got != "path /id type" {
				t.Errorf("%s: %sx: found %q", test.servers, target, got)
			}
		}
		for _, target := range strings.Fields(test.other) {
			if call, rej := c.Route("GET", newRequest(t, "GET", target, "").URL); rej == nil {
				t.Errorf("%s: %s is %+v", test.servers, target, call)
			}
		}
	}
}

// Ensure templates that differ only in the names of their parameters each have their own methods and parameters.
func TestRoute_sameTemplate(t *testing.T) {
	t.Parallel()
	c := compile(t, paths(`
  /o/{org}/{digest}: {get: {operationId: a, parameters: [{name: org, in: path, required: true, schema: {type: string}}, {name: digest, in: path, required: true, schema: {type: string}}], responses: {"200": {description: d}}}}
  /o/{org}/{id}: {delete: {operationId: b, parameters: [{name: org, in: path, required: true, schema: {type: string}}, {name: id, in: path, required: true, schema: {type: integer}}], responses: {"200": {description: d}}}}
`, ""), contract.Options{})
	for request, want := range map[string]string{"GET /o/x/sha": "", "DELETE /o/x/5": "", "DELETE /o/x/sha": "path /id type", "PUT /o/x/5": "path method"} {
		method, target, _ := strings.Cut(request, " ")
		call, rej := c.Route(method, newRequest(t, method, target, "").URL)
		if rej != nil {
			if got := found(rej.Violations); got != want || strings.Join(rej.Allow, " ") != "DELETE GET" {
				t.Errorf("%s: %s %v", request, got, rej.Allow)
			}
			continue
		}
		if got := found(c.CheckRequest(call, newRequest(t, method, target, ""), nil)); got != want {
			t.Errorf("%s: got %q, want %q", request, got, want)
		}
	}
}

// Ensure that a check of the caller's is asked only about text: what is no JSON, or no text, is refused before, also where the check
// accepts it.
func TestFormats_ownUUID(t *testing.T) {
	t.Parallel()
	c := compile(t, paths(`
  /a/{id}:
    post:
      parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}, {name: X-Id, in: header, schema: {type: string, format: uuid}}]
      requestBody: {content: {application/json: {schema: {type: array, items: {type: string, format: uuid}}}}}
      responses: {"200": {description: d}}
`, ""), contract.Options{Formats: map[string]func([]byte) bool{"uuid": func(text []byte) bool { return len(text) == 36 }}})
	long := strings.Repeat("x", 32)
	for _, test := range []struct{ id, header, body, want string }{
		{long + "abcd", long + "abcd", `["` + long + `abcd"]`, ""},
		{long + "abc", long + "abcd", `["` + long + `abc"]`, "path /id format; body /0 format"},
		{long + "ab%00d", long + "abcd", `["` + long + `ab` + "\x00" + `d"]`, "path /id nul; body syntax"},
		{long + "ab%FFd", long + "ab\xffd", `["` + long + `ab` + "\xff" + `d"]`, "path /id utf8; header /X-Id utf8; body /0 format; body /0 utf8"},
		{long + "abcd", long + "abcd", `["` + long + `","b"]`, "body /0 format"}, // and the others of the place
		{long + "abcd", long + "abcd", `["` + long + `\u00e9xy"]`, ""},
	} {
		if got := found(check(t, c, "POST", "/a/"+test.id, test.body, append(jsonType, "X-Id: "+test.header)...)); got != test.want {
			t.Errorf("%q %q %q: got %q, want %q", test.id, test.header, test.body, got, test.want)
		}
	}
}
