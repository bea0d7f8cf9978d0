package contract_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const (
	jsonHead = "Content-Type: application/json"
	lower    = "0a9f0000-0000-0000-0000-00000000000b"
)

// responses are what a handler writes for a request, and what is found.
var responses = []struct {
	name, request, head, body string
	status                    int
	found                     string
}{
	{"good list", "GET /api/items", jsonHead + "; charset=utf-8\nX-Count: 0", "[]", 200, ""},
	{"missing header", "GET /api/items", jsonHead, "[]", 200, "response header"},
	{"bad header", "GET /api/items", jsonHead + "\nX-Count: 1.0", "[]", 200, "response header"},
	{"header twice", "GET /api/items", jsonHead + "\nX-Count: 1\nX-Count: 2", "[]", 200, "response header"},
	{"header and body", "GET /api/items", jsonHead, "[1]", 200, "response header; response /0 type"},
	{"range of statuses", "GET /api/items", "", "", 418, ""},
	{"body where a range declares none", "GET /api/items", "", "x", 418, "response body"},
	{"undeclared status", "GET /api/items", jsonHead, "{}", 500, "response status"},
	{"status no HTTP has", "GET /api/items", "", "", 42, "response status"},
	{"nothing written", "GET /api/items/special", "", "", 0, ""},
	{"body where none is declared", "GET /api/items/special", "", "x", 200, "response body"},
	{"Content-Type left to net/http", "GET /api/items/" + uuid, "", "x", 200, ""},
	{"Content-Type left to net/http, which takes JSON for text", "GET /api/items", "X-Count: 0", "[]", 200, "response mediaType"},
	{"Content-Type suppressed", "GET /api/items/" + uuid, "Content-Type: ", "x", 200, "response mediaType"},
	{"undeclared Content-Type", "GET /api/items/" + uuid, "Content-Type: text/html", "x", 200, "response mediaType"},
	{"charset", "GET /api/items/" + uuid, "Content-Type: text/plain; charset=latin1", "x", 200, "response charset"},
	{"gzip", "GET /api/items/" + uuid, jsonHead + "\nContent-Encoding: gzip", "x", 200, "response encoding"},
	{"text", "GET /api/items/" + uuid, "Content-Type: text/plain; charset=utf-8", "text", 200, ""},
	{"text too long", "GET /api/items/" + uuid, "Content-Type: text/plain", "texts", 200, "response maxLength"},
	{"empty JSON", "GET /api/items/" + uuid, jsonHead, "", 404, "response required"},
	{"empty text", "GET /api/items/" + uuid, "Content-Type: text/plain", "", 200, ""},
	{"wrong Content-Length", "GET /api/items/" + uuid, "Content-Type: text/plain\nContent-Length: 3", "text", 200, "response size"},
	{"uuid in lower case", "POST /api/items", jsonHead, `"` + lower + `"`, 201, ""},
	{"uuid in upper case", "POST /api/items", jsonHead, `"` + uuid + `"`, 201, "response format"},
	{"bytes after the value", "POST /api/items", jsonHead, `"` + lower + `"x`, 201, "response trailing"},
	{"a newline after the value", "POST /api/items", jsonHead, `"` + lower + "\"\n", 201, ""},
	{"204 with a body", "POST /api/items", "", "x", 204, "response body"},
	{"304 with a body", "POST /api/items", "", "x", 304, ""},
	{"undeclared member", "GET /api/items/" + uuid, jsonHead, `{"m":"x","n":1}`, 404, "(response /n undeclared)"},
	{"case twin", "GET /api/items/" + uuid, jsonHead, `{"M":"x"}`, 404, "response /M case"},
	{"duplicate member", "GET /api/items/" + uuid, jsonHead, `{"m":"x","m":"y"}`, 404, "response /m duplicate"},
	{"required readOnly", "GET /api/items/" + uuid, jsonHead, `{"name":"a",` + owner + `}`, 200, "response /id required"},
	{"readOnly", "GET /api/items/" + uuid, jsonHead, `{"id":"` + lower + `","name":"a",` + owner + `}`, 200, ""},
	{"writeOnly", "GET /api/items/" + uuid, jsonHead, `{"id":"` + lower + `","secret":"s","name":"a",` + owner + `}`, 200, "response /secret writeOnly"},
}

func TestResponses(t *testing.T) {
	t.Parallel()
	for _, test := range responses {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			next := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Leak", "yes")
				for name, values := range headerOf(test.head) {
					w.Header()[name] = values
				}
				if test.status != 0 {
					w.WriteHeader(test.status)
				}
				_, _ = w.Write([]byte(test.body))
			})
			all, w := exchange(t, contract.Options{}, test.request, next)
			if got := found(all); got != test.found {
				t.Errorf("found %q, want %q", got, test.found)
			}
			if len(all.Refused()) > 0 {
				isProblem(t, w, len(all.Refused()))
				return
			}
			if want := max(test.status, 200); test.status != 42 && w.Code != want || w.Header().Get("Leak") != "yes" {
				t.Errorf("status %d, want %d, header %v", w.Code, want, w.Header())
			}
		})
	}
}

func headerOf(lines string) http.Header {
	h := http.Header{}
	for line := range strings.SplitSeq(lines, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			h.Add(name, value)
		}
	}
	return h
}

// exchange sends a correct request, with a correct body if one is needed, and returns the findings and the response.
func exchange(t *testing.T, opts contract.Options, line string, next http.Handler) (contract.Violations, *httptest.ResponseRecorder) {
	t.Helper()
	var all contract.Violations
	opts.Finding = func(_ *http.Request, v contract.Violation) { all = append(all, v) }
	method, target, _ := strings.Cut(line, " ")
	body := ""
	if method == http.MethodPost {
		body = good
	}
	r := newRequest(t, method, target, body, "X-Tenant: t", "Content-Type: application/json")
	w := httptest.NewRecorder()
	compile(t, shop, opts).Handler(next).ServeHTTP(w, r)
	return all, w
}

// isProblem fails unless w is a 500 that lists n violations, without the handler's headers.
func isProblem(t *testing.T, w *httptest.ResponseRecorder, n int) {
	t.Helper()
	var problem struct {
		Title      string
		Status     int
		Violations []contract.Violation
	}
	if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil {
		t.Fatal(err)
	}
	if w.Code != 500 || problem.Status != 500 || len(problem.Violations) != n || problem.Title != "Internal Server Error" {
		t.Errorf("got %d %+v", w.Code, problem)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" || w.Header().Get("Leak") != "" {
		t.Errorf("header %v", w.Header())
	}
}

// Ensure a violation of a header names the header and what is wrong with it.
func TestResponses_headerIsNamed(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	call, rej := c.Route("GET", newRequest(t, "GET", "/api/items", "").URL)
	if rej != nil {
		t.Fatal(rej)
	}
	vs := c.CheckResponse(call, 200, headerOf(jsonHead), []byte("[]"))
	if len(vs) != 1 || vs[0].Expected != "X-Count: required (a value)" {
		t.Errorf("got %+v", vs)
	}
}
