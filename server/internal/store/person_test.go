package store_test

import (
	"errors"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

const acme, globex = "Acme", "Globex"

// seedEnterprise adds accounts 2 and 1, customers 4 and 3 of account 1, and persons 2 and 1, who are members of account 1
// and customer 3.
func seedEnterprise(tx *store.Tx, name string) error {
	return steps(
		tx.AddEnterprise(store.Enterprise{Name: name}),
		tx.AddAccount(name, store.Account{ID: id(2), Name: "Second"}),
		tx.AddAccount(name, store.Account{ID: id(1), Name: "First"}),
		tx.AddAccountCustomer(name, store.AccountCustomer{ID: id(4), AccountID: id(1), Name: "Fourth"}),
		tx.AddAccountCustomer(name, store.AccountCustomer{ID: id(3), AccountID: id(1), Name: "Third"}),
		tx.AddPerson(name, person(2)), tx.AddPerson(name, person(1)),
		tx.AddMember(name, id(1), store.Member{Person: person(2), Roles: []string{"user.admin", "account.user", "user.admin"}}),
		tx.AddMember(name, id(1), store.Member{Person: person(1)}),
		tx.AddMember(name, id(3), store.Member{Person: person(2), IsParent: true, Roles: []string{"customer.user"}}),
	)
}

func person(n int) store.Person {
	return store.Person{ID: id(n), DisplayName: "Person", Email: string(rune('a'+n)) + "@Acme.example", PrimaryTenant: id(1)}
}

func TestMember(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return steps(seedEnterprise(tx, globex), seedEnterprise(tx, acme)) })
		two := store.Member{Person: person(2), Roles: []string{"user.admin", "account.user"}}
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
				equal(t, "AccountUser", two)(tx.AccountUser(acme, id(1), id(2)))
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

		// What it is in the customer stays; the person is one in all tenants.
		two.DisplayName, two.Email, two.PrimaryTenant = "New", "new@x", id(2)
		two.Roles = []string{"account.user", "branding.admin", "user.admin"}
		update(t, s, func(tx *store.Tx) error { return tx.UpdateAccountUser(acme, id(1), two) })
		check(two)

		two.IsParent = true
		update(t, s, func(tx *store.Tx) error { return tx.UpdateAccountUser(acme, id(1), two) })
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
			"a user with a taken e-mail":   {func(tx *store.Tx) error { return tx.UpdateAccountUser(acme, id(1), takenUpdate) }, store.ErrConflict},
			"a member twice":               {func(tx *store.Tx) error { return tx.AddMember(acme, id(1), store.Member{Person: person(1)}) }, store.ErrConflict},

			"a customer of a customer": {func(tx *store.Tx) error {
				return tx.AddAccountCustomer(acme, store.AccountCustomer{ID: id(9), AccountID: id(3)})
			}, store.ErrNotFound},
			"a customer as an account":           {func(tx *store.Tx) error { return second(tx.Account(acme, id(3))) }, store.ErrNotFound},
			"an account as a customer":           {func(tx *store.Tx) error { return second(tx.AccountCustomer(acme, id(1), id(2))) }, store.ErrNotFound},
			"another account's customer":         {func(tx *store.Tx) error { return second(tx.AccountCustomer(acme, id(2), id(3))) }, store.ErrNotFound},
			"a customer's user as an account's":  {func(tx *store.Tx) error { return second(tx.AccountUser(acme, id(3), id(2))) }, store.ErrNotFound},
			"another account's user":             {func(tx *store.Tx) error { return second(tx.AccountUser(acme, id(2), id(2))) }, store.ErrNotFound},
			"updating another account's user":    {func(tx *store.Tx) error { return tx.UpdateAccountUser(acme, id(2), store.Member{Person: person(2)}) }, store.ErrNotFound},
			"an account of a missing enterprise": {func(tx *store.Tx) error { return tx.AddAccount(globex, store.Account{ID: id(9)}) }, store.ErrNotFound},
			"a person of a missing enterprise":   {func(tx *store.Tx) error { return tx.AddPerson(globex, person(9)) }, store.ErrNotFound},
			"a member of a missing tenant":       {func(tx *store.Tx) error { return tx.AddMember(acme, id(404), store.Member{Person: person(1)}) }, store.ErrNotFound},
			"a missing person as a member":       {func(tx *store.Tx) error { return tx.AddMember(acme, id(2), store.Member{Person: person(404)}) }, store.ErrNotFound},
			"a missing person":                   {func(tx *store.Tx) error { return second(tx.Person(acme, id(404))) }, store.ErrNotFound},
			"a missing e-mail":                   {func(tx *store.Tx) error { return second(tx.PersonByEmail(acme, "")) }, store.ErrNotFound},
			"updating a missing person":          {func(tx *store.Tx) error { return tx.UpdatePerson(acme, person(9)) }, store.ErrNotFound},
		} {
			if err := s.Update(t.Context(), c.try); !errors.Is(err, c.want) {
				t.Errorf("%s: error %v, want %v", name, err, c.want)
			}
		}
	})
}
