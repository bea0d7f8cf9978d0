package state

import (
	"errors"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

func (w *writer) enterprise(p place, e control.Enterprise) error {
	if err := w.tx.AddEnterprise(store.Enterprise{Name: e.Name}); err != nil {
		return p.member("name").refuseConflict(err, "a name")
	}
	if e.ID != nil {
		if err := w.tx.SetEnterpriseID(e.Name, *e.ID); err != nil {
			return err
		}
	}
	for i, a := range e.Accounts {
		p := p.item("accounts", i)
		if err := w.tx.AddAccount(e.Name, store.Account{ID: a.ID, Name: a.Name}); err != nil {
			return p.member("id").refuseConflict(err, "an id")
		}
		if err := w.tx.SetTenantProfile(e.Name, a.ID, accountDetails(a)); err != nil {
			return err
		}
		if err := w.members(p, e.Name, a.ID, a.Users); err != nil {
			return err
		}
		for j, c := range a.Customers {
			if err := w.accountCustomer(p.item("customers", j), e.Name, a.ID, c); err != nil {
				return err
			}
		}
	}
	return w.primaryTenants(p, e)
}

func (w *writer) accountCustomer(p place, enterprise string, account uuid.UUID, c control.AccountCustomer) error {
	err := w.tx.AddAccountCustomer(enterprise, store.AccountCustomer{ID: c.ID, AccountID: account, Name: c.Name})
	if err != nil {
		return p.member("id").refuseConflict(err, "an id")
	}
	if err := w.tx.SetTenantProfile(enterprise, c.ID, accountCustomerDetails(c)); err != nil {
		return err
	}
	return w.members(p, enterprise, c.ID, c.Users)
}

func (w *writer) members(p place, enterprise string, tenant uuid.UUID, users []control.User) error {
	for i, u := range users {
		p := p.item("users", i)
		if err := w.person(p, enterprise, tenant, u); err != nil {
			return err
		}
		member := store.Member{Person: store.Person{ID: u.ID}, IsParent: u.IsParent, Roles: u.Roles}
		if err := w.tx.AddMember(enterprise, tenant, member); err != nil {
			return p.member("id").refuseConflict(err, "an id")
		}
	}
	return nil
}

// person adds a person when it occurs for the first time, and refuses a later one that differs.
func (w *writer) person(p place, enterprise string, tenant uuid.UUID, u control.User) error {
	primary := tenant
	if u.PrimaryTenant != nil {
		primary = *u.PrimaryTenant
	}
	person := store.Person{ID: u.ID, DisplayName: u.DisplayName, Email: u.Email, PrimaryTenant: primary}
	known, err := w.tx.Person(enterprise, u.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		if err := w.tx.AddPerson(enterprise, person); err != nil {
			return p.member("email").refuseConflict(err, "an e-mail")
		}
	case err != nil:
		return err
	case u.PrimaryTenant == nil:
		person.PrimaryTenant = known.PrimaryTenant
		fallthrough
	default:
		if known != person {
			return p.refuse("the same user as where the id occurs first")
		}
	}
	return nil
}

// primaryTenants refuses a user whose primary tenant is not in the enterprise.
func (w *writer) primaryTenants(p place, e control.Enterprise) error {
	tenants := map[uuid.UUID]bool{}
	for _, a := range e.Accounts {
		tenants[a.ID] = true
		for _, c := range a.Customers {
			tenants[c.ID] = true
		}
	}
	check := func(p place, users []control.User) error {
		for i, u := range users {
			if u.PrimaryTenant != nil && !tenants[*u.PrimaryTenant] {
				return p.item("users", i).member("primaryTenant").refuse("the id of an account or customer of the enterprise")
			}
		}
		return nil
	}
	for i, a := range e.Accounts {
		p := p.item("accounts", i)
		if err := check(p, a.Users); err != nil {
			return err
		}
		for j, c := range a.Customers {
			if err := check(p.item("customers", j), c.Users); err != nil {
				return err
			}
		}
	}
	return nil
}
