package witness

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// anyDocument has one operation, and no server, so that its base path is empty.
const anyDocument = `openapi: 3.0.3
info: {title: any, version: "1"}
paths:
  /v1/things:
    get: {operationId: listThings, responses: {"200": {description: ok, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: string}}}}}}}}
    post:
      operationId: createThing
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: string}}}}}}
      responses: {"201": {description: ok, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: string}}}}}}}
`

func newTestDocument(t testing.TB, name, text string) *Document {
	t.Helper()
	doc, err := NewDocument(name, name+".yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// newTestProxy runs a proxy in front of an upstream. The exchanges that it records go to the list that it returns.
func newTestProxy(t testing.TB, upstream string, opts ProxyOptions) (*httptest.Server, *Proxy, *recorded) {
	t.Helper()
	u, err := url.Parse(upstream)
	if err != nil {
		t.Fatal(err)
	}
	got := &recorded{more: make(chan struct{}, 100)}
	rec := newTestRecorder(t, newTestDocument(t, "any", anyDocument), Options{})
	opts.Exchanged = func(_ *Recorder, x *Exchange, _ Result) { got.add(x) }
	p, err := NewProxy([]Upstream{{Recorder: rec, URL: u}}, opts)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config = p.Server()
	server.Start()
	t.Cleanup(func() { server.Close(); _ = p.Close() })
	return server, p, got
}

type recorded struct {
	mu   sync.Mutex
	xs   []*Exchange
	more chan struct{}
}

// wait waits until n exchanges were recorded.
func (r *recorded) wait(n int) {
	for range n {
		<-r.more
	}
}

func (r *recorded) add(x *Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.xs = append(r.xs, x)
	r.more <- struct{}{}
}

func (r *recorded) all() []*Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.xs)
}

// A view is what one side sees of an exchange.
type view struct {
	Line     string
	Header   http.Header
	Body     string
	Trailer  http.Header
	Interim  []string
	Error    string
	Deadline bool
}

// client sends raw bytes over a connection of its own, and reads what comes back.
func client(t *testing.T, addr, raw string) view {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	expects := strings.Contains(head, "Expect:")
	if expects {
		_, _ = io.WriteString(conn, head+"\r\n\r\n")
	} else {
		_, _ = io.WriteString(conn, raw)
	}
	r := bufio.NewReader(conn)
	var v view
	for {
		method, _, _ := strings.Cut(head, " ")
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			v.Error = "no response"
			return v
		}
		if resp.StatusCode < 200 && resp.StatusCode != 101 {
			v.Interim = append(v.Interim, fmt.Sprint(resp.StatusCode, " ", resp.Header.Get("Link")))
			if resp.StatusCode == 100 {
				_, _ = io.WriteString(conn, body)
			}
			continue
		}
		if resp.StatusCode == 101 {
			_, _ = io.WriteString(conn, "ping\n")
			line, _ := r.ReadString('\n')
			v.Line, v.Body, v.Header = resp.Status, line, resp.Header
			return v
		}
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			v.Error = "body: " + err.Error()
		}
		v.Line, v.Header, v.Body, v.Trailer = resp.Status, resp.Header, string(data), resp.Trailer
		return v
	}
}

// A spy is an upstream that keeps the requests that it received.
type spy struct {
	mu   sync.Mutex
	seen []view
	next http.HandlerFunc
}

func (s *spy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := view{Line: r.Method + " " + r.RequestURI, Header: r.Header.Clone()}
	if r.Header.Get("Expect") != "" && strings.Contains(r.URL.Path, "refuse") {
		v.Body = "unread"
	} else {
		data, err := io.ReadAll(r.Body)
		v.Body = string(data)
		if err != nil {
			v.Error = "body broken off"
		}
		v.Trailer = r.Trailer.Clone()
	}
	s.mu.Lock()
	s.seen = append(s.seen, v)
	s.mu.Unlock()
	w.Header()["Date"] = nil
	s.next(w, r)
}

func (s *spy) last() view {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) == 0 {
		return view{Line: "nothing seen"}
	}
	v := s.seen[len(s.seen)-1]
	s.seen = nil
	return v
}

