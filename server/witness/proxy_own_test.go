package witness

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Ensure that what is no request to a reverse proxy is refused by the proxy itself, and says so.
func TestProxy_Refuses(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(writeThing))
	t.Cleanup(upstream.Close)
	server, p, _ := newTestProxy(t, upstream.URL, ProxyOptions{Hosts: []string{"witness.example"}})
	readOnly, _, _ := newTestProxy(t, upstream.URL, ProxyOptions{ReadOnly: true})
	addr, readOnlyAddr := server.Listener.Addr().String(), readOnly.Listener.Addr().String()
	for _, c := range []struct {
		name, addr, raw, want string
	}{
		{"absolute form", addr, "GET http://evil.example/v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"},
		{"asterisk form", addr, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"},
		{"CONNECT", addr, "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", "405"},
		{"a Host of another's", addr, "GET /v1/things HTTP/1.1\r\nHost: evil.example\r\n\r\n", "421"},
		{"an address of another's", addr, "GET /v1/things HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n", "421"},
		{"a Host that is given", addr, "GET /v1/things HTTP/1.1\r\nHost: WITNESS.example:99\r\n\r\n", ""},
		{"localhost", addr, "GET /v1/things HTTP/1.1\r\nHost: localhost:1\r\n\r\n", ""},
		{"the listener's address", addr, "GET /v1/things HTTP/1.1\r\nHost: " + addr + "\r\n\r\n", ""},
		{"the control plane where there is none", addr, "GET /_witness/health HTTP/1.1\r\nHost: localhost\r\n\r\n", "404 page"},
		{"POST, read-only", readOnlyAddr, "POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", "403"},
		{"an unknown method, read-only", readOnlyAddr, "PURGE /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", "403"},
		{"GET, read-only", readOnlyAddr, "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", ""},
		{"HEAD, read-only", readOnlyAddr, "HEAD /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := client(t, c.addr, c.raw)
			own := got.Header.Get(OwnHeader)
			switch {
			case c.want == "":
				if got.Line != "200 OK" || own != "" {
					t.Errorf("got %s, %s: %q", got.Line, OwnHeader, own)
				}
			case c.want == "404 page":
				if !strings.HasPrefix(got.Line, "404") {
					t.Errorf("got %s", got.Line)
				}
			case !strings.HasPrefix(got.Line, c.want) || own == "":
				t.Errorf("got %s, %s: %q, want %s", got.Line, OwnHeader, own, c.want)
			case got.Header.Get("Content-Type") != "application/problem+json" || !json.Valid([]byte(got.Body)):
				t.Errorf("not problem details: %v %s", got.Header, got.Body)
			}
		})
	}
	if p.route("/v1/things") == nil {
		t.Error("no route")
	}
}

// Ensure that an upstream that cannot be reached, or does not answer, is told apart from one that answers 502.
func TestProxy_Unreachable(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	gone, p, got := newTestProxy(t, "http://"+closed.Addr().String(), ProxyOptions{})
	if v := client(t, gone.Listener.Addr().String(), "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n"); v.Line != "502 Bad Gateway" ||
		v.Header.Get(OwnHeader) != "upstream unreachable" {
		t.Errorf("got %s %v", v.Line, v.Header)
	}
	gone.Close()
	_ = p.Close()
	if xs := got.all(); len(xs) != 1 || !xs[0].Own || xs[0].Status != 502 {
		t.Errorf("recorded %+v", xs)
	}

	hangs := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hangs }))
	t.Cleanup(func() { close(hangs); silent.Close() })
	transport := NewTransport(TransportOptions{})
	transport.ResponseHeaderTimeout = 20 * time.Millisecond
	slow, _, _ := newTestProxy(t, silent.URL, ProxyOptions{Transport: transport})
	if v := client(t, slow.Listener.Addr().String(), "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n"); v.Line != "504 Gateway Timeout" {
		t.Errorf("got %s %v", v.Line, v.Header)
	}
}

// Ensure that a client that leaves is not taken for an upstream that failed.
func TestProxy_ClientLeaves(t *testing.T) {
	t.Parallel()
	asked, left := make(chan struct{}), make(chan struct{})
	upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
		close(left)
	}))
	t.Cleanup(upstream.Close)
	server, p, got := newTestProxy(t, upstream.URL, ProxyOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/v1/things", nil)
	go func() { <-asked; cancel() }()
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
		t.Error("got a response")
	}
	<-left
	server.Close()
	_ = p.Close()
	if xs := got.all(); len(xs) != 0 {
		t.Errorf("recorded %+v", xs)
	}
}

