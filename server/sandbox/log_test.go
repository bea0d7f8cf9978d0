package sandbox_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A journal is a log that a test can read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(j, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// lines are the lines of the log.
func (j *journal) lines(t *testing.T) (lines []map[string]any) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(j.String()))
	for {
		var line map[string]any
		err := dec.Decode(&line)
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
}

// Ensure the log has one line for each request, whatever became of it, and nothing in it that was sent in confidence.
func TestLog(t *testing.T) {
	t.Parallel()
	var j journal
	sb, err := sandbox.New(t.Context(), sandbox.Options{Logger: j.logger(), AdminToken: "hush"})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sb)
	b := &box{sb, srv.URL, srv.Client()}
	calls := append([]call{
		good["cloudcockpit"], good["myreports"], good["myreports"].as(""), form(entraPath, credentials),
		cockpit("GET", "/nothing?hush", ""), {method: "GET", target: "/nothing?hush"}, {method: "DELETE", target: "/_sandbox/state?hush"},
		{method: "GET", target: "/_sandbox/state"}, {method: "GET", target: "/.well-known/jwks.json"}, {method: "GET", target: entraPath},
		reports("PATCH", "/accounts/"+account+"/users/"+accountUser, strings.Repeat("hush", 1<<19)),
	}, confidential...)
	want := make([]int, len(calls))
	for i, c := range calls {
		want[i] = b.do(t, c).status
	}
	srv.Close() // waits for the requests, and for their lines
	if err := sb.Close(); err != nil {
		t.Fatal(err)
	}
	lines := j.lines(t)
	if len(lines) != len(calls) {
		t.Fatalf("got %d lines for %d requests:\n%s", len(lines), len(calls), j.String())
	}
	for i, line := range lines {
		path, _, _ := strings.Cut(calls[i].target, "?")
		if line["msg"] != "request" || line["method"] != calls[i].method || line["path"] != path || line["status"] != float64(want[i]) ||
			line["level"] != "INFO" || line["duration"] == nil {
			t.Errorf("%s %s: got %v, want its method, path, status %d and duration", calls[i].method, path, line, want[i])
		}
	}
	wantNoSecrets(t, j.String())
	if strings.Contains(strings.ToLower(j.String()), "murmur") {
		t.Errorf("got a part of a body:\n%s", j.String())
	}
}

// Ensure an unexpected error is a 500 without details, and that the log has the details in the request's own line.
func TestLog_StoreClosed(t *testing.T) {
	t.Parallel()
	var j journal
	sb, err := sandbox.New(t.Context(), sandbox.Options{Logger: j.logger()})
	if err != nil {
		t.Fatal(err)
	}
	var requests []*http.Request
	for _, c := range good {
		token, err := sb.Token(c.client)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(c.method, c.target, nil)
		r.Header = c.header.Clone()
		r.Header.Set("Authorization", "Bearer "+token)
		requests = append(requests, r)
	}
	tokenRequest := httptest.NewRequest("POST", entraPath, strings.NewReader(credentials))
	tokenRequest.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	requests = append(requests, tokenRequest, httptest.NewRequest("GET", "/_sandbox/state", nil))
	if err := sb.Close(); err != nil {
		t.Fatal(err)
	}
	for _, r := range requests {
		if a := record(sb, r); a.status != 500 || strings.Contains(a.body, "sql") || a.body == "" {
			t.Errorf("%s: got %d %s, want 500 without the reason", r.URL.Path, a.status, a.body)
		}
	}
	lines := j.lines(t)
	if len(lines) != len(requests) {
		t.Fatalf("got %d lines for %d requests:\n%s", len(lines), len(requests), j.String())
	}
	for _, line := range lines {
		if reason, _ := line["error"].(string); line["level"] != "ERROR" || !strings.Contains(reason, "database is closed") {
			t.Errorf("got %v, want an ERROR with the reason", line)
		}
	}
	wantNoSecrets(t, j.String())
}

// Ensure a panic is a 500 in the API's own form, remembered and logged, and that a response under way is cut.
func TestServeHTTP_Panic(t *testing.T) {
	t.Parallel()
	var j journal
	sb, err := sandbox.New(t.Context(), sandbox.Options{Logger: j.logger()})
	if err != nil {
		t.Fatal(err)
	}
	late := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/late") {
			_, _ = io.WriteString(w, "half an ans")
		}
		if strings.HasSuffix(r.URL.Path, "/abort") {
			panic(http.ErrAbortHandler)
		}
		panic("the handler's fault")
	})
	sb.SetHandler("v1", late)
	sb.SetHandler("api", late)
	b := serve(t, sb)
	for target, want := range map[string]string{"/v1/x": `"type":"InternalServerError"`, "/api/x": `"error":500`} {
		if a := b.do(t, call{method: "GET", target: target}); a.status != 500 || !strings.Contains(a.body, want) || strings.Contains(a.body, "fault") {
			t.Errorf("%s: got %d %s, want 500 and %s", target, a.status, a.body, want)
		}
	}
	for _, target := range []string{"/v1/late", "/v1/abort"} {
		// Go's client sends a GET again when its connection is cut.
		if a, err := b.try(t, call{method: "POST", target: target}); err == nil {
			t.Errorf("%s: got %d %q, want a connection that is cut", target, a.status, a.body)
		}
	}
	status := map[string]int32{"/v1/x": 500, "/api/x": 500, "/v1/late": 200, "/v1/abort": 0}
	list := b.exchanges(t, 0)
	for _, x := range list {
		if want := status[x.Path]; x.Status != want {
			t.Errorf("%s: remembered with status %d, want %d", x.Path, x.Status, want)
		}
	}
	if got, want := strings.Count(j.String(), "panic: the handler's fault"), 3; len(list) != 4 || got != want {
		t.Errorf("got %d exchanges and %d panics in the log, want 4 and %d:\n%s", len(list), got, want, j.String())
	}
}
