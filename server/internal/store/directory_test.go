package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
)

// writers call each method of Tx that writes, in an order in which all succeed on an empty store.
var writers = []struct {
	method string
	write  func(*store.Tx) error
}{
	{"AddTenant", func(tx *store.Tx) error { return tx.AddTenant(store.Tenant{Domain: "new"}) }},
	{"AddGroup", func(tx *store.Tx) error { return tx.AddGroup("new", store.Group{ID: id(1)}) }},
	{"AddReseller", func(tx *store.Tx) error { return tx.AddReseller("new", store.Reseller{ID: id(1)}) }},
	{"SetResellerProfile", func(tx *store.Tx) error {
		return tx.SetResellerProfile("new", store.ResellerProfile{Reseller: store.Reseller{ID: id(1)}, Company: store.Company{City: ptr("Oslo")}})
	}},
	{"AddCustomer", func(tx *store.Tx) error { return tx.AddCustomer("new", store.Customer{ID: id(1)}) }},
	{"SetCustomerProfile", func(tx *store.Tx) error {
		return tx.SetCustomerProfile("new", store.CustomerProfile{Customer: store.Customer{ID: id(1)}, Company: store.Company{City: ptr("Oslo")}})
	}},
	{"AddProviderInstance", func(tx *store.Tx) error {
		return tx.AddProviderInstance("new", store.ProviderInstance{ID: id(1), CustomerID: id(1), Microsoft: true})
	}},
	{"SetProviderProfile", func(tx *store.Tx) error {
		return tx.SetProviderProfile("new", store.ProviderProfile{
			ProviderInstance: store.ProviderInstance{ID: id(1)}, ProviderDetails: store.ProviderDetails{Alias: ptr("alias")},
		})
	}},
	{"AddLicense", func(tx *store.Tx) error { return tx.AddLicense("new", id(1), store.License{SkuID: "sku"}) }},
	{"AddCustomerUser", func(tx *store.Tx) error { return tx.AddCustomerUser("new", customerUser(1)) }},
	{"AddCustomerUsers", func(tx *store.Tx) error {
		_, err := tx.AddCustomerUsers("new", id(1), []store.CustomerUser{customerUser(2)})
		return err
	}},
	{"UpdateCustomerUser", func(tx *store.Tx) error {
		u := customerUser(1)
		u.DisplayName = "Renamed"
		return updateUser(tx, "new", u)
	}},
	{"SetLicenses", func(tx *store.Tx) error { return tx.SetLicenses("new", id(1), id(1), []string{"sku"}) }},
	{"SetPassword", func(tx *store.Tx) error { return tx.SetPassword("new", id(1), id(1), "secret") }},
	{"AddPortalUser", func(tx *store.Tx) error {
		return tx.AddPortalUser("new", store.PortalUser{ID: id(1), Scope: store.ScopeCSP, Groups: []store.Group{{ID: id(1)}}})
	}},
	{"UpdatePortalUser", func(tx *store.Tx) error {
		return tx.UpdatePortalUser("new", store.PortalUser{ID: id(1), Scope: store.ScopeCSP, FirstName: "Ann"})
	}},
	{"AddEnterprise", func(tx *store.Tx) error { return tx.AddEnterprise(store.Enterprise{Name: "new"}) }},
	{"SetEnterpriseID", func(tx *store.Tx) error { return tx.SetEnterpriseID("new", id(7)) }},
	{"AddAccount", func(tx *store.Tx) error { return tx.AddAccount("new", store.Account{ID: id(1)}) }},
	{"AddAccountCustomer", func(tx *store.Tx) error {
		return tx.AddAccountCustomer("new", store.AccountCustomer{ID: id(2), AccountID: id(1)})
	}},
	{"SetTenantProfile", func(tx *store.Tx) error {
		return tx.SetTenantProfile("new", id(1), store.TenantDetails{Description: ptr("text")})
	}},
	{"AddPerson", func(tx *store.Tx) error { return tx.AddPerson("new", person(1)) }},
	{"UpdatePerson", func(tx *store.Tx) error { return tx.UpdatePerson("new", store.Person{ID: id(1), Email: "new@x"}) }},
	{"AddMember", func(tx *store.Tx) error { return tx.AddMember("new", id(1), member(1)) }},
	{"UpdateMember", func(tx *store.Tx) error { return updateMember(tx, "new", id(1), member(1, "user.admin")) }},
	{"RemoveMember", func(tx *store.Tx) error { return tx.RemoveMember("new", id(1), id(1)) }},
	{"DeletePerson", func(tx *store.Tx) error { return steps(tx.AddPerson("new", person(2)), tx.DeletePerson("new", id(2))) }},
	{"AddClient", func(tx *store.Tx) error { return tx.AddClient(store.Client{ID: "new"}) }},
	{"AddMail", func(tx *store.Tx) error { return tx.AddMail(store.Mail{Kind: "new"}) }},
	{"AddGrant", func(tx *store.Tx) error {
		return tx.AddGrant(store.Grant{ID: "new", Expires: time.Now().Add(time.Hour)}, time.Now())
	}},
	{"UseGrant", func(tx *store.Tx) error { return tx.UseGrant("new") }},
	{"RevokeGrants", func(tx *store.Tx) error { return tx.RevokeGrants("") }},
	{"AddSigningKey", func(tx *store.Tx) error { return tx.AddSigningKey(store.SigningKey{ID: "new", DER: []byte{1}}) }},
	{"SetMeta", func(tx *store.Tx) error { return tx.SetMeta("new", "value") }},
	{"Clear", func(tx *store.Tx) error { return tx.Clear() }},
}

