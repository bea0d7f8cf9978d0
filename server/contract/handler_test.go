package contract_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/server/contract"
)

const stream = `
openapi: 3.0.3
info: {title: stream, version: "1"}
paths:
  /events:
    get:
      operationId: events
      responses: {"200": {description: ok, content: {text/event-stream: {schema: {type: string}}}}}
    head:
      operationId: head
      responses: {"200": {description: ok, headers: {X-A: {required: true, schema: {type: string}}}, content: {application/json: {schema: {type: object}}}}}
  /json:
    get:
      operationId: json
      responses: {"200": {description: ok, content: {application/json: {schema: {type: array, items: {type: integer}}}}}}
    post:
      operationId: post
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"204": {description: ok}}
  /a b/{x}:
    get: {operationId: space, parameters: [{name: x, in: path, required: true, schema: {type: string}}], responses: {"200": {description: ok, content: {text/plain: {schema: {type: string}}}}}}
`

func serve(t *testing.T, opts contract.Options, next http.HandlerFunc) (*httptest.Server, func() string) {
	t.Helper()
	return serveText(t, stream, opts, next)
}

// serveText is serve for another document.
func serveText(t *testing.T, text string, opts contract.Options, next http.HandlerFunc) (*httptest.Server, func() string) {
	t.Helper()
	var mu sync.Mutex
	var all contract.Violations
	opts.Finding = func(_ *http.Request, v contract.Violation) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, v)
	}
	srv := httptest.NewUnstartedServer(compile(t, text, opts).Handler(next))
	srv.Config.ErrorLog = quiet()
	srv.Start()
	t.Cleanup(srv.Close)
	return srv, func() string {
		mu.Lock()
		defer mu.Unlock()
		return found(all)
	}
}

func get(t *testing.T, srv *httptest.Server, path string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// Ensure an event stream reaches the client while the handler is still running.
func TestHandler_flushStreamsWhatHasNoSchema(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	srv, all := serve(t, contract.Options{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, "data: 1\n\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		select {
		case <-done:
		case <-r.Context().Done():
		}
		fmt.Fprint(w, "data: 2\n\n")
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/events", http.NoBody)
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	if line, err := lines.ReadString('\n'); line != "data: 1\n" {
		t.Errorf("got %q, %v", line, err)
	}
	close(done)
	if rest, _ := io.ReadAll(lines); string(rest) != "\ndata: 2\n\n" {
		t.Errorf("got %q", rest)
	}
	if all() != "" {
		t.Error(all())
	}
}

// Ensure the head of such a response reaches the client when the handler flushes before it has anything to send, however it comes to
// its status, so that a client knows that it follows.
func TestHandler_flushSendsHead(t *testing.T) {
	t.Parallel()
	const follow = `
  /a: {get: {responses: {"200": {description: d, content: {application/json: {schema: {type: object}}, application/x-ndjson: {}}}}}}
  /b: {get: {responses: {"200": {description: d, content: {text/event-stream: {schema: {type: string}}}}}}}
  /c: {get: {responses: {"2XX": {description: d, content: {"*/*": {}}}}}}
`
	for path, typ := range map[string]string{"/a": "application/x-ndjson", "/b": "text/event-stream", "/c": "application/octet-stream"} {
		for _, writes := range []bool{false, true} {
			for _, opts := range []contract.Options{{}, {Observe: true}, {UndeclaredHeaders: contract.Report}} {
				done := make(chan struct{})
				srv, all := serveText(t, paths(follow, ""), opts, func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Content-Type", typ)
					if writes {
						w.WriteHeader(http.StatusOK)
						_, _ = w.Write(nil)
					}
					if err := http.NewResponseController(w).Flush(); err != nil {
						t.Error(err)
					}
					select {
					case <-done:
					case <-r.Context().Done():
					}
					fmt.Fprint(w, "one")
				})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				req, _ := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+path, http.NoBody)
				resp, err := srv.Client().Do(req)
				close(done)
				if err != nil {
					t.Fatalf("%s (status written: %v, %+v): %v", path, writes, opts, err)
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				cancel()
				if resp.StatusCode != 200 || string(body) != "one" || err != nil || all() != "" {
					t.Errorf("%s (status written: %v): got %d %q %v, found %q", path, writes, resp.StatusCode, body, err, all())
				}
			}
		}
	}
}

// Ensure Flush does not send JSON that is refused later, and does not make echo panic.
func TestHandler_flushWaitsForJSON(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.GET("/json", func(c echo.Context) error {
		c.Response().Header().Set("Content-Type", "application/json")
		c.Response().WriteHeader(http.StatusOK)
		fmt.Fprint(c.Response(), "[1,")
		c.Response().Flush()
		fmt.Fprint(c.Response(), `"2"]`)
		return nil
	})
	srv, all := serve(t, contract.Options{}, e.ServeHTTP)
	if resp, _ := get(t, srv, "/json"); resp.StatusCode != 500 || all() != "response /1 type" {
		t.Errorf("status %d, found %q", resp.StatusCode, all())
	}
}

// Ensure a stream with a wrong head is refused at its first Flush.
func TestHandler_flushOfUndeclaredType(t *testing.T) {
	t.Parallel()
	srv, all := serve(t, contract.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.(http.Flusher).Flush()
		fmt.Fprint(w, "leak")
	})
	if resp, body := get(t, srv, "/events"); resp.StatusCode != 500 || strings.Contains(body, "leak") || all() != "response mediaType" {
		t.Errorf("status %d, body %q, found %q", resp.StatusCode, body, all())
	}
}

