package pace

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// limited starts a server with at most n connections. It sends to idle, if that is not nil, when one becomes idle.
func limited(t *testing.T, n int, idle chan<- struct{}, next http.HandlerFunc) (addr string) {
	t.Helper()
	limit := &Connections{Max: n}
	srv := httptest.NewUnstartedServer(next)
	srv.Listener = limit.Listen(srv.Listener)
	srv.Config.ConnState = func(c net.Conn, state http.ConnState) {
		limit.State(c, state)
		if state == http.StateIdle && idle != nil {
			idle <- struct{}{}
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.Listener.Addr().String()
}

// A client is a connection that sends one request after the other.
type client struct {
	net.Conn
	reader *bufio.Reader
}

func connect(t *testing.T, addr string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &client{conn, bufio.NewReader(conn)}
}

func (c *client) send(target string) {
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", target)
}

// status waits for a response, and returns its status, or 0 for a closed connection.
func (c *client) status(t *testing.T) int {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return 0
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Error(err)
	}
	return resp.StatusCode
}

// Ensure a new connection takes the place of the one that is idle for the longest time.
func TestConnections_Idle(t *testing.T) {
	t.Parallel()
	idle := make(chan struct{}, 100)
	addr := limited(t, 3, idle, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	var clients []*client
	for range 6 {
		c := connect(t, addr)
		c.send("/")
		if got := c.status(t); got != http.StatusOK {
			t.Fatalf("connection %d: got %d, want 200", len(clients), got)
		}
		<-idle
		clients = append(clients, c)
	}
	for i, c := range clients {
		c.send("/")
		if got := c.status(t); (got == http.StatusOK) != (i >= 3) {
			t.Errorf("connection %d of 6: got %d, want the last 3 open", i, got)
		}
	}
}

// Ensure a new connection waits while all others are busy.
func TestConnections_Busy(t *testing.T) {
	t.Parallel()
	busy, release := make(chan struct{}), make(chan struct{})
	addr := limited(t, 2, nil, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/busy" {
			busy <- struct{}{}
			<-release
		}
		w.WriteHeader(http.StatusOK)
	})
	first, second, third := connect(t, addr), connect(t, addr), connect(t, addr)
	first.send("/busy")
	<-busy
	second.send("/busy")
	<-busy
	third.send("/")
	if err := third.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if b, err := third.reader.ReadByte(); err == nil {
		t.Fatalf("the third connection got %q while two are busy", b)
	}
	release <- struct{}{}
	if got := third.status(t); got != http.StatusOK {
		t.Errorf("after one is free: got %d, want 200", got)
	}
	release <- struct{}{}
	if got := second.status(t); got != http.StatusOK {
		t.Errorf("a busy connection: got %d, want 200", got)
	}
}

// Ensure the listener can be closed while a connection waits.
func TestConnections_Close(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := (&Connections{Max: 0}).Listen(inner)
	connect(t, inner.Addr().String())
	ended := make(chan error)
	go func() {
		_, err := l.Accept()
		ended <- err
	}()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err == nil {
			t.Error("got a connection")
		}
	case <-time.After(20 * time.Second):
		t.Error("Accept still waits")
	}
}
