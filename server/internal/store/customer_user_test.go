package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// getUser reads user n of Contoso's instance with its licences.
func getUser(n int) func(*store.Tx) (store.CustomerUser, error) {
	return func(tx *store.Tx) (store.CustomerUser, error) {
		u, err := tx.CustomerUser(contosoPortal, id(1), id(n))
		if err != nil {
			return u, err
		}
		u.Licenses, err = tx.CustomerUserLicenses(contosoPortal, id(n))
		return u, err
	}
}

func TestCustomerUser(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		ann := customerUser(2)
		ann.LastName, ann.Licenses = ptr("Ünal"), []string{"sku-b", "sku-a", "sku-b"}
		update(t, s, func(tx *store.Tx) error {
			return steps(
				seedTenant(tx, contosoPortal),
				tx.AddLicense(contosoPortal, id(1), store.License{SkuID: "sku-a", Name: "A", Total: 9, Suspended: 1, Elsewhere: 3, Assignable: 5}),
				tx.AddLicense(contosoPortal, id(1), store.License{SkuID: "sku-b", Name: "B"}),
				tx.AddCustomerUser(contosoPortal, ann),
				tx.AddCustomerUser(contosoPortal, customerUser(1)),
			)
		})

		ann.Licenses = []string{"sku-b", "sku-a"}
		if diff := cmp.Diff(ann, read(t, s, getUser(2))); diff != "" {
			t.Errorf("added user mismatch (-want +got):\n%s", diff)
		}
		all := read(t, s, func(tx *store.Tx) ([]store.CustomerUser, error) { return tx.CustomerUsers(contosoPortal, id(1)) })
		if diff := cmp.Diff([]store.CustomerUser{ann, customerUser(1)}, all); diff != "" {
			t.Errorf("users in the order of adding mismatch (-want +got):\n%s", diff)
		}

		ann.DisplayName, ann.Email, ann.FirstName, ann.LastName = "Ann B", "ANN@contoso.example", nil, ptr("")
		ann.Location, ann.Domain = "FR", "other.example"
		update(t, s, func(tx *store.Tx) error {
			return steps(updateUser(tx, contosoPortal, ann), tx.SetPassword(contosoPortal, id(1), id(2), "secret"))
		})
		if diff := cmp.Diff(ann, read(t, s, getUser(2))); diff != "" {
			t.Errorf("updated user mismatch (-want +got):\n%s", diff)
		}
		for n, want := range map[int]string{2: "secret", 1: ""} {
			got := read(t, s, func(tx *store.Tx) (string, error) { return tx.Password(contosoPortal, id(1), id(n)) })
			if got != want {
				t.Errorf("Password of user %d = %q, want %q", n, got, want)
			}
		}
		byEmail := read(t, s, func(tx *store.Tx) (store.CustomerUser, error) {
			return tx.CustomerUserByEmail(contosoPortal, id(1), "aNN@CONTOSO.example")
		})
		if byEmail.ID != ann.ID {
			t.Errorf("CustomerUserByEmail = user %s, want %s", byEmail.ID, ann.ID)
		}
	})
}

// Ensure the seats of listed users are counted, and the seats elsewhere do not change.
func TestLicense(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		licenses := func(tx *store.Tx) ([]store.License, error) { return tx.Licenses(contosoPortal, id(1)) }
		update(t, s, func(tx *store.Tx) error {
			return steps(
				seedTenant(tx, contosoPortal),
				tx.AddLicense(contosoPortal, id(1), store.License{SkuID: "b", Name: "B", Total: 9, Suspended: 1, Elsewhere: 3, Assignable: 5}),
				tx.AddLicense(contosoPortal, id(1), store.License{SkuID: "a", Name: "A", Total: 1, Assignable: 1}),
				tx.AddCustomerUser(contosoPortal, customerUser(1)),
				tx.AddCustomerUser(contosoPortal, customerUser(2)),
				tx.SetLicenses(contosoPortal, id(1), id(1), []string{"b", "a"}),
				tx.SetLicenses(contosoPortal, id(1), id(2), []string{"b"}),
				tx.SetLicenses(contosoPortal, id(1), id(1), []string{"b"}),
			)
		})
		got := read(t, s, licenses)
		want := []store.License{
			{SkuID: "b", Name: "B", Total: 9, Suspended: 1, Elsewhere: 3, Assignable: 5, Assigned: 2},
			{SkuID: "a", Name: "A", Total: 1, Assignable: 1},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Licenses mismatch (-want +got):\n%s", diff)
		}
		if c, a := got[0].Consumed(), got[0].Available(); c != 5 || a != 3 {
			t.Errorf("Consumed, Available = %d, %d, want 5, 3", c, a)
		}
	})
}

