package store

import "github.com/google/uuid"

// Customer is a customer of a tenant.
type Customer struct {
	ID   uuid.UUID
	Name string
	// ResellerID is the customer's reseller. It is nil if the tenant sells to the customer itself.
	ResellerID *uuid.UUID
}

// ProviderInstance is a customer's account at one provider.
type ProviderInstance struct {
	ID, CustomerID uuid.UUID
	// Microsoft is set if the provider is Microsoft. Only such an instance has licences and customer users.
	Microsoft bool
}

// AddCustomer adds a customer to a tenant. The error wraps [ErrConflict] if the tenant has a customer of that id, and
// [ErrNotFound] if the reseller does not exist.
func (tx *Tx) AddCustomer(domain string, c Customer) error {
	_, err := tx.exec(`INSERT INTO customers (tenant, id, name, reseller_id, name_key) VALUES ($1, $2, $3, $4, $5)`,
		domain, c.ID, c.Name, c.ResellerID, Fold(c.Name))
	return wrap(err, "add customer %s to %s", c.ID, domain)
}

// Customer returns a tenant's customer, or an error wrapping [ErrNotFound].
func (tx *Tx) Customer(domain string, id uuid.UUID) (Customer, error) {
	c, err := remembered(tx, directoryKey{kind: kindCustomer, owner: domain, id: id}, func() (Customer, error) {
		return one(tx, scanCustomer, `SELECT id, name, reseller_id FROM customers WHERE tenant = $1 AND id = $2`, domain, id)
	})
	if c.ResellerID != nil {
		reseller := *c.ResellerID
		c.ResellerID = &reseller
	}
	return c, wrap(err, "customer %s of %s", id, domain)
}

// Customers returns a tenant's customers.
func (tx *Tx) Customers(domain string) ([]Customer, error) {
	cs, err := all(tx, scanCustomer, `SELECT id, name, reseller_id FROM customers WHERE tenant = $1 ORDER BY seq`, domain)
	return cs, wrap(err, "list customers of %s", domain)
}

func scanCustomer(r row) (c Customer, err error) {
	err = r.Scan(&c.ID, &c.Name, &c.ResellerID)
	return c, err
}

// AddProviderInstance adds a provider instance to the customer it names. The error wraps [ErrConflict] if any customer of
// the tenant has a provider instance of that id, and [ErrNotFound] if the customer does not exist.
func (tx *Tx) AddProviderInstance(domain string, p ProviderInstance) error {
	_, err := tx.exec(`INSERT INTO provider_instances (tenant, id, customer_id, microsoft) VALUES ($1, $2, $3, $4)`,
		domain, p.ID, p.CustomerID, p.Microsoft)
	return wrap(err, "add provider instance %s to customer %s of %s", p.ID, p.CustomerID, domain)
}

// ProviderInstance returns a provider instance of any customer of a tenant, or an error wrapping [ErrNotFound].
func (tx *Tx) ProviderInstance(domain string, id uuid.UUID) (ProviderInstance, error) {
	p, err := tx.instance(domain, id)
	return p.ProviderInstance, wrap(err, "provider instance %s of %s", id, domain)
}

// instance is a provider instance with the number by which its users are found.
type instance struct {
	ProviderInstance
	seq int64
}

func (tx *Tx) instance(domain string, id uuid.UUID) (instance, error) {
	return remembered(tx, directoryKey{kind: kindInstance, owner: domain, id: id}, func() (instance, error) {
		scan := func(r row) (p instance, err error) {
			err = r.Scan(&p.ID, &p.CustomerID, &p.Microsoft, &p.seq)
			return p, err
		}
		return one(tx, scan, `SELECT id, customer_id, microsoft, seq FROM provider_instances WHERE tenant = $1 AND id = $2`, domain, id)
	})
}

// ProviderInstances returns a customer's provider instances.
func (tx *Tx) ProviderInstances(domain string, customerID uuid.UUID) ([]ProviderInstance, error) {
	ps, err := all(tx, scanProviderInstance,
		`SELECT id, customer_id, microsoft FROM provider_instances WHERE tenant = $1 AND customer_id = $2 ORDER BY seq`,
		domain, customerID)
	return ps, wrap(err, "list provider instances of customer %s of %s", customerID, domain)
}

func scanProviderInstance(r row) (p ProviderInstance, err error) {
	err = r.Scan(&p.ID, &p.CustomerID, &p.Microsoft)
	return p, err
}
