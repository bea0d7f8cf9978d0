package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/client"
)

func rolesOf(t *testing.T, b *testSandbox) []string {
	t.Helper()
	user, err := b.mr.AccountUsers(account).Get(t.Context(), uma)
	if err != nil {
		t.Fatal(err)
	}
	return user.Roles
}

// Ensure that each operation of a patch has its documented effect on the sandbox.
func TestPatch(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	users := b.mr.AccountUsers(account)
	for _, c := range []struct {
		name  string
		patch client.UserPatch
		want  []string
	}{
		{"adding a role", client.Patch().AddRole("branding.admin"), []string{"account.user", "user.admin", "branding.admin"}},
		{"adding one that is there", client.Patch().AddRole("user.admin"), []string{"account.user", "user.admin", "branding.admin"}},
		{"removing by name", client.Patch().RemoveRole("user.admin"), []string{"account.user", "branding.admin"}},
		{"removing one that is not there", client.Patch().RemoveRole("user.admin"), []string{"account.user", "branding.admin"}},
		{
			"removing two and adding one", client.Patch().AddRole("webhooks.admin").RemoveRole("account.user").RemoveRole("branding.admin"),
			[]string{"webhooks.admin"},
		},
		{"replacing all", client.Patch().ReplaceRoles("account.user", "user.admin"), []string{"account.user", "user.admin"}},
		{"a test that holds", client.Patch().TestDisplayName("Uma Underwood").RemoveRole("user.admin"), []string{"account.user"}},
		{"taking all", client.Patch().ReplaceRoles(), nil},
	} {
		if err := users.Patch(t.Context(), uma, c.patch); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := rolesOf(t, b); !slices.Equal(got, c.want) {
			t.Errorf("%s: roles %v, want %v", c.name, got, c.want)
		}
	}
	err := users.Patch(t.Context(), uma, client.Patch().TestDisplayName("Somebody Else").AddRole("user.admin"))
	wantFailure(t, err, client.ErrInvalid)
	if got := rolesOf(t, b); len(got) != 0 {
		t.Errorf("roles %v after a test that failed", got)
	}
	wantFailure(t, users.Patch(t.Context(), unknownID, client.Patch().RemoveRole("x")), client.ErrNotFound)
	if err := b.mr.CustomerUsers(account, bakery).Patch(t.Context(), xavier, client.Patch().RemoveRole("customer.user")); err != nil {
		t.Error(err)
	}
}

// Ensure that a role whose index changed between the read and the patch is looked up once more, and no other is removed.
func TestPatch_RemoveRole_Moved(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	other := newMyReports(t, b.url, client.WithToken(b.token(t, "demo-myreports"))).AccountUsers(account)
	meddle := func(roles ...string) func(context.Context, client.Attempt) {
		return func(ctx context.Context, a client.Attempt) {
			if a.Operation == "getAccountUser" {
				if err := other.Patch(ctx, uma, client.Patch().ReplaceRoles(roles...)); err != nil {
					t.Error(err)
				}
			}
		}
	}
	patch := client.Patch().RemoveRole("user.admin").ReplaceDisplayName("Uma")
	with := func(after func(context.Context, client.Attempt)) error {
		mr := newMyReports(t, b.url, client.WithToken(b.token(t, "demo-myreports")), client.WithHooks(client.Hooks{After: after}))
		return mr.AccountUsers(account).Patch(t.Context(), uma, patch)
	}

	// Its index changes once, from 1 to 2.
	if err := with(meddle("account.user", "branding.admin", "user.admin")); err != nil {
		t.Error(err)
	}
	if got := rolesOf(t, b); !slices.Equal(got, []string{"account.user", "branding.admin"}) {
		t.Errorf("roles %v", got)
	}

	// Its index changes each time: the second error is returned, and nothing is changed.
	if err := other.Patch(t.Context(), uma, client.Patch().ReplaceRoles("account.user", "user.admin")); err != nil {
		t.Fatal(err)
	}
	turn := 0
	err := with(func(ctx context.Context, a client.Attempt) {
		turns := [][]string{{"user.admin", "account.user"}, {"account.user", "webhooks.admin", "user.admin"}}
		if a.Operation == "getAccountUser" {
			meddle(turns[turn%2]...)(ctx, a)
			turn++
		}
	})
	if failed := failure(t, err, client.ErrInvalid); turn != 2 || failed.Operation != "patchAccountUser" {
		t.Errorf("read %d times, error %v", turn, err)
	}

	// The role is removed in between: the rest of the patch is sent.
	if err := other.Patch(t.Context(), uma, client.Patch().ReplaceRoles("account.user", "user.admin")); err != nil {
		t.Fatal(err)
	}
	if err := with(meddle("account.user")); err != nil {
		t.Error(err)
	}
	if got := rolesOf(t, b); !slices.Equal(got, []string{"account.user"}) {
		t.Errorf("roles %v", got)
	}

	// After a 400 for another reason than the roles, the patch is not sent again.
	reads := 0
	patch = client.Patch().RemoveRole("account.user").ReplaceDisplayName("")
	wantFailure(t, with(func(_ context.Context, a client.Attempt) {
		if a.Operation == "patchAccountUser" {
			reads++
		}
	}), client.ErrInvalid)
	if reads != 1 {
		t.Errorf("sent %d times, want once", reads)
	}
}

