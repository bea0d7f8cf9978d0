package store

import (
	"strings"

	"github.com/google/uuid"
)

// ResellerProfile is a reseller as lists show it.
type ResellerProfile struct {
	Reseller
	Company
	// Providers are the provider instances that the reseller has.
	Providers []ResellerProvider `json:"providers,omitempty"`
	// MPNs are the reseller's MPN ids, which searches look at. Reads do not return them.
	MPNs []string `json:"-"`
}

// ResellerProvider is what a reseller has with one provider instance.
type ResellerProvider struct {
	ProviderInstanceID   uuid.UUID `json:"providerInstanceId"`
	ProviderResellerID   *string   `json:"providerResellerId,omitempty"`
	ResellerProviderData *string   `json:"resellerProviderData,omitempty"`
}

// ResellerField is what a search for resellers looks at.
type ResellerField int

// The fields of a search. The zero value is the name.
const (
	ResellerName ResellerField = iota
	ResellerIdentifier
	ResellerMPN
)

// ResellerQuery selects a page of resellers. Its zero value selects all, by name.
type ResellerQuery struct {
	// Search is a text that the field contains, in any case. The empty text matches every reseller.
	Search string
	Field  ResellerField
	// CustomerID selects the reseller of a customer; nil selects all.
	CustomerID *uuid.UUID
	// Descending reverses the order of the names. Equal names are sorted by id, ascending in both directions.
	Descending bool
	// Offset is the number of resellers to skip, Limit the maximum number to return; a Limit below 1 is no limit.
	Offset, Limit int
}

// SetResellerProfile sets what lists show of a reseller. The error wraps [ErrNotFound] if the tenant has no such reseller.
func (tx *Tx) SetResellerProfile(domain string, r ResellerProfile) (err error) {
	defer wrapf(&err, "profile of reseller %s of %s", r.ID, domain)
	profile, err := encodeProfile(resellerProfile{r.Company, r.Providers})
	if err != nil {
		return err
	}
	return tx.execOne(`UPDATE resellers SET identifier_key = $3, mpn_key = $4, profile = $5 WHERE tenant = $1 AND id = $2`,
		domain, r.ID, foldAll(r.InternalIdentifier), Fold(strings.Join(r.MPNs, "\n")), profile)
}

// resellerProfile is what the column profile holds.
type resellerProfile struct {
	Company
	Providers []ResellerProvider `json:"providers,omitempty"`
}

const resellerProfileColumns = `id, name, profile`

func scanResellerProfile(r row) (p ResellerProfile, err error) {
	var text string
	if err := r.Scan(&p.ID, &p.Name, &text); err != nil {
		return p, err
	}
	var profile resellerProfile
	err = decodeProfile(text, &profile)
	p.Company, p.Providers = profile.Company, profile.Providers
	return p, err
}

// ResellerProfile returns a reseller, or an error wrapping [ErrNotFound].
func (tx *Tx) ResellerProfile(domain string, id uuid.UUID) (ResellerProfile, error) {
	r, err := one(tx, scanResellerProfile, `SELECT `+resellerProfileColumns+` FROM resellers WHERE tenant = $1 AND id = $2`, domain, id)
	return r, wrap(err, "reseller %s of %s", id, domain)
}

// FindResellers returns a page of a tenant's resellers, and the number of resellers on all pages. A page past the end is
// empty.
func (tx *Tx) FindResellers(domain string, q ResellerQuery) ([]ResellerProfile, int, error) {
	from := &statement{}
	from.text.WriteString(` FROM resellers WHERE tenant = ` + from.arg(domain))
	if q.CustomerID != nil {
		from.text.WriteString(` AND id IN (SELECT c.reseller_id FROM customers c WHERE c.tenant = $1 AND c.id = ` + from.arg(*q.CustomerID) + `)`)
	}
	if q.Search != "" {
		column := map[ResellerField]string{ResellerName: "name_key", ResellerIdentifier: "identifier_key", ResellerMPN: "mpn_key"}[q.Field]
		from.text.WriteString(` AND ` + tx.flavor.contains(column, from.arg(Fold(q.Search))))
	}
	rs, total, err := page(tx, from, resellerProfileColumns, "name_key", directoryPage{q.Descending, q.Offset, q.Limit}, scanResellerProfile)
	return rs, total, wrap(err, "page of resellers of %s", domain)
}
