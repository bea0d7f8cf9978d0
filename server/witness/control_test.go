package witness

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	api "github.com/resellerkit/resellerkit/gen/witness"
)

// newTestControl runs a proxy with its control plane in front of an upstream of scenarios.
func newTestControl(t *testing.T, all []scenario, bodies bool) *httptest.Server {
	t.Helper()
	upstream := serve(t, all)
	rec := newTestRecorder(t, cloudcockpit(t), Options{Source: SourceProxy, Upstream: upstream.URL})
	traffic := NewTraffic(bodies)
	control, err := NewControl(ControlOptions{Recorders: []*Recorder{rec}, Traffic: traffic, AdminToken: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewProxy([]Upstream{{Recorder: rec, URL: mustURL(t, upstream.URL)}}, ProxyOptions{Control: control, Exchanged: traffic.Note})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	t.Cleanup(func() { server.Close(); _ = p.Close() })
	return server
}

// Ensure that the generated client reads what the proxy has seen, while it runs, and that the contract in front has nothing to say.
func TestControl(t *testing.T) {
	t.Parallel()
	all := []scenario{goodList, nullList, nullList, nullList}
	server := newTestControl(t, all, false)
	client, err := api.NewClientWithResponses(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	yes := true
	follow, err := client.ListExchanges(ctx, &api.ListExchangesParams{Follow: &yes})
	if err != nil {
		t.Fatal(err)
	}
	defer follow.Body.Close()
	lines := bufio.NewScanner(follow.Body)
	for i, s := range all {
		s.send(t, server.URL, i)
		if !lines.Scan() {
			t.Fatalf("exchange %d was not told: %v", i, lines.Err())
		}
		var got api.Exchange
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil || got.ID != int64(i+1) || *got.Operation != "listCustomerUsers" || got.Status != 200 {
			t.Errorf("exchange %d: %v, %s", i, err, lines.Text())
		}
	}
	report, err := client.GetReportWithResponse(ctx, nil)
	if err != nil || report.JSON200 == nil || len(report.JSON200.Findings) != 1 || report.JSON200.Findings[0].Exchanges != 3 {
		t.Fatalf("%v, %.2000s", err, report.Body)
	}
	list, err := client.ListExchangesWithResponse(ctx, &api.ListExchangesParams{After: new(int64)})
	if err != nil || list.JSON200 == nil || len(*list.JSON200) != 4 || (*list.JSON200)[1].Findings[0].ID != report.JSON200.Findings[0].ID {
		t.Fatalf("%v, %s", err, list.Body)
	}
	if kinds := strings.Join(*(*list.JSON200)[1].Response.Kinds, "\n"); !strings.Contains(kinds, "/items/*/displayName: string") || !strings.Contains(kinds, "/totalCount: null") {
		t.Errorf("kinds %s", kinds)
	}
	operation, status := "getCustomerUser", "404"
	explained, err := client.ExplainWithResponse(ctx, &api.ExplainParams{Operation: &operation, Status: &status})
	if err != nil || explained.JSON200 == nil || *explained.JSON200.Contracts[0].Operations[0].Responses[0].Evidence.Grade != "inferred" {
		t.Errorf("%v, %s", err, explained.Body)
	}
	for path, want := range map[string]string{
		"health": "200 application/json", "report?format=text": "200 text/plain; charset=utf-8", "report?format=sarif": "200 application/sarif+json",
		"report?format=junit": "200 application/xml", "report?format=html": "200 text/html; charset=utf-8", "report?format=pdf": "400 application/problem+json",
		"explain": "200 application/json", "explain?operation=typo": "404 application/problem+json", "explain?contract=myreports": "404 application/problem+json",
		"proposal": "409 application/problem+json", "exchanges?after=-1": "400 application/problem+json", "typo": "404 application/problem+json",
		"report?typo=1": "400 application/problem+json", "ui/": "200 text/html; charset=utf-8", "ui": "200 text/html; charset=utf-8", "ui/main.js": "200 text/javascript; charset=utf-8",
	} {
		resp, err := http.Get(server.URL + ControlPrefix + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if got := resp.Status[:3] + " " + resp.Header.Get("Content-Type"); got != want {
			t.Errorf("%s: got %s, want %s: %s", path, got, want, body)
		}
	}
	post, err := http.Post(server.URL+ControlPrefix+"report", "application/json", nil)
	if err != nil || post.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %v, %v", post.Status, err)
	}
}

// Ensure that what was seen cannot be read from a page of another origin, by a name that resolves here, or from afar without the token.
func TestControl_Guards(t *testing.T) {
	t.Parallel()
	rec := newTestRecorder(t, cloudcockpit(t), Options{})
	control, err := NewControl(ControlOptions{Recorders: []*Recorder{rec}, AdminToken: "secret", UI: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })})
	if err != nil {
		t.Fatal(err)
	}
	near, far := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8081}, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 8081}
	for _, c := range []struct {
		name, path, host, origin, token string
		at                              net.Addr
		want                            int
	}{
		{"near", "report", "localhost:8081", "", "", near, 200},
		{"near, its own page", "report", "127.0.0.1:8081", "http://127.0.0.1:8081", "", near, 200},
		{"near, another page", "report", "127.0.0.1:8081", "http://evil.example", "", near, 403},
		{"near, no origin", "report", "127.0.0.1:8081", "null", "", near, 403},
		{"near, by another name", "report", "evil.example", "", "", near, 403},
		{"near, by another name with the token", "report", "witness.example", "", "secret", near, 200},
		{"near, by another's address", "report", "10.0.0.1", "", "", near, 403},
		{"far", "report", "10.0.0.1:8081", "", "", far, 401},
		{"far with a wrong token", "report", "10.0.0.1:8081", "", "secret2", far, 401},
		{"far with the token", "report", "10.0.0.1:8081", "", "secret", far, 200},
		{"far, health", "health", "10.0.0.1:8081", "", "", far, 200},
		{"far, exchanges", "exchanges", "10.0.0.1:8081", "", "", far, 401},
		{"far, proposal", "proposal", "10.0.0.1:8081", "", "", far, 401},
		{"far, explain", "explain", "10.0.0.1:8081", "", "", far, 401},
		{"the page, near", "ui/", "localhost", "", "", near, 204},
		{"the page by another name", "ui/", "evil.example", "", "", near, 403},
	} {
		r := httptest.NewRequest(http.MethodGet, ControlPrefix+c.path, nil)
		r.Host = c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		w := httptest.NewRecorder()
		control.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, c.at)))
		if w.Code != c.want {
			t.Errorf("%s: got %d, want %d: %s", c.name, w.Code, c.want, w.Body)
		}
	}
}