// Ensure a reference to a missing row, or to one of another tenant, customer or provider instance, is an error and changes
// nothing.
func TestCustomerUser_NotFound(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		stranger, homeless, unlicensed := customerUser(7), customerUser(8), customerUser(9)
		homeless.ProviderInstanceID = id(404)
		unlicensed.Licenses = []string{"no such"}
		update(t, s, func(tx *store.Tx) error {
			return steps(
				seedTenant(tx, contosoPortal), tx.AddCustomerUser(contosoPortal, customerUser(1)),
				tx.AddProviderInstance(contosoPortal, store.ProviderInstance{ID: id(2), CustomerID: id(1)}),
				seedTenant(tx, fabrikamPortal),
			)
		})
		for name, try := range map[string]func(*store.Tx) error{
			"get in another tenant":            func(tx *store.Tx) error { _, err := tx.CustomerUser(fabrikamPortal, id(1), id(1)); return err },
			"get in another provider instance": func(tx *store.Tx) error { _, err := tx.CustomerUser(contosoPortal, id(2), id(1)); return err },
			"update a missing user":            func(tx *store.Tx) error { return updateUser(tx, contosoPortal, stranger) },
			"update in another tenant":         func(tx *store.Tx) error { return updateUser(tx, fabrikamPortal, customerUser(1)) },
			"replace a missing user": func(tx *store.Tx) error {
				renamed := stranger
				renamed.DisplayName = "Renamed"
				return tx.UpdateCustomerUser(contosoPortal, stranger, renamed)
			},
			"password of a missing user":         func(tx *store.Tx) error { return tx.SetPassword(contosoPortal, id(2), id(1), "secret") },
			"add to a missing provider instance": func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, homeless) },
			"add to a missing tenant":            func(tx *store.Tx) error { return tx.AddCustomerUser("no.example", stranger) },
			"add with a missing licence":         func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, unlicensed) },
			"set a missing licence":              func(tx *store.Tx) error { return tx.SetLicenses(contosoPortal, id(1), id(1), []string{"no such"}) },
			"licences of a missing user":         func(tx *store.Tx) error { return tx.SetLicenses(contosoPortal, id(1), id(7), nil) },
			"by e-mail in another tenant": func(tx *store.Tx) error {
				_, err := tx.CustomerUserByEmail(fabrikamPortal, id(1), customerUser(1).Email)
				return err
			},
			"licence for a missing instance": func(tx *store.Tx) error {
				return tx.AddLicense(contosoPortal, id(404), store.License{SkuID: "a"})
			},
			"instance of a missing customer": func(tx *store.Tx) error {
				return tx.AddProviderInstance(contosoPortal, store.ProviderInstance{ID: id(9), CustomerID: id(404)})
			},
			"customer of a missing reseller": func(tx *store.Tx) error {
				return tx.AddCustomer(contosoPortal, store.Customer{ID: id(9), ResellerID: ptr(id(404))})
			},
			"customer of a missing tenant": func(tx *store.Tx) error { return tx.AddCustomer("no.example", store.Customer{ID: id(9)}) },
		} {
			err := s.Update(t.Context(), try)
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: error %v, want ErrNotFound", name, err)
			} else if strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: the error holds the password: %v", name, err)
			}
		}
	})
}