// Ensure that a client whose body ends early is told so.
func TestProxy_TruncatedBody(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	t.Cleanup(upstream.Close)
	server, _, _ := newTestProxy(t, upstream.URL, ProxyOptions{})
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || resp.StatusCode != http.StatusBadRequest || resp.Header.Get(OwnHeader) == "" {
		t.Errorf("%v, %+v", err, resp)
	}
}

// Ensure that each event of a stream reaches the client before the next is sent.
func TestProxy_Streams(t *testing.T) {
	t.Parallel()
	next := make(chan struct{})
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for range 5 {
			_, _ = io.WriteString(w, "data: x\n\n")
			_ = http.NewResponseController(w).Flush()
			<-next
		}
	}))
	t.Cleanup(upstream.Close)
	server, _, _ := newTestProxy(t, upstream.URL, ProxyOptions{})
	resp, err := http.Get(server.URL + "/v1/things")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for range 5 {
		event := make([]byte, len("data: x\n\n"))
		if _, err := io.ReadFull(resp.Body, event); err != nil || string(event) != "data: x\n\n" {
			t.Fatalf("got %q, %v", event, err)
		}
		next <- struct{}{}
	}
}

// Ensure that an upstream with HTTP/2 and a certificate of a private authority is reached, and one with another is not.
func TestProxy_TLS(t *testing.T) {
	t.Parallel()
	protocol := make(chan string, 2)
	upstream := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocol <- r.Proto
		writeThing(w, r)
	}))
	upstream.EnableHTTP2 = true
	upstream.Config.ErrorLog = noLog
	upstream.StartTLS()
	t.Cleanup(upstream.Close)
	pool := x509.NewCertPool()
	pool.AddCert(upstream.Certificate())
	for name, c := range map[string]struct {
		opts TransportOptions
		want string
	}{
		"private authority": {TransportOptions{CA: pool}, "200 OK"},
		"insecure":          {TransportOptions{Insecure: true}, "200 OK"},
		"unknown":           {TransportOptions{}, "502 Bad Gateway"},
	} {
		server, _, _ := newTestProxy(t, upstream.URL, ProxyOptions{Transport: NewTransport(c.opts)})
		v := client(t, server.Listener.Addr().String(), "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if v.Line != c.want {
			t.Errorf("%s: got %s", name, v.Line)
		}
		if c.want == "200 OK" {
			if got := <-protocol; got != "HTTP/2.0" {
				t.Errorf("%s: the upstream saw %s", name, got)
			}
		}
	}
}

// Ensure that the recorder gets what passed: bytes as they were, what is longer than the limit as cut, a connection that left
// HTTP as unknown.
func TestProxy_Records(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/packed":
			writePacked(w, r)
		case "/v1/long":
			_, _ = io.WriteString(w, strings.Repeat("x", 100))
		case "/v1/upgrade":
			upgrade(w, r)
		default:
			_, _ = io.Copy(io.Discard, r.Body)
			writeThing(w, r)
		}
	}))
	t.Cleanup(upstream.Close)
	server, p, got := newTestProxy(t, upstream.URL, ProxyOptions{MaxRequest: 10, MaxResponse: 50})
	addr := server.Listener.Addr().String()
	for _, raw := range []string{
		"POST /v1/things?a=%zz HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\nContent-Length: 2\r\n\r\n{}",
		"POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\n01234567890",
		"GET /v1/packed HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"GET /v1/long HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"GET /v1/upgrade HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
	} {
		client(t, addr, raw)
	}
	got.wait(5)
	server.Close()
	_ = p.Close()
	byPath := map[string][]*Exchange{}
	for _, x := range got.all() {
		byPath[x.URL.Path] = append(byPath[x.URL.Path], x)
	}
	if len(byPath["/v1/things"]) != 2 || len(got.all()) != 5 {
		t.Fatalf("recorded %v", byPath)
	}
	for _, x := range byPath["/v1/things"] {
		switch {
		case x.URL.RawQuery == "a=%zz":
			if string(x.Request.Data) != "{}" || !x.Request.whole() || string(x.Response.Data) != `{"a":"b"}` || !x.Response.whole() ||
				x.RequestHeader.Get("X-A") != "b" || x.Header.Get("Content-Type") != "application/json" || x.Duration <= 0 {
				t.Errorf("recorded %+v", x)
			}
		case string(x.Request.Data) != "0123456789" || !x.Request.Cut:
			t.Errorf("recorded request %+v", x.Request)
		}
	}
	if x := byPath["/v1/packed"][0]; string(x.Response.Data) != string(gzipped(`{"a":"b"}`)) || !x.Response.whole() {
		t.Errorf("recorded %+v", x.Response)
	}
	if x := byPath["/v1/long"][0]; len(x.Response.Data) != 50 || !x.Response.Cut {
		t.Errorf("recorded %+v", x.Response)
	}
	if x := byPath["/v1/upgrade"][0]; x.Status != 101 || x.Response.Known {
		t.Errorf("recorded %+v", x)
	}
	if n := p.queue.bytes.Load(); n != 0 {
		t.Errorf("%d bytes of the budget are not given back", n)
	}
}

