package sandbox_test

import (
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// createdIDs returns the ids of a portal user, of an account user and of a response.
func (b *box) createdIDs(t *testing.T, email string) string {
	t.Helper()
	portal := b.do(t, resellerUser(newcomer("A", "B", email)))
	account := b.do(t, reports("POST", accountUsers, `{"email":"`+email+`","displayName":"A"}`))
	_, id, _ := strings.Cut(account.header.Get("Location"), "/users/")
	if portal.status != 201 || account.status != 201 {
		t.Errorf("create %s: got %d %s and %d %s", email, portal.status, portal.body, account.status, account.body)
	}
	return strings.Trim(strings.TrimSpace(portal.body), `"`) + " " + id + " " + portal.header.Get("X-Correlation-Id")
}

func TestSeedIDs(t *testing.T) {
	t.Parallel()
	first := start(t, sandbox.Options{SeedIDs: 7})
	ids := first.createdIDs(t, "a@x")
	if again := start(t, sandbox.Options{SeedIDs: 7}).createdIDs(t, "a@x"); again != ids {
		t.Errorf("got %s with the same seed, want %s", again, ids)
	}
	if other := start(t, sandbox.Options{SeedIDs: 8}).createdIDs(t, "a@x"); other == ids {
		t.Errorf("got %s with another seed", other)
	}
	if a, b := start(t, sandbox.Options{}), start(t, sandbox.Options{}); a.createdIDs(t, "a@x") == b.createdIDs(t, "a@x") {
		t.Error("got the same ids without a seed")
	}
	next := first.createdIDs(t, "b@x")
	if err := first.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := first.createdIDs(t, "a@x"); again != ids {
		t.Errorf("got %s after a reset, want %s", again, ids)
	}
	if again := first.createdIDs(t, "b@x"); again != next {
		t.Errorf("got %s as the second after a reset, want %s", again, next)
	}
}

// Ensure that a sequence that begins again finds ids that the store does not have.
func TestSeedIDs_Restart(t *testing.T) {
	t.Parallel()
	opts := sandbox.Options{SeedIDs: 7, Store: newStore(t)}
	seen := map[string]bool{}
	for _, email := range []string{"a@x", "b@x", "c@x"} {
		sb, err := sandbox.New(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		b := serving(t, sb)
		ids := strings.Fields(b.createdIDs(t, email))
		// The users of the two APIs may have the same ids.
		portal, account := "portal "+ids[0], "account "+ids[1]
		if seen[portal] || seen[account] {
			t.Errorf("%s: got %q again", email, ids)
		}
		seen[portal], seen[account] = true, true
	}
}