// Ensure a response larger than the buffer is sent and reported.
func TestHandler_largeAnswerIsStreamed(t *testing.T) {
	t.Parallel()
	for _, observe := range []bool{false, true} {
		srv, all := serve(t, contract.Options{MaxResponseBody: 10, Observe: observe}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, "[1")
			for range 10 {
				fmt.Fprint(w, ",2,3,4")
			}
			fmt.Fprint(w, "]")
		})
		resp, body := get(t, srv, "/json")
		if resp.StatusCode != 200 || body != "[1"+strings.Repeat(",2,3,4", 10)+"]" || all() != "(response size)" {
			t.Errorf("observe %t: status %d, body %q, found %q", observe, resp.StatusCode, body, all())
		}
	}
}

// Ensure what is written after a whole response, which has been sent, does not reach the client, and is reported.
func TestHandler_surplusIsKept(t *testing.T) {
	t.Parallel()
	for surplus, want := range map[string]string{"\n \t": "", "]": "response trailing", "\n[2]": "response trailing"} {
		srv, all := serve(t, contract.Options{}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, "[1]")
			fmt.Fprint(w, surplus)
			fmt.Fprint(w, surplus)
		})
		resp, body := get(t, srv, "/json")
		if resp.StatusCode != 200 || strings.TrimSpace(body) != "[1]" || all() != want {
			t.Errorf("%q: status %d, body %q, found %q", surplus, resp.StatusCode, body, all())
		}
	}
}

// Ensure the head of a large response is checked before it is sent.
func TestHandler_largeAnswerWithBadHead(t *testing.T) {
	t.Parallel()
	srv, all := serve(t, contract.Options{MaxResponseBody: 10}, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, strings.Repeat("x", 100))
	})
	if resp, body := get(t, srv, "/json"); resp.StatusCode != 500 || strings.Contains(body, "xx") || all() != "response status" {
		t.Errorf("status %d, body %q, found %q", resp.StatusCode, body, all())
	}
}

// Ensure trailers of both kinds and informational responses arrive.
func TestHandler_trailersAndEarlyHints(t *testing.T) {
	t.Parallel()
	srv, all := serve(t, contract.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</x>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Trailer", "X-Sum")
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "[1]")
		w.Header().Set("X-Sum", "1")
		w.Header().Set("Late", "1")
	})
	resp, body := get(t, srv, "/json")
	if body != "[1]" || resp.Trailer.Get("X-Sum") != "1" || resp.Header.Get("Late") != "" || all() != "" {
		t.Errorf("body %q, trailer %v, header %v, found %q", body, resp.Trailer, resp.Header, all())
	}
}

