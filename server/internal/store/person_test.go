package store_test

import (
	"errors"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

const acme, globex = "Acme", "Globex"

// seedEnterprise adds accounts 2 and 1, customers 4 and 3 of account 1, and persons 2 and 1 as members of account 1 and
// customer 3.
func seedEnterprise(tx *store.Tx, name string) error {
	return steps(
		tx.AddEnterprise(store.Enterprise{Name: name}),
		tx.AddAccount(name, store.Account{ID: id(2), Name: "Second"}),
		tx.AddAccount(name, store.Account{ID: id(1), Name: "First"}),
		tx.AddAccountCustomer(name, store.AccountCustomer{ID: id(4), AccountID: id(1), Name: "Fourth"}),
		tx.AddAccountCustomer(name, store.AccountCustomer{ID: id(3), AccountID: id(1), Name: "Third"}),
		tx.AddPerson(name, person(2)), tx.AddPerson(name, person(1)),
		tx.AddMember(name, id(1), member(2, "user.admin", "account.user", "user.admin")),
		tx.AddMember(name, id(1), member(1)),
		tx.AddMember(name, id(3), store.Member{Person: person(2), IsParent: true, Roles: []string{"customer.user"}}),
	)
}

func person(n int) store.Person {
	return store.Person{
		ID: id(n), DisplayName: "Person", Email: string(rune('a'+n)) + "@Acme.example", PrimaryTenant: id(1),
	}
}

func member(n int, roles ...string) store.Member {
	return store.Member{Person: person(n), Roles: roles}
}

func TestMember(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return steps(seedEnterprise(tx, globex), seedEnterprise(tx, acme)) })
		two := member(2, "user.admin", "account.user")
		check := func(two store.Member) {
			t.Helper()
			err := s.View(t.Context(), func(tx *store.Tx) error {
				equal(t, "Enterprises", []store.Enterprise{{Name: globex}, {Name: acme}})(tx.Enterprises())
				equal(t, "Accounts", []store.Account{{ID: id(2), Name: "Second"}, {ID: id(1), Name: "First"}})(tx.Accounts(acme))
				equal(t, "Account", store.Account{ID: id(2), Name: "Second"})(tx.Account(acme, id(2)))
				equal(t, "AccountCustomers", []store.AccountCustomer{
					{ID: id(4), AccountID: id(1), Name: "Fourth"}, {ID: id(3), AccountID: id(1), Name: "Third"},
				})(tx.AccountCustomers(acme, id(1)))
				equal(t, "AccountCustomer", store.AccountCustomer{ID: id(3), AccountID: id(1), Name: "Third"})(tx.AccountCustomer(acme, id(1), id(3)))
				equal(t, "Members", []store.Member{two, {Person: person(1)}})(tx.Members(acme, id(1)))
				equal(t, "Members of a customer", []store.Member{{Person: two.Person, IsParent: true, Roles: []string{"customer.user"}}})(tx.Members(acme, id(3)))
				equal(t, "Member", two)(tx.Member(acme, id(1), id(2)))
				equal(t, "Member of a customer", store.Member{Person: two.Person, IsParent: true, Roles: []string{"customer.user"}})(tx.Member(acme, id(3), id(2)))
				equal(t, "Person", two.Person)(tx.Person(acme, id(2)))
				equal(t, "PersonByEmail", person(1))(tx.PersonByEmail(acme, "B@aCME.example"))
				equal(t, "the other enterprise", person(2))(tx.Person(globex, id(2)))
				return nil
			})
			if err != nil {
				t.Errorf("View: %v", err)
			}
		}
		check(two)

		two.DisplayName, two.Email, two.PrimaryTenant, two.IsParent = "New", "new@x", id(2), true
		two.Roles = []string{"account.user", "branding.admin", "user.admin"}
		update(t, s, func(tx *store.Tx) error { return updateMember(tx, acme, id(1), two) })
		check(two)
	})
}

