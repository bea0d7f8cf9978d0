package store

import "github.com/google/uuid"

// Reseller is a reseller of a tenant.
type Reseller struct {
	ID   uuid.UUID
	Name string
}

// AddReseller adds a reseller to a tenant. The error wraps [ErrConflict] if the tenant has a reseller of that id.
func (tx *Tx) AddReseller(domain string, r Reseller) error {
	_, err := tx.exec(`INSERT INTO resellers (tenant, id, name, name_key) VALUES ($1, $2, $3, $4)`, domain, r.ID, r.Name, Fold(r.Name))
	return wrap(err, "add reseller %s to %s", r.ID, domain)
}

// Reseller returns a tenant's reseller, or an error wrapping [ErrNotFound].
func (tx *Tx) Reseller(domain string, id uuid.UUID) (Reseller, error) {
	r, err := remembered(tx, directoryKey{kind: kindReseller, owner: domain, id: id}, func() (Reseller, error) {
		return one(tx, scanReseller, `SELECT id, name FROM resellers WHERE tenant = $1 AND id = $2`, domain, id)
	})
	return r, wrap(err, "reseller %s of %s", id, domain)
}

// Resellers returns a tenant's resellers.
func (tx *Tx) Resellers(domain string) ([]Reseller, error) {
	rs, err := all(tx, scanReseller, `SELECT id, name FROM resellers WHERE tenant = $1 ORDER BY seq`, domain)
	return rs, wrap(err, "list resellers of %s", domain)
}

func scanReseller(r row) (v Reseller, err error) {
	err = r.Scan(&v.ID, &v.Name)
	return v, err
}
