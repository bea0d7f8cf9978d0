package sandbox_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// Ensure that a client that follows the exchanges gets a line when a response has ended, and the end of the stream when the sandbox
// stops.
func TestExchanges_Follow(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/_sandbox/exchanges?follow=true", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || got != "application/x-ndjson" {
		t.Fatalf("got %d %s, want 200 application/x-ndjson", resp.StatusCode, got)
	}
	lines := bufio.NewScanner(resp.Body)
	b.do(t, groupList)
	next := func(operation string) {
		t.Helper()
		if !lines.Scan() {
			t.Fatalf("the stream ended before %s: %v", operation, lines.Err())
		}
		var x control.Exchange
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		if x.Operation == nil || *x.Operation != operation || x.Status != http.StatusOK || x.Response == nil || x.Response.Body == nil {
			t.Errorf("got %s, want the whole exchange of %s", lines.Text(), operation)
		}
	}
	next("listGroups")
	b.do(t, userList)
	next("listAccountUsers")
	b.StopFollowing()
	if lines.Scan() {
		t.Errorf("after the sandbox stopped: got %s, want the end", lines.Text())
	}
}

// Ensure the console is served without a token, and that the path without the last slash leads to it.
func TestConsole(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{AdminToken: "let me in"})
	if err != nil {
		t.Fatal(err)
	}
	defer sb.Close()
	for path, want := range map[string]int{"/_sandbox/ui/": 200, "/_sandbox/ui/main.js": 200, "/_sandbox/ui": 301, "/_sandbox/ui/none.js": 404} {
		r := httptest.NewRequest(http.MethodGet, "http://rebound.example"+path, nil)
		w := httptest.NewRecorder()
		sb.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: got %d, want %d", path, w.Code, want)
		}
		if path == "/_sandbox/ui/" && !strings.Contains(w.Body.String(), "main.js") {
			t.Errorf("%s: got %q, want the page", path, w.Body.String())
		}
	}
}
