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
			return readReseller(tx, domain, r.ID)
		})
	if err != nil {
		return t, err
	}
	t.Customers, err = answer.Each(func() ([]store.Customer, error) { return tx.Customers(domain) },
		func(c store.Customer) (control.Customer, error) { return readCustomer(tx, domain, c.ID) })
	if err != nil {
		return t, err
	}
	t.PortalUsers, err = readPortalUsers(tx, domain, store.ScopeCSP, uuid.Nil)
	return t, err
}

func readReseller(tx *store.Tx, domain string, id uuid.UUID) (control.Reseller, error) {
	profile, err := tx.ResellerProfile(domain, id)
	if err != nil {
		return control.Reseller{}, err
	}
	r := resellerState(profile)
	r.PortalUsers, err = readPortalUsers(tx, domain, store.ScopeReseller, id)
	return r, err
}

func readCustomer(tx *store.Tx, domain string, id uuid.UUID) (control.Customer, error) {
	profile, err := tx.CustomerProfile(domain, id)
	if err != nil {
		return control.Customer{}, err
	}
	c := customerState(profile)
	c.ProviderInstances, err = answer.Each(func() ([]store.ProviderProfile, error) { return profile.Instances, nil },
		func(p store.ProviderProfile) (control.ProviderInstance, error) {
			return readProviderInstance(tx, domain, p)
		})
	if err != nil {
		return c, err
	}
	c.PortalUsers, err = readPortalUsers(tx, domain, store.ScopeCustomer, id)
	return c, err
}

func readProviderInstance(tx *store.Tx, domain string, profile store.ProviderProfile) (p control.ProviderInstance, err error) {
	p = providerState(profile)
	p.Licenses, err = answer.Each(func() ([]store.License, error) { return tx.Licenses(domain, p.ID) }, readLicense)
	if err != nil {
		return p, err
	}
	p.Users, err = answer.Each(func() ([]store.CustomerUser, error) { return tx.CustomerUsers(domain, p.ID) }, readCustomerUser)
	return p, err
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
	id, err := tx.EnterpriseID(name)
	if err != nil {
		return control.Enterprise{}, err
	}
	accounts, err := answer.Each(func() ([]store.Account, error) { return tx.Accounts(name) },
		func(a store.Account) (control.Account, error) { return readAccount(tx, name, a.ID) })
	return control.Enterprise{Name: name, ID: id, Accounts: accounts}, err
}

func readAccount(tx *store.Tx, enterprise string, id uuid.UUID) (a control.Account, err error) {
	profile, err := tx.TenantProfile(enterprise, id)
	if err != nil {
		return a, err
	}
	a = accountState(profile)
	if a.Users, err = readMembers(tx, enterprise, id); err != nil {
		return a, err
	}
	a.Customers, err = answer.Each(func() ([]store.AccountCustomer, error) { return tx.AccountCustomers(enterprise, id) },
		func(c store.AccountCustomer) (control.AccountCustomer, error) {
			return readAccountCustomer(tx, enterprise, c.ID)
		})
	return a, err
}

func readAccountCustomer(tx *store.Tx, enterprise string, id uuid.UUID) (c control.AccountCustomer, err error) {
	profile, err := tx.TenantProfile(enterprise, id)
	if err != nil {
		return c, err
	}
	c = accountCustomerState(profile)
	c.Users, err = readMembers(tx, enterprise, id)
	return c, err
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
