package contract_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/contract"
)

const httpRules = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /moved:
    get:
      responses:
        "302": {description: d, headers: {Location: {required: true, schema: {type: string}}}}
        "304": {description: d, content: {application/json: {schema: {type: object}}}}
        "308": {description: d, content: {application/json: {schema: {type: object}}}}
  /file: {get: {responses: {"200": {description: d, content: {text/plain: {schema: {type: string, maxLength: 100}}}}}}}
  /part: {get: {responses: {"200": {description: d, content: {application/json: {}}}, "206": {description: d, content: {application/json: {schema: {type: object}}}}}}}
  /other: {get: {responses: {"200": {description: d}, default: {description: d, content: {application/json: {schema: {type: object}}}}}}}
  /posted: {post: {responses: {"200": {description: d}}}}
  /none:
    get:
      responses:
        "204": {description: d, content: {application/json: {schema: {type: object}}}}
        "205": {description: d, content: {application/json: {schema: {type: object}}}}
  /html: {get: {responses: {"200": {description: d, content: {text/html: {schema: {type: string}}}}}}}
  /any: {get: {responses: {"200": {description: d, content: {"*/*": {schema: {type: string, maxLength: 5}}}}}}}
  /json: {get: {responses: {"200": {description: d, content: {application/json: {schema: {type: object}}}}}}}
  /socket: {get: {responses: {"101": {description: d}}}}
  /quiet: {get: {responses: {"200": {description: d}}}}
`

// overTheWire sends a request to a handler behind the contract, over a connection, and returns the response and what was
// found. A response of which nothing came has status 0.
func overTheWire(t *testing.T, opts contract.Options, target string, header http.Header, next http.HandlerFunc) (resp *http.Response, body, what string) {
	t.Helper()
	all := make(chan contract.Violation, 100)
	opts.Finding = func(_ *http.Request, v contract.Violation) { all <- v }
	srv := httptest.NewServer(compile(t, httpRules, opts).Handler(next))
	defer srv.Close()
	method, target, _ := strings.Cut(target, " ")
	r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err = client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		srv.Close()
	} else if data, err := io.ReadAll(resp.Body); err == nil {
		body = string(data)
	}
	srv.Close()
	close(all)
	var vs contract.Violations
	for v := range all {
		vs = append(vs, v)
	}
	return resp, body, found(vs)
}

// writes returns a handler that writes a response.
func writes(status int, head, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range headerOf(head) {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// Ensure what RFC 9110 says of statuses holds, whatever the document has for them.
func TestResponse_statusesOfHTTP(t *testing.T) {
	t.Parallel()
	redirect := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/file", http.StatusFound) }
	file := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		http.ServeContent(w, r, "file.txt", time.Unix(1700000000, 0), strings.NewReader("a file of text"))
	}
	html := "Location: /x\nContent-Type: text/html"
	for _, test := range []struct {
		name, request string
		header        http.Header
		next          http.HandlerFunc
		status        int
		found         string
	}{
		{"http.Redirect's note", "GET /moved", nil, redirect, 302, ""},
		{"another server's note", "GET /moved", nil, writes(302, html, "<html><body><h1>302 Found</h1></body></html>"), 302, ""},
		{"no note", "GET /moved", nil, writes(302, "Location: /x", ""), 302, ""},
		{"a note of another type", "GET /moved", nil, writes(302, "Location: /x\nContent-Type: application/json", "{}"), 500, "response body"},
		{"a redirect to nowhere", "GET /moved", nil, writes(302, "Content-Type: text/html", "x"), 500, "response body; response header"},
		{"a redirect with declared content", "GET /moved", nil, writes(308, html, "x"), 500, "response mediaType"},
		{"304 with declared content", "GET /moved", nil, writes(304, "", ""), 304, ""},
		{"204 with declared content", "GET /none", nil, writes(204, "", ""), 204, ""},
		{"204 with a body", "GET /none", nil, writes(204, "Content-Type: application/json", "{}"), 500, "response body"},
		{"205 with declared content", "GET /none", nil, writes(205, "", ""), 205, ""},
		{"205 with a body", "GET /none", nil, writes(205, "Content-Type: application/json", "{}"), 500, "response body"},
		{"the file", "GET /file", nil, file, 200, ""},
		{"If-None-Match", "GET /file", http.Header{"If-None-Match": {`"v1"`}}, file, 304, ""},
		{"If-Modified-Since", "GET /file", http.Header{"If-Modified-Since": {"Tue, 14 Nov 2023 22:13:20 GMT"}}, file, 304, ""},
		{"If-Match", "GET /file", http.Header{"If-Match": {`"v2"`}}, file, 412, ""},
		{"Range", "GET /file", http.Header{"Range": {"bytes=0-3"}}, file, 206, ""},
		{"two ranges", "GET /file", http.Header{"Range": {"bytes=0-1,4-5"}}, file, 206, ""},
		{"no such range", "GET /file", http.Header{"Range": {"bytes=99-"}}, file, 416, ""},
		{"304 to a plain request", "GET /file", nil, writes(304, "", ""), 500, "response status"},
		{"416 to a plain request", "GET /file", nil, writes(416, "", ""), 500, "response status"},
		{"416 to a conditional request", "GET /file", http.Header{"If-None-Match": {`"v1"`}}, writes(416, "", ""), 500, "response status"},
		{"412 to a POST", "POST /posted", http.Header{"If-Match": {`"v2"`}}, writes(412, "", ""), 500, "response status"},
		{"416 where default is declared", "GET /other", http.Header{"Range": {"bytes=9-"}}, writes(416, "Content-Type: text/plain", "no"), 416, ""},
		{"a declared 206 of several parts", "GET /part", nil, writes(206, "Content-Type: multipart/byteranges; boundary=b", "--b--"), 206, ""},
		{"a declared 206 of one part", "GET /part", nil, writes(206, "Content-Type: application/json\nContent-Range: bytes 0-1/9", `{"`), 206, ""},
		{"a declared 206 of the whole", "GET /part", nil, writes(206, "Content-Type: application/json", `{"`), 500, "response syntax"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			resp, _, got := overTheWire(t, contract.Options{}, test.request, test.header, test.next)
			if resp.StatusCode != test.status || got != test.found {
				t.Errorf("status %d, found %q; want %d, %q", resp.StatusCode, got, test.status, test.found)
			}
		})
	}
}

