package sandbox

import (
	"context"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/sandbox"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// readState gives the whole state as of one moment. It holds the secrets of the clients and never a user's password.
func (s *Sandbox) readState(ctx context.Context) (state api.State, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		tenants, err := each(tx.Tenants, func(t store.Tenant) (api.Tenant, error) { return readTenant(tx, t.Domain) })
		if err != nil {
			return err
		}
		enterprises, err := each(tx.Enterprises, func(e store.Enterprise) (api.Enterprise, error) { return readEnterprise(tx, e.Name) })
		if err != nil {
			return err
		}
		state.Cloudcockpit = &api.CloudCockpitState{Tenants: tenants}
		state.Myreports = &api.MyReportsState{Enterprises: enterprises}
		state.Clients, err = each(tx.Clients, readClient)
		return err
	})
	return state, err
}

// each lists rows and turns each into what the state document has for it. The list is never nil.
func each[R, D any](list func() ([]R, error), read func(R) (D, error)) ([]D, error) {
	rows, err := list()
	if err != nil {
		return nil, err
	}
	out := make([]D, len(rows))
	for i, row := range rows {
		if out[i], err = read(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func readTenant(tx *store.Tx, domain string) (t api.Tenant, err error) {
	t.Domain = domain
	t.Groups, err = each(func() ([]store.Group, error) { return tx.Groups(domain) },
		func(g store.Group) (api.Group, error) { return api.Group{ID: g.ID, Name: g.Name}, nil })
	if err != nil {
		return t, err
	}
	t.Resellers, err = each(func() ([]store.Reseller, error) { return tx.Resellers(domain) },
		func(r store.Reseller) (api.Reseller, error) {
			users, err := readPortalUsers(tx, domain, store.ScopeReseller, r.ID)
			return api.Reseller{ID: r.ID, Name: r.Name, PortalUsers: users}, err
		})
	if err != nil {
		return t, err
	}
	t.Customers, err = each(func() ([]store.Customer, error) { return tx.Customers(domain) },
		func(c store.Customer) (api.Customer, error) { return readCustomer(tx, domain, c) })
	if err != nil {
		return t, err
	}
	t.PortalUsers, err = readPortalUsers(tx, domain, store.ScopeCSP, uuid.Nil)
	return t, err
}

func readCustomer(tx *store.Tx, domain string, c store.Customer) (api.Customer, error) {
	instances, err := each(func() ([]store.ProviderInstance, error) { return tx.ProviderInstances(domain, c.ID) },
		func(p store.ProviderInstance) (api.ProviderInstance, error) {
			return readProviderInstance(tx, domain, p)
		})
	if err != nil {
		return api.Customer{}, err
	}
	users, err := readPortalUsers(tx, domain, store.ScopeCustomer, c.ID)
	return api.Customer{ID: c.ID, Name: c.Name, ResellerID: c.ResellerID, ProviderInstances: instances, PortalUsers: users}, err
}

func readProviderInstance(tx *store.Tx, domain string, p store.ProviderInstance) (api.ProviderInstance, error) {
	licenses, err := each(func() ([]store.License, error) { return tx.Licenses(domain, p.ID) }, readLicense)
	if err != nil {
		return api.ProviderInstance{}, err
	}
	users, err := each(func() ([]store.CustomerUser, error) { return tx.CustomerUsers(domain, p.ID) }, readCustomerUser)
	return api.ProviderInstance{ID: p.ID, Microsoft: p.Microsoft, Licenses: licenses, Users: users}, err
}

func readLicense(l store.License) (api.License, error) {
	available := l.Available()
	return api.License{
		SkuID: l.SkuID, Name: l.Name, TotalLicenses: l.Total, ConsumedLicenses: l.Consumed(),
		SuspendedLicenses: l.Suspended, AvailableLicenses: &available,
	}, nil
}

func readCustomerUser(u store.CustomerUser) (api.CustomerUser, error) {
	return api.CustomerUser{
		ID: u.ID, DisplayName: u.DisplayName, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName,
		Location: u.Location, Domain: u.Domain, Licenses: orEmpty(u.Licenses),
	}, nil
}

func readPortalUsers(tx *store.Tx, domain string, scope store.Scope, id uuid.UUID) ([]api.PortalUser, error) {
	return each(func() ([]store.PortalUser, error) { return tx.PortalUsersAsAdded(domain, scope, id) }, readPortalUser)
}

func readPortalUser(u store.PortalUser) (api.PortalUser, error) {
	role := string(u.Scope)
	groups := make([]api.GroupReference, len(u.Groups))
	for i, g := range u.Groups {
		groups[i] = api.GroupReference{ID: g.ID, Name: &g.Name}
	}
	return api.PortalUser{
		ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Role: &api.Role{Name: &role}, Groups: groups,
	}, nil
}

func readEnterprise(tx *store.Tx, name string) (api.Enterprise, error) {
	accounts, err := each(func() ([]store.Account, error) { return tx.Accounts(name) },
		func(a store.Account) (api.Account, error) { return readAccount(tx, name, a) })
	return api.Enterprise{Name: name, Accounts: accounts}, err
}

func readAccount(tx *store.Tx, enterprise string, a store.Account) (api.Account, error) {
	users, err := readMembers(tx, enterprise, a.ID)
	if err != nil {
		return api.Account{}, err
	}
	customers, err := each(func() ([]store.AccountCustomer, error) { return tx.AccountCustomers(enterprise, a.ID) },
		func(c store.AccountCustomer) (api.AccountCustomer, error) {
			users, err := readMembers(tx, enterprise, c.ID)
			return api.AccountCustomer{ID: c.ID, Name: c.Name, Users: users}, err
		})
	return api.Account{ID: a.ID, Name: a.Name, Users: users, Customers: customers}, err
}

func readMembers(tx *store.Tx, enterprise string, tenant uuid.UUID) ([]api.User, error) {
	return each(func() ([]store.Member, error) { return tx.Members(enterprise, tenant) }, readMember)
}

func readMember(m store.Member) (api.User, error) {
	return api.User{
		ID: m.ID, DisplayName: m.DisplayName, Email: m.Email, PrimaryTenant: &m.PrimaryTenant, IsParent: m.IsParent,
		Roles: orEmpty(m.Roles),
	}, nil
}

func readClient(c store.Client) (api.APIClient, error) {
	return api.APIClient{
		ID: c.ID, Secret: c.Secret, API: api.APIClientAPI(c.API), Tenant: orNil(c.Tenant), Enterprise: orNil(c.Enterprise),
		Role: orNil(api.APIClientRole(c.Role)), ResellerID: c.ResellerID,
	}, nil
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// orNil is a pointer to v, or nil where v is the zero value.
func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
