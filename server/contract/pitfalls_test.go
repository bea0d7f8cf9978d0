package contract_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/server/contract"
)

// The tests of this file show that the contract does not have the known pitfalls of the libraries below it.

const pitfalls = `
openapi: 3.0.3
info: {title: pitfalls, version: "1"}
servers: [{url: "https://api.example.com/base"}]
paths:
  /users:
    post:
      operationId: create
      parameters: [{name: size, in: query, schema: {type: integer, default: 25}}, {name: name, in: query, schema: {type: string, pattern: "^[a-z]*$"}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/User"}}, application/merge-patch+json: {schema: {$ref: "#/components/schemas/User"}}}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}}
        "204": {description: nothing}
        "301": {description: moved, headers: {Location: {required: true, schema: {type: string}}, X-Count: {required: true, schema: {type: integer}}}}
    get: {operationId: list, security: [{bearer: []}], responses: {"200": {description: ok}}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  schemas:
    User:
      type: object
      required: [id, role]
      properties:
        id: {type: string, format: uuid, readOnly: true}
        role: {type: string, enum: [user, root], default: user}
        password: {type: string, format: password, writeOnly: true, minLength: 8}
        at: {type: string, format: date-time}
        code: {type: string, pattern: "^[a-z]*$"}
        count: {type: integer, format: int64}
        note: {allOf: [{$ref: "#/components/schemas/Note"}], nullable: true}
        pet: {oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}], discriminator: {propertyName: kind, mapping: {cat: "#/components/schemas/Cat", dog: "#/components/schemas/Dog"}}}
    Note: {type: object, properties: {text: {type: string}}}
    Cat: {type: object, required: [kind], properties: {kind: {type: string}, lives: {type: integer}}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}, bark: {type: boolean}}}
`

// sends sends a request through a handler that writes 204. It returns the response, what the handler read, or "" if it was not
// called, and what was found.
func sends(t *testing.T, opts contract.Options, line, body string, headers ...string) (w *httptest.ResponseRecorder, read, all string) {
	t.Helper()
	var vs contract.Violations
	opts.Finding = func(_ *http.Request, v contract.Violation) { vs = append(vs, v) }
	if opts.Admit == nil {
		opts.Admit = func(_ http.ResponseWriter, r *http.Request, _ *contract.Call) *http.Request { return r }
	}
	method, target, _ := strings.Cut(line, " ")
	w = httptest.NewRecorder()
	compile(t, pitfalls, opts).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		read = r.Method + " " + r.URL.String() + " " + string(data)
		w.WriteHeader(http.StatusNoContent)
	})).ServeHTTP(w, newRequest(t, method, target, body, headers...))
	return w, read, found(vs)
}

// answers checks a response to create.
func answers(t *testing.T, status int, head, body string) string {
	t.Helper()
	c := compile(t, pitfalls, contract.Options{Observe: true})
	call, rej := c.Route("POST", newRequest(t, "POST", "/base/users", "").URL)
	if rej != nil {
		t.Fatal(rej.Violations)
	}
	return found(c.CheckResponse(call, status, headerOf(head), []byte(body)))
}

const user = `{"role":"user"}`

func TestPitfall08_documentsOf31AreRefused(t *testing.T) {
	t.Parallel()
	doc := load(t, strings.Replace(pitfalls, "3.0.3", "3.1.0", 1))
	if _, err := contract.New(doc, contract.Options{Observe: true}); err == nil || !strings.Contains(err.Error(), "3.1.0") {
		t.Errorf("got %v", err)
	}
}

func TestPitfall09_readOnlyAndWriteOnlyGoTheRightWay(t *testing.T) {
	t.Parallel()
	if _, read, all := sends(t, contract.Options{}, "POST /base/users", user, jsonType...); read == "" || all != "" {
		t.Errorf("without the required readOnly id: %q", all)
	}
	if _, read, all := sends(t, contract.Options{}, "POST /base/users", `{"id":"`+lower+`","role":"user"}`, jsonType...); read == "" || all != "(body /id readOnly)" {
		t.Errorf("with a readOnly id: %q", all)
	}
	if got := answers(t, 200, jsonHead, `{"id":"`+lower+`","role":"user","password":"12345678"}`); got != "response /password writeOnly" {
		t.Errorf("a password in an answer: %q", got)
	}
	if got := answers(t, 200, jsonHead, user); got != "response /id required" {
		t.Errorf("an answer without id: %q", got)
	}
}