// Ensure headers set after the status are not sent, and the first status counts.
func TestHandler_firstStatusCounts(t *testing.T) {
	t.Parallel()
	all, w := exchange(t, contract.Options{}, "DELETE /api/items/"+uuid, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		w.Header().Set("Late", "1")
		w.WriteHeader(http.StatusTeapot)
	}))
	if w.Code != 204 || w.Header().Get("Late") != "" || len(all) != 0 {
		t.Errorf("status %d, header %v, found %v", w.Code, w.Header(), all)
	}
}

// Ensure a HEAD that the document declares is checked without its body.
func TestHandler_head(t *testing.T) {
	t.Parallel()
	srv, all := serve(t, contract.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-A", "1")
		fmt.Fprint(w, "not JSON")
	})
	resp, err := srv.Client().Head(srv.URL + "/events") //nolint:noctx // short
	if err != nil || resp.StatusCode != 200 || all() != "" {
		t.Errorf("%v, %v, found %q", resp, err, all())
	}
}

// Ensure a handler can take over the connection.
func TestHandler_hijack(t *testing.T) {
	t.Parallel()
	srv, all := serve(t, contract.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprint(rw, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
		rw.Flush()
	})
	if _, body := get(t, srv, "/json"); body != "hi" || all() != "(response hijack)" {
		t.Errorf("body %q, found %q", body, all())
	}
}

// Ensure a panic passes through before any of the response was sent.
func TestHandler_panic(t *testing.T) {
	t.Parallel()
	c := compile(t, stream, contract.Options{})
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler || w.Body.Len() > 0 || len(w.Header()) > 0 {
			t.Errorf("recovered %v, wrote %q %v", p, w.Body, w.Header())
		}
	}()
	c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Leak", "yes")
		fmt.Fprint(w, "half")
		panic(http.ErrAbortHandler)
	})).ServeHTTP(w, newRequest(t, "GET", "/json", ""))
}

