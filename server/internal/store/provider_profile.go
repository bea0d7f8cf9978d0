package store

import "github.com/google/uuid"

// ProviderProfile is a provider instance as lists show it.
type ProviderProfile struct {
	ProviderInstance
	ProviderDetails
	// Domain is the customer's domain at the provider, which searches look at. Reads do not return it.
	Domain string
}

// ProviderDetails are the members of a provider instance that are only shown. A nil text is unknown.
type ProviderDetails struct {
	Alias              *string  `json:"alias,omitempty"`
	InstanceProviderID *string  `json:"instanceProviderId,omitempty"`
	ImageURL           *string  `json:"imageUrl,omitempty"`
	OfferTypes         []string `json:"offerTypes,omitempty"`
	SupportedCountries []string `json:"supportedCountries,omitempty"`
	ProviderData       *string  `json:"providerData,omitempty"`
	// ProviderCustomerID is the customer's id at the provider, ProviderCustomerData what else the provider knows of it.
	ProviderCustomerID   *string `json:"providerCustomerId,omitempty"`
	ProviderCustomerData *string `json:"providerCustomerData,omitempty"`
}

// ProviderQuery selects a page of provider instances, sorted by provider, alias and id. Its zero value selects all.
type ProviderQuery struct {
	// ResellerID selects the instances of a reseller's customers; nil selects all.
	ResellerID *uuid.UUID
	// Offset is the number of instances to skip, Limit the maximum number to return; a Limit below 1 is no limit.
	Offset, Limit int
}

// SetProviderProfile sets what lists show of a provider instance. The error wraps [ErrNotFound] if the tenant has no such
// instance.
func (tx *Tx) SetProviderProfile(domain string, p ProviderProfile) (err error) {
	defer wrapf(&err, "profile of provider instance %s of %s", p.ID, domain)
	profile, err := encodeProfile(p.ProviderDetails)
	if err != nil {
		return err
	}
	return tx.execOne(`UPDATE provider_instances SET alias_key = $3, provider_customer_key = $4, domain_key = $5, profile = $6
		WHERE tenant = $1 AND id = $2`,
		domain, p.ID, foldAll(p.Alias), foldAll(p.ProviderCustomerID), Fold(p.Domain), profile)
}

const providerProfileColumns = `id, customer_id, microsoft, profile`

func scanProviderProfile(r row) (p ProviderProfile, err error) {
	var profile string
	if err := r.Scan(&p.ID, &p.CustomerID, &p.Microsoft, &profile); err != nil {
		return p, err
	}
	return p, decodeProfile(profile, &p.ProviderDetails)
}

// FindProviderInstances returns a page of a tenant's provider instances, and the number of instances on all pages. A page
// past the end is empty.
func (tx *Tx) FindProviderInstances(domain string, q ProviderQuery) ([]ProviderProfile, int, error) {
	from := &statement{}
	from.text.WriteString(` FROM provider_instances WHERE tenant = ` + from.arg(domain))
	if q.ResellerID != nil {
		from.text.WriteString(` AND customer_id IN (SELECT c.id FROM customers c WHERE c.tenant = $1 AND c.reseller_id = ` + from.arg(*q.ResellerID) + `)`)
	}
	ps, total, err := page(tx, from, providerProfileColumns, "microsoft, alias_key", directoryPage{offset: q.Offset, limit: q.Limit}, scanProviderProfile)
	return ps, total, wrap(err, "page of provider instances of %s", domain)
}
