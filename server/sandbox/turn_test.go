package sandbox_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A turn is a call, and what its response must contain.
type turn struct {
	name   string
	call   call
	status int
	has    []string // what stands in the body
	lacks  []string // what does not
}

// play sends the calls one after the other to one sandbox.
func (b *box) play(t *testing.T, turns ...turn) {
	t.Helper()
	for _, turn := range turns {
		a := b.do(t, turn.call)
		if a.status != turn.status {
			t.Errorf("%s: got %d %s, want %d", turn.name, a.status, a.body, turn.status)
			continue
		}
		missing := func(text string) bool { return !strings.Contains(a.body, text) }
		if slices.ContainsFunc(turn.has, missing) || slices.ContainsFunc(turn.lacks, func(s string) bool { return !missing(s) }) {
			t.Errorf("%s: got %s, want it to hold %q and not %q", turn.name, a.body, turn.has, turn.lacks)
		}
		if a.status == 401 || a.status == 403 || a.status == 204 {
			if a.body != "" {
				t.Errorf("%s: got a body with %d: %s", turn.name, a.status, a.body)
			}
		}
	}
}

// deniedCallers are turns with tokens and tenants that a CloudCockpit operation refuses before it checks the request.
func deniedCallers(c call) []turn {
	return []turn{
		{name: "no token", call: c.as(""), status: 401},
		{name: "a token of the other API", call: c.as("demo-myreports"), status: 401},
		{name: "another tenant's token", call: c.as("fabrikam-csp"), status: 403},
		{name: "another tenant", call: c.with("X-Tenant", fabrikam), status: 403},
		{name: "no tenant", call: c.with("X-Tenant"), status: 400, has: []string{`"propertyName":"X-Tenant"`}},
	}
}

// names is a body that refuses a property.
func names(property string) []string { return []string{`"propertyName":"` + property + `"`} }

// serving is a box of a sandbox that is closed with the test.
func serving(t *testing.T, sb *sandbox.Sandbox) *box {
	t.Helper()
	srv := httptest.NewServer(sb)
	t.Cleanup(func() {
		srv.Close()
		_ = sb.Close()
	})
	return &box{Sandbox: sb, url: srv.URL, http: srv.Client()}
}
