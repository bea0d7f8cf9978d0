package store_test

import (
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// Ensure the index has the users of a bulk load, whatever else its transaction does: a search, a change of one of them, another
// user, another load, and a load after Clear.
func TestAddCustomerUsers_Index(t *testing.T) {
	load := func(tx *store.Tx, from, to int) error {
		var us []store.CustomerUser
		for n := from; n <= to; n++ {
			us = append(us, customerUser(n))
		}
		_, err := tx.AddCustomerUsers(contosoPortal, id(1), us)
		return err
	}
	search := func(tx *store.Tx, term string) (int, error) {
		_, total, err := findUsers(tx, contosoPortal, id(1), store.Query{Search: term, Limit: 1})
		return total, err
	}
	onEach(t, func(t *testing.T, s *store.Store) {
		var within int
		update(t, s, func(tx *store.Tx) error {
			renamed := customerUser(3)
			renamed.DisplayName = "Zeppelin"
			err := steps(seedTenant(tx, contosoPortal), load(tx, 50, 60), tx.Clear(), seedTenant(tx, contosoPortal),
				load(tx, 1, 5), updateUser(tx, contosoPortal, renamed), tx.AddCustomerUser(contosoPortal, customerUser(6)),
				load(tx, 7, 9))
			if err == nil {
				within, err = search(tx, "user 000000")
			}
			return steps(err, load(tx, 10, 12))
		})
		if within != 8 {
			t.Errorf("a search between loads found %d users, want 8", within)
		}
		for term, want := range map[string]int{"user 00000": 11, "Zeppelin": 1, "User 0000003": 0, "user12@": 1, "User 0000055": 0} {
			got := read(t, s, func(tx *store.Tx) (int, error) { return search(tx, term) })
			if got != want {
				t.Errorf("search %q found %d users, want %d", term, got, want)
			}
		}
	})
}

// Ensure a user that is added after a bulk load in the same transaction is indexed once.
func TestAddCustomerUser_IndexedOnce(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite::memory:")
	late := customerUser(77)
	late.DisplayName = "Zeppelin"
	update(t, s, func(tx *store.Tx) error {
		err := seedTenant(tx, contosoPortal)
		if err == nil {
			_, err = tx.AddCustomerUsers(contosoPortal, id(1), []store.CustomerUser{customerUser(1), customerUser(2)})
		}
		return steps(err, tx.AddCustomerUser(contosoPortal, late))
	})
	rows := read(t, s, store.IndexRows)
	if rows != 3 {
		t.Errorf("the index counts %d users, want 3", rows)
	}
}
