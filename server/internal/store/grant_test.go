package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

func TestGrant(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		now := time.Date(2150, 1, 2, 3, 4, 5, 0, time.UTC)
		code := store.Grant{ID: "1", Kind: store.GrantCode, Family: "f", Client: "c", RedirectURI: "http://x", Challenge: "h", Scope: "s", Expires: now.Add(time.Minute)}
		refresh := store.Grant{ID: "2", Kind: store.GrantRefresh, Family: "f", Client: "c", Expires: now.Add(time.Hour)}
		other := store.Grant{ID: "3", Kind: store.GrantRefresh, Family: "g", Client: "c", Expires: now.Add(time.Hour)}
		update(t, s, func(tx *store.Tx) error {
			return steps(tx.AddGrant(code, now), tx.AddGrant(refresh, now), tx.AddGrant(other, now), tx.UseGrant("2"), tx.Clear())
		})
		refresh.Used = true
		err := s.View(t.Context(), func(tx *store.Tx) error {
			equal(t, "Grant", code)(tx.Grant("1"))
			equal(t, "a used one", refresh)(tx.Grant("2"))
			return nil
		})
		if err != nil {
			t.Errorf("View: %v", err)
		}
		for name, try := range map[string]func(*store.Tx) error{
			"a missing one":       func(tx *store.Tx) error { return second(tx.Grant("404")) },
			"using one twice":     func(tx *store.Tx) error { return tx.UseGrant("2") },
			"using a missing one": func(tx *store.Tx) error { return tx.UseGrant("404") },
			"one that has expired": func(tx *store.Tx) error {
				return steps(tx.AddGrant(store.Grant{ID: "4", Expires: now.Add(time.Hour)}, now.Add(time.Minute)), second(tx.Grant("1")))
			},
			"one of a revoked lot":  func(tx *store.Tx) error { return steps(tx.RevokeGrants("f"), second(tx.Grant("2"))) },
			"one of the same, both": func(tx *store.Tx) error { return steps(tx.RevokeGrants("f"), second(tx.Grant("1"))) },
		} {
			if err := s.Update(t.Context(), try); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: error %v, want ErrNotFound", name, err)
			}
		}
		if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.AddGrant(other, now) }); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the same id: error %v, want ErrConflict", err)
		}
	})
}

func TestMails(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		mail := func(n int) store.Mail {
			return store.Mail{ID: int64(n), Kind: "k", To: "t@x", API: "a", Tenant: "n", UserID: id(n), Sent: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)}
		}
		update(t, s, func(tx *store.Tx) error { return steps(tx.AddMail(mail(1)), tx.AddMail(mail(2)), tx.AddMail(mail(3))) })
		err := s.View(t.Context(), func(tx *store.Tx) error {
			equal(t, "all", []store.Mail{mail(1), mail(2), mail(3)})(tx.Mails(0, 9))
			equal(t, "the newest", []store.Mail{mail(2), mail(3)})(tx.Mails(0, 2))
			equal(t, "after the second", []store.Mail{mail(3)})(tx.Mails(2, 9))
			return nil
		})
		if err != nil {
			t.Errorf("View: %v", err)
		}
		update(t, s, func(tx *store.Tx) error { return tx.Clear() })
		equal(t, "after Clear", []store.Mail(nil))(read(t, s, func(tx *store.Tx) ([]store.Mail, error) { return tx.Mails(0, 9) }), nil)
	})
}
