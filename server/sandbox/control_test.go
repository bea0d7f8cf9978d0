package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/internal/operationtest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// Ensure the responses of the probes and the documents, byte for byte.
func TestControl_Responses(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	for _, tt := range []struct {
		target, media string
		body          []byte
	}{
		{"/_sandbox/health", "application/json", []byte("{\"status\":\"ok\"}\n")},
		{"/_sandbox/ready", "application/json", []byte("{\"status\":\"ok\"}\n")},
		{"/_sandbox/exchanges", "application/json", []byte("[]\n")},
		{"/_sandbox/openapi/cloudcockpit.yaml", "application/vnd.oai.openapi", openapi.CloudCockpitYAML},
		{"/_sandbox/openapi/myreports.yaml", "application/vnd.oai.openapi", openapi.MyReportsYAML},
	} {
		a := b.do(t, call{method: "GET", target: tt.target})
		media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
		if a.status != http.StatusOK || media != tt.media || !bytes.Equal([]byte(a.body), tt.body) {
			t.Errorf("%s: got %d %s %.200q, want 200 %s %.200q", tt.target, a.status, media, a.body, tt.media, tt.body)
		}
	}
	for _, o := range operationtest.All(t, operationtest.Control) {
		c := callOf(o, o.Good)
		if a := b.do(t, c); a.status != http.StatusOK && (a.status != http.StatusNoContent || a.body != "") {
			t.Errorf("%s %s: got %d %q, want 200 or an empty 204", c.method, c.target, a.status, a.body)
		}
	}
}

// Ensure a sandbox is alive but not ready without its store.
func TestControl_StoreClosed(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := sb.Close(); err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]int{"/_sandbox/health": 200, "/_sandbox/ready": 503, "/_sandbox/state": 500} {
		a := record(sb, httptest.NewRequest("GET", target, nil))
		if a.status != want {
			t.Errorf("%s: got %d %.200s, want %d", target, a.status, a.body, want)
		}
		if want != 200 {
			wantProblem(t, a)
		}
	}
}

// Ensure a sandbox is not ready once its file is removed, and that the log says why.
func TestControl_FileRemoved(t *testing.T) {
	t.Parallel()
	var j journal
	file := filepath.Join(t.TempDir(), "a.db")
	b := start(t, sandbox.Options{Store: "sqlite:" + file, Logger: j.logger()})
	ready := call{method: "GET", target: "/_sandbox/ready"}
	if a := b.do(t, ready); a.status != http.StatusOK {
		t.Fatalf("got %d %s, want 200", a.status, a.body)
	}
	if err := os.Remove(file); err != nil {
		t.Skip("an open file cannot be removed on this system")
	}
	a := b.do(t, ready)
	wantProblem(t, a)
	if a.status != http.StatusServiceUnavailable || !strings.Contains(j.String(), "no such file") {
		t.Errorf("got %d %s and the log %s, want 503 and the reason", a.status, a.body, j.String())
	}
}

// record sends a request without a network: the sandbox is told no local address.
func record(h http.Handler, r *http.Request) response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return response{w.Code, w.Header(), w.Body.String()}
}

// problemSchema is what the contract says of an error.
var problemSchema = sync.OnceValues(func() (*openapi3.Schema, error) {
	doc, err := openapi.Sandbox()
	if err != nil {
		return nil, err
	}
	return doc.Components.Schemas["Problem"].Value, nil
})

// wantProblem checks an error by RFC 9457 and by the contract's schema, whether or not the operation declares it.
func wantProblem(t *testing.T, a response) {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatalf("decode %q: %v", a.body, err)
	}
	schema, err := problemSchema()
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.VisitJSON(body); err != nil {
		t.Errorf("%s: %v", a.body, err)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" || body["status"] != float64(a.status) ||
		body["type"] != "about:blank" || body["title"] != http.StatusText(a.status) {
		t.Errorf("got %d %s %s, want the status and its title in a problem", a.status, got, a.body)
	}
}

