package store

import "github.com/google/uuid"

// CustomerProfile is a customer as lists show it.
type CustomerProfile struct {
	Customer
	Company Company
	// Deleted customers are still in the store, and in lists that include them.
	Deleted bool
	// Instances are the customer's provider instances in the order in which they were added. SetCustomerProfile does not
	// read them.
	Instances []ProviderProfile
}

// CustomerField is what a search for customers looks at.
type CustomerField int

// The fields of a search. The zero value is the name.
const (
	CustomerName CustomerField = iota
	CustomerIdentifier
	CustomerDomain     // the domain at a provider
	CustomerProviderID // the customer's id at a provider
)

// CustomerQuery selects a page of customers. Its zero value selects all that are not deleted, by name.
type CustomerQuery struct {
	// Search is a text that the field contains, in any case. The empty text matches every customer.
	Search string
	Field  CustomerField
	// ResellerID selects the customers of a reseller; nil selects all.
	ResellerID *uuid.UUID
	// Deleted includes deleted customers.
	Deleted bool
	// Descending reverses the order of the names. Equal names are sorted by id, ascending in both directions.
	Descending bool
	// Offset is the number of customers to skip, Limit the maximum number to return; a Limit below 1 is no limit.
	Offset, Limit int
}

// SetCustomerProfile sets what lists show of a customer, except its provider instances. The error wraps [ErrNotFound] if the
// tenant has no such customer.
func (tx *Tx) SetCustomerProfile(domain string, c CustomerProfile) (err error) {
	defer wrapf(&err, "profile of customer %s of %s", c.ID, domain)
	profile, err := encodeProfile(c.Company)
	if err != nil {
		return err
	}
	return tx.execOne(`UPDATE customers SET identifier_key = $3, deleted = $4, profile = $5 WHERE tenant = $1 AND id = $2`,
		domain, c.ID, foldAll(c.Company.InternalIdentifier), c.Deleted, profile)
}

const customerProfileColumns = `id, name, reseller_id, deleted, profile`

func scanCustomerProfile(r row) (c CustomerProfile, err error) {
	var profile string
	if err := r.Scan(&c.ID, &c.Name, &c.ResellerID, &c.Deleted, &profile); err != nil {
		return c, err
	}
	return c, decodeProfile(profile, &c.Company)
}

// CustomerProfile returns a customer with its provider instances, or an error wrapping [ErrNotFound].
func (tx *Tx) CustomerProfile(domain string, id uuid.UUID) (CustomerProfile, error) {
	c, err := one(tx, scanCustomerProfile, `SELECT `+customerProfileColumns+` FROM customers WHERE tenant = $1 AND id = $2`, domain, id)
	if err != nil {
		return c, wrap(err, "customer %s of %s", id, domain)
	}
	list := []CustomerProfile{c}
	err = tx.fillInstances(domain, list)
	return list[0], err
}

// FindCustomers returns a page of a tenant's customers with their provider instances, and the number of customers on all
// pages. A page past the end is empty.
func (tx *Tx) FindCustomers(domain string, q CustomerQuery) ([]CustomerProfile, int, error) {
	from := &statement{}
	from.text.WriteString(` FROM customers WHERE tenant = ` + from.arg(domain))
	if q.ResellerID != nil {
		from.text.WriteString(` AND reseller_id = ` + from.arg(*q.ResellerID))
	}
	if !q.Deleted {
		from.text.WriteString(` AND NOT deleted`)
	}
	if q.Search != "" {
		from.text.WriteString(` AND ` + q.matches(from, tx.flavor))
	}
	cs, total, err := page(tx, from, customerProfileColumns, "name_key", directoryPage{q.Descending, q.Offset, q.Limit}, scanCustomerProfile)
	if err == nil {
		err = tx.fillInstances(domain, cs)
	}
	return cs, total, wrap(err, "page of customers of %s", domain)
}

// matches is the condition that a customer's field contains the search's text.
func (q CustomerQuery) matches(from *statement, f flavor) string {
	text := from.arg(Fold(q.Search))
	switch q.Field {
	case CustomerIdentifier:
		return f.contains("identifier_key", text)
	case CustomerDomain:
		return instanceMatches(f.contains("p.domain_key", text))
	case CustomerProviderID:
		return instanceMatches(f.contains("p.provider_customer_key", text))
	}
	return f.contains("name_key", text)
}

func instanceMatches(condition string) string {
	return `EXISTS (SELECT 1 FROM provider_instances p WHERE p.tenant = customers.tenant AND p.customer_id = customers.id AND ` + condition + `)`
}

// fillInstances reads the provider instances of customers.
func (tx *Tx) fillInstances(domain string, cs []CustomerProfile) error {
	if len(cs) == 0 {
		return nil
	}
	from := &statement{}
	from.text.WriteString(` FROM provider_instances WHERE tenant = ` + from.arg(domain))
	ids := make([]uuid.UUID, len(cs))
	for i, c := range cs {
		ids[i] = c.ID
	}
	from.text.WriteString(` AND ` + from.in("customer_id", ids) + ` ORDER BY seq`)
	owned := func(r row) (uuid.UUID, ProviderProfile, error) {
		p, err := scanProviderProfile(r)
		return p.CustomerID, p, err
	}
	instances, err := listsByOwner(tx, owned, `SELECT `+providerProfileColumns+from.text.String(), from.args...)
	for i := range cs {
		cs[i].Instances = instances[cs[i].ID]
	}
	return wrap(err, "provider instances of customers of %s", domain)
}
