package store

import (
	"slices"

	"github.com/google/uuid"
)

// Tenant is a CloudCockpit tenant.
type Tenant struct {
	// Domain is the tenant's key in every method that takes a domain. It is compared byte by byte.
	Domain string
}

// Group is a permission group of a tenant's portal users.
type Group struct {
	ID   uuid.UUID
	Name string
}

// AddTenant adds a tenant. The error wraps [ErrConflict] if the domain is taken.
func (tx *Tx) AddTenant(t Tenant) error {
	_, err := tx.exec(`INSERT INTO tenants (domain) VALUES ($1)`, t.Domain)
	return wrap(err, "add tenant")
}

// Tenant returns the tenant of a domain, or an error wrapping [ErrNotFound].
func (tx *Tx) Tenant(domain string) (Tenant, error) {
	t, err := remembered(tx, directoryKey{kind: kindTenant, owner: domain}, func() (Tenant, error) {
		return one(tx, scanTenant, `SELECT domain FROM tenants WHERE domain = $1`, domain)
	})
	return t, wrap(err, "tenant %s", domain)
}

// Tenants returns all tenants.
func (tx *Tx) Tenants() ([]Tenant, error) {
	ts, err := all(tx, scanTenant, `SELECT domain FROM tenants ORDER BY seq`)
	return ts, wrap(err, "list tenants")
}

func scanTenant(r row) (t Tenant, err error) {
	err = r.Scan(&t.Domain)
	return t, err
}

// AddGroup adds a group to a tenant. The error wraps [ErrConflict] if the tenant has a group of that id.
func (tx *Tx) AddGroup(domain string, g Group) error {
	_, err := tx.exec(`INSERT INTO portal_groups (tenant, id, name) VALUES ($1, $2, $3)`, domain, g.ID, g.Name)
	return wrap(err, "add group %s to %s", g.ID, domain)
}

// Groups returns a tenant's groups.
func (tx *Tx) Groups(domain string) ([]Group, error) {
	gs, err := remembered(tx, directoryKey{kind: kindGroups, owner: domain}, func() ([]Group, error) {
		return all(tx, scanGroup, `SELECT id, name FROM portal_groups WHERE tenant = $1 ORDER BY seq`, domain)
	})
	return slices.Clone(gs), wrap(err, "list groups of %s", domain)
}

func scanGroup(r row) (g Group, err error) {
	err = r.Scan(&g.ID, &g.Name)
	return g, err
}