// Ensure that a patch that gives and removes the same role is refused, and that a patch is a value that can be shared.
func TestPatch_Value(t *testing.T) {
	t.Parallel()
	s := &script{steps: []step{renamed}}
	_, mr := onScript(t, s)
	users := mr.AccountUsers(account)
	for _, p := range []client.UserPatch{
		client.Patch().AddRole("a").RemoveRole("a"), client.Patch().RemoveRole("b").ReplaceRoles("a", "b"),
	} {
		if failed := failure(t, users.Patch(t.Context(), uma, p), client.ErrInvalid); failed.Attempts != 0 || !strings.Contains(failed.Error(), "both gives and removes") {
			t.Errorf("error %v", failed)
		}
	}
	base := client.Patch().AddRole("a").AddRole("b").AddRole("c")
	left, right := base.AddRole("left").RemoveRole("x"), base.AddRole("right")
	_ = left
	if err := users.Patch(t.Context(), uma, right); err != nil {
		t.Fatal(err)
	}
	if got := s.bodies[0]; strings.Contains(got, "left") || !strings.Contains(got, `"right"`) || len(s.bodies) != 1 {
		t.Errorf("sent %s", got)
	}
}

// Ensure that a response without roles does not count as a user without any, and that the patch's own error is returned if
// the second read fails.
func TestPatch_RemoveRole_Errors(t *testing.T) {
	t.Parallel()
	user := step{status: 200, body: `{"data":{"id":"f0000000-0000-4000-8000-000000000001","roles":["a"]},"status":"success","timestamp":""}`}
	bad := step{status: 400, body: `{"error":400,"message":"first","status":"error","timestamp":""}`}
	s := &script{steps: []step{{status: 200, body: strings.Replace(user.body, `,"roles":["a"]`, "", 1)}}}
	_, mr := onScript(t, s)
	wantFailure(t, mr.AccountUsers(account).Patch(t.Context(), uma, client.Patch().RemoveRole("a")), client.ErrShape)

	s = &script{steps: []step{user, bad, {status: http.StatusNotFound}}}
	_, mr = onScript(t, s)
	err := mr.AccountUsers(account).Patch(t.Context(), uma, client.Patch().RemoveRole("a"))
	if failed := failure(t, err, client.ErrInvalid); failed.Message != "first" || errors.Is(err, client.ErrNotFound) {
		t.Errorf("error %v, want the patch's own", err)
	}
}