// Ensure the statuses that HTTP implies can be left to the policy for undeclared ones.
func TestImpliedStatuses(t *testing.T) {
	t.Parallel()
	header := http.Header{"If-None-Match": {`"v1"`}}
	for policy, want := range map[contract.Policy]string{contract.Default: "", contract.Ignore: "", contract.Reject: "response status"} {
		if _, _, got := overTheWire(t, contract.Options{ImpliedStatuses: policy}, "GET /file", header, writes(304, "", "")); got != want {
			t.Errorf("policy %d: found %q, want %q", policy, got, want)
		}
	}
	c := compile(t, httpRules, contract.Options{})
	r := newRequest(t, "GET", "/file", "", `If-None-Match: "v1"`)
	call, _ := c.Route("GET", r.URL)
	if got := found(c.CheckResponse(call, 304, http.Header{}, nil)); got != "response status" {
		t.Errorf("before the request was seen: found %q", got)
	}
	if got := found(c.CheckRequest(call, r, nil)); got != "" {
		t.Fatal(got)
	}
	if got := found(c.CheckResponse(call, 304, http.Header{}, nil)); got != "" {
		t.Errorf("with the request: found %q", got)
	}
}

// Ensure a handler that leaves the media type to net/http is judged by what the client gets, also if it is only observed.
func TestResponse_sniffed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a text ", 1000)
	pieces := func(flush bool, pieces ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for _, piece := range pieces {
				_, _ = io.WriteString(w, piece)
				if flush {
					_ = http.NewResponseController(w).Flush()
				}
			}
		}
	}
	const text, html = "text/plain; charset=utf-8", "text/html; charset=utf-8"
	for _, test := range []struct {
		name, target, typ  string
		enforced, observed string // what is found
		next               http.HandlerFunc
	}{
		{"text", "/file", text, "", "", pieces(false, "a text")},
		{"HTML", "/html", html, "", "", pieces(false, "<!DOCTYPE html><p>x")},
		{"HTML in pieces", "/html", html, "", "", pieces(false, "<!DOC", "TYPE html><p>x")},
		// Enforced, the first piece waits for the check of the whole.
		{"HTML in pieces that are sent", "/html", text, "", "response mediaType", pieces(true, "<!DOC", "TYPE html><p>x")},
		{"much text for HTML", "/html", text, "response mediaType", "response mediaType", pieces(false, long)},
		{"text for anything", "/any", text, "", "", pieces(false, "text")},
		{"text that the schema refuses", "/any", text, "response maxLength", "response maxLength", pieces(false, "a text")},
		{"JSON, which is sent as text", "/json", text, "response mediaType", "response mediaType", pieces(false, "{}")},
		{"a PDF for text", "/file", "application/pdf", "response mediaType", "response mediaType", pieces(false, "%PDF-1.7")},
		{"nothing", "/quiet", "", "", "", pieces(false)},
	} {
		resp, _, got := overTheWire(t, contract.Options{Observe: true}, "GET "+test.target, nil, test.next)
		if typ := resp.Header.Get("Content-Type"); got != test.observed || typ != test.typ {
			t.Errorf("%s, observed: %s, found %q; want %s, %q", test.name, typ, got, test.typ, test.observed)
		}
		resp, _, got = overTheWire(t, contract.Options{}, "GET "+test.target, nil, test.next)
		if refused := resp.StatusCode == http.StatusInternalServerError; got != test.enforced || refused != (test.enforced != "") {
			t.Errorf("%s: status %d, found %q; want %q", test.name, resp.StatusCode, got, test.enforced)
		}
	}
}

// Ensure a protocol that the document lets the server switch to is not reported.
func TestResponse_switchingProtocols(t *testing.T) {
	t.Parallel()
	hijack := func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		switched(conn, rw)
	}
	for target, want := range map[string]string{"/socket": "", "/quiet": "(response hijack)"} {
		resp, _, got := overTheWire(t, contract.Options{}, "GET "+target, http.Header{"Connection": {"Upgrade"}, "Upgrade": {"echo"}}, hijack)
		if resp.StatusCode != http.StatusSwitchingProtocols || got != want {
			t.Errorf("%s: status %d, found %q, want %q", target, resp.StatusCode, got, want)
		}
	}
}

func switched(_ net.Conn, rw *bufio.ReadWriter) {
	fmt.Fprint(rw, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	_ = rw.Flush()
}