// readers are the prefixes and names of the methods of Tx that do not write.
var readers = []string{
	"Account", "Client", "Customer", "Empty", "Enterprise", "Find", "Grant", "Group", "License", "Mail", "Member", "Meta", "OpenCodes", "Password",
	"Person", "Portal", "Provider", "Reseller", "Signing", "Tenant",
}

// rememberedTables are the tables of the rows that a Store remembers.
var rememberedTables = []string{"tenants", "portal_groups", "resellers", "customers", "provider_instances", "enterprises", "report_tenants"}

// Ensure a method that changes a remembered row sets a new version of the directory, and no other method does. It walks all
// methods: a new one that writes belongs in writers.
func TestDirectory_Writers(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.File(t))
	type state struct {
		version int64
		content string
	}
	current := func() state {
		return read(t, s, func(tx *store.Tx) (st state, err error) {
			st.version, st.content, err = store.DirectoryState(tx, rememberedTables)
			return st, err
		})
	}
	called := map[string]bool{}
	for _, w := range writers {
		before := current()
		update(t, s, w.write)
		after := current()
		if changed := before.content != after.content; changed != (before.version != after.version) {
			t.Errorf("%s: it changed a table of the directory: %v, but the version: %v", w.method, changed, !changed)
		}
		called[w.method] = true
	}
	for method := range reflect.TypeFor[*store.Tx]().Methods() {
		isReader := slices.ContainsFunc(readers, func(prefix string) bool { return strings.HasPrefix(method.Name, prefix) })
		if !called[method.Name] && !isReader {
			t.Errorf("Tx.%s is not in the list of writers, so that nothing tests whether it sets the directory's version", method.Name)
		}
	}
}

// Ensure several stores on one database see each other's changes of remembered rows, and none that was rolled back.
func TestDirectory_Stores(t *testing.T) {
	onEachShared(t, func(t *testing.T, dsn string) {
		stores := []*store.Store{open(t, dsn), open(t, dsn), open(t, dsn)}
		update(t, stores[0], func(tx *store.Tx) error { return seedTenant(tx, contosoPortal) })
		for round := range 12 {
			name, writer := fmt.Sprint("Contoso ", round), stores[round%3]
			rename := func(tx *store.Tx) error {
				return steps(tx.Clear(), tx.AddTenant(store.Tenant{Domain: contosoPortal}),
					tx.AddCustomer(contosoPortal, store.Customer{ID: id(1), Name: name}))
			}
			err := writer.Update(t.Context(), func(tx *store.Tx) error {
				if err := rename(tx); err != nil {
					return err
				}
				// What the transaction itself has written must not be remembered before the commit.
				if c, err := tx.Customer(contosoPortal, id(1)); err != nil || c.Name != name {
					t.Errorf("round %d, in the transaction: customer %q, %v, want %q", round, c.Name, err, name)
				}
				if round%4 == 3 {
					return errRefused
				}
				return nil
			})
			if round%4 == 3 {
				name = fmt.Sprint("Contoso ", round-1)
			} else if err != nil {
				t.Fatal(err)
			}
			for i, s := range stores {
				c := read(t, s, func(tx *store.Tx) (store.Customer, error) { return tx.Customer(contosoPortal, id(1)) })
				if c.Name != name {
					t.Errorf("round %d, store %d: customer %q, want %q", round, i, c.Name, name)
				}
			}
		}
	})
}

var errRefused = errors.New("refused")

// Ensure writers that share a transaction see the rows that those before them left, also after one of them failed.
func TestDirectory_Batch(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return seedTenant(tx, contosoPortal) })
		done := make(chan error)
		update(t, s, func(tx *store.Tx) error {
			for n := range 12 {
				go func() {
					done <- s.Update(t.Context(), func(tx *store.Tx) error {
						name := fmt.Sprint("Customer ", n)
						err := steps(tx.Clear(), tx.AddTenant(store.Tenant{Domain: contosoPortal}),
							tx.AddCustomer(contosoPortal, store.Customer{ID: id(1), Name: name}))
						if err == nil && n%3 == 0 {
							err = errRefused
						}
						return err
					})
				}()
			}
			return nil
		})
		for range 12 {
			if err := <-done; err != nil && !errors.Is(err, errRefused) {
				t.Error(err)
			}
			check := func(tx *store.Tx) error {
				remembered, err := tx.Customer(contosoPortal, id(1))
				if err != nil {
					return err
				}
				listed, err := tx.Customers(contosoPortal)
				if err == nil && (len(listed) != 1 || listed[0].Name != remembered.Name) {
					err = fmt.Errorf("customer %q, and in the list %+v", remembered.Name, listed)
				}
				return err
			}
			if err := s.Update(t.Context(), check); err != nil {
				t.Errorf("Update: %v", err)
			}
			if err := s.View(t.Context(), check); err != nil {
				t.Errorf("View: %v", err)
			}
		}
	})
}
