package contract_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const (
	uuid  = "0A9f0000-0000-0000-0000-00000000000b"
	owner = `"owner":{"name":"o"}`
)

var (
	good     = item(`"big":1`)
	jsonType = []string{"Content-Type: application/json"}
	formType = []string{"Content-Type: application/x-www-form-urlencoded"}
)

// item returns an Item with more members.
func item(members string) string { return `{"name":"a",` + owner + `,` + members + `}` }

// requests are checked against shop: method, target, body, headers; status; what is found.
var requests = []struct {
	name, request, body string
	headers             []string
	status              int
	found               string
}{
	{"good list", "GET /api/items?pageSize=25&search=&ids=1&ids=2&tags=a,b&active=true&ratio=-1.5e3&sort=Name", "", nil, 200, ""},
	{"other base path", "GET /alt/items", "", nil, 200, ""},

	// Routing.
	{"unknown path", "GET /nothing", "", nil, 404, "path path"},
	{"path without base", "GET /items", "", nil, 404, "path path"},
	{"wrong method", "PUT /api/items", "", nil, 405, "path method"},
	{"HEAD is not GET", "HEAD /api/items", "", nil, 405, "path method"},
	{"OPTIONS", "OPTIONS /api/items", "", nil, 405, "path method"},
	{"case of the path", "GET /API/items", "", nil, 404, "path path"},
	{"trailing slash", "GET /api/items/", "", nil, 404, "path path"},

	// Path parameters.
	{"path uuid in any case", "GET /api/items/" + uuid, "", nil, 200, ""},
	{"path not a uuid", "GET /api/items/x", "", nil, 400, "path /itemId format"},
	{"path of bad UTF-8", "GET /api/items/%ff", "", nil, 400, "path /itemId utf8"},
	{"path with NUL", "GET /api/items/%00", "", nil, 400, "path /itemId nul"},
	{"path integer", "GET /api/items/x/notes/x7.txt", "", nil, 400, "path /n type"},

	// Query parameters.
	{"integer too small", "GET /api/items?pageSize=0", "", nil, 400, "query /pageSize minimum"},
	{"integer with a plus", "GET /api/items?pageSize=%2B1", "", nil, 400, "query /pageSize type"},
	{"integer with a space", "GET /api/items?pageSize=+1", "", nil, 400, "query /pageSize type"},
	{"integer with exponent", "GET /api/items?pageSize=1e1", "", nil, 400, "query /pageSize type"},
	{"integer with fraction", "GET /api/items?pageSize=1.0", "", nil, 400, "query /pageSize type"},
	{"hexadecimal", "GET /api/items?pageSize=0x10", "", nil, 400, "query /pageSize type"},
	{"integer with underscore", "GET /api/items?pageSize=1_0", "", nil, 400, "query /pageSize type"},
	{"integer of 33 bits", "GET /api/items?pageSize=4294967296", "", nil, 400, "query /pageSize format; query /pageSize maximum"},
	{"number that is NaN", "GET /api/items?ratio=NaN", "", nil, 400, "query /ratio type"},
	{"number that is infinite", "GET /api/items?ratio=1e999", "", nil, 400, "query /ratio type"},
	{"boolean 1", "GET /api/items?active=1", "", nil, 400, "query /active type"},
	{"boolean True", "GET /api/items?active=True", "", nil, 400, "query /active type"},
	{"enum in lower case", "GET /api/items?sort=name", "", nil, 400, "query /sort enum"},
	{"enum empty", "GET /api/items?sort=", "", nil, 400, "query /sort enum"},
	{"string too long", "GET /api/items?search=%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4", "", nil, 400, "query /search maxLength"},
	{"string of five code points", "GET /api/items?search=%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80", "", nil, 200, ""},
	{"empty integer", "GET /api/items?pageSize=", "", nil, 400, "query /pageSize empty"},
	{"integer without equals", "GET /api/items?pageSize", "", nil, 400, "query /pageSize empty"},
	{"allowEmptyValue", "GET /api/items?blank=", "", nil, 200, ""},
	{"given twice", "GET /api/items?pageSize=1&pageSize=1", "", nil, 400, "query /pageSize duplicate"},
	{"given twice, escaped", "GET /api/items?pageSize=1&page%53ize=1", "", nil, 400, "query /pageSize duplicate"},
	{"bad escape", "GET /api/items?search=%zz", "", nil, 400, "query /search syntax"},
	{"bad escape in an undeclared parameter", "GET /api/items?other=%zz", "", nil, 400, "query /other syntax"},
	{"bad UTF-8 in a query", "GET /api/items?search=%C0%80", "", nil, 400, "query /search utf8"},
	{"NUL in a query", "GET /api/items?search=%00", "", nil, 400, "query /search nul"},
	{"semicolon", "GET /api/items?pageSize=1;search=a", "", nil, 400, "query /pageSize syntax"},
	{"undeclared", "GET /api/items?other=1&PAGESIZE=1", "", nil, 200, "(query /PAGESIZE undeclared); (query /other undeclared)"},
	{"array element", "GET /api/items?ids=1&ids=x", "", nil, 400, "query /ids/1 type"},
	{"array element empty", "GET /api/items?ids=", "", nil, 400, "query /ids/0 empty"},
	{"array too long", "GET /api/items?ids=1&ids=2&ids=3&ids=4", "", nil, 400, "query /ids maxItems"},
	{"joined array", "GET /api/items?tags=a,long", "", nil, 400, "query /tags/1 maxLength"},
	{"joined array twice", "GET /api/items?tags=a&tags=b", "", nil, 400, "query /tags duplicate"},
	{"deep object", "GET /api/items?filter[min]=1", "", nil, 200, ""},
	{"deep object, bad", "GET /api/items?filter[min]=-1", "", nil, 400, "query /filter/min minimum"},
	{"JSON parameter", "GET /api/items?where=%7B%22a%22%3A1%7D", "", nil, 200, ""},
	{"JSON parameter, bad", "GET /api/items?where=%7B%22A%22%3A1%7D", "", nil, 400, "query /where/A case; query /where/a required"},
	{"JSON parameter, no JSON", "GET /api/items?where=x", "", nil, 400, "query /where syntax"},

	// Headers and cookies.
	{"header not a uuid", "GET /api/items", "", []string{"X-Trace: 1"}, 400, "header /X-Trace format"},
	{"header twice", "GET /api/items", "", []string{"X-Trace: " + uuid, "X-Trace: " + uuid}, 400, "header /X-Trace duplicate"},
	{"header of bad UTF-8", "GET /api/items", "", []string{"X-Trace: \xff"}, 400, "header /X-Trace utf8"},
	{"list header on two lines", "GET /api/items", "", []string{"X-Nums: 1, 2", "X-Nums: 3"}, 200, ""},
	{"list header, bad", "GET /api/items", "", []string{"X-Nums: 1, x"}, 400, "header /X-Nums/1 type"},
	{"undeclared header", "GET /api/items", "", []string{"X-Other: 1"}, 200, ""},
	{"cookie too short", "GET /api/items", "", []string{"Cookie: session=a"}, 400, "cookie /session minLength"},
	{"cookie twice", "GET /api/items", "", []string{"Cookie: session=abc; session=abd"}, 400, "cookie /session duplicate"},
	{"required header missing", "GET /api/items", "", []string{"No-Tenant: "}, 400, "header /X-Tenant required"},
	{"required header empty", "GET /api/items", "", []string{"X-Tenant: "}, 400, "header /X-Tenant minLength"},

	// One response lists everything.
	{"all at once", "POST /api/items?x=%zz", `{"name":"","owner":{},"count":-1}`, jsonType, 400,
		"query /x syntax; body /count minimum; body /name minLength; body /owner/name required"},

	// Media types.
	{"no Content-Type", "POST /api/items", "{}", nil, 415, "header /Content-Type mediaType"},
	{"undeclared type", "POST /api/items", "{}", []string{"Content-Type: text/plain"}, 415, "header /Content-Type mediaType"},
	{"unreadable type", "POST /api/items", "{}", []string{"Content-Type: application/json;;x"}, 415, "header /Content-Type mediaType"},
	{"type in capitals", "POST /api/items", good, []string{"Content-Type: Application/JSON; Charset=UTF-8"}, 204, ""},
	{"charset", "POST /api/items", good, []string{"Content-Type: application/json; charset=utf-16"}, 415, "header /Content-Type charset"},
	{"two types", "POST /api/items", good, []string{"Content-Type: application/json", "Content-Type: application/json"}, 415, "header /Content-Type duplicate"},
	{"gzip", "POST /api/items", good, []string{"Content-Type: application/json", "Content-Encoding: gzip"}, 415, "header /Content-Encoding encoding"},
	{"identity", "POST /api/items", good, []string{"Content-Type: application/json", "Content-Encoding: Identity"}, 204, ""},
	{"415 before parameters", "POST /api/items?x=%zz", "{}", nil, 415, "header /Content-Type mediaType"},

	// Bodies.
	{"good body", "POST /api/items", good, jsonType, 204, ""},
	{"empty required body", "POST /api/items", "", jsonType, 400, "body required"},
	{"empty required body without a type", "POST /api/items", "", nil, 400, "body required"},
	{"blank required body", "POST /api/items", " \n", jsonType, 400, "body required"},
	{"empty optional body", "POST /api/things", "", nil, 200, ""},
	{"body where none is declared", "DELETE /api/items/" + uuid, "x", nil, 400, "body body"},
	{"JSON body where none is declared", "DELETE /api/items/" + uuid, "{}", jsonType, 400, "body body"},
	{"null body", "POST /api/items", "null", jsonType, 400, "body nullable"},
	{"wrong type of body", "POST /api/items", "[]", jsonType, 400, "body type"},
	{"no JSON", "POST /api/items", "{", jsonType, 400, "body syntax"},
	{"BOM", "POST /api/items", "\xEF\xBB\xBF" + good, jsonType, 400, "body syntax"},
	{"bytes after the value", "POST /api/items", good + "x", jsonType, 400, "body trailing"},
	{"missing members", "POST /api/items", "{}", jsonType, 400, "body /name required; body /owner required"},
	{"duplicate member", "POST /api/items", `{"name":"a","name":"b",` + owner + `}`, jsonType, 400, "body /name duplicate"},
	{"duplicate member, escaped", "POST /api/items", `{"name":"a","n\u0061me":"b",` + owner + `}`, jsonType, 400, "body /name duplicate"},
	{"case twin", "POST /api/items", `{"name":"a","NAME":"b",` + owner + `}`, jsonType, 400, "body /NAME case"},
	{"case twin by Unicode folding", "POST /api/items", `{"name":"a",` + owner + `,"\u212Aind":"b","kind":"a"}`, jsonType, 400, "body /\u212Aind case"},
	{"only the case twin", "POST /api/items", `{"Name":"a",` + owner + `}`, jsonType, 400, "body /Name case; body /name required"},
	{"undeclared case twins", "POST /api/items", `{"name":"a",` + owner + `,"x":1,"X":1}`, jsonType, 400, "(body /X undeclared); body /x case; (body /x undeclared)"},
	{"case twins in a map are data", "POST /api/items", `{"name":"a",` + owner + `,"labels":{"x":"1","X":"2"},"free":{"y":1,"Y":2}}`, jsonType, 204, ""},
	{"undeclared member", "POST /api/items", `{"name":"a",` + owner + `,"more":{"x":1}}`, jsonType, 204, "(body /more undeclared)"},
	{"undeclared member of a bare object", "POST /api/items", `{"name":"a",` + owner + `,"bare":{"x":1},"any":{"y":2}}`, jsonType, 204, ""},
	{"member of a closed object", "POST /api/items", `{"name":"a","owner":{"name":"o","x/y~":1}}`, jsonType, 400, "body /owner/x~1y~0 additionalProperties"},
	{"case twin in a closed object", "POST /api/items", `{"name":"a","owner":{"name":"o","Name":"p"}}`, jsonType, 400, "body /owner/Name case"},
	{"bad value in a map", "POST /api/items", `{"name":"a",` + owner + `,"labels":{"x":1}}`, jsonType, 400, "body /labels/x type"},
	{"readOnly member", "POST /api/items", `{"id":"` + uuid + `","name":"a",` + owner + `}`, jsonType, 204, "(body /id readOnly)"},
	{"readOnly null", "POST /api/items", `{"id":null,"name":"a",` + owner + `}`, jsonType, 400, "body /id nullable"},
	{"writeOnly member", "POST /api/items", `{"secret":"s","name":"a",` + owner + `}`, jsonType, 204, ""},
	{"uuid in upper case", "POST /api/items", `{"name":"a","owner":{"name":"o","id":"` + uuid + `"}}`, jsonType, 204, ""},
	{"uuid in braces", "POST /api/items", `{"name":"a","owner":{"name":"o","id":"{` + uuid + `}"}}`, jsonType, 400, "body /owner/id format"},
	{"February 31", "POST /api/items", item(`"day":"2024-02-31"`), jsonType, 400, "body /day format"},
	{"date-time without offset", "POST /api/items", item(`"at":"2024-02-01T00:00:00"`), jsonType, 400, "body /at format"},
	{"date-time with seven digits", "POST /api/items", item(`"at":"2024-02-01T00:00:00.1234567Z"`), jsonType, 204, ""},
	{"leap second", "POST /api/items", item(`"at":"2016-12-31T23:59:60Z"`), jsonType, 400, "body /at format"},
	{"pattern", "POST /api/items", item(`"code":"A"`), jsonType, 400, "body /code pattern"},
	{"enum", "POST /api/items", item(`"kind":"A"`), jsonType, 400, "body /kind enum"},
	{"null where it may not be", "POST /api/items", item(`"code":null,"kind":null,"maybe":null`), jsonType, 400, "body /code nullable; body /kind nullable"},
	{"integer of 33 bits in a body", "POST /api/items", item(`"count":2147483648`), jsonType, 400, "body /count format"},
	{"integer of 65 bits", "POST /api/items", item(`"big":9223372036854775808`), jsonType, 400, "body /big format"},
	{"integer of 64 bits", "POST /api/items", item(`"big":9223372036854775807`), jsonType, 204, ""},
	{"integer with a fraction of zero", "POST /api/items", item(`"big":1.0`), jsonType, 400, "body /big type"},
	{"integer with exponent in a body", "POST /api/items", item(`"big":1e2`), jsonType, 400, "body /big type"},
	{"number out of range", "POST /api/items", item(`"price":1e999`), jsonType, 400, "body /price type"},
	{"multipleOf and exclusiveMaximum", "POST /api/items", item(`"price":100.3`), jsonType, 400, "body /price exclusiveMaximum; body /price maximum; body /price multipleOf"},
	{"items", "POST /api/items", item(`"list":[1,"a",1,2]`), jsonType, 400, "body /list maxItems; body /list uniqueItems; body /list/1 type"},
	{"allOf names all", "POST /api/items", item(`"both":{"x":"1","y":"long"}`), jsonType, 400, "body /both/x type; body /both/y maxLength"},
	{"allOf names the missing", "POST /api/items", item(`"both":{}`), jsonType, 400, "body /both/x required; body /both/y required"},
	{"allOf knows its members", "POST /api/items", item(`"both":{"x":1,"y":"a","z":1}`), jsonType, 204, "(body /both/z undeclared)"},
	{"oneOf", "POST /api/items", item(`"one":"abc"`), jsonType, 400, "body /one oneOf"},
	{"oneOf integer", "POST /api/items", item(`"one":1.0`), jsonType, 400, "body /one type"},
	{"oneOf good", "POST /api/items", item(`"one":"ab","tree":{"kids":["x",{"kids":[]}]}`), jsonType, 204, ""},
	{"lone surrogate", "POST /api/items", item(`"free":{"a":"\ud800"}`), jsonType, 400, "body /free/a utf8"},
	{"overlong UTF-8", "POST /api/items", item("\"free\":{\"a\":\"\xc0\xaf\"}"), jsonType, 400, "body /free/a utf8"},
	{"U+0000", "POST /api/items", item(`"free":{"a":"\u0000"}`), jsonType, 400, "body /free/a nul"},
	{"U+0000 in a name", "POST /api/items", item(`"free":{"\u0000":1}`), jsonType, 400, "body /free nul"},

	// Other media types.
	{"form", "POST /api/things", "a=1&b=x&b=y", formType, 200, ""},
	{"form, bad", "POST /api/things", "a=x", formType, 400, "body /a type"},
	{"form, missing", "POST /api/things", "b=x", formType, 400, "body /a required"},
	{"form, repeated and unknown", "POST /api/things", "a=1&a=2&c=3&B=1", formType, 400, "body /B case; body /a duplicate; body /c additionalProperties"},
	{"form, bad escape", "POST /api/things", "a=%zz", formType, 400, "body /a syntax"},
	{"multipart", "POST /api/things", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n", []string{"Content-Type: multipart/form-data; boundary=x"}, 200, ""},
	{"multipart, cut", "POST /api/things", "--x\r\nContent", []string{"Content-Type: multipart/form-data; boundary=x"}, 400, "body syntax"},
	{"text", "POST /api/things", "text", []string{"Content-Type: text/plain"}, 200, ""},
	{"text too long", "POST /api/things", "texts", []string{"Content-Type: text/plain"}, 400, "body maxLength"},
	{"image", "POST /api/things", "\xff\x00", []string{"Content-Type: image/png"}, 200, ""},
	{"vendor JSON", "POST /api/things", `{"a":"x"}`, []string{"Content-Type: application/vnd.thing+json"}, 400, "body /a type"},
}

func TestRequests(t *testing.T) {
	t.Parallel()
	for _, test := range requests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			runRequest(t, contract.Options{}, test.request, test.body, test.headers, test.status, test.found)
		})
	}
}

