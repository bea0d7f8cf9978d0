package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

func findCustomers(tb testing.TB, s *store.Store, q store.CustomerQuery) (cs []store.CustomerProfile, total int, err error) {
	tb.Helper()
	err = s.View(tb.Context(), func(tx *store.Tx) (err error) {
		cs, total, err = tx.FindCustomers(contosoPortal, q)
		return err
	})
	return cs, total, err
}

// addDirectory adds a tenant with two resellers and four customers, one of them deleted; and another tenant with the same ids.
func addDirectory(tx *store.Tx, domain string) error {
	err := tx.AddTenant(store.Tenant{Domain: domain})
	for i, r := range []store.ResellerProfile{
		{Reseller: store.Reseller{ID: id(81), Name: "alpine"}, MPNs: []string{"1234567", "7654321"}, Providers: []store.ResellerProvider{
			{ProviderInstanceID: id(1), ProviderResellerID: ptr("1234567")}, {ProviderInstanceID: id(2)},
		}},
		{Reseller: store.Reseller{ID: id(82), Name: "Borealis"}, Company: store.Company{InternalIdentifier: ptr("R-2"), City: ptr("Oslo")}},
	} {
		err = steps(err, tx.AddReseller(domain, r.Reseller))
		if i == 0 || domain == contosoPortal {
			err = steps(err, tx.SetResellerProfile(domain, r))
		}
	}
	for _, c := range []store.CustomerProfile{
		{Customer: store.Customer{ID: id(12), Name: "contoso"}, Company: store.Company{InternalIdentifier: ptr("C%1"), Country: ptr("US")}},
		{Customer: store.Customer{ID: id(11), Name: "CONTOSO", ResellerID: ptr(id(81))}},
		{Customer: store.Customer{ID: id(13), Name: "Adatum", ResellerID: ptr(id(82))}},
		{Customer: store.Customer{ID: id(14), Name: "Zava", ResellerID: ptr(id(82))}, Deleted: true},
	} {
		err = steps(err, tx.AddCustomer(domain, c.Customer), tx.SetCustomerProfile(domain, c))
	}
	for _, p := range []store.ProviderProfile{
		{ProviderInstance: store.ProviderInstance{ID: id(3), CustomerID: id(12), Microsoft: true}, Domain: "Contoso.onmicrosoft.example",
			ProviderDetails: store.ProviderDetails{Alias: ptr("zulu"), ProviderCustomerID: ptr("AAAA-1"), OfferTypes: []string{"License"}}},
		{ProviderInstance: store.ProviderInstance{ID: id(1), CustomerID: id(12)}, ProviderDetails: store.ProviderDetails{Alias: ptr("Beta")}},
		{ProviderInstance: store.ProviderInstance{ID: id(2), CustomerID: id(13), Microsoft: true}, ProviderDetails: store.ProviderDetails{Alias: ptr("alpha")}},
		{ProviderInstance: store.ProviderInstance{ID: id(4), CustomerID: id(11), Microsoft: true}, ProviderDetails: store.ProviderDetails{Alias: ptr("Alpha")}},
	} {
		err = steps(err, tx.AddProviderInstance(domain, p.ProviderInstance), tx.SetProviderProfile(domain, p))
	}
	return err
}