// Ensure that the list is bounded, that bodies are kept only where they are asked for, redacted, and that a slow reader is let go.
func TestTraffic(t *testing.T) {
	t.Parallel()
	rec := newTestRecorder(t, cloudcockpit(t), Options{})
	x := &Exchange{
		Method: "GET", URL: mustURL(t, usersPath), Status: 200, Header: jsonHeader(), Request: Body{Known: true},
		Response: Body{Data: []byte(strings.ReplaceAll(usersPage, `"temporaryPassword":null`, `"temporaryPassword":"canary"`)), Known: true},
	}
	for _, bodies := range []bool{false, true} {
		traffic := NewTraffic(bodies)
		_, more, stop := traffic.watch(0)
		for range maxTraffic + 10 {
			traffic.Note(rec, x, Result{Operation: "listCustomerUsers"})
		}
		n := 0
		for range more {
			n++
		}
		stop()
		list := traffic.After(0)
		last, first := list[len(list)-1], list[0]
		if len(list) != maxTraffic || first.ID != 11 || n != maxWaiting || len(traffic.watchers) != 0 {
			t.Errorf("%d are kept from %d on, %d were told", len(list), first.ID, n)
		}
		if got := last.Response.Body; bodies != strings.Contains(got, "Ada Abbott") || strings.Contains(got, "canary") || first.Response.Body != "" {
			t.Errorf("bodies %v: last %q, first %q", bodies, got, first.Response.Body)
		}
		if diff := cmp.Diff(traffic.After(1005), list[len(list)-5:]); diff != "" {
			t.Error(diff)
		}
	}
}
