package store

import "github.com/google/uuid"

// TenantProfile is a MyReports account, or a customer of an account, as lists show it.
type TenantProfile struct {
	ID   uuid.UUID
	Name string
	// AccountID is the account of a customer, and nil for an account.
	AccountID *uuid.UUID
	TenantDetails
}

// TenantDetails are the members of an account or customer that are only shown. A nil text is unknown.
type TenantDetails struct {
	Description *string `json:"description,omitempty"`
	Enabled     bool    `json:"enabled,omitempty"`
	Reference   *string `json:"reference,omitempty"`
	DateCreated *string `json:"dateCreated,omitempty"`
	Timezone    *string `json:"timezone,omitempty"`
	CountryCode *string `json:"countryCode,omitempty"`
}

// TenantQuery selects a page of accounts or customers, in the order in which they were added.
type TenantQuery struct {
	// Filter is a text that the name or the reference contains, in any case. The empty text matches all.
	Filter string
	// Offset is the number of tenants to skip, Limit the maximum number to return; a Limit below 1 is no limit.
	Offset, Limit int
}

// SetEnterpriseID sets the id of an enterprise. The error wraps [ErrNotFound] if there is no such enterprise.
func (tx *Tx) SetEnterpriseID(enterprise string, id uuid.UUID) error {
	err := tx.execOne(`UPDATE enterprises SET id = $2 WHERE name = $1`, enterprise, id)
	return wrap(err, "id of enterprise %s", enterprise)
}

// EnterpriseID returns the id that was set for an enterprise, or nil. The error wraps [ErrNotFound] if there is no such
// enterprise.
func (tx *Tx) EnterpriseID(enterprise string) (*uuid.UUID, error) {
	id, err := one(tx, value[*uuid.UUID], `SELECT id FROM enterprises WHERE name = $1`, enterprise)
	return id, wrap(err, "id of enterprise %s", enterprise)
}

// SetTenantProfile sets what lists show of an account or a customer of one. The error wraps [ErrNotFound] if the enterprise
// has no such tenant.
func (tx *Tx) SetTenantProfile(enterprise string, id uuid.UUID, d TenantDetails) (err error) {
	defer wrapf(&err, "profile of tenant %s of %s", id, enterprise)
	profile, err := encodeProfile(d)
	if err != nil {
		return err
	}
	return tx.execOne(`UPDATE report_tenants SET reference_key = $3, profile = $4 WHERE enterprise = $1 AND id = $2`,
		enterprise, id, foldAll(d.Reference), profile)
}

func scanTenantProfile(r row) (t TenantProfile, err error) {
	var profile string
	if err := r.Scan(&t.ID, &t.Name, &t.AccountID, &profile); err != nil {
		return t, err
	}
	return t, decodeProfile(profile, &t.TenantDetails)
}

const tenantProfileColumns = `id, name, account_id, profile`

// TenantProfile returns an account, or a customer of one, or an error wrapping [ErrNotFound].
func (tx *Tx) TenantProfile(enterprise string, id uuid.UUID) (TenantProfile, error) {
	t, err := one(tx, scanTenantProfile, `SELECT `+tenantProfileColumns+` FROM report_tenants WHERE enterprise = $1 AND id = $2`, enterprise, id)
	return t, wrap(err, "tenant %s of %s", id, enterprise)
}

// FindAccounts returns a page of an enterprise's accounts. A page past the end is empty.
func (tx *Tx) FindAccounts(enterprise string, q TenantQuery) ([]TenantProfile, error) {
	from := &statement{}
	from.text.WriteString(` FROM report_tenants WHERE enterprise = ` + from.arg(enterprise) + ` AND account_id IS NULL`)
	ts, err := tx.tenants(from, q)
	return ts, wrap(err, "page of accounts of %s", enterprise)
}

// FindAccountCustomers returns a page of an account's customers. A page past the end is empty.
func (tx *Tx) FindAccountCustomers(enterprise string, accountID uuid.UUID, q TenantQuery) ([]TenantProfile, error) {
	from := &statement{}
	from.text.WriteString(` FROM report_tenants WHERE enterprise = ` + from.arg(enterprise) + ` AND account_id = ` + from.arg(accountID))
	ts, err := tx.tenants(from, q)
	return ts, wrap(err, "page of customers of account %s of %s", accountID, enterprise)
}

func (tx *Tx) tenants(from *statement, q TenantQuery) ([]TenantProfile, error) {
	if q.Filter != "" {
		text := from.arg(Fold(q.Filter))
		from.text.WriteString(` AND (` + tx.flavor.contains("name_key", text) + ` OR ` + tx.flavor.contains("reference_key", text) + `)`)
	}
	from.text.WriteString(` ORDER BY seq LIMIT ` + from.arg(Query{Limit: q.Limit}.limit()) + ` OFFSET ` + from.arg(max(q.Offset, 0)))
	return all(tx, scanTenantProfile, `SELECT `+tenantProfileColumns+from.text.String(), from.args...)
}