// Ensure customers are found by each field, sorted, limited and counted, and come with their provider instances.
func TestFindCustomers(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error {
			return steps(addDirectory(tx, contosoPortal), addDirectory(tx, fabrikamPortal))
		})
		for _, tt := range []struct {
			name  string
			query store.CustomerQuery
			total int
			want  []uuid.UUID
		}{
			{"all, by name and then by id", store.CustomerQuery{}, 3, []uuid.UUID{id(13), id(11), id(12)}},
			{"descending, equal names by id ascending", store.CustomerQuery{Descending: true, Deleted: true}, 4, []uuid.UUID{id(14), id(11), id(12), id(13)}},
			{"a page", store.CustomerQuery{Offset: 1, Limit: 1}, 3, []uuid.UUID{id(11)}},
			{"a page past the end", store.CustomerQuery{Offset: 3, Limit: 1}, 3, nil},
			{"of a reseller", store.CustomerQuery{ResellerID: ptr(id(82))}, 1, []uuid.UUID{id(13)}},
			{"of a reseller, with deleted ones", store.CustomerQuery{ResellerID: ptr(id(82)), Deleted: true}, 2, []uuid.UUID{id(13), id(14)}},
			{"of no reseller", store.CustomerQuery{ResellerID: ptr(id(99))}, 0, nil},
			{"by name", store.CustomerQuery{Search: "OSO"}, 2, []uuid.UUID{id(11), id(12)}},
			{"by identifier", store.CustomerQuery{Search: "c%", Field: store.CustomerIdentifier}, 1, []uuid.UUID{id(12)}},
			{"by identifier, with no wildcard", store.CustomerQuery{Search: "_1", Field: store.CustomerIdentifier}, 0, nil},
			{"by domain", store.CustomerQuery{Search: "contoso.ON", Field: store.CustomerDomain}, 1, []uuid.UUID{id(12)}},
			{"by the provider's id", store.CustomerQuery{Search: "aaaa", Field: store.CustomerProviderID}, 1, []uuid.UUID{id(12)}},
			{"by name what is an identifier", store.CustomerQuery{Search: "C%1"}, 0, nil},
			{"by a text that no database holds", store.CustomerQuery{Search: "a\x00"}, 0, nil},
		} {
			cs, total, err := findCustomers(t, s, tt.query)
			var got []uuid.UUID
			for _, c := range cs {
				got = append(got, c.ID)
			}
			if err != nil || total != tt.total || !slices.Equal(got, tt.want) {
				t.Errorf("%s: got %v of %d, %v, want %v of %d", tt.name, got, total, err, tt.want, tt.total)
			}
		}
	})
}

// Ensure a customer comes with what was set for it and with its provider instances, alone and in a list.
func TestCustomerProfile(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return addDirectory(tx, contosoPortal) })
		want := store.CustomerProfile{
			Customer: store.Customer{ID: id(12), Name: "contoso"}, Company: store.Company{InternalIdentifier: ptr("C%1"), Country: ptr("US")},
			Instances: []store.ProviderProfile{
				{ProviderInstance: store.ProviderInstance{ID: id(3), CustomerID: id(12), Microsoft: true},
					ProviderDetails: store.ProviderDetails{Alias: ptr("zulu"), ProviderCustomerID: ptr("AAAA-1"), OfferTypes: []string{"License"}}},
				{ProviderInstance: store.ProviderInstance{ID: id(1), CustomerID: id(12)}, ProviderDetails: store.ProviderDetails{Alias: ptr("Beta")}},
			},
		}
		err := s.View(t.Context(), func(tx *store.Tx) error {
			equal(t, "CustomerProfile", want)(tx.CustomerProfile(contosoPortal, id(12)))
			if _, err := tx.CustomerProfile(fabrikamPortal, id(12)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("another tenant's customer: error %v, want ErrNotFound", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		cs, _, err := findCustomers(t, s, store.CustomerQuery{Search: "contoso", Descending: true, Offset: 1})
		equal(t, "FindCustomers", []store.CustomerProfile{want})(cs, err)
		for name, set := range map[string]func(*store.Tx) error{
			"customer": func(tx *store.Tx) error {
				return tx.SetCustomerProfile(contosoPortal, store.CustomerProfile{Customer: store.Customer{ID: id(99)}})
			},
			"instance": func(tx *store.Tx) error {
				return tx.SetProviderProfile(contosoPortal, store.ProviderProfile{ProviderInstance: store.ProviderInstance{ID: id(99)}})
			},
			"reseller": func(tx *store.Tx) error {
				return tx.SetResellerProfile(contosoPortal, store.ResellerProfile{Reseller: store.Reseller{ID: id(99)}})
			},
			"tenant":     func(tx *store.Tx) error { return tx.SetTenantProfile("x", id(99), store.TenantDetails{}) },
			"enterprise": func(tx *store.Tx) error { return tx.SetEnterpriseID("x", id(99)) },
		} {
			if err := s.Update(t.Context(), set); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("profile of an unknown %s: error %v, want ErrNotFound", name, err)
			}
		}
	})
}