func runRequest(t *testing.T, opts contract.Options, line, body string, headers []string, status int, want string) {
	t.Helper()
	method, target, _ := strings.Cut(line, " ")
	var all contract.Violations
	opts.Finding = func(_ *http.Request, v contract.Violation) { all = append(all, v) }
	c := compile(t, shop, opts)
	if !strings.Contains(strings.Join(headers, "\n"), "-Tenant: ") {
		headers = append([]string{"X-Tenant: t"}, headers...)
	}
	r := newRequest(t, method, target, body, headers...)
	w := httptest.NewRecorder()
	c.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Handled", "yes")
		answer(w, contract.FromContext(r.Context()))
	})).ServeHTTP(w, r)
	if w.Code != status {
		t.Errorf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	if got := found(all); got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}

// answer writes a response that the document declares for the call.
func answer(w http.ResponseWriter, call *contract.Call) {
	switch call.ID {
	case "listItems":
		w.Header().Set("X-Count", "0")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("[]"))
	case "getItem":
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte("ok"))
	case "createItem", "deleteItem":
		w.WriteHeader(http.StatusNoContent)
	}
}

// Ensure a schema below a not does not make a number an integer.
func TestInteger_notBelowNot(t *testing.T) {
	t.Parallel()
	const doc = `
openapi: 3.0.3
info: {title: not, version: "1"}
paths:
  /n: {post: {operationId: n, requestBody: {content: {application/json: {schema: {type: number, not: {type: integer}}}}}, responses: {default: {description: ok}}}}
`
	c := compile(t, doc, contract.Options{})
	for body, want := range map[string]string{"1.5": "", "1": "body not"} {
		if got := found(check(t, c, "POST", "/n", body, jsonType...)); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// Ensure a query or form that Go does not read is refused: net/url and mime/multipart have limits at which URL.Query and
// FormValue return nothing and no error, so that a handler would miss what was checked.
func TestLimitsOfGo(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{MaxRequestBody: 1 << 20})
	for n, want := range map[int]string{9_999: "", 10_000: "query size"} {
		target := "/api/items?search=a" + strings.Repeat("&", n)
		r := newRequest(t, "GET", target, "", "X-Tenant: t")
		if got := found(check(t, c, "GET", target, "", "X-Tenant: t")); got != want || want == "" && r.URL.Query().Get("search") != "a" {
			t.Errorf("%d separators: found %q, want %q; the handler sees %q", n, got, want, r.URL.Query().Get("search"))
		}
	}
	d := compile(t, mediaTypes, contract.Options{MaxRequestBody: 1 << 20})
	for n, want := range map[int]string{1000: "", 1001: "body size"} {
		body := strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"files\"\r\n\r\n1\r\n", n) + "--x--\r\n"
		head := "Content-Type: multipart/form-data; boundary=x"
		err := newRequest(t, "POST", "/parts", body, head).ParseMultipartForm(1 << 20)
		if got := found(check(t, d, "POST", "/parts", body, head)); got != want || (err == nil) != (want == "") {
			t.Errorf("%d parts: found %q, want %q; the handler: %v", n, got, want, err)
		}
	}
}
