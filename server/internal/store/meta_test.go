package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

func TestClient(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		b := store.Client{ID: "b", Secret: "s", API: "cloudcockpit", Tenant: contosoPortal, Role: "reseller", ResellerID: ptr(id(1))}
		a := store.Client{ID: "a", Secret: "s", API: "myreports", Enterprise: acme}
		update(t, s, func(tx *store.Tx) error { return steps(tx.AddClient(b), tx.AddClient(a)) })
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			equal(t, "Clients", []store.Client{b, a})(tx.Clients())
			equal(t, "Client", b)(tx.Client("b"))
			if err := second(tx.Client("B")); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("Client of a missing id: error %v, want ErrNotFound", err)
			}
			return tx.AddClient(a)
		})
		if !errors.Is(err, store.ErrConflict) {
			t.Errorf("AddClient twice: error %v, want ErrConflict", err)
		}
	})
}

// Ensure Clear keeps keys and meta, and rows can be added again.
func TestClear(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		fill := func(tx *store.Tx) error {
			admin := portalUser(1, store.ScopeCSP, uuid.Nil, "A", "A", "a@x")
			admin.Groups = []store.Group{{ID: id(1)}}
			licensed := customerUser(1)
			licensed.Licenses = []string{"a"}
			return steps(
				seedTenant(tx, contosoPortal), tx.AddLicense(contosoPortal, id(1), store.License{SkuID: "a"}),
				tx.AddCustomerUser(contosoPortal, licensed),
				tx.AddReseller(contosoPortal, store.Reseller{ID: id(1)}),
				tx.AddCustomer(contosoPortal, store.Customer{ID: id(2), ResellerID: ptr(id(1))}),
				tx.AddGroup(contosoPortal, store.Group{ID: id(1)}), tx.AddPortalUser(contosoPortal, admin),
				seedEnterprise(tx, acme), tx.AddClient(store.Client{ID: "a"}),
			)
		}
		key := store.SigningKey{ID: "k", DER: []byte{0, 255}, Created: time.Date(2025, 1, 2, 3, 4, 5, 678901234, time.UTC)}
		isEmpty := func(want bool) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				equal(t, "Empty", want)(tx.Empty())
				return nil
			}
		}
		update(t, s, isEmpty(true))
		update(t, s, func(tx *store.Tx) error { return steps(tx.AddSigningKey(key), tx.SetMeta(store.MetaSeeded, "once")) })
		update(t, s, isEmpty(true))
		for range 2 {
			update(t, s, fill)
			update(t, s, isEmpty(false))
			update(t, s, (*store.Tx).Clear)
			update(t, s, isEmpty(true))
		}
		update(t, s, func(tx *store.Tx) error {
			equal(t, "SigningKeys", []store.SigningKey{key})(tx.SigningKeys())
			equal(t, "Meta", "once")(tx.Meta(store.MetaSeeded))
			equal(t, "Meta of nothing", "")(tx.Meta("nothing"))
			return tx.SetMeta(store.MetaSeeded, "twice")
		})
		update(t, s, func(tx *store.Tx) error {
			equal(t, "Meta set again", "twice")(tx.Meta(store.MetaSeeded))
			return nil
		})
		if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.AddSigningKey(key) }); !errors.Is(err, store.ErrConflict) {
			t.Errorf("AddSigningKey twice: error %v, want ErrConflict", err)
		}
	})
}