// Ensure what the control plane does not have or does not understand is a problem that says so.
func TestControl_Refuses(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	before := b.state(t)
	put := call{method: "PUT", target: "/_sandbox/state", header: http.Header{}, body: "{}"}
	reset := call{method: "POST", target: "/_sandbox/reset", header: http.Header{}}
	for _, tt := range []struct {
		name   string
		call   call
		status int
		allow  string
	}{
		{"the prefix", call{method: "GET", target: "/_sandbox"}, 404, ""},
		{"the prefix and a slash", call{method: "GET", target: "/_sandbox/"}, 404, ""},
		{"an unknown path", call{method: "GET", target: "/_sandbox/nothing"}, 404, ""},
		{"a path in capitals", call{method: "GET", target: "/_SANDBOX/health"}, 404, ""},
		{"a trailing slash", call{method: "GET", target: "/_sandbox/health/"}, 404, ""},
		{"an unknown document", call{method: "GET", target: "/_sandbox/openapi/sandbox.yaml"}, 404, ""},
		{"outside of all", call{method: "GET", target: "/"}, 404, ""},
		{"another version", call{method: "GET", target: "/v2/Customers"}, 404, ""},
		{"health, POST", call{method: "POST", target: "/_sandbox/health"}, 405, "GET"},
		{"health, HEAD", call{method: "HEAD", target: "/_sandbox/health"}, 405, "GET"},
		{"health, OPTIONS", call{method: "OPTIONS", target: "/_sandbox/health"}, 405, "GET"},
		{"reset, GET", call{method: "GET", target: "/_sandbox/reset"}, 405, "POST"},
		{"state, DELETE", call{method: "DELETE", target: "/_sandbox/state"}, 405, "GET, PUT"},
		{"a body that a reset does not have", call{method: "POST", target: "/_sandbox/reset", body: "{}"}, 400, ""},
		{"a body over 1 MiB", call{method: "POST", target: "/_sandbox/reset", body: strings.Repeat(" ", 1<<20+1)}, 413, ""},
		{"a state without a body", call{method: "PUT", target: "/_sandbox/state"}, 400, ""},
		{"a state that is no JSON", call{method: "PUT", target: "/_sandbox/state", body: "{"}, 400, ""},
		{"a state that is a list", call{method: "PUT", target: "/_sandbox/state", body: "[]"}, 400, ""},
		{"a state that is null", call{method: "PUT", target: "/_sandbox/state", body: "null"}, 400, ""},
		{"bytes after the state", call{method: "PUT", target: "/_sandbox/state", body: "{}{}"}, 400, ""},
		{"a member twice", call{method: "PUT", target: "/_sandbox/state", body: `{"clients":[],"clients":[]}`}, 400, ""},
		{"text", put.with("Content-Type", "text/plain"), 415, ""},
		{"no media type", put.with("Content-Type"), 415, ""},
		{"another charset", put.with("Content-Type", "application/json; charset=utf-16"), 415, ""},
		{"compressed", put.with("Content-Encoding", "gzip"), 415, ""},
		{"an unknown parameter", call{method: "GET", target: "/_sandbox/state?pretty=1"}, 400, ""},
		{"an unknown parameter of a reset", call{method: "POST", target: "/_sandbox/reset?now", header: reset.header}, 400, ""},
		{"after, no number", call{method: "GET", target: "/_sandbox/exchanges?after=x"}, 400, ""},
		{"after, negative", call{method: "GET", target: "/_sandbox/exchanges?after=-1"}, 400, ""},
		{"after, empty", call{method: "GET", target: "/_sandbox/exchanges?after="}, 400, ""},
		{"after, twice", call{method: "GET", target: "/_sandbox/exchanges?after=1&after=1"}, 400, ""},
		{"after, beyond 64 bits", call{method: "GET", target: "/_sandbox/exchanges?after=9223372036854775808"}, 400, ""},
		{"a bad query", call{method: "GET", target: "/_sandbox/exchanges?%zz"}, 400, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := b.do(t, tt.call)
			if a.status != tt.status || a.header.Get("Allow") != tt.allow {
				t.Errorf("got %d %s, Allow %q, want %d and %q", a.status, a.body, a.header.Get("Allow"), tt.status, tt.allow)
			}
			if tt.call.method != "HEAD" {
				wantProblem(t, a)
			}
		})
	}
	b.wantState(t, before, "the state changed")
}