// Ensure ids are unique within a tenant, e-mails are unique in any case within a customer, and neither is across tenants.
func TestCustomerUser_Conflict(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		inCustomer2 := func(n int, email string) store.CustomerUser {
			u := customerUser(n)
			u.ProviderInstanceID, u.Email = id(2), email
			return u
		}
		update(t, s, func(tx *store.Tx) error {
			return steps(
				seedTenant(tx, contosoPortal), tx.AddCustomerUser(contosoPortal, customerUser(1)), tx.AddCustomerUser(contosoPortal, customerUser(2)),
				tx.AddCustomer(contosoPortal, store.Customer{ID: id(2)}),
				tx.AddProviderInstance(contosoPortal, store.ProviderInstance{ID: id(2), CustomerID: id(2)}),
				tx.AddProviderInstance(contosoPortal, store.ProviderInstance{ID: id(3), CustomerID: id(1)}),
				tx.AddCustomerUser(contosoPortal, inCustomer2(3, customerUser(1).Email)),
				seedTenant(tx, fabrikamPortal), tx.AddCustomerUser(fabrikamPortal, customerUser(1)),
			)
		})
		sameEmail, otherInstance, taken := customerUser(4), customerUser(5), customerUser(2)
		sameEmail.Email = strings.ToUpper(customerUser(1).Email)
		otherInstance.Email, otherInstance.ProviderInstanceID = sameEmail.Email, id(3)
		taken.Email = sameEmail.Email
		for name, try := range map[string]func(*store.Tx) error{
			"the same id in another customer":            func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, inCustomer2(1, "new@x")) },
			"the same e-mail in another case":            func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, sameEmail) },
			"the same e-mail in the customer's instance": func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, otherInstance) },
			"an update to another's e-mail":              func(tx *store.Tx) error { return updateUser(tx, contosoPortal, taken) },
			"the same tenant":                            func(tx *store.Tx) error { return tx.AddTenant(store.Tenant{Domain: contosoPortal}) },
			"the same customer":                          func(tx *store.Tx) error { return tx.AddCustomer(contosoPortal, store.Customer{ID: id(2)}) },
			"the same provider instance in another customer": func(tx *store.Tx) error {
				return tx.AddProviderInstance(contosoPortal, store.ProviderInstance{ID: id(1), CustomerID: id(2)})
			},
		} {
			if err := s.Update(t.Context(), try); !errors.Is(err, store.ErrConflict) {
				t.Errorf("%s: error %v, want ErrConflict", name, err)
			}
		}
		own := customerUser(2)
		own.Email = strings.ToUpper(own.Email)
		update(t, s, func(tx *store.Tx) error { return updateUser(tx, contosoPortal, own) })
		if got := read(t, s, getUser(2)).Email; got != own.Email {
			t.Errorf("e-mail in another case = %q, want %q", got, own.Email)
		}
	})
}

// Ensure the same id in two tenants are two users.
func TestCustomerUser_TwoTenants(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		changed := customerUser(1)
		changed.DisplayName = "Changed"
		update(t, s, func(tx *store.Tx) error {
			return steps(
				seedTenant(tx, contosoPortal), seedTenant(tx, fabrikamPortal),
				tx.AddCustomerUser(contosoPortal, customerUser(1)), tx.AddCustomerUser(fabrikamPortal, customerUser(1)),
				updateUser(tx, fabrikamPortal, changed),
			)
		})
		if got := read(t, s, getUser(1)); got.DisplayName != customerUser(1).DisplayName {
			t.Errorf("display name in the other tenant = %q, want it unchanged", got.DisplayName)
		}
		_, total, err := findAll(t, s, fabrikamPortal, id(1))
		if total != 1 || err != nil {
			t.Errorf("users of the second tenant: %d, %v, want 1", total, err)
		}
	})
}

func findAll(tb testing.TB, s *store.Store, domain string, instance uuid.UUID) (us []store.CustomerUser, total int, err error) {
	tb.Helper()
	err = s.View(tb.Context(), func(tx *store.Tx) error {
		us, total, err = findUsers(tx, domain, instance, store.Query{})
		return err
	})
	return us, total, err
}
