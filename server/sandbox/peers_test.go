package sandbox_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// connect sends raw text to the sandbox.
func (b *box) connect(t *testing.T, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// wantClosed waits until the sandbox has closed a connection.
func wantClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is still open")
	}
}

// Ensure that callers that never send their body, on any endpoint, lose their connections, and delay no other caller.
func TestPeers_NoBody(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sb.SetPeerTimeout(200 * time.Millisecond)
	b := serve(t, sb)
	token, err := b.token("demo-csp")
	if err != nil {
		t.Fatal(err)
	}
	var conns []net.Conn
	for _, target := range []string{"PATCH /v1" + userPath, "POST " + entraPath, "POST " + portalPath, "PUT /_sandbox/state", "POST /nothing", "GET /_sandbox/health"} {
		for _, length := range []string{"Content-Length: 1000", "Transfer-Encoding: chunked"} {
			for _, credentials := range []string{"", "Authorization: Bearer " + token + "\r\nX-Tenant: " + tenant + "\r\n"} {
				conns = append(conns, b.connect(t, target+" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"+credentials+length+"\r\n\r\n"))
			}
		}
	}
	if a := b.do(t, userList); a.status != http.StatusOK {
		t.Errorf("beside them: got %d %s, want 200", a.status, a.body)
	}
	for _, conn := range conns {
		wantClosed(t, conn)
	}
}

// Ensure that a caller that never reads its response loses its connection.
func TestPeers_NoReader(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sb.SetPeerTimeout(time.Second)
	closed := make(chan string, 100) // addresses of callers whose connection the server has closed
	srv := httptest.NewUnstartedServer(sb)
	srv.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- conn.RemoteAddr().String()
		}
	}
	srv.Start()
	t.Cleanup(func() {
		srv.Close()
		_ = sb.Close()
	})
	b := &box{sb, srv.URL, srv.Client()}
	state := decode[control.State](t, response{body: b.state(t)})
	appendUsers(microsoftOf(&state), 20_000)
	b.mustPut(t, marshal(t, state))
	open := map[string]bool{}
	for range 5 {
		conn := b.connect(t, "")
		if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
			t.Fatal(err)
		}
		// The state is larger than what the kernel holds.
		fmt.Fprint(conn, strings.Repeat("GET /_sandbox/state HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 10))
		if _, err := io.ReadFull(conn, make([]byte, 100)); err != nil { // the first request is being served
			t.Fatal(err)
		}
		open[conn.LocalAddr().String()] = true
	}
	timeout := time.After(time.Minute)
	for len(open) > 0 {
		select {
		case addr := <-closed:
			delete(open, addr)
		case <-timeout:
			t.Fatalf("%d connections are still open", len(open))
		}
	}
}

// Ensure a latency fault may be longer than what a caller may take, with and without a body.
func TestPeers_Latency(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sb.SetPeerTimeout(50 * time.Millisecond)
	b := serve(t, sb)
	if err := b.SetFaults(control.FaultRule{Action: control.FaultAction{Latency: 300}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []call{userList, cockpit("PATCH", userPath, passwords["in its place"])} {
		if a := b.do(t, c); a.status != http.StatusOK {
			t.Errorf("%s %s: got %d %s, want 200", c.method, c.target, a.status, a.body)
		}
	}
}

// Ensure that the head of a request has the limits of ASP.NET Core's server.
func TestPeers_Head(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	lines := func(n int, value string) string {
		var head strings.Builder
		for i := range n {
			fmt.Fprintf(&head, "X-%d: %s\r\n", i, value)
		}
		return head.String()
	}
	for name, tt := range map[string]struct {
		target, head string
		status       int
	}{
		"a long request line":     {"/v1?x=" + strings.Repeat("y", 8<<10), "", 414},
		"a request line of 8 KiB": {"/v1?x=" + strings.Repeat("y", 8<<10-len("GET /v1?x= HTTP/1.1")), "", 401},
		"a hundred lines":         {"/v1", lines(98, "y"), 401}, // with Host and Connection
		"a line more":             {"/v1", lines(99, "y"), 431},
		"32 KiB of header":        {"/v1", lines(1, strings.Repeat("y", 32<<10-60)), 401},
		"more than 32 KiB":        {"/v1", lines(1, strings.Repeat("y", 32<<10)), 431},
		"on the control plane":    {"/_sandbox/health", lines(200, "y"), 431},
	} {
		if *proxied && name == "a line more" {
			continue // the proxy removes Connection, which leaves a hundred lines
		}
		conn := b.connect(t, "GET "+tt.target+" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"+tt.head+"\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != tt.status || len(body) > 0 {
			t.Errorf("%s: got %d %q and %v, want %d without a body", name, resp.StatusCode, body, err, tt.status)
		}
	}
}
