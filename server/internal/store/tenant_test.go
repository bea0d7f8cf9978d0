package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// Ensure tenants, groups, resellers, customers and provider instances are listed in the order of adding, by tenant.
func TestTenant(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		groups := []store.Group{{ID: id(2), Name: "Viewer"}, {ID: id(1), Name: "Administrator"}}
		resellers := []store.Reseller{{ID: id(9), Name: "Tailspin"}, {ID: id(3), Name: "Adatum"}}
		customers := []store.Customer{{ID: id(5), Name: "Northwind", ResellerID: ptr(id(3))}, {ID: id(4), Name: "Contoso"}}
		instances := []store.ProviderInstance{{ID: id(8), CustomerID: id(5), Microsoft: true}, {ID: id(7), CustomerID: id(5)}}
		fill := func(tx *store.Tx, domain string) error {
			err := tx.AddTenant(store.Tenant{Domain: domain})
			for _, g := range groups {
				err = steps(err, tx.AddGroup(domain, g))
			}
			for _, r := range resellers {
				err = steps(err, tx.AddReseller(domain, r))
			}
			for _, c := range customers {
				err = steps(err, tx.AddCustomer(domain, c))
			}
			for _, p := range instances {
				err = steps(err, tx.AddProviderInstance(domain, p))
			}
			return err
		}
		update(t, s, func(tx *store.Tx) error { return steps(fill(tx, "z.example"), fill(tx, "a.example")) })

		err := s.View(t.Context(), func(tx *store.Tx) error {
			equal(t, "Tenants", []store.Tenant{{Domain: "z.example"}, {Domain: "a.example"}})(tx.Tenants())
			equal(t, "Tenant", store.Tenant{Domain: "a.example"})(tx.Tenant("a.example"))
			equal(t, "Groups", groups)(tx.Groups("a.example"))
			equal(t, "Resellers", resellers)(tx.Resellers("a.example"))
			equal(t, "Reseller", resellers[1])(tx.Reseller("a.example", id(3)))
			equal(t, "Customers", customers)(tx.Customers("a.example"))
			equal(t, "Customer", customers[0])(tx.Customer("a.example", id(5)))
			equal(t, "ProviderInstances", instances)(tx.ProviderInstances("a.example", id(5)))
			equal(t, "ProviderInstance", instances[0])(tx.ProviderInstance("a.example", id(8)))
			for name, err := range map[string]error{
				"Tenant":           second(tx.Tenant("A.example")),
				"Reseller":         second(tx.Reseller("a.example", id(1))),
				"Customer":         second(tx.Customer("a.example", id(1))),
				"ProviderInstance": second(tx.ProviderInstance("b.example", id(8))),
			} {
				if !errors.Is(err, store.ErrNotFound) {
					t.Errorf("%s of a missing id: error %v, want ErrNotFound", name, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Errorf("View: %v", err)
		}
	})
}

// equal compares the result of a read.
func equal[T any](t *testing.T, name string, want T) func(T, error) {
	t.Helper()
	return func(got T, err error) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v, mismatch (-want +got):\n%s", name, err, diff)
		}
	}
}

func second[T any](_ T, err error) error { return err }