// Ensure provider instances are sorted by provider, alias and id, and limited to a reseller's customers.
func TestFindProviderInstances(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error {
			return steps(addDirectory(tx, contosoPortal), addDirectory(tx, fabrikamPortal))
		})
		for _, tt := range []struct {
			name  string
			query store.ProviderQuery
			total int
			want  []uuid.UUID
		}{
			{"all", store.ProviderQuery{}, 4, []uuid.UUID{id(1), id(2), id(4), id(3)}},
			{"a page", store.ProviderQuery{Offset: 1, Limit: 2}, 4, []uuid.UUID{id(2), id(4)}},
			{"of a reseller's customers", store.ProviderQuery{ResellerID: ptr(id(82))}, 1, []uuid.UUID{id(2)}},
			{"of no reseller", store.ProviderQuery{ResellerID: ptr(id(99))}, 0, nil},
		} {
			var got []uuid.UUID
			err := s.View(t.Context(), func(tx *store.Tx) error {
				ps, total, err := tx.FindProviderInstances(contosoPortal, tt.query)
				for _, p := range ps {
					got = append(got, p.ID)
				}
				if total != tt.total {
					t.Errorf("%s: got %d in all, want %d", tt.name, total, tt.total)
				}
				return err
			})
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%s: got %v, %v, want %v", tt.name, got, err, tt.want)
			}
		}
	})
}

