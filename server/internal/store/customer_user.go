package store

import "github.com/google/uuid"

// CustomerUser is a user in a customer's Microsoft tenant.
type CustomerUser struct {
	ID, ProviderInstanceID uuid.UUID
	DisplayName, Email     string
	FirstName, LastName    *string
	Location, Domain       string
	// Licenses are the SKUs that the user has, in the order in which they were given.
	Licenses []string
}

const customerUserColumns = `id, provider_instance_id, display_name, email, first_name, last_name, location, domain`

func scanCustomerUser(r row) (u CustomerUser, err error) {
	err = r.Scan(&u.ID, &u.ProviderInstanceID, &u.DisplayName, &u.Email, &u.FirstName, &u.LastName, &u.Location, &u.Domain)
	return u, err
}

// AddCustomerUser adds a user to the provider instance it names, with its licences; an SKU named twice counts once. The
// error wraps [ErrConflict] when the tenant has a user of that id, whichever customer's, or the customer has a user of that
// e-mail, whatever its case, and [ErrNotFound] when there is no such provider instance or SKU. Seats are not checked.
func (tx *Tx) AddCustomerUser(domain string, u CustomerUser) error {
	err := tx.execOne(`INSERT INTO customer_users (tenant, id, customer_id, provider_instance_id, instance, display_name,
			display_name_key, email, email_key, first_name, last_name, location, domain)
		SELECT p.tenant, $2, p.customer_id, p.id, p.seq, $4, $5, $6, $7, $8, $9, $10, $11
		FROM provider_instances p WHERE p.tenant = $1 AND p.id = $3`,
		domain, u.ID, u.ProviderInstanceID, u.DisplayName, Fold(u.DisplayName), u.Email, Fold(u.Email),
		u.FirstName, u.LastName, u.Location, u.Domain)
	if err == nil {
		err = tx.listed(domain, u.ProviderInstanceID, u.ID, 1)
	}
	if err == nil {
		err = tx.giveLicenses(domain, u.ProviderInstanceID, u.ID, u.Licenses)
	}
	return wrap(err, "add customer user %s to provider instance %s of %s", u.ID, u.ProviderInstanceID, domain)
}

// listed notes that a user came (1), or has other names (0).
func (tx *Tx) listed(domain string, providerInstanceID, id uuid.UUID, came int) error {
	// Behind a bulk load, who came is one of those that the index is told of later.
	if came == 0 || tx.indexed == nil {
		if err := tx.index(tx.flavor.index.add, domain, id); err != nil {
			return err
		}
	}
	return wrap(tx.recount(domain, providerInstanceID, came), "count")
}

// unlist makes the index forget a user's names, before they change.
func (tx *Tx) unlist(domain string, id uuid.UUID) error {
	return tx.index(tx.flavor.index.remove, domain, id)
}

func (tx *Tx) giveLicenses(domain string, providerInstanceID, id uuid.UUID, skuIDs []string) error {
	for _, sku := range skuIDs {
		_, err := tx.exec(`INSERT INTO customer_user_licenses (tenant, user_id, provider_instance_id, sku_id)
			VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, user_id, sku_id) DO NOTHING`, domain, id, providerInstanceID, sku)
		if err != nil {
			return wrap(err, "license %s", sku)
		}
	}
	return nil
}

// CustomerUser returns a provider instance's user with its licences, or an error wrapping [ErrNotFound].
func (tx *Tx) CustomerUser(domain string, providerInstanceID, id uuid.UUID) (CustomerUser, error) {
	u, err := one(tx, scanCustomerUser, `SELECT `+customerUserColumns+` FROM customer_users
		WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`, domain, providerInstanceID, id)
	if err == nil {
		u.Licenses, err = all(tx, value[string],
			`SELECT sku_id FROM customer_user_licenses WHERE tenant = $1 AND user_id = $2 ORDER BY seq`, domain, id)
	}
	return u, wrap(err, "customer user %s of provider instance %s of %s", id, providerInstanceID, domain)
}