// writeThing writes a small response.
func writeThing(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"a":"b"}`)
}

// Ensure that both sides see what they see without the proxy. One case for each thing that a reverse proxy made of the standard
// library changes by itself, or might.
func TestProxy_Faithful(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3<<20)
	for _, c := range []struct {
		name, raw string
		upstream  http.HandlerFunc
	}{
		{"a query that net/http cannot parse", "GET /v1/things?a=1;b=2&Page=%zz&PAGESIZE=3 HTTP/1.1\r\nHost: localhost\r\n\r\n", writeThing},
		{"an empty query", "GET /v1/things? HTTP/1.1\r\nHost: localhost\r\n\r\n", writeThing},
		{"escapes in the path", "GET /v1/a%2Fb%20c%7Cd/%C3%A9 HTTP/1.1\r\nHost: localhost\r\n\r\n", writeThing},
		{"a path that Go would spell another way", "GET /v1/a|b\"c/{d} HTTP/1.1\r\nHost: localhost\r\n\r\n", writeThing},
		{"dots in the path", "GET /v1/../things/./a//b HTTP/1.1\r\nHost: localhost\r\n\r\n", writeThing},
		{"a path that looks like a host", "GET //evil/v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", writeThing},
		{"lines of one header", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\nX-A: 2, 3\r\nX-Empty:\r\nUser-Agent: me\r\n\r\n", func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Set-Cookie"] = []string{"a=1; Path=/; Secure", "b=2"}
			w.Header()["X-Empty"] = []string{""}
			w.Header()["Vary"] = []string{"A", "B"}
			writeThing(w, r)
		}},
		{"no user agent", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", writeThing},
		{"credentials", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer t\r\nCookie: a=b; c=d\r\n\r\n", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
		}},
		{"gzip, asked for", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n", writePacked},
		{"gzip, not asked for", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", writePacked},
		{"a body", "POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: APPLICATION/json\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}", writeThing},
		{"a body in chunks", "POST /v1/things HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n5\r\n:\"b\"}\r\n0\r\n\r\n", writeThing},
		{"trailers of the request", "POST /v1/things HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n4\r\nabcd\r\n0\r\nX-Sum: 4\r\n\r\n", writeThing},
		{"a body that is longer than what is checked", "POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3145728\r\n\r\n" + long, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, long+long+long+long) }},
		{"a body on DELETE", "DELETE /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }},
		{"an unknown method", "PURGE /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", writeThing},
		{"HEAD", "HEAD /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "1234") }},
		{"304", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"a\"\r\n\r\n", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"a"`)
			w.WriteHeader(304)
		}},
		{"a response without Content-Type", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = io.WriteString(w, "<html>")
		}},
		{"a status without a name", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(799) }},
		{"early hints", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", "</a>; rel=preload")
			w.WriteHeader(103)
			w.Header().Del("Link")
			w.Header()["Content-Type"] = nil
			_, _ = io.WriteString(w, "<html>")
		}},
		{"trailers of the response", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\nTE: trailers\r\n\r\n", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Trailer", "X-Sum")
			writeThing(w, r)
			w.Header().Set("X-Sum", "9")
			w.Header().Set(http.TrailerPrefix+"X-Late", "1")
		}},
		{"Expect, granted", "POST /v1/things HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}", writeThing},
		{"Expect, refused", "POST /v1/refuse HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(413) }},
		{"a response that breaks off", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "ten bytes.")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}},
		{"an upgrade", "GET /v1/things HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", upgrade},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &spy{next: c.upstream}
			upstream := httptest.NewServer(s)
			t.Cleanup(upstream.Close)
			server, _, _ := newTestProxy(t, upstream.URL, ProxyOptions{})
			wantClient, wantServer := client(t, upstream.Listener.Addr().String(), c.raw), s.last()
			gotClient, gotServer := client(t, server.Listener.Addr().String(), c.raw), s.last()
			if diff := cmp.Diff(wantClient, gotClient); diff != "" {
				t.Errorf("what the client sees (-without +with the proxy):\n%s", diff)
			}
			if diff := cmp.Diff(wantServer, gotServer); diff != "" {
				t.Errorf("what the upstream sees (-without +with the proxy):\n%s", diff)
			}
		})
	}
}

func writePacked(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(gzipped(`{"a":"b"}`))
}

func upgrade(w http.ResponseWriter, _ *http.Request) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	line, err := textproto.NewReader(rw.Reader).ReadLine()
	if err == nil {
		_, _ = io.WriteString(conn, line+"\n")
	}
}

// Ensure that what §12.2 lists as changed is changed, and in no other way.
func TestProxy_Changes(t *testing.T) {
	t.Parallel()
	s := &spy{next: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://"+r.Host+"/v1/things/7?a=b#c")
		w.Header().Set("Content-Location", "https://elsewhere.example/x")
		w.WriteHeader(201)
	}}
	upstream := httptest.NewServer(s)
	t.Cleanup(upstream.Close)
	server, _, _ := newTestProxy(t, upstream.URL, ProxyOptions{})
	got := client(t, server.Listener.Addr().String(), "POST /v1/things HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br, gzip;q=0.5, zstd\r\n"+
		"Via: 1.1 a\r\nForwarded: for=10.0.0.1\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Prefix: /a\r\nKeep-Alive: 5\r\nContent-Length: 0\r\n\r\n")
	if l, c := got.Header.Get("Location"), got.Header.Get("Content-Location"); l != "/v1/things/7?a=b#c" || c != "https://elsewhere.example/x" {
		t.Errorf("Location %q, Content-Location %q", l, c)
	}
	want := http.Header{"Accept-Encoding": {"gzip;q=0.5"}, "Content-Length": {"0"}}
	if diff := cmp.Diff(want, s.last().Header); diff != "" {
		t.Errorf("header at the upstream (-want +got):\n%s", diff)
	}
	client(t, server.Listener.Addr().String(), "GET /v1/things HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\n\r\n")
	if got := s.last().Header.Get("Accept-Encoding"); got != "identity" {
		t.Errorf("Accept-Encoding %q, want identity", got)
	}
}

func gzipped(s string) []byte {
	var b bytes.Buffer
	packInto(&b, s)
	return b.Bytes()
}