// Ensure resellers are found by each field, and by a customer, and come with what was set for them.
func TestFindResellers(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error {
			return steps(addDirectory(tx, contosoPortal), addDirectory(tx, fabrikamPortal))
		})
		alpine := store.ResellerProfile{Reseller: store.Reseller{ID: id(81), Name: "alpine"}, Providers: []store.ResellerProvider{
			{ProviderInstanceID: id(1), ProviderResellerID: ptr("1234567")}, {ProviderInstanceID: id(2)},
		}}
		borealis := store.ResellerProfile{
			Reseller: store.Reseller{ID: id(82), Name: "Borealis"}, Company: store.Company{InternalIdentifier: ptr("R-2"), City: ptr("Oslo")},
		}
		err := s.View(t.Context(), func(tx *store.Tx) error {
			equal(t, "ResellerProfile", alpine)(tx.ResellerProfile(contosoPortal, id(81)))
			for name, tt := range map[string]struct {
				query store.ResellerQuery
				want  []store.ResellerProfile
			}{
				"all":                  {store.ResellerQuery{}, []store.ResellerProfile{alpine, borealis}},
				"descending":           {store.ResellerQuery{Descending: true}, []store.ResellerProfile{borealis, alpine}},
				"a page":               {store.ResellerQuery{Offset: 1, Limit: 1}, []store.ResellerProfile{borealis}},
				"by name":              {store.ResellerQuery{Search: "PIN"}, []store.ResellerProfile{alpine}},
				"by identifier":        {store.ResellerQuery{Search: "r-", Field: store.ResellerIdentifier}, []store.ResellerProfile{borealis}},
				"by a secondary MPN":   {store.ResellerQuery{Search: "76543", Field: store.ResellerMPN}, []store.ResellerProfile{alpine}},
				"by two MPNs at once":  {store.ResellerQuery{Search: "67\n76", Field: store.ResellerIdentifier}, nil},
				"of a customer":        {store.ResellerQuery{CustomerID: ptr(id(13))}, []store.ResellerProfile{borealis}},
				"of a direct customer": {store.ResellerQuery{CustomerID: ptr(id(12))}, nil},
			} {
				rs, total, err := tx.FindResellers(contosoPortal, tt.query)
				equal(t, name, tt.want)(rs, err)
				if want := len(tt.want); name == "a page" && total != 2 || name != "a page" && total != want {
					t.Errorf("%s: got %d in all", name, total)
				}
			}
			if _, err := tx.ResellerProfile("other", id(81)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("another tenant's reseller: error %v, want ErrNotFound", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Ensure accounts and customers are listed in the order in which they were added, and filtered by name and reference.
func TestFindAccounts(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		created := "2019-01-01T09:00:00.000"
		second := store.TenantProfile{ID: id(1), Name: "Second", TenantDetails: store.TenantDetails{
			Description: ptr("d"), Enabled: true, Reference: ptr("R-1"), DateCreated: &created, Timezone: ptr("UTC"), CountryCode: ptr("US"),
		}}
		first := store.TenantProfile{ID: id(2), Name: "First"}
		bakery := store.TenantProfile{ID: id(3), Name: "Bakery", AccountID: ptr(id(2)), TenantDetails: store.TenantDetails{Reference: ptr("Ö-7")}}
		cinema := store.TenantProfile{ID: id(4), Name: "ö cinema", AccountID: ptr(id(2))}
		update(t, s, func(tx *store.Tx) error {
			err := steps(tx.AddEnterprise(store.Enterprise{Name: "e"}), tx.AddEnterprise(store.Enterprise{Name: "f"}), tx.SetEnterpriseID("e", id(77)))
			for _, enterprise := range []string{"e", "f"} {
				for _, a := range []store.TenantProfile{first, second} {
					err = steps(err, tx.AddAccount(enterprise, store.Account{ID: a.ID, Name: a.Name}), tx.SetTenantProfile(enterprise, a.ID, a.TenantDetails))
				}
				for _, c := range []store.TenantProfile{bakery, cinema} {
					err = steps(err, tx.AddAccountCustomer(enterprise, store.AccountCustomer{ID: c.ID, AccountID: id(2), Name: c.Name}),
						tx.SetTenantProfile(enterprise, c.ID, c.TenantDetails))
				}
			}
			return err
		})
		err := s.View(t.Context(), func(tx *store.Tx) error {
			equal(t, "FindAccounts", []store.TenantProfile{first, second})(tx.FindAccounts("e", store.TenantQuery{}))
			equal(t, "a page", []store.TenantProfile{second})(tx.FindAccounts("e", store.TenantQuery{Offset: 1, Limit: 1}))
			equal(t, "past the end", []store.TenantProfile(nil))(tx.FindAccounts("e", store.TenantQuery{Offset: 2}))
			equal(t, "no enterprise", []store.TenantProfile(nil))(tx.FindAccounts("g", store.TenantQuery{}))
			equal(t, "TenantProfile", bakery)(tx.TenantProfile("e", id(3)))
			equal(t, "FindAccountCustomers", []store.TenantProfile{bakery, cinema})(tx.FindAccountCustomers("e", id(2), store.TenantQuery{}))
			equal(t, "a filter", []store.TenantProfile{bakery, cinema})(tx.FindAccountCustomers("e", id(2), store.TenantQuery{Filter: "ö"}))
			equal(t, "a filter by reference", []store.TenantProfile{bakery})(tx.FindAccountCustomers("e", id(2), store.TenantQuery{Filter: "Ö-"}))
			equal(t, "another account", []store.TenantProfile(nil))(tx.FindAccountCustomers("e", id(1), store.TenantQuery{}))
			equal(t, "EnterpriseID", ptr(id(77)))(tx.EnterpriseID("e"))
			equal(t, "EnterpriseID of none", (*uuid.UUID)(nil))(tx.EnterpriseID("f"))
			if _, err := tx.TenantProfile("e", id(9)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("an unknown tenant: error %v, want ErrNotFound", err)
			}
			if _, err := tx.EnterpriseID("g"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("an unknown enterprise: error %v, want ErrNotFound", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
