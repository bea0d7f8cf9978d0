package jsonpatch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
)

// kept is a user with a role that operations on the whole list do not remove.
func kept(roles ...string) jsonpatch.User {
	u := user("Jane", roles...)
	u.Kept = []string{"user.admin", "5"}
	return u
}

func TestApply_kept(t *testing.T) {
	t.Parallel()
	for _, tt := range []success{
		{"replacing the list keeps it, last", kept("user.admin"), `[{"op":"replace","path":"/roles","value":["account.user"]}]`, kept("account.user", "user.admin")},
		{"adding the list does the same", kept("user.admin"), `[{"op":"add","path":"/roles","value":[]}]`, kept("user.admin")},
		{"so does removing it", kept("user.admin", "account.user"), `[{"op":"remove","path":"/roles"}]`, kept("user.admin")},
		{"and null", kept("user.admin"), `[{"op":"replace","path":"/roles","value":null}]`, kept("user.admin")},
		{"it stands once", kept("user.admin"), `[{"op":"replace","path":"/roles","value":["user.admin","account.user"]}]`, kept("user.admin", "account.user")},
		{"what the user does not have is not given", kept("account.user"), `[{"op":"replace","path":"/roles","value":[]}]`, kept()},
		{"by its index it is removed", kept("user.admin", "5"), `[{"op":"remove","path":"/roles/0"}]`, kept("5")},
		{"both stay", kept("5", "user.admin"), `[{"op":"replace","path":"/roles","value":[]}]`, kept("user.admin", "5")},
		{"the list moved to itself", kept("5", "account.user"), `[{"op":"move","from":"/roles","path":"/roles"}]`, kept("5", "account.user")},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that Attempt skips operations that fail, and returns the first error.
func TestAttempt(t *testing.T) {
	t.Parallel()
	patch := `[{"op":"replace","path":"/displayName","value":"X"},{"op":"add","path":"/foo","value":1},{"op":"no","path":""},{"op":"add","path":"/roles/-","value":"branding.admin"}]`
	got, err := jsonpatch.Attempt(user("Jane"), parse(t, patch), isRole)
	if err == nil || err.Error() != "The target location specified by path segment 'foo' was not found." {
		t.Errorf("got error %v", err)
	}
	if diff := cmp.Diff(user("X", "branding.admin"), got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if got, err := jsonpatch.Attempt(user("Jane"), []jsonpatch.Operation{{Op: "add"}}, nil); err == nil || *got.DisplayName != "Jane" {
		t.Errorf("a malformed patch: got %v and error %v", got, err)
	}
}
