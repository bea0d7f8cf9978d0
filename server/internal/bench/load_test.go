package main

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Ensure that responses are read to their last byte, with Content-Length and chunked, and that malformed ones are errors.
func TestReplies_skip(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, wire     string
		status, length int // a status of 0 stands for an error
	}{
		{"a length", "HTTP/1.1 201 Created\r\nContent-Length: 3\r\nA: b\r\n\r\nabc", 201, 3},
		{"no body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, 0},
		{"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n", 200, 29},
		{"an end too soon", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", 0, 0},
		{"an end within a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", 0, 0},
		{"a chunk without a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 0, 0},
		{"nothing", "", 0, 0},
		{"something else", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\r\n", 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := replies{bufio.NewReader(strings.NewReader(test.wire + test.wire))}
			for range 2 {
				status, length, err := in.skip()
				if test.status == 0 {
					if err == nil && test.wire != "" {
						_, _, err = in.skip()
					}
					if err == nil {
						t.Error("no error")
					}
					return
				}
				if status != test.status || length != test.length || err != nil {
					t.Errorf("got %d with %d bytes and %v, want %d with %d", status, length, err, test.status, test.length)
				}
			}
			if in.Buffered() > 0 {
				t.Errorf("%d bytes are left", in.Buffered())
			}
		})
	}
}

// Ensure that a load counts responses, and stops at the first unexpected one.
func TestLoad_run(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }))
	defer srv.Close()
	l := load{
		address: srv.Listener.Addr().String(), wire: []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), status: 200, length: 5,
		warm: 10 * time.Millisecond, duration: 100 * time.Millisecond,
	}
	got, err := l.run()
	if err != nil {
		t.Fatal(err)
	}
	if got.perSecond < connections || got.p50 <= 0 || got.p99 < got.p50 {
		t.Errorf("got %+v", got)
	}
	l.length = 6
	if _, err := l.run(); err == nil {
		t.Error("responses of another length are not an error")
	}
}
