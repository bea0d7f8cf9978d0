package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// rowsLeft returns the number of rows of a table.
func rowsLeft(t *testing.T, s *store.Store, table string) int {
	t.Helper()
	return read(t, s, func(tx *store.Tx) (int, error) { return store.CountLong(tx, `SELECT COUNT(*) FROM `+table) })
}

// Ensure that the outbox keeps the newest 1,000 mails, and does not grow for ever.
func TestMails_Bounded(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		const added = 4000
		update(t, s, func(tx *store.Tx) (err error) {
			for n := 1; n <= added && err == nil; n++ {
				err = tx.AddMail(store.Mail{To: fmt.Sprint(n), UserID: id(n), Sent: time.Unix(int64(n), 0)})
			}
			return err
		})
		// The chance that no mail of 2,000 deletes the oldest ones is 2 in a thousand million.
		if n := rowsLeft(t, s, "outbox"); n < 1000 || n > 3000 {
			t.Errorf("%d mails are kept of %d, want about 1,000", n, added)
		}
		ms := read(t, s, func(tx *store.Tx) ([]store.Mail, error) { return tx.Mails(0, 1000) })
		if len(ms) != 1000 || ms[0].To != "3001" || ms[999].To != "4000" {
			t.Errorf("%d mails, want 3001 to 4000", len(ms))
		}
	})
}

// Ensure that the newest 1,000 deleted portal users of a tenant are kept, that those of others and those that are not deleted stay,
// and that they do not grow for ever.
func TestPortalUser_DeletedBounded(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		const added = 4000
		user := func(n int) store.PortalUser {
			return store.PortalUser{ID: id(n), Scope: store.ScopeCSP, FirstName: "A", LastName: "B", Email: fmt.Sprint(n), Groups: []store.Group{{ID: id(1)}}}
		}
		kept := []store.PortalUser{user(1)}
		kept[0].Groups[0].Name = "G"
		update(t, s, func(tx *store.Tx) error {
			for _, domain := range []string{contosoPortal, fabrikamPortal} {
				err := steps(tx.AddTenant(store.Tenant{Domain: domain}), tx.AddGroup(domain, store.Group{ID: id(1), Name: "G"}),
					tx.AddPortalUser(domain, user(1)), tx.AddPortalUser(domain, user(2)))
				if err != nil {
					return err
				}
				gone := user(2)
				gone.Deleted = true
				if err := tx.UpdatePortalUser(domain, gone); err != nil {
					return err
				}
			}
			for n := 3; n <= added; n++ {
				u := user(n)
				if err := tx.AddPortalUser(contosoPortal, u); err != nil {
					return err
				}
				u.Deleted = true
				if err := tx.UpdatePortalUser(contosoPortal, u); err != nil {
					return err
				}
			}
			return nil
		})
		if n := rowsLeft(t, s, "portal_users"); n < 1003 || n > 3003 {
			t.Errorf("%d users are kept of %d, want about 1,000", n, added)
		}
		if users, groups := rowsLeft(t, s, "portal_users"), rowsLeft(t, s, "portal_user_groups"); users != groups {
			t.Errorf("%d users with one group each have %d groups", users, groups)
		}
		for _, domain := range []string{contosoPortal, fabrikamPortal} {
			us := read(t, s, func(tx *store.Tx) ([]store.PortalUser, error) { return tx.PortalUsers(domain, store.ScopeCSP, id(0)) })
			if diff := cmp.Diff(kept, us); diff != "" {
				t.Errorf("the users of %s (-want +got):\n%s", domain, diff)
			}
		}
		read(t, s, func(tx *store.Tx) (store.PortalUser, error) { return tx.PortalUser(fabrikamPortal, id(2)) })
		read(t, s, func(tx *store.Tx) (store.PortalUser, error) { return tx.PortalUser(contosoPortal, id(added-999)) })
	})
}

// Ensure that codes are counted that are open, and nothing else.
func TestGrant_OpenCodes(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		now, life := time.Unix(1_000_000, 0), 5*time.Minute
		grant := func(name, kind string, expires time.Duration, used bool) store.Grant {
			return store.Grant{ID: name, Kind: kind, Expires: now.Add(expires), Used: used}
		}
		update(t, s, func(tx *store.Tx) error {
			return steps(
				tx.AddGrant(grant("a", store.GrantCode, life, false), time.Time{}),
				tx.AddGrant(grant("b", store.GrantCode, time.Second, false), time.Time{}),
				tx.AddGrant(grant("used", store.GrantCode, life, true), time.Time{}),
				tx.AddGrant(grant("expired", store.GrantCode, 0, false), time.Time{}),
				tx.AddGrant(grant("refresh", store.GrantRefresh, life, false), time.Time{}),
				tx.AddGrant(grant("refresh later", store.GrantRefresh, 30*24*time.Hour, false), time.Time{}),
			)
		})
		for limit, want := range map[int]int{1: 1, 2: 2, 9: 2} {
			n := read(t, s, func(tx *store.Tx) (int, error) { return tx.OpenCodes(now, life, limit) })
			if n != want {
				t.Errorf("up to %d: got %d open codes, want %d", limit, n, want)
			}
		}
	})
}