func TestMember_Errors(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return seedEnterprise(tx, acme) })
		taken := person(5)
		taken.Email = "B@ACME.EXAMPLE"
		takenUpdate := store.Member{Person: taken}
		takenUpdate.ID = id(2)
		for name, c := range map[string]struct {
			try  func(*store.Tx) error
			want error
		}{
			"an enterprise that exists":       {func(tx *store.Tx) error { return tx.AddEnterprise(store.Enterprise{Name: acme}) }, store.ErrConflict},
			"an account with a customer's id": {func(tx *store.Tx) error { return tx.AddAccount(acme, store.Account{ID: id(3)}) }, store.ErrConflict},
			"a customer with an account's id": {func(tx *store.Tx) error {
				return tx.AddAccountCustomer(acme, store.AccountCustomer{ID: id(2), AccountID: id(1)})
			}, store.ErrConflict},
			"a person with a taken id":     {func(tx *store.Tx) error { return tx.AddPerson(acme, person(1)) }, store.ErrConflict},
			"a person with a taken e-mail": {func(tx *store.Tx) error { return tx.AddPerson(acme, taken) }, store.ErrConflict},
			"a user with a taken e-mail":   {func(tx *store.Tx) error { return updateMember(tx, acme, id(1), takenUpdate) }, store.ErrConflict},
			"a member twice":               {func(tx *store.Tx) error { return tx.AddMember(acme, id(1), member(1)) }, store.ErrConflict},

			"a customer of a customer": {func(tx *store.Tx) error {
				return tx.AddAccountCustomer(acme, store.AccountCustomer{ID: id(9), AccountID: id(3)})
			}, store.ErrNotFound},
			"a customer as an account":           {func(tx *store.Tx) error { return second(tx.Account(acme, id(3))) }, store.ErrNotFound},
			"an account as a customer":           {func(tx *store.Tx) error { return second(tx.AccountCustomer(acme, id(1), id(2))) }, store.ErrNotFound},
			"another account's customer":         {func(tx *store.Tx) error { return second(tx.AccountCustomer(acme, id(2), id(3))) }, store.ErrNotFound},
			"another account's user":             {func(tx *store.Tx) error { return second(tx.Member(acme, id(2), id(2))) }, store.ErrNotFound},
			"updating another account's user":    {func(tx *store.Tx) error { return updateMember(tx, acme, id(2), store.Member{Person: person(2)}) }, store.ErrNotFound},
			"an account of a missing enterprise": {func(tx *store.Tx) error { return tx.AddAccount(globex, store.Account{ID: id(9)}) }, store.ErrNotFound},
			"a person of a missing enterprise":   {func(tx *store.Tx) error { return tx.AddPerson(globex, person(9)) }, store.ErrNotFound},
			"a member of a missing tenant":       {func(tx *store.Tx) error { return tx.AddMember(acme, id(404), member(1)) }, store.ErrNotFound},
			"a missing person as a member": {func(tx *store.Tx) error {
				return tx.AddMember(acme, id(2), store.Member{Person: store.Person{ID: id(404)}})
			}, store.ErrNotFound},
			"removing no member":        {func(tx *store.Tx) error { return tx.RemoveMember(acme, id(2), id(1)) }, store.ErrNotFound},
			"deleting a missing person": {func(tx *store.Tx) error { return tx.DeletePerson(acme, id(404)) }, store.ErrNotFound},
			"a missing person":          {func(tx *store.Tx) error { return second(tx.Person(acme, id(404))) }, store.ErrNotFound},
			"a missing e-mail":          {func(tx *store.Tx) error { return second(tx.PersonByEmail(acme, "")) }, store.ErrNotFound},
			"updating a missing person": {func(tx *store.Tx) error { return tx.UpdatePerson(acme, person(9)) }, store.ErrNotFound},
		} {
			if err := s.Update(t.Context(), c.try); !errors.Is(err, c.want) {
				t.Errorf("%s: error %v, want %v", name, err, c.want)
			}
		}
	})
}

// Ensure a person is deleted with its last membership, and a deleted person has no membership.
func TestMember_Remove(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error {
			return steps(seedEnterprise(tx, acme), seedEnterprise(tx, globex), tx.RemoveMember(acme, id(1), id(2)), tx.RemoveMember(acme, id(1), id(1)))
		})
		err := s.View(t.Context(), func(tx *store.Tx) error {
			equal(t, "Members", []store.Member(nil))(tx.Members(acme, id(1)))
			equal(t, "the member of the customer", person(2))(tx.Person(acme, id(2)))
			if _, err := tx.Person(acme, id(1)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("a member of nothing: error %v, want ErrNotFound", err)
			}
			return nil
		})
		if err != nil {
			t.Errorf("View: %v", err)
		}
		update(t, s, func(tx *store.Tx) error { return tx.DeletePerson(globex, id(2)) })
		err = s.View(t.Context(), func(tx *store.Tx) error {
			equal(t, "Members after a deletion", []store.Member{member(1)})(tx.Members(globex, id(1)))
			equal(t, "Members of the customer", []store.Member(nil))(tx.Members(globex, id(3)))
			equal(t, "the other enterprise", person(2))(tx.Person(acme, id(2)))
			return nil
		})
		if err != nil {
			t.Errorf("View: %v", err)
		}
	})
}