// Ensure the body is limited before Admit can read it, even if its length is not announced.
func TestHandler_limits(t *testing.T) {
	t.Parallel()
	c := compile(t, stream, contract.Options{MaxRequestBody: 1 << 20, RequestLimits: map[string]int64{"post": 10}})
	h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
	for name, body := range map[string]io.Reader{
		"announced": strings.NewReader(`{"a":"0123456789"}`),
		"chunked":   struct{ io.Reader }{strings.NewReader(`{"a":"0123456789"}`)},
		"endless":   endless{},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/json", body)
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(w, r)
		if w.Code != 413 || !strings.Contains(w.Body.String(), `"rule":"size","expected":"at most 10 bytes"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, newRequest(t, "POST", "/json", `{"a":"012"}`[:10]+"", "Content-Type: text/plain"))
	if w.Code != 415 {
		t.Errorf("as large as the limit: %d, want 415", w.Code)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Ensure a body that the client cut off is a 400 at once.
func TestHandler_truncatedBody(t *testing.T) {
	t.Parallel()
	srv, all := serve(t, contract.Options{}, func(http.ResponseWriter, *http.Request) { t.Error("called") })
	conn, err := net.Dial("tcp", srv.Listener.Addr().String()) //nolint:noctx // loopback
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || resp.StatusCode != 400 || all() != "body truncated" {
		t.Errorf("%v, %v, found %q", resp, err, all())
	}
}

// Ensure the handler gets the bytes that were checked.
func TestHandler_passesOnTheCheckedBody(t *testing.T) {
	t.Parallel()
	const body = `{"a": 1}`
	srv, _ := serve(t, contract.Options{}, func(w http.ResponseWriter, r *http.Request) {
		again, err := r.GetBody()
		if err != nil {
			t.Fatal(err)
		}
		one, _ := io.ReadAll(r.Body)
		two, _ := io.ReadAll(again)
		if string(one) != body || string(two) != body || r.ContentLength != int64(len(body)) || len(r.TransferEncoding) > 0 {
			t.Errorf("got %q, %q, %d", one, two, r.ContentLength)
		}
		if ct := r.Header.Get("Content-Type"); ct != "application/json; charset=UTF-8" {
			t.Errorf("Content-Type %q", ct)
		}
		w.WriteHeader(204)
	})
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/json", struct{ io.Reader }{strings.NewReader(body)})
	req.Header.Set("Content-Type", "Application/JSON ;charset=UTF-8")
	resp, err := srv.Client().Do(req)
	if err != nil || resp.StatusCode != 204 {
		t.Errorf("%v, %v", resp, err)
	}
}

// Ensure a path value is unescaped once, by the contract and by echo behind it.
func TestHandler_unescapesPathOnce(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.GET("/a b/:x", func(c echo.Context) error {
		call := contract.FromContext(c.Request().Context())
		return c.String(200, call.PathValue("x")+" "+c.Param("x")+" "+c.Request().URL.Path)
	})
	srv, _ := serve(t, contract.Options{}, e.ServeHTTP)
	if _, body := get(t, srv, "/%61%20b/100%2525%2Fx"); body != "100%25/x 100%2525%2Fx /a b/100%25/x" {
		t.Errorf("got %q", body)
	}
}

// Ensure a context that is printed, or one derived from it, shows nothing of the request.
func TestHandler_printedContext(t *testing.T) {
	t.Parallel()
	printed := ""
	srv, _ := serve(t, contract.Options{}, func(w http.ResponseWriter, r *http.Request) {
		derived, cancel := context.WithCancel(r.Context())
		defer cancel()
		printed = fmt.Sprintf("%v %+v %s %v", r.Context(), r.Context(), r.Context(), derived)
		w.WriteHeader(http.StatusNoContent)
	})
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/a%20b/1", http.NoBody)
	req.Header.Set("Authorization", "Bearer hidden")
	if resp, err := srv.Client().Do(req); err != nil || resp.Body.Close() != nil {
		t.Fatal(err)
	}
	if !strings.Contains(printed, "contract of ") || strings.Contains(printed, "hidden") {
		t.Error(printed)
	}
}

// Ensure Admit is called before anything else of the request is checked, gets the call, and can write the response itself.
func TestHandler_admit(t *testing.T) {
	t.Parallel()
	type key struct{}
	opts := contract.Options{Admit: func(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
		if contract.FromContext(r.Context()) != call {
			t.Error("the call is not in the context")
		}
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
			return nil
		}
		return r.WithContext(context.WithValue(context.Background(), key{}, "me"))
	}}
	h := compile(t, stream, opts).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Context().Value(key{}) != "me" || contract.FromContext(r.Context()).ID != "post" {
			t.Error("the context is not Admit's")
		}
		w.WriteHeader(204)
	}))
	for auth, want := range map[string]int{"": 401, "x": 204} {
		w := httptest.NewRecorder()
		r := newRequest(t, "POST", "/json", "", "Authorization: "+auth)
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: %d, want %d", auth, w.Code, want)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, newRequest(t, "POST", "/nowhere", ""))
	if w.Code != 404 {
		t.Errorf("routing comes first: %d", w.Code)
	}
}

// Ensure Reject gets the call, the request and all violations that refuse it, and headers of outer middleware remain.
func TestHandler_reject(t *testing.T) {
	t.Parallel()
	var statuses []int
	opts := contract.Options{Reject: func(w http.ResponseWriter, _ *http.Request, call *contract.Call, rej *contract.Rejection) {
		if (call == nil) != (rej.Status == 404 || rej.Status == 405) || len(rej.Violations) == 0 {
			t.Errorf("call %v, rejection %+v", call, rej)
		}
		statuses = append(statuses, rej.Status)
		w.WriteHeader(rej.Status)
	}}
	h := compile(t, stream, opts).Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(299) }))
	for _, r := range []*http.Request{
		newRequest(t, "GET", "/", ""), newRequest(t, "PATCH", "/json", ""), newRequest(t, "POST", "/json", "x"),
		newRequest(t, "POST", "/json", "x", "Content-Type: application/json"), newRequest(t, "GET", "/json", ""),
	} {
		w := httptest.NewRecorder()
		w.Header().Set("X-Outside", "1")
		h.ServeHTTP(w, r)
		if w.Header().Get("X-Outside") != "1" {
			t.Errorf("%s %s lost a header", r.Method, r.URL)
		}
		if allow := w.Header().Get("Allow"); w.Code == 405 && allow != "GET, POST" {
			t.Errorf("Allow: %q", allow)
		}
	}
	if got := fmt.Sprint(statuses); got != "[404 405 415 400 500]" {
		t.Errorf("statuses %s", got)
	}
}

// Ensure Observe changes nothing and reports everything.
func TestHandler_observe(t *testing.T) {
	t.Parallel()
	large := `{"a":1,"a":"` + strings.Repeat("x", 100) + `"}`
	srv, all := serve(t, contract.Options{Observe: true, MaxRequestBody: 50}, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != large && string(body) != "{" {
			t.Errorf("got %q, %v", body, err)
		}
		w.WriteHeader(http.StatusTeapot)
	})
	for _, body := range []string{large, "{"} {
		for _, path := range []string{"/json", "/nowhere"} {
			resp, err := srv.Client().Post(srv.URL+path, "application/json", struct{ io.Reader }{strings.NewReader(body)}) //nolint:noctx // short
			if err != nil || resp.StatusCode != http.StatusTeapot {
				t.Errorf("%v, %v", resp, err)
			}
		}
	}
	if want := "body size; response status; path path; body syntax; response status; path path"; all() != want {
		t.Errorf("found %q, want %q", all(), want)
	}
}

// Ensure an observed response reaches the client as it is written, and is checked.
func TestHandler_observedAnswerIsNotHeld(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	var all contract.Violations
	c := compile(t, stream, contract.Options{Observe: true, Finding: func(_ *http.Request, v contract.Violation) { all = append(all, v) }})
	c.Handler(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		fmt.Fprint(rw, `["a"`)
		if w.Body.String() != `["a"` {
			t.Errorf("held back: %q", w.Body)
		}
		fmt.Fprint(rw, `]`)
	})).ServeHTTP(w, newRequest(t, "GET", "/json", ""))
	if w.Body.String() != `["a"]` || found(all) != "response /0 type" {
		t.Errorf("body %q, found %v", w.Body, all)
	}
}

// Ensure many goroutines can use one Contract; the race detector checks this.
func TestHandler_concurrentUse(t *testing.T) {
	t.Parallel()
	doc := load(t, shop)
	var wg sync.WaitGroup
	for range 4 {
		c, err := contract.New(doc, contract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, contract.FromContext(r.Context())) }))
		for range 4 {
			wg.Go(func() {
				for _, test := range requests {
					method, target, _ := strings.Cut(test.request, " ")
					h.ServeHTTP(httptest.NewRecorder(), newRequest(t, method, target, test.body, test.headers...))
				}
			})
		}
	}
	wg.Wait()
}

// Ensure a contract around echo checks the response that echo writes for a handler's error; middleware inside echo does not
// see it.
func TestHandler_wrapsEcho(t *testing.T) {
	t.Parallel()
	teapot := func(echo.Context) error { return echo.NewHTTPError(http.StatusTeapot) }

	outside := echo.New()
	outside.GET("/json", teapot)
	srv, all := serve(t, contract.Options{}, outside.ServeHTTP)
	if resp, _ := get(t, srv, "/json"); resp.StatusCode != 500 || all() != "response status" {
		t.Errorf("outside: status %d, found %q", resp.StatusCode, all())
	}

	// Inside, middleware returns before echo writes the error: the contract checks an empty 200, which is not what the client
	// gets.
	inside := echo.New()
	inside.GET("/json", teapot)
	var inner contract.Violations
	c := compile(t, stream, contract.Options{Finding: func(_ *http.Request, v contract.Violation) { inner = append(inner, v) }})
	inside.Use(echo.WrapMiddleware(c.Handler))
	w := httptest.NewRecorder()
	inside.ServeHTTP(w, newRequest(t, "GET", "/json", ""))
	if strings.Contains(found(inner), "status") {
		t.Errorf("inside: the teapot was seen, so the documentation is wrong: %q", found(inner))
	}
}

// Ensure a write after the client has gone causes no panic.
func TestHandler_clientGone(t *testing.T) {
	t.Parallel()
	c := compile(t, stream, contract.Options{})
	h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "[1]")
	}))
	h.ServeHTTP(broken{httptest.NewRecorder()}, newRequest(t, "GET", "/json", ""))
}

type broken struct{ *httptest.ResponseRecorder }

func (broken) Write([]byte) (int, error) { return 0, errors.New("gone") }

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// Ensure a whole response gets its length, so that a long one is not chunked, unless trailers are to follow or the operation
// is observed.
func TestHandler_announcesLength(t *testing.T) {
	t.Parallel()
	long := "[" + strings.Repeat("1,", 10_000) + "1]"
	for _, tc := range []struct {
		name    string
		opts    contract.Options
		trailer string
		want    int64
	}{
		{"plain", contract.Options{}, "", int64(len(long))},
		{"trailers", contract.Options{}, "X-Sum", -1},
		{"observed", contract.Options{Observe: true}, "", -1},
	} {
		srv, all := serve(t, tc.opts, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if tc.trailer != "" {
				w.Header().Set("Trailer", tc.trailer)
			}
			fmt.Fprint(w, long)
			fmt.Fprint(w, "\n")
		})
		resp, body := get(t, srv, "/json")
		if resp.ContentLength != tc.want || strings.TrimSpace(body) != long || all() != "" {
			t.Errorf("%s: length %d, want %d, body of %d, found %q", tc.name, resp.ContentLength, tc.want, len(body), all())
		}
	}
}

// Ensure what a handler keeps does not change when other requests arrive, and a writer that it keeps reaches no other client.
func TestHandler_keepsWhatWasGiven(t *testing.T) {
	t.Parallel()
	type kept struct {
		r    *http.Request
		call *contract.Call
		w    http.ResponseWriter
		out  *httptest.ResponseRecorder
	}
	var all []kept
	admit := func(_ http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
		call.Value = r.Header.Get("X-Who")
		return r
	}
	h := compile(t, stream, contract.Options{Admit: admit}).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all = append(all, kept{r: r, call: contract.FromContext(r.Context()), w: w})
		w.WriteHeader(http.StatusNoContent)
	}))
	for i := range 20 {
		out := httptest.NewRecorder()
		h.ServeHTTP(out, newRequest(t, "POST", "/json", fmt.Sprintf(`{"i":%d}`, i), "Content-Type: application/json", fmt.Sprintf("X-Who: %d", i)))
		all[i].out = out
	}
	for i, k := range all {
		body, err := io.ReadAll(k.r.Body)
		if want := fmt.Sprintf(`{"i":%d}`, i); string(body) != want || err != nil {
			t.Errorf("body %q, %v, want %q", body, err, want)
		}
		if k.call.Value != fmt.Sprint(i) || contract.FromContext(k.r.Context()) != k.call {
			t.Errorf("call %+v is not that of request %d", k.call, i)
		}
		k.w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(k.w, i)
		if got := k.out.Body.String(); got != fmt.Sprint(i) || k.out.Code != http.StatusNoContent {
			t.Errorf("a late write of %d: %d %q", i, k.out.Code, got)
		}
	}
}

// Ensure a handler that kept its ResponseWriter cannot do harm with it after it has returned, whatever the contract made of
// its response.
func TestHandler_lateWriter(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"[]", "[", ""} {
		var kept http.ResponseWriter
		h := compile(t, shop, contract.Options{}).Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			kept = w
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Count", "1")
			_, _ = w.Write([]byte(body))
		}))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, newRequest(t, "GET", "/api/items", "", "X-Tenant: t"))
		code, sent := w.Code, w.Body.String()
		if (code == 200) != (body == "[]") {
			t.Errorf("%q: %d %s", body, code, sent)
		}
		kept.Header().Set("X-Late", "1")
		kept.WriteHeader(http.StatusTeapot)
		_, err := kept.Write([]byte("{}"))
		kept.(http.Flusher).Flush()
		if err != nil || w.Code != code || code != 200 && w.Body.String() != sent {
			t.Errorf("%q: %v, %d %s after %d %s", body, err, w.Code, w.Body, code, sent)
		}
	}
}

// Ensure a response with many headers, or with one of several lines, takes the fast path.
func TestHandler_manyHeaders(t *testing.T) { //nolint:paralleltest // it counts what the process allocates
	body := []byte("[" + strings.Repeat("1,", 1000) + "1]")
	for name, values := range map[string]int{"X-1": 1, "X-2": 2} {
		h := compile(t, stream, contract.Options{}).Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for i := range 6 {
				w.Header()[fmt.Sprint(name, i)] = make([]string, values)
			}
			_, _ = w.Write(body)
		}))
		r := newRequest(t, "GET", "/json", "")
		if n := testing.AllocsPerRun(10, func() { h.ServeHTTP(httptest.NewRecorder(), r) }); n > 100 {
			t.Errorf("%d values: %v allocations", values, n)
		}
	}
}

// Ensure a body that no schema describes is sent as it is written, without a Flush.
func TestHandler_uncheckedBodiesAreNotHeld(t *testing.T) {
	t.Parallel()
	out := httptest.NewRecorder()
	compile(t, mediaTypes, contract.Options{}).Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		for range 4 {
			fmt.Fprint(w, strings.Repeat("x", 32<<10))
		}
		if n := out.Body.Len(); n != 4*32<<10 {
			t.Errorf("%d bytes were passed on", n)
		}
	})).ServeHTTP(out, newRequest(t, "POST", "/file", "x", "Content-Type: image/png"))
}

// Ensure trailers that were not announced follow a response that was buffered.
func TestHandler_unannouncedTrailers(t *testing.T) {
	t.Parallel()
	srv, all := serve(t, contract.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "[1,")
		w.(http.Flusher).Flush()
		fmt.Fprint(w, "1]")
		w.Header().Set(http.TrailerPrefix+"X-Sum", "2")
	})
	resp, body := get(t, srv, "/json")
	if resp.Trailer.Get("X-Sum") != "2" || body != "[1,1]" || all() != "" {
		t.Errorf("trailer %v, body %s, found %q", resp.Trailer, body, all())
	}
}

// Ensure a status that HTTP does not have is undeclared, with any number of headers.
func TestHandler_noStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, -1, 99, 1000} {
		for headers := range 6 {
			w := httptest.NewRecorder()
			compile(t, stream, contract.Options{}).Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for i := range headers {
					w.Header().Set(fmt.Sprint("X-", i), "1")
				}
				w.WriteHeader(status)
				fmt.Fprint(w, "[]")
			})).ServeHTTP(w, newRequest(t, "GET", "/json", ""))
			if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), `"rule":"status"`) {
				t.Errorf("status %d, %d headers: got %d %s", status, headers, w.Code, w.Body)
			}
		}
	}
}

// Ensure everything is reported of an observed request whose body is too large to check.
func TestHandler_observedTooLarge(t *testing.T) {
	t.Parallel()
	var all contract.Violations
	opts := contract.Options{
		Observe: true, MaxRequestBody: 5, Undeclared: contract.Reject,
		Finding: func(_ *http.Request, v contract.Violation) { all = append(all, v) },
	}
	read := ""
	compile(t, shop, opts).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		read = string(body)
		w.WriteHeader(http.StatusNoContent)
	})).ServeHTTP(httptest.NewRecorder(), newRequest(t, "POST", "/api/items?x=1", `{"a":1,"a":2}`, "Content-Type: text/x"))
	if got, want := found(all), "query /x undeclared; header /Content-Type mediaType; body size"; got != want || read != `{"a":1,"a":2}` {
		t.Errorf("found %q, want %q; read %q", got, want, read)
	}
}
