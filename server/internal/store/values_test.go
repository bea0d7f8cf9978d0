package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// Ensure that no error holds a text that a request may bring: errors are logged.
func TestErrors_NoValues(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		const hush = "hush"
		id := uuid.New()
		writes := map[string]func(*store.Tx) error{
			"AddClient":     func(tx *store.Tx) error { return tx.AddClient(store.Client{ID: hush, Secret: hush}) },
			"Client":        func(tx *store.Tx) error { return second(tx.Client(hush)) },
			"AddTenant":     func(tx *store.Tx) error { return tx.AddTenant(store.Tenant{Domain: hush}) },
			"AddEnterprise": func(tx *store.Tx) error { return tx.AddEnterprise(store.Enterprise{Name: hush}) },
			"AddGrant": func(tx *store.Tx) error {
				return tx.AddGrant(store.Grant{ID: hush, Client: hush, Scope: hush}, time.Now())
			},
			"Grant":       func(tx *store.Tx) error { return second(tx.Grant(hush)) },
			"UseGrant":    func(tx *store.Tx) error { return tx.UseGrant(hush) },
			"AddLicense":  func(tx *store.Tx) error { return tx.AddLicense("d", id, store.License{SkuID: hush, Name: hush}) },
			"SetLicenses": func(tx *store.Tx) error { return tx.SetLicenses("d", id, id, []string{hush}) },
			"SetPassword": func(tx *store.Tx) error { return tx.SetPassword("d", id, id, hush) },
			"AddMail":     func(tx *store.Tx) error { return tx.AddMail(store.Mail{To: hush, Kind: hush}) },
			"AddPerson": func(tx *store.Tx) error {
				return tx.AddPerson("e", store.Person{ID: id, Email: hush, DisplayName: hush})
			},
			"PersonByEmail": func(tx *store.Tx) error { return second(tx.PersonByEmail("e", hush)) },
			"AddMember":     func(tx *store.Tx) error { return tx.AddMember("e", id, store.Member{Roles: []string{hush}}) },
			"AddCustomer":   func(tx *store.Tx) error { return tx.AddCustomer("d", store.Customer{ID: id, Name: hush}) },
			"AddReseller":   func(tx *store.Tx) error { return tx.AddReseller("d", store.Reseller{ID: id, Name: hush}) },
			"AddGroup":      func(tx *store.Tx) error { return tx.AddGroup("d", store.Group{ID: id, Name: hush}) },
			"AddPortalUser": func(tx *store.Tx) error {
				return tx.AddPortalUser("d", store.PortalUser{ID: id, Scope: store.ScopeCSP, FirstName: hush, Email: hush})
			},
			"AddCustomerUser": func(tx *store.Tx) error {
				return tx.AddCustomerUser("d", store.CustomerUser{ID: id, Email: hush, Licenses: []string{hush}})
			},
			"PortalUserByMail": func(tx *store.Tx) error { return second(tx.PortalUserByEmail("d", hush)) },
			"SetMeta":          func(tx *store.Tx) error { return tx.SetMeta("n", hush) },
		}
		for name, write := range writes {
			// Writes fail in a View, and rows without a parent in an Update.
			for _, run := range []func(func(*store.Tx) error) error{
				func(fn func(*store.Tx) error) error { return s.View(t.Context(), fn) },
				func(fn func(*store.Tx) error) error {
					return s.Update(t.Context(), func(tx *store.Tx) error {
						if err := fn(tx); err != nil {
							return err
						}
						return fn(tx) // a second row with the same key
					})
				},
			} {
				if err := run(write); err != nil && strings.Contains(err.Error(), hush) {
					t.Errorf("%s: the error holds a value: %v", name, err)
				}
			}
		}
	})
}
