package sandbox_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/operationtest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// from sends a control call with the Host and Origin headers of a page. "" leaves the Host as it is, and no Origin.
func (b *box) from(t *testing.T, c call, host string, origins ...string) response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), c.method, b.url+c.target, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host, r.Header = host, c.header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header["Origin"] = origins
	resp, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, string(raw)}
}

// Ensure no page of another origin reaches any control operation, by its own name for this machine or by ours.
func TestControl_ForeignPage(t *testing.T) {
	t.Parallel()
	loopback, network := listen(t, sandbox.Options{AdminToken: "let me in"})
	authority := func(b *box) string { return strings.TrimPrefix(b.url, "http://") }
	port := authority(loopback)[len("127.0.0.1"):]
	own := loopback.url
	foreign := []struct {
		name    string
		box     *box
		host    string
		origins []string
	}{
		{"a name of somebody's", loopback, "rebound.example" + port, nil},
		{"a name of somebody's without a port", loopback, "rebound.example", nil},
		{"a name that begins like ours", loopback, "localhost.rebound.example" + port, nil},
		{"a name that begins like our address", loopback, "127.0.0.1.rebound.example" + port, nil},
		{"an address that is another machine's", loopback, "192.0.2.77" + port, nil},
		{"an address of every interface", loopback, "0.0.0.0" + port, nil},
		{"an address in another notation", loopback, "2130706433" + port, nil},
		{"an address cut short", loopback, "127.1" + port, nil},
		{"a name on a network", network, "rebound.example" + port, nil},
		{"an origin of somebody's", loopback, "", []string{"http://rebound.example"}},
		{"an origin of somebody's on our port", loopback, "", []string{"http://rebound.example" + port}},
		{"name and origin of somebody's", loopback, "rebound.example" + port, []string{"http://rebound.example" + port}},
		{"no origin", loopback, "", []string{"null"}},
		{"an empty origin", loopback, "", []string{""}},
		{"another port", loopback, "", []string{"http://127.0.0.1:1"}},
		{"no port", loopback, "", []string{"http://127.0.0.1"}},
		{"another name of ours", loopback, "", []string{"http://localhost" + port}},
		{"our address as text", loopback, "", []string{authority(loopback)}},
		{"our origin as a user", loopback, "", []string{"http://" + authority(loopback) + "@rebound.example"}},
		{"a file", loopback, "", []string{"file://"}},
		{"an extension", loopback, "", []string{"chrome-extension://" + authority(loopback) + "x"}},
		{"two origins, the second foreign", loopback, "", []string{own, "http://rebound.example"}},
		{"two origins in one", loopback, "", []string{own + ", http://rebound.example"}},
		{"an origin on a network", network, "", []string{"http://rebound.example"}},
	}
	for _, o := range operationtest.All(t, operationtest.Control) {
		c := callOf(o, o.Good)
		for _, tt := range foreign {
			a := tt.box.from(t, c, tt.host, tt.origins...)
			if o.Open { // probes and documents tell a page nothing that it may not know
				if a.status != http.StatusOK {
					t.Errorf("%s %s, %s: got %d %.200s, want 200", c.method, c.target, tt.name, a.status, a.body)
				}
				continue
			}
			if a.status != http.StatusForbidden {
				t.Errorf("%s %s, %s: got %d %.200s, want 403", c.method, c.target, tt.name, a.status, a.body)
			}
			wantProblem(t, a)
			if tt.host == "" { // who knows the token may call the machine by any name, but a page of another origin never knows it
				c := c
				c.header = http.Header{"Authorization": {"Bearer let me in"}}
				if a := tt.box.from(t, c, tt.host, tt.origins...); a.status != http.StatusForbidden {
					t.Errorf("%s %s with the admin token, %s: got %d %.200s, want 403", c.method, c.target, tt.name, a.status, a.body)
				}
			}
		}
	}
}

// Ensure our own pages reach the control plane, by every name of this machine that no other site can use.
func TestControl_OwnPage(t *testing.T) {
	t.Parallel()
	loopback, _ := listen(t, sandbox.Options{})
	_, network := listen(t, sandbox.Options{AdminToken: "let me in"})
	port := strings.TrimPrefix(loopback.url, "http://127.0.0.1")
	for _, o := range operationtest.All(t, operationtest.Control) {
		c := callOf(o, o.Good)
		for _, host := range []string{"127.0.0.1" + port, "127.0.0.1", "localhost" + port, "LocalHost", "[::1]" + port, "[::1]", "127.3.2.1:80"} {
			for _, origins := range [][]string{nil, {"http://" + host}, {"https://" + host}} {
				if a := loopback.from(t, c, host, origins...); a.status >= 300 {
					t.Errorf("%s %s as %s from %q: got %d %.200s, want success", c.method, c.target, host, origins, a.status, a.body)
				}
			}
		}
		// A caller with the token may use any name of the machine, which has one on a network.
		c.header = http.Header{"Authorization": {"Bearer let me in"}}
		for _, host := range []string{"", "sandbox.example", "localhost:8080", "198.51.100.7"} {
			if a := network.from(t, c, host); a.status >= 300 {
				t.Errorf("%s %s as %q with the token: got %d %.200s, want success", c.method, c.target, host, a.status, a.body)
			}
		}
	}
}

// Ensure a recorder, which stands on no network, needs neither a token nor a name.
func TestControl_Recorder(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{AdminToken: "let me in"})
	if err != nil {
		t.Fatal(err)
	}
	defer sb.Close()
	for _, o := range operationtest.All(t, operationtest.Control) {
		c := callOf(o, o.Good)
		r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
		if c.body == "" {
			r = httptest.NewRequest(c.method, c.target, nil)
		} else {
			r.Header.Set("Content-Type", "application/json")
		}
		if a := record(sb, r); a.status >= 300 {
			t.Errorf("%s %s: got %d %.200s, want success", c.method, c.target, a.status, a.body)
		}
		r.Header.Set("Origin", "http://rebound.example")
		if a := record(sb, r); (a.status == http.StatusForbidden) == o.Open {
			t.Errorf("%s %s from a foreign page: got %d, want 403 where a token may be needed", c.method, c.target, a.status)
		}
	}
}