// Ensure that a patch has a text and a JSON form, in which a role to remove stands by its name.
func TestPatch_Shown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		patch client.UserPatch
		text  string
		json  string
	}{
		{client.Patch(), "no change", `[]`},
		{
			client.Patch().TestDisplayName(`U"ma`).ReplaceDisplayName("My New Name").AddRole("a").RemoveRole("b").ReplaceRoles("c", "d").RemoveRole("e"),
			`remove role "b"; remove role "e"; test /displayName "U\"ma"; replace /displayName "My New Name"; add /roles/- "a"; replace /roles ["c","d"]`,
			`[{"op":"removeRole","value":"b"},{"op":"removeRole","value":"e"},{"op":"test","path":"/displayName","value":"U\"ma"},` +
				`{"op":"replace","path":"/displayName","value":"My New Name"},{"op":"add","path":"/roles/-","value":"a"},{"op":"replace","path":"/roles","value":["c","d"]}]`,
		},
	} {
		if got := fmt.Sprint(c.patch); got != c.text {
			t.Errorf("text\n%s, want\n%s", got, c.text)
		}
		if got, err := json.Marshal(c.patch); err != nil || string(got) != c.json {
			t.Errorf("JSON\n%s, error %v, want\n%s", got, err, c.json)
		}
	}
}

// Ensure that a preview equals what is sent afterwards, byte for byte, changes nothing, and can itself be sent.
func TestPatch_Preview(t *testing.T) {
	t.Parallel()
	var sent string
	b := newSandbox(t, client.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == "PATCH" {
			body, _ := r.GetBody()
			data, _ := io.ReadAll(body)
			sent = string(data)
		}
		return http.DefaultTransport.RoundTrip(r)
	})}))
	for _, c := range []struct {
		name    string
		preview func(client.UserPatch) (client.UserPatch, error)
		patch   func(client.UserPatch) error
		remove  string
		index   int
	}{
		{"account", func(p client.UserPatch) (client.UserPatch, error) {
			return b.mr.AccountUsers(account).Preview(t.Context(), uma, p)
		}, func(p client.UserPatch) error { return b.mr.AccountUsers(account).Patch(t.Context(), uma, p) }, client.RoleUserAdmin, 1},
		{"customer", func(p client.UserPatch) (client.UserPatch, error) {
			return b.mr.CustomerUsers(account, bakery).Preview(t.Context(), xavier, p)
		}, func(p client.UserPatch) error {
			return b.mr.CustomerUsers(account, bakery).Patch(t.Context(), xavier, p)
		}, client.RoleCustomerUser, 0},
	} {
		patch := client.Patch().ReplaceDisplayName("New").RemoveRole("no.such.role").RemoveRole(c.remove)
		sent = ""
		preview, err := c.preview(patch)
		if err != nil || sent != "" {
			t.Fatalf("%s: sent %s, error %v", c.name, sent, err)
		}
		want := fmt.Sprintf(`test /roles/%d "%s"; remove /roles/%d; replace /displayName "New"`, c.index, c.remove, c.index)
		if preview.String() != want {
			t.Errorf("%s: preview %s, want %s", c.name, preview, want)
		}
		shown, err := json.Marshal(preview)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.patch(preview); err != nil || sent != string(shown) {
			t.Errorf("%s: sent %s, shown %s, error %v", c.name, sent, shown, err)
		}
		// The role is gone, so that the tests of the preview fail, and a preview of the same patch no longer has them.
		wantFailure(t, c.patch(preview), client.ErrInvalid)
		if again, err := c.preview(patch); err != nil || again.String() != `replace /displayName "New"` {
			t.Errorf("%s: preview %s, error %v", c.name, again, err)
		}
	}
	users := b.mr.AccountUsers(account)
	if p, err := users.Preview(t.Context(), unknownID, client.Patch().AddRole("a")); err != nil || p.String() != `add /roles/- "a"` {
		t.Errorf("preview %s, error %v", p, err)
	}
	_, err := users.Preview(t.Context(), unknownID, client.Patch().RemoveRole("a"))
	wantFailure(t, err, client.ErrNotFound)
	_, err = users.Preview(t.Context(), uma, client.Patch().RemoveRole("a").AddRole("a"))
	wantFailure(t, err, client.ErrInvalid)
}