// CustomerUsers returns all users of a provider instance with their licences, for the state document. For a page of them
// see [Tx.FindCustomerUsers].
func (tx *Tx) CustomerUsers(domain string, providerInstanceID uuid.UUID) ([]CustomerUser, error) {
	us, err := all(tx, scanCustomerUser, `SELECT `+customerUserColumns+` FROM customer_users
		WHERE instance = (SELECT seq FROM provider_instances WHERE tenant = $1 AND id = $2) ORDER BY seq`, domain, providerInstanceID)
	var skus map[uuid.UUID][]string
	if err == nil {
		skus, err = listsByOwner(tx, ownedText, `SELECT user_id, sku_id FROM customer_user_licenses
			WHERE tenant = $1 AND provider_instance_id = $2 ORDER BY seq`, domain, providerInstanceID)
	}
	for i := range us {
		us[i].Licenses = skus[us[i].ID]
	}
	return us, wrap(err, "list customer users of provider instance %s of %s", providerInstanceID, domain)
}

// CustomerUserByEmail returns the user of a customer, in any of its provider instances, whose e-mail is email in any case.
// Licenses is not filled. Where there is none the error wraps [ErrNotFound].
func (tx *Tx) CustomerUserByEmail(domain string, customerID uuid.UUID, email string) (CustomerUser, error) {
	u, err := one(tx, scanCustomerUser, `SELECT `+customerUserColumns+` FROM customer_users
		WHERE tenant = $1 AND customer_id = $2 AND email_key = $3`, domain, customerID, Fold(email))
	return u, wrap(err, "customer user by e-mail in customer %s of %s", customerID, domain)
}

// UpdateCustomerUser replaces all of a user but its id, its provider instance and its licences. The error wraps
// [ErrNotFound] when the provider instance has no such user, and [ErrConflict] when another user of the customer has the
// e-mail, whatever its case.
func (tx *Tx) UpdateCustomerUser(domain string, u CustomerUser) error {
	old, err := one(tx, scanKeys, `SELECT display_name_key, email_key FROM customer_users
		WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`, domain, u.ProviderInstanceID, u.ID)
	now := keys{Fold(u.DisplayName), Fold(u.Email)}
	if err == nil && now != old {
		err = tx.unlist(domain, u.ID)
	}
	if err == nil {
		err = tx.execOne(`UPDATE customer_users SET display_name = $4, display_name_key = $5, email = $6, email_key = $7,
				first_name = $8, last_name = $9, location = $10, domain = $11
			WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`,
			domain, u.ProviderInstanceID, u.ID, u.DisplayName, now.displayName, u.Email, now.email,
			u.FirstName, u.LastName, u.Location, u.Domain)
	}
	if err == nil && now != old {
		err = tx.listed(domain, u.ProviderInstanceID, u.ID, 0)
	}
	return wrap(err, "update customer user %s of provider instance %s of %s", u.ID, u.ProviderInstanceID, domain)
}

// keys are what users are sorted and found by.
type keys struct{ displayName, email string }

func scanKeys(r row) (k keys, err error) {
	err = r.Scan(&k.displayName, &k.email)
	return k, err
}

// SetLicenses makes the SKUs the user's set. The error wraps [ErrNotFound] when there is no such user or SKU. Seats are not
// checked.
func (tx *Tx) SetLicenses(domain string, providerInstanceID, id uuid.UUID, skuIDs []string) error {
	_, err := tx.CustomerUser(domain, providerInstanceID, id)
	if err == nil {
		_, err = tx.exec(`DELETE FROM customer_user_licenses WHERE tenant = $1 AND user_id = $2`, domain, id)
	}
	if err == nil {
		err = tx.giveLicenses(domain, providerInstanceID, id, skuIDs)
	}
	return wrap(err, "set licenses")
}

// SetPassword stores a user's password. The error wraps [ErrNotFound] when there is no such user; it never holds the
// password.
func (tx *Tx) SetPassword(domain string, providerInstanceID, id uuid.UUID, password string) error {
	err := tx.execOne(`UPDATE customer_users SET password = $4 WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`,
		domain, providerInstanceID, id, password)
	return wrap(err, "set password of customer user %s of provider instance %s of %s", id, providerInstanceID, domain)
}

// Password returns a user's password, or "" when none was set. It is for tests and for mails: no API gives it back. The
// error wraps [ErrNotFound] when there is no such user.
func (tx *Tx) Password(domain string, providerInstanceID, id uuid.UUID) (string, error) {
	p, err := one(tx, value[string], `SELECT COALESCE(password, '') FROM customer_users
		WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`, domain, providerInstanceID, id)
	return p, wrap(err, "password of customer user %s of provider instance %s of %s", id, providerInstanceID, domain)
}
