package store

import (
	"slices"

	"github.com/google/uuid"
)

// CustomerUser is a user in a customer's Microsoft tenant.
type CustomerUser struct {
	ID, ProviderInstanceID uuid.UUID
	DisplayName, Email     string
	FirstName, LastName    *string
	Location, Domain       string
	// Licenses are the user's SKUs, in the order in which they were given.
	Licenses []string
}

const customerUserColumns = `id, provider_instance_id, display_name, email, first_name, last_name, location, domain`

func scanCustomerUser(r row) (u CustomerUser, err error) {
	err = r.Scan(&u.ID, &u.ProviderInstanceID, &u.DisplayName, &u.Email, &u.FirstName, &u.LastName, &u.Location, &u.Domain)
	return u, err
}

// AddCustomerUser adds a user to the provider instance it names, with its licences; an SKU named twice counts once. The
// error wraps [ErrConflict] if any customer of the tenant has a user of that id, or the customer has a user of that e-mail in
// any case, and [ErrNotFound] if the provider instance or an SKU does not exist. Seats are not checked.
func (tx *Tx) AddCustomerUser(domain string, u CustomerUser) (err error) {
	defer wrapf(&err, "add customer user %s to provider instance %s of %s", u.ID, u.ProviderInstanceID, domain)
	values, keys, err := userValues(u)
	if err != nil {
		return err
	}
	err = tx.execOne(`INSERT INTO customer_users
			(tenant, id, customer_id, provider_instance_id, instance, `+userColumns+`, `+keyColumns+`)
		SELECT p.tenant, $2, p.customer_id, p.id, p.seq, $4, $5, $6, $7, $8, $9, $10, $11, $12
		FROM provider_instances p WHERE p.tenant = $1 AND p.id = $3`,
		slices.Concat([]any{domain, u.ID, u.ProviderInstanceID}, values, keys)...)
	if err != nil {
		return err
	}
	// During a bulk load, indexNow adds this user together with the others.
	if tx.indexed == nil {
		if err := tx.indexUser(domain, u.ID); err != nil {
			return err
		}
	}
	if err := tx.recount(domain, u.ProviderInstanceID, 1); err != nil {
		return err
	}
	return tx.giveLicenses(domain, u.ProviderInstanceID, u.ID, u.Licenses)
}

func (tx *Tx) giveLicenses(domain string, providerInstanceID, id uuid.UUID, skuIDs []string) error {
	for _, sku := range skuIDs {
		_, err := tx.exec(`INSERT INTO customer_user_licenses (tenant, user_id, provider_instance_id, sku_id)
			VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, user_id, sku_id) DO NOTHING`, domain, id, providerInstanceID, sku)
		if err != nil {
			return wrap(err, "license")
		}
	}
	return nil
}

// CustomerUser returns a provider instance's user, or an error wrapping [ErrNotFound]. Licenses is not filled: see
// [Tx.CustomerUserLicenses].
func (tx *Tx) CustomerUser(domain string, providerInstanceID, id uuid.UUID) (CustomerUser, error) {
	u, err := one(tx, scanCustomerUser, `SELECT `+customerUserColumns+` FROM customer_users
		WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`, domain, providerInstanceID, id)
	return u, wrap(err, "customer user %s of provider instance %s of %s", id, providerInstanceID, domain)
}

// CustomerUserLicenses returns the SKUs of a tenant's customer user, in the order in which they were given.
func (tx *Tx) CustomerUserLicenses(domain string, id uuid.UUID) ([]string, error) {
	skus, err := all(tx, value[string],
		`SELECT sku_id FROM customer_user_licenses WHERE tenant = $1 AND user_id = $2 ORDER BY seq`, domain, id)
	return skus, wrap(err, "licenses of customer user %s of %s", id, domain)
}

// CustomerUsers returns all users of a provider instance with their licences, for the state document. For a page of them
// see [Tx.FindCustomerUsers].
func (tx *Tx) CustomerUsers(domain string, providerInstanceID uuid.UUID) (us []CustomerUser, err error) {
	defer wrapf(&err, "list customer users of provider instance %s of %s", providerInstanceID, domain)
	us, err = allLong(tx, scanCustomerUser, `SELECT `+customerUserColumns+` FROM customer_users
		WHERE instance = (SELECT seq FROM provider_instances WHERE tenant = $1 AND id = $2) ORDER BY seq`, domain, providerInstanceID)
	if err != nil {
		return nil, err
	}
	skus, err := listsByOwner(tx, ownedText, `SELECT user_id, sku_id FROM customer_user_licenses
		WHERE tenant = $1 AND provider_instance_id = $2 ORDER BY seq`, domain, providerInstanceID)
	if err != nil {
		return nil, err
	}
	for i := range us {
		us[i].Licenses = skus[us[i].ID]
	}
	return us, nil
}

