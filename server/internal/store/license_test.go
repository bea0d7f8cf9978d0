package store_test

import (
	"math"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// Ensure that the seats of a database that an older program filled do not overflow: that program took any number.
func TestLicense_Overflow(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		user := customerUser(1)
		user.Licenses = []string{"sku"}
		update(t, s, func(tx *store.Tx) error {
			return steps(seedTenant(tx, contosoPortal),
				tx.AddLicense(contosoPortal, id(1), store.License{
					SkuID: "sku", Total: math.MaxInt32, Elsewhere: math.MaxInt32, Assignable: math.MaxInt32,
				}),
				tx.AddCustomerUser(contosoPortal, user))
		})
		ls := read(t, s, func(tx *store.Tx) ([]store.License, error) { return tx.Licenses(contosoPortal, id(1)) })
		if len(ls) != 1 || ls[0].Consumed() != math.MaxInt32 || ls[0].Available() != math.MaxInt32-1 {
			t.Errorf("got %+v, %d consumed and %d available, want no number beyond 32 bits", ls, ls[0].Consumed(), ls[0].Available())
		}
	})
}