// Ensure that traffic goes on, and that what is not checked is counted, where the check cannot keep up or fails.
func TestProxy_QueueFull(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(writeThing))
	t.Cleanup(upstream.Close)
	doc := newTestDocument(t, "any", anyDocument)
	rec := newTestRecorder(t, doc, Options{})
	u, _ := url.Parse(upstream.URL)
	hold := make(chan struct{})
	p, err := NewProxy([]Upstream{{Recorder: rec, URL: u}}, ProxyOptions{Exchanged: func(*Recorder, *Exchange, Result) { <-hold; panic("canary") }})
	if err != nil {
		t.Fatal(err)
	}
	workers := int64(max(1, runtime.GOMAXPROCS(0)/2))
	const extra = 50
	for range maxQueued + int(workers) + extra {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/things", nil))
		if w.Code != 200 || w.Body.String() != `{"a":"b"}` {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	close(hold)
	_ = p.Close()
	dropped, failed := rec.dropped, rec.failed
	if dropped < extra || dropped > extra+workers || dropped+failed != maxQueued+workers+extra {
		t.Errorf("%d dropped, %d failed", dropped, failed)
	}
	if n := p.queue.bytes.Load(); n != 0 {
		t.Errorf("%d bytes of the budget are not given back", n)
	}
}

// Ensure that bodies wait in a bounded amount of memory.
func TestProxy_Budget(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("x", 4<<20)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
	t.Cleanup(upstream.Close)
	rec := newTestRecorder(t, newTestDocument(t, "any", anyDocument), Options{})
	u, _ := url.Parse(upstream.URL)
	hold := make(chan struct{})
	p, err := NewProxy([]Upstream{{Recorder: rec, URL: u}}, ProxyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p.queue.check = func(*proxyExchange) { <-hold }
	for range 24 {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/things", nil))
		if w.Body.Len() != len(body) {
			t.Fatalf("got %d bytes", w.Body.Len())
		}
		if n := p.queue.bytes.Load(); n > maxQueuedBytes {
			t.Fatalf("%d bytes are held", n)
		}
	}
	if rec.dropped == 0 {
		t.Error("nothing was dropped")
	}
	close(hold)
	_ = p.Close()
}

// Ensure that two contracts behind one listener are told apart by the path of their servers, and that an upstream may have
// another path.
func TestProxy_Routes(t *testing.T) {
	t.Parallel()
	one := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "one "+r.URL.Path) }))
	two := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://"+r.Host+"/base/x")
		_, _ = io.WriteString(w, "two "+r.RequestURI)
	}))
	t.Cleanup(one.Close)
	t.Cleanup(two.Close)
	withServer := strings.Replace(anyDocument, "paths:", "servers: [{url: https://a.example/api}]\npaths:", 1)
	up := func(doc, text, u string) Upstream {
		parsed, err := url.Parse(u)
		if err != nil {
			t.Fatal(err)
		}
		return Upstream{newTestRecorder(t, newTestDocument(t, doc, text), Options{}), parsed}
	}
	p, err := NewProxy([]Upstream{up("one", anyDocument, one.URL), up("two", withServer, two.URL+"/base/")}, ProxyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	for path, want := range map[string]string{
		"/v1/things": "one /v1/things", "/api/things%2F?a": "two /base/things%2F?a", "/API/x": "two /base/x", "/apis": "one /apis", "/": "one /", "/api": "two /base",
	} {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if got := w.Body.String(); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
		if l := w.Header().Get("Location"); l != "" && l != "/api/x" {
			t.Errorf("Location %s", l)
		}
	}
	for name, ups := range map[string][]Upstream{
		"no upstream": {}, "one path twice": {up("one", anyDocument, one.URL), up("two", anyDocument, two.URL)},
		"credentials in the URL": {up("one", anyDocument, "http://a:b@127.0.0.1")}, "http off loopback": {up("one", anyDocument, "http://a.example")},
		"a query": {up("one", anyDocument, "https://a.example?b")}, "another scheme": {up("one", anyDocument, "ftp://a.example")},
		"a path that is the witness's own": {up("one", strings.Replace(anyDocument, "/v1/things", "/_witness/x", 1), "https://a.example")},
	} {
		if _, err := NewProxy(ups, ProxyOptions{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Ensure that enforced operations are refused where they depart, and others are not.
func TestProxy_Enforce(t *testing.T) {
	t.Parallel()
	good := true
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		if r.Method == http.MethodPost {
			w.WriteHeader(201)
		}
		if good {
			_, _ = w.Write(gzipped(`{"a":"b"}`))
		} else {
			_, _ = w.Write(gzipped(`{"a":null}`))
		}
	}))
	t.Cleanup(upstream.Close)
	server, p, got := newTestProxy(t, upstream.URL, ProxyOptions{Enforce: []string{"createThing"}})
	addr := server.Listener.Addr().String()
	post := func(body string) view {
		return client(t, addr, "POST /v1/things HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\nContent-Type: application/json\r\nContent-Length: "+itoa(len(body))+"\r\n\r\n"+body)
	}
	if v := post(`{"a":"b"}`); v.Line != "201 Created" || v.Body != `{"a":"b"}` {
		t.Errorf("got %s %s", v.Line, v.Body)
	}
	if v := post(`{"a":1}`); v.Line != "400 Bad Request" || !strings.Contains(v.Body, `"pointer":"/a"`) || v.Header.Get(OwnHeader) == "" {
		t.Errorf("got %s %s %v", v.Line, v.Body, v.Header)
	}
	good = false
	if v := post(`{"a":"b"}`); v.Line != "502 Bad Gateway" || !strings.Contains(v.Body, `"in":"response"`) {
		t.Errorf("got %s %s", v.Line, v.Body)
	}
	if v := client(t, addr, "GET /v1/things HTTP/1.1\r\nHost: localhost\r\n\r\n"); v.Line != "200 OK" {
		t.Errorf("an operation that is not enforced: %s", v.Line)
	}
	server.Close()
	_ = p.Close()
	xs := got.all()
	if len(xs) != 3 || xs[0].Status != 201 || string(xs[0].Response.Data) != `{"a":"b"}` || string(xs[0].Request.Data) != `{"a":"b"}` || string(xs[1].Response.Data) != `{"a":null}` {
		t.Errorf("recorded %d exchanges: %+v", len(xs), xs[0])
	}
	if _, err := NewProxy([]Upstream{{Recorder: p.routes[0].rec, URL: p.routes[0].upstream}}, ProxyOptions{Enforce: []string{"typo"}}); err == nil {
		t.Error("an operation that no document has is taken")
	}
}

// Ensure that the base of a document is the path of its first server, with the defaults of its variables.
func TestDocument_Base(t *testing.T) {
	t.Parallel()
	for servers, want := range map[string]string{
		"[]":                     "",
		"[{url: /}, {url: /v2}]": "",
		"[{url: 'https://a.example/v1/'}, {url: 'https://b.example/v2'}]":                 "/v1",
		"[{url: 'https://a.example/{v}', variables: {v: {default: v3, enum: [v3, v4]}}}]": "/v3",
	} {
		text := "openapi: 3.0.3\ninfo: {title: t, version: '1'}\nservers: " + servers + "\npaths: {/a: {get: {responses: {'200': {description: d}}}}}\n"
		doc, err := NewDocument("t", "t.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Base(); got != want {
			t.Errorf("%s: got %q, want %q", servers, got, want)
		}
	}
}
