package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

const rareUsers = 500

func addRareUsers(tx *store.Tx) error {
	us := make([]store.CustomerUser, rareUsers)
	for i := range us {
		us[i] = customerUser(i + 1)
		us[i].Email = fmt.Sprintf("u%04d@contoso.example", i+1)
	}
	err := seedTenant(tx, contosoPortal)
	if err == nil {
		_, err = tx.AddCustomerUsers(contosoPortal, id(1), us)
	}
	return err
}

// Ensure a search of a large instance looks up rare pieces, and not those that all users have.
func TestMatchRarest(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite::memory:")
	update(t, s, addRareUsers)
	for term, c := range map[string]struct{ in, not string }{
		"u0123@contoso.example": {in: `"123"`, not: `con`},
		"contoso.example":       {},
		"0499@":                 {in: `"049"`, not: `"`},
		"@contoso.exbmple":      {in: `"exb"`, not: `con`},
	} {
		match := read(t, s, func(tx *store.Tx) (string, error) { return store.MatchRarest(tx, term, rareUsers) })
		rest := strings.Replace(match, c.in, "", 1)
		if !strings.Contains(match, c.in) || c.in == "" && match != "" || c.not != "" && strings.Contains(rest, c.not) {
			t.Errorf("%s: asks for %s, want %s and not %s", term, match, c.in, c.not)
		}
	}
}

// Ensure searches of a large instance are correct, for terms with rare and with common pieces, and for long terms.
func TestFindCustomerUsers_Rare(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, addRareUsers)
		for _, term := range []string{
			"u0123@contoso.example", "contoso.example", "USER 0000", "user 00004", "04", "049", "t\" OR \"o", "0 0", "r 0000500",
			strings.Repeat("user 0000123", 9), "nobody",
		} {
			want := 0
			for n := range rareUsers {
				name, email := fmt.Sprintf("user %07d", n+1), fmt.Sprintf("u%04d@contoso.example", n+1)
				if folded := store.Fold(term); strings.Contains(name, folded) || strings.Contains(email, folded) {
					want++
				}
			}
			us, total, err := find(t, s, store.Query{Search: term, Limit: 25})
			if err != nil || total != want || len(us) != min(25, want) {
				t.Errorf("search %.30q: %d users of %d, %v, want %d", term, len(us), total, err, want)
			}
		}
	})
}

// Ensure an estimate that was made for few users is not used for many.
func TestMatchRarest_Grown(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite::memory:")
	ask := func(users int) string {
		return read(t, s, func(tx *store.Tx) (string, error) { return store.MatchRarest(tx, "u0123@contoso.example", users) })
	}
	few := ask(rareUsers / 3)
	update(t, s, addRareUsers)
	if again := ask(rareUsers / 3); again != few {
		t.Errorf("asks for %s and then for %s, though there are no more users", few, again)
	}
	if many := ask(rareUsers); !strings.Contains(many, `"123"`) || strings.Contains(many, "con") {
		t.Errorf("asks for %s of many users, as it did of few: %s", many, few)
	}
}