func TestPitfall10_validRequestsPassWithoutSchemaDetails(t *testing.T) {
	t.Parallel() // The contract turns the details of kin-openapi's errors off; in a document of version 3.1 that would refuse every request.
	if w, _, all := sends(t, contract.Options{}, "POST /base/users", user, jsonType...); w.Code != 204 || all != "" {
		t.Errorf("%d, %q", w.Code, all)
	}
}

func TestPitfall11_whatWasCheckedIsWhatIsBound(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"role":"user","ROLE":"root"}`:      "body /ROLE case",
		`{"role":"user","role":"root"}`:      "body /role duplicate",
		`{"role":"user","r\u006fle":"root"}`: "body /role duplicate",
		`{"role":"user"}{"role":"root"}`:     "body trailing",
		`{"role":"user"}x`:                   "body trailing",
		"\xef\xbb\xbf" + user:                "body syntax",
	} {
		if w, read, all := sends(t, contract.Options{}, "POST /base/users", body, jsonType...); w.Code != 400 || read != "" || all != want {
			t.Errorf("%s: %d, found %q, want %q", body, w.Code, all, want)
		}
	}
	if got := answers(t, 200, jsonHead, `{"id":"`+lower+`","role":"user","Role":"x"}`); got != "response /Role case" {
		t.Errorf("in an answer: %q", got)
	}
}

func TestPitfall12_aPatchIsNoJSON(t *testing.T) {
	t.Parallel() // A longer type must not match one that it begins with.
	if w, _, all := sends(t, contract.Options{}, "POST /base/users", user, "Content-Type: application/json-patch+json"); w.Code != 415 || all != "header /Content-Type mediaType" {
		t.Errorf("%d, %q", w.Code, all)
	}
}

func TestPitfall13_mediaTypesAreLowerCaseBehindTheContract(t *testing.T) {
	t.Parallel()
	got := ""
	c := compile(t, pitfalls, contract.Options{Admit: func(_ http.ResponseWriter, r *http.Request, _ *contract.Call) *http.Request { return r }})
	h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = r.Header.Get("Content-Type"); w.WriteHeader(204) }))
	for given, want := range map[string]string{"Application/JSON": "application/json", "Application/Merge-Patch+JSON": "application/merge-patch+json"} {
		h.ServeHTTP(httptest.NewRecorder(), newRequest(t, "POST", "/base/users", user, "Content-Type: "+given))
		if got != want {
			t.Errorf("%s: got %s", given, got)
		}
	}
}

func TestPitfall14_tooLargeIs413HoweverItIsSent(t *testing.T) {
	t.Parallel()
	for _, chunked := range []bool{false, true} {
		body := io.Reader(strings.NewReader(`{"role":"user","note":{"text":"` + strings.Repeat("x", 100) + `"}}`))
		if chunked {
			body = struct{ io.Reader }{body}
		}
		r := httptest.NewRequest("POST", "/base/users", body)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		admitted := false
		compile(t, pitfalls, contract.Options{MaxRequestBody: 50, Admit: func(_ http.ResponseWriter, r *http.Request, _ *contract.Call) *http.Request {
			admitted = true
			return r
		}}).Handler(http.NotFoundHandler()).ServeHTTP(w, r)
		if w.Code != 413 || !admitted {
			t.Errorf("chunked %t: %d", chunked, w.Code)
		}
	}
}

func TestPitfall15_authenticationHasTheRequestsContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, 1))
	cancel()
	compile(t, pitfalls, contract.Options{Admit: func(_ http.ResponseWriter, r *http.Request, _ *contract.Call) *http.Request {
		if r.Context().Value(key{}) != 1 || r.Context().Err() == nil {
			t.Error("another context")
		}
		return nil
	}}).Handler(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), newRequest(t, "GET", "/base/users", "").WithContext(ctx))
}

func TestPitfall16_authenticationChoosesItsStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403} {
		w, read, _ := sends(t, contract.Options{Admit: func(w http.ResponseWriter, _ *http.Request, call *contract.Call) *http.Request {
			if len(call.Security) != 1 {
				t.Errorf("security %v", call.Security)
			}
			w.WriteHeader(status)
			return nil
		}}, "GET /base/users", "")
		if w.Code != status || read != "" {
			t.Errorf("%d, want %d", w.Code, status)
		}
	}
	if _, err := contract.New(load(t, pitfalls), contract.Options{}); err == nil {
		t.Error("security without Admit is accepted")
	}
}

func TestPitfall17_serversMatchEveryHostAndTheDocumentStays(t *testing.T) {
	t.Parallel()
	doc := load(t, pitfalls)
	if w, _, _ := sends(t, contract.Options{}, "POST http://localhost:8080/base/users", user, jsonType...); w.Code != 204 {
		t.Errorf("on another host: %d", w.Code)
	}
	if len(doc.Servers) != 1 {
		t.Error("the document was changed")
	}
}

func TestPitfall18_pathsMatchAsTheOwnerHasThem(t *testing.T) {
	t.Parallel()
	for ignore, want := range map[bool]int{false: 404, true: 204} {
		for _, target := range []string{"/Base/USERS", "/base/users/"} {
			if w, read, _ := sends(t, contract.Options{IgnoreCase: ignore}, "POST "+target, user, jsonType...); w.Code != want || ignore && !strings.HasPrefix(read, "POST /base/users ") {
				t.Errorf("%s, case ignored: %t: %d, %q", target, ignore, w.Code, read)
			}
		}
	}
	if w, _, _ := sends(t, contract.Options{}, "HEAD /base/users", ""); w.Code != 405 || w.Header().Get("Allow") != "GET, POST" {
		t.Errorf("HEAD: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestPitfall19_undeclaredInputIsSeen(t *testing.T) {
	t.Parallel()
	if _, _, all := sends(t, contract.Options{}, "POST /base/users?other=1", `{"role":"user","other":1}`, jsonType...); all != "(query /other undeclared); (body /other undeclared)" {
		t.Errorf("found %q", all)
	}
	if _, _, all := sends(t, contract.Options{UndeclaredHeaders: contract.Report}, "POST /base/users", user, append(jsonType, "X-Other: 1")...); all != "(header /X-Other undeclared)" {
		t.Errorf("found %q", all)
	}
	r := httptest.NewRequest("GET", "/base/users", struct{ io.Reader }{strings.NewReader("x")})
	w := httptest.NewRecorder()
	compile(t, pitfalls, contract.Options{Admit: func(_ http.ResponseWriter, r *http.Request, _ *contract.Call) *http.Request { return r }}).
		Handler(http.NotFoundHandler()).ServeHTTP(w, r)
	if w.Code != 400 {
		t.Errorf("a chunked body where none is declared: %d", w.Code)
	}
}

func TestPitfall20_defaultsRewriteNothing(t *testing.T) {
	t.Parallel()
	if _, read, _ := sends(t, contract.Options{}, "POST /base/users?name=a", `{ "role" : "user" }`, jsonType...); read != `POST /base/users?name=a { "role" : "user" }` {
		t.Errorf("the handler got %s", read)
	}
}

func TestPitfall21_uuidsAreChecked(t *testing.T) {
	t.Parallel()
	if got := answers(t, 200, jsonHead, `{"id":"nope","role":"user"}`); got != "response /id format" {
		t.Errorf("found %q", got)
	}
	// .NET and SQL Server write UUID versions that no RFC defines.
	if got := answers(t, 200, jsonHead, `{"id":"0a9f0000-0000-0000-0000-00000000000b","role":"user"}`); got != "" {
		t.Errorf("found %q", got)
	}
}

func TestPitfall22_dateTimesAreWhatGoReads(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"2024-02-29T10:00:00.1234567Z": "", "2024-02-31T10:00:00Z": "body /at format", "2016-12-31T23:59:60Z": "body /at format", "0001-01-01T00:00:00": "body /at format",
	} {
		if _, _, all := sends(t, contract.Options{}, "POST /base/users", `{"role":"user","at":"`+value+`"}`, jsonType...); all != want {
			t.Errorf("%s: found %q", value, all)
		}
	}
}

func TestPitfall23_integersFit(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"9223372036854775807": "", "9223372036854775808": "body /count format", "1.0": "body /count type", "1e2": "body /count type",
	} {
		if _, _, all := sends(t, contract.Options{}, "POST /base/users", `{"role":"user","count":`+value+`}`, jsonType...); all != want {
			t.Errorf("%s: found %q", value, all)
		}
	}
}

func TestPitfall24_patternsHoldEverywhereAndNoneIsSilentlyDropped(t *testing.T) {
	t.Parallel()
	if _, _, all := sends(t, contract.Options{}, "POST /base/users?name=A", user, jsonType...); all != "query /name pattern" {
		t.Errorf("found %q", all)
	}
	if _, _, all := sends(t, contract.Options{}, "POST /base/users", `{"role":"user","code":"A"}`, jsonType...); all != "body /code pattern" {
		t.Errorf("in a body: found %q", all)
	}
	if got := answers(t, 200, jsonHead, `{"id":"`+lower+`","role":"user","code":"A"}`); got != "response /code pattern" {
		t.Errorf("in an answer: found %q", got)
	}
	c := compile(t, strings.Replace(pitfalls, `^[a-z]*$`, `a(?=b)`, 1), contract.Options{Observe: true})
	if got := c.Warnings(); len(got) != 1 || got[0].What != `pattern "a(?=b)"` {
		t.Errorf("a look-ahead behind something: got warnings %v", got)
	}
}

func TestPitfall25_nullableAllOf(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{`null`: "", `{"text":"x"}`: "", `{"text":null}`: "body /note/text nullable"} {
		if _, _, all := sends(t, contract.Options{}, "POST /base/users", `{"role":"user","note":`+value+`}`, jsonType...); all != want {
			t.Errorf("%s: found %q", value, all)
		}
	}
}

func TestPitfall26_alternativesAreExplainedByTheirBranch(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`{"kind":"cat","lives":9}`: "", `{"kind":"cat","lives":"9"}`: "body /pet/lives type", `{"kind":"cow"}`: "body /pet discriminator",
	} {
		if _, _, all := sends(t, contract.Options{}, "POST /base/users", `{"role":"user","pet":`+value+`}`, jsonType...); all != want {
			t.Errorf("%s: found %q", value, all)
		}
	}
}

func TestPitfall27_noAnswerHoldsAValue(t *testing.T) {
	t.Parallel()
	w, _, _ := sends(t, contract.Options{}, "POST /base/users", `{"role":"hunter2","password":"hunter2"}`, jsonType...)
	if w.Code != 400 || strings.Contains(w.Body.String(), "hunter2") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestPitfall28_aHandlerThatWritesNothing(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	c := compile(t, pitfalls, contract.Options{Admit: func(_ http.ResponseWriter, r *http.Request, _ *contract.Call) *http.Request { return r }})
	c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, ok := w.(http.Flusher); !ok {
			t.Error("no Flusher")
		}
	})).ServeHTTP(w, newRequest(t, "GET", "/base/users", ""))
	if w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
}

func TestPitfall29_answersAreHeldToTheDocument(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status           int
		head, body, want string
	}{
		{418, "", "", "response status"},
		{204, "", "x", "response body"},
		{301, "Location: /x", "", "response header"},
		{301, "", "", "response header; response header"},
		{200, jsonHead, `{"id":"` + lower + `","role":"user","more":1}`, "(response /more undeclared)"},
	} {
		if got := answers(t, test.status, test.head, test.body); got != test.want {
			t.Errorf("%d %q: found %q, want %q", test.status, test.body, got, test.want)
		}
	}
}

func TestPitfall30_encodingsAndTypesAreFindingsOfTheirOwn(t *testing.T) {
	t.Parallel()
	good := `{"id":"` + lower + `","role":"user"}`
	for head, want := range map[string]string{
		jsonHead + "\nContent-Encoding: gzip": "response encoding", "Content-Type: text/json": "response mediaType", "": "response mediaType",
		"Content-Type: application/json; charset=latin1": "response charset",
	} {
		if got := answers(t, 200, head, good); got != want {
			t.Errorf("%q: found %q, want %q", head, got, want)
		}
	}
	if got := answers(t, 200, jsonHead, "\xef\xbb\xbf"+good); got != "response syntax" {
		t.Errorf("a byte order mark: found %q", got)
	}
}

func TestPitfall31_aBadAnswerDoesNotLeave(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.POST("/base/users", func(c echo.Context) error { return c.JSON(200, map[string]string{"id": "nope", "secret": "leak"}) })
	for observe, want := range map[bool]int{false: 500, true: 200} {
		w := httptest.NewRecorder()
		opts := contract.Options{Observe: observe, Admit: func(_ http.ResponseWriter, r *http.Request, _ *contract.Call) *http.Request { return r }}
		compile(t, pitfalls, opts).Handler(e).ServeHTTP(w, newRequest(t, "POST", "/base/users", user, jsonType...))
		if w.Code != want || strings.Contains(w.Body.String(), "leak") != observe {
			t.Errorf("observe %t: %d %s", observe, w.Code, w.Body)
		}
	}
}

// Ensure one operation can be observed while others are enforced.
func TestObserveOperations(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(stream))
	if err != nil {
		t.Fatal(err)
	}
	var all contract.Violations
	c, err := contract.New(doc, contract.Options{
		ObserveOperations: map[string]bool{"json": true, "post": false},
		Finding:           func(_ *http.Request, v contract.Violation) { all = append(all, v) },
	})
	if err != nil {
		t.Fatal(err)
	}
	h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "plain") }))
	for line, want := range map[string]int{"GET /json": 200, "POST /json": 500} {
		method, target, _ := strings.Cut(line, " ")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, newRequest(t, method, target, ""))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", line, w.Code, want)
		}
	}
	if len(all) != 2 {
		t.Errorf("found %v", all)
	}
}