// CustomerUserByEmail returns the user with that e-mail, in any case, in any provider instance of a customer. Licenses is not
// filled. If there is no such user, the error wraps [ErrNotFound].
func (tx *Tx) CustomerUserByEmail(domain string, customerID uuid.UUID, email string) (CustomerUser, error) {
	u, err := one(tx, scanCustomerUser, `SELECT `+customerUserColumns+` FROM customer_users
		WHERE tenant = $1 AND customer_id = $2 AND email_key = $3`, domain, customerID, Fold(email))
	return u, wrap(err, "customer user by e-mail in customer %s of %s", customerID, domain)
}

// UpdateCustomerUser replaces the user before, which the transaction has read, by after. The id, the provider instance and the
// licences of both must be the same. Nothing is written if nothing differs. The error wraps [ErrConflict] if another user of the
// customer has the e-mail, in any case.
func (tx *Tx) UpdateCustomerUser(domain string, before, after CustomerUser) (err error) {
	defer wrapf(&err, "update customer user %s of provider instance %s of %s", after.ID, after.ProviderInstanceID, domain)
	if sameCustomerUser(before, after) {
		return nil
	}
	if keysOf(after) == keysOf(before) {
		return tx.replaceCustomerUser(domain, after, false)
	}
	if err := tx.replaceCustomerUser(domain, after, true); err != nil {
		return err
	}
	if err := tx.reindexUser(domain, after.ID); err != nil {
		return err
	}
	return tx.recount(domain, after.ProviderInstanceID, 0)
}

func sameCustomerUser(a, b CustomerUser) bool {
	return a.DisplayName == b.DisplayName && a.Email == b.Email && sameText(a.FirstName, b.FirstName) &&
		sameText(a.LastName, b.LastName) && a.Location == b.Location && a.Domain == b.Domain
}

func sameText(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func (tx *Tx) replaceCustomerUser(domain string, u CustomerUser, withKeys bool) error {
	values, keys, err := userValues(u)
	if err != nil {
		return err
	}
	set := `(` + userColumns + `) = ($4, $5, $6, $7, $8, $9, $10)`
	if withKeys {
		set += `, (` + keyColumns + `) = ($11, $12)`
		values = append(values, keys...)
	}
	return tx.execOne(`UPDATE customer_users SET `+set+` WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`,
		append([]any{domain, u.ProviderInstanceID, u.ID}, values...)...)
}

// keys are the folded texts by which users are sorted and found.
type keys struct{ displayName, email string }

func keysOf(u CustomerUser) keys { return keys{Fold(u.DisplayName), Fold(u.Email)} }

// SetLicenses replaces a user's licences by a set of SKUs. The error wraps [ErrNotFound] if the user or an SKU does not
// exist. Seats are not checked.
func (tx *Tx) SetLicenses(domain string, providerInstanceID, id uuid.UUID, skuIDs []string) (err error) {
	defer wrapf(&err, "set licenses")
	if _, err := tx.CustomerUser(domain, providerInstanceID, id); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM customer_user_licenses WHERE tenant = $1 AND user_id = $2`, domain, id); err != nil {
		return err
	}
	return tx.giveLicenses(domain, providerInstanceID, id, skuIDs)
}

// SetPassword stores a user's password. The error wraps [ErrNotFound] if the user does not exist. It never holds the
// password.
func (tx *Tx) SetPassword(domain string, providerInstanceID, id uuid.UUID, password string) error {
	err := tx.execOne(`UPDATE customer_users SET password = $4 WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`,
		domain, providerInstanceID, id, password)
	return wrap(err, "set password of customer user %s of provider instance %s of %s", id, providerInstanceID, domain)
}

// Password returns a user's password, or "" if none was set. It is for tests and for mails: no API returns it. The error
// wraps [ErrNotFound] if the user does not exist.
func (tx *Tx) Password(domain string, providerInstanceID, id uuid.UUID) (string, error) {
	p, err := one(tx, value[string], `SELECT COALESCE(password, '') FROM customer_users
		WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`, domain, providerInstanceID, id)
	return p, wrap(err, "password of customer user %s of provider instance %s of %s", id, providerInstanceID, domain)
}