// Ensure a state may be 256 MiB and no more, and that a larger one is refused before it is read.
func TestControl_StateLimit(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	r, err := http.NewRequestWithContext(t.Context(), "PUT", b.url+"/_sandbox/state", io.LimitReader(spaces{}, 256<<20+1))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 256<<20 + 1
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Expect", "100-continue")
	resp, err := (&http.Client{Transport: &http.Transport{ExpectContinueTimeout: 1e10}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("256 MiB and a byte: got %d, want 413", resp.StatusCode)
	}
	large := call{method: "PUT", target: "/_sandbox/state", body: "{}" + strings.Repeat(" ", 2<<20)}
	if a := b.do(t, large); a.status != http.StatusNoContent {
		t.Errorf("2 MiB: got %d %.200s, want 204", a.status, a.body)
	}
}

// spaces is an endless body.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// listen serves a sandbox on all addresses of the machine, and gives its addresses: loopback, and that of a network. Where
// the machine has none, the sandbox is told that it has. Its seed is empty, for tests that reset often.
func listen(t *testing.T, opts sandbox.Options) (loopback, network *box) {
	t.Helper()
	opts.Seed = []byte("{}")
	sb, err := sandbox.New(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	loopback = serve(t, sb)
	address := networkAddress(t)
	if !address.IsValid() {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			told := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}
			sb.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, told)))
		}))
		t.Cleanup(srv.Close)
		return loopback, &box{sb, srv.URL, srv.Client()}
	}
	srv := httptest.NewUnstartedServer(sb)
	if err := srv.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	if srv.Listener, err = net.Listen("tcp", ":0"); err != nil {
		t.Fatal(err)
	}
	srv.Start()
	t.Cleanup(srv.Close)
	port := uint16(srv.Listener.Addr().(*net.TCPAddr).Port)
	loopback.url = "http://" + netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port).String()
	return loopback, &box{sb, "http://" + netip.AddrPortFrom(address, port).String(), srv.Client()}
}

func networkAddress(t *testing.T) netip.Addr {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		if err == nil && prefix.Addr().IsGlobalUnicast() {
			return prefix.Addr()
		}
	}
	return netip.Addr{}
}

// Ensure the admin token is needed by requests from a network, and by all where one is set.
func TestControl_AdminToken(t *testing.T) {
	t.Parallel()
	for name, admin := range map[string]string{"with an admin token": "let me in", "without one": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loopback, network := listen(t, sandbox.Options{AdminToken: admin})
			for _, o := range operationtest.All(t, operationtest.Control) {
				c := callOf(o, o.Good)
				for _, values := range [][]string{nil, {"Bearer"}, {"Bearer "}, {"Bearer let me i"}, {"Bearer let me in in"}, {"Basic let me in"},
					{"let me in"}, {"Bearer let me in", "Bearer let me in"}} {
					refused := !o.Open
					a := network.do(t, c.with("Authorization", values...))
					if (a.status == http.StatusUnauthorized) != refused || (a.header.Get("WWW-Authenticate") == "Bearer") != refused {
						t.Errorf("%s %s from a network, %q: got %d %s", c.method, c.target, values, a.status, a.body)
					}
					if refused {
						wantProblem(t, a)
					}
					// Where a token is set, other programs of this machine need it, too.
					if a := loopback.do(t, c.with("Authorization", values...)); (a.status == http.StatusUnauthorized) != (refused && admin != "") {
						t.Errorf("%s %s from loopback, %q: got %d %s", c.method, c.target, values, a.status, a.body)
					}
				}
				if a := network.do(t, c.with("Authorization", "Bearer let me in")); (a.status < 300) != (admin != "" || o.Open) {
					t.Errorf("%s %s with the token: got %d %s", c.method, c.target, a.status, a.body)
				}
				if a := loopback.do(t, c.with("Authorization", "Bearer let me in")); a.status >= 300 {
					t.Errorf("%s %s with the token from loopback: got %d %s", c.method, c.target, a.status, a.body)
				}
			}
		})
	}
}
