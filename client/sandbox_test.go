package client_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A testSandbox is a sandbox that listens, with clients of both APIs.
type testSandbox struct {
	*sandbox.Sandbox
	url string
	cc  *client.CloudCockpit
	mr  *client.MyReports
}

func newSandbox(t testing.TB, opts ...client.Option) *testSandbox {
	t.Helper()
	return seeded(t, nil, opts...)
}

// seeded is newSandbox with a state.
func seeded(t testing.TB, seed []byte, opts ...client.Option) *testSandbox {
	t.Helper()
	sb, err := sandbox.New(t.Context(), sandbox.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sb)
	t.Cleanup(func() {
		srv.Close()
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &testSandbox{Sandbox: sb, url: srv.URL}
	b.cc = newCloudCockpit(t, srv.URL, append([]client.Option{client.WithToken(b.token(t, "demo-csp"))}, opts...)...)
	b.mr = newMyReports(t, srv.URL, append([]client.Option{client.WithToken(b.token(t, "demo-myreports"))}, opts...)...)
	return b
}

func (b *testSandbox) token(t testing.TB, clientID string) string {
	t.Helper()
	token, err := b.Token(clientID)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// fault injects a fault into the next count requests of the operation, or into all if count is 0.
func (b *testSandbox) fault(t testing.TB, operation string, action control.FaultAction, count int32) {
	t.Helper()
	rule := control.FaultRule{Operation: operation, Action: action}
	if count > 0 {
		rule.Count = &count
	}
	if err := b.SetFaults(rule); err != nil {
		t.Fatal(err)
	}
}

// reset restores the demo data.
func (b *testSandbox) reset(t testing.TB) {
	t.Helper()
	if err := b.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
}

const graceEmail = "grace+π/a?b%25@contoso.example" // every kind of character that a path segment must escape

var grace = client.PortalUser{
	FirstName: new("Grace"), LastName: new("Hopper"), Email: new(graceEmail), Groups: []client.Group{{ID: viewers}},
}

func createGrace(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
	_, err := cc.PortalUsers(contoso).Create(ctx, grace)
	return err
}

var nina = client.NewUser{DisplayName: "Nina New", Email: "nina.new@acme.example", Roles: []string{client.RoleUserAdmin}}
