package store

import "github.com/google/uuid"

// Client is an OAuth client. The store does not interpret its texts: Tenant and Enterprise need not exist.
type Client struct {
	ID, Secret, API, Tenant, Enterprise, Role string
	ResellerID                                *uuid.UUID
}

const clientColumns = `id, secret, api, tenant, enterprise, role, reseller_id`

// AddClient adds a client. The error wraps [ErrConflict] if the id is taken.
func (tx *Tx) AddClient(c Client) error {
	_, err := tx.exec(`INSERT INTO clients (`+clientColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		c.ID, c.Secret, c.API, c.Tenant, c.Enterprise, c.Role, c.ResellerID)
	return wrap(err, "add client")
}

// Client returns a client, or an error wrapping [ErrNotFound].
func (tx *Tx) Client(id string) (Client, error) {
	c, err := one(tx, scanClient, `SELECT `+clientColumns+` FROM clients WHERE id = $1`, id)
	return c, wrap(err, "client")
}

// Clients returns all clients.
func (tx *Tx) Clients() ([]Client, error) {
	cs, err := all(tx, scanClient, `SELECT `+clientColumns+` FROM clients ORDER BY seq`)
	return cs, wrap(err, "list clients")
}

func scanClient(r row) (c Client, err error) {
	err = r.Scan(&c.ID, &c.Secret, &c.API, &c.Tenant, &c.Enterprise, &c.Role, &c.ResellerID)
	return c, err
}
