package state

import (
	"context"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// Read returns the whole state at one moment. It holds the secrets of the clients, and never a user's password.
func Read(ctx context.Context, s Store) (state control.State, err error) {
	err = s.View(ctx, func(tx *store.Tx) error {
		tenants, err := answer.Each(tx.Tenants, func(t store.Tenant) (control.Tenant, error) { return readTenant(tx, t.Domain) })
		if err != nil {
			return err
		}
		enterprises, err := answer.Each(tx.Enterprises, func(e store.Enterprise) (control.Enterprise, error) { return readEnterprise(tx, e.Name) })
		if err != nil {
			return err
		}
		state.Cloudcockpit = &control.CloudCockpitState{Tenants: tenants}
		state.Myreports = &control.MyReportsState{Enterprises: enterprises}
		state.Clients, err = answer.Each(tx.Clients, readClient)
		return err
	})
	return state, err
}

func readTenant(tx *store.Tx, domain string) (t control.Tenant, err error) {
	t.Domain = domain
	t.Groups, err = answer.Each(func() ([]store.Group, error) { return tx.Groups(domain) },
		func(g store.Group) (control.Group, error) { return control.Group{ID: g.ID, Name: g.Name}, nil })
	if err != nil {
		return t, err
	}
	t.Resellers, err = answer.Each(func() ([]store.Reseller, error) { return tx.Resellers(domain) },
		func(r store.Reseller) (control.Reseller, error) {
			users, err := readPortalUsers(tx, domain, store.ScopeReseller, r.ID)
			return control.Reseller{ID: r.ID, Name: r.Name, PortalUsers: users}, err
		})
	if err != nil {
		return t, err
	}
	t.Customers, err = answer.Each(func() ([]store.Customer, error) { return tx.Customers(domain) },
		func(c store.Customer) (control.Customer, error) { return readCustomer(tx, domain, c) })
	if err != nil {
		return t, err
	}
	t.PortalUsers, err = readPortalUsers(tx, domain, store.ScopeCSP, uuid.Nil)
	return t, err
}

func readCustomer(tx *store.Tx, domain string, c store.Customer) (control.Customer, error) {
	instances, err := answer.Each(func() ([]store.ProviderInstance, error) { return tx.ProviderInstances(domain, c.ID) },
		func(p store.ProviderInstance) (control.ProviderInstance, error) {
			return readProviderInstance(tx, domain, p)
		})
	if err != nil {
		return control.Customer{}, err
	}
	users, err := readPortalUsers(tx, domain, store.ScopeCustomer, c.ID)
	return control.Customer{ID: c.ID, Name: c.Name, ResellerID: c.ResellerID, ProviderInstances: instances, PortalUsers: users}, err
}

func readProviderInstance(tx *store.Tx, domain string, p store.ProviderInstance) (control.ProviderInstance, error) {
	licenses, err := answer.Each(func() ([]store.License, error) { return tx.Licenses(domain, p.ID) }, readLicense)
	if err != nil {
		return control.ProviderInstance{}, err
	}
	users, err := answer.Each(func() ([]store.CustomerUser, error) { return tx.CustomerUsers(domain, p.ID) }, readCustomerUser)
	return control.ProviderInstance{ID: p.ID, Microsoft: p.Microsoft, Licenses: licenses, Users: users}, err
}

func readLicense(l store.License) (control.License, error) {
	available := l.Available()
	return control.License{
		SkuID: l.SkuID, Name: l.Name, TotalLicenses: l.Total, ConsumedLicenses: l.Consumed(),
		SuspendedLicenses: l.Suspended, AvailableLicenses: &available,
	}, nil
}

func readCustomerUser(u store.CustomerUser) (control.CustomerUser, error) {
	return control.CustomerUser{
		ID: u.ID, DisplayName: u.DisplayName, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName,
		Location: u.Location, Domain: u.Domain, Licenses: answer.OrEmpty(u.Licenses),
	}, nil
}

func readPortalUsers(tx *store.Tx, domain string, scope store.Scope, id uuid.UUID) ([]control.PortalUser, error) {
	return answer.Each(func() ([]store.PortalUser, error) { return tx.PortalUsersAsAdded(domain, scope, id) }, readPortalUser)
}

func readPortalUser(u store.PortalUser) (control.PortalUser, error) {
	role := string(u.Scope)
	groups := make([]control.GroupReference, len(u.Groups))
	for i, g := range u.Groups {
		groups[i] = control.GroupReference{ID: g.ID, Name: &g.Name}
	}
	return control.PortalUser{
		ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Role: &control.Role{Name: &role}, Groups: groups,
	}, nil
}

func readEnterprise(tx *store.Tx, name string) (control.Enterprise, error) {
	accounts, err := answer.Each(func() ([]store.Account, error) { return tx.Accounts(name) },
		func(a store.Account) (control.Account, error) { return readAccount(tx, name, a) })
	return control.Enterprise{Name: name, Accounts: accounts}, err
}

func readAccount(tx *store.Tx, enterprise string, a store.Account) (control.Account, error) {
	users, err := readMembers(tx, enterprise, a.ID)
	if err != nil {
		return control.Account{}, err
	}
	customers, err := answer.Each(func() ([]store.AccountCustomer, error) { return tx.AccountCustomers(enterprise, a.ID) },
		func(c store.AccountCustomer) (control.AccountCustomer, error) {
			users, err := readMembers(tx, enterprise, c.ID)
			return control.AccountCustomer{ID: c.ID, Name: c.Name, Users: users}, err
		})
	return control.Account{ID: a.ID, Name: a.Name, Users: users, Customers: customers}, err
}

func readMembers(tx *store.Tx, enterprise string, tenant uuid.UUID) ([]control.User, error) {
	return answer.Each(func() ([]store.Member, error) { return tx.Members(enterprise, tenant) }, readMember)
}

func readMember(m store.Member) (control.User, error) {
	return control.User{
		ID: m.ID, DisplayName: m.DisplayName, Email: m.Email, PrimaryTenant: &m.PrimaryTenant, IsParent: m.IsParent,
		Roles: answer.OrEmpty(m.Roles),
	}, nil
}

func readClient(c store.Client) (control.APIClient, error) {
	return control.APIClient{
		ID: c.ID, Secret: c.Secret, API: control.APIClientAPI(c.API), Tenant: answer.OrNil(c.Tenant), Enterprise: answer.OrNil(c.Enterprise),
		Role: answer.OrNil(control.APIClientRole(c.Role)), ResellerID: c.ResellerID,
	}, nil
}
