package store

import "errors"

// MetaSeeded is the name under which the sandbox notes that it filled the store once, so that it does not fill a store again
// that was emptied on purpose.
const MetaSeeded = "seeded"

// Meta returns the value that SetMeta stored under a name, or "" if there is none.
func (tx *Tx) Meta(name string) (string, error) {
	v, err := one(tx, value[string], `SELECT value FROM meta WHERE name = $1`, name)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return v, wrap(err, "read meta %s", name)
}

// SetMeta stores a value about the store itself. Clear does not delete it.
func (tx *Tx) SetMeta(name, value string) error {
	_, err := tx.exec(`INSERT INTO meta (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return wrap(err, "set meta %s", name)
}

// Empty reports whether the store holds no tenant, no enterprise and no client. It does not tell a new store from one that
// was emptied on purpose: see [MetaSeeded].
func (tx *Tx) Empty() (bool, error) {
	n, err := one(tx, value[int], `SELECT (SELECT COUNT(*) FROM tenants) + (SELECT COUNT(*) FROM enterprises) + (SELECT COUNT(*) FROM clients)`)
	return n == 0, wrap(err, "count tenants, enterprises and clients")
}

// cleared lists the tables of the state. A table comes before the tables that it refers to.
var cleared = []string{
	"customer_user_licenses", "customer_users", "customer_user_counts", "licenses", "portal_user_groups", "portal_users", "portal_groups",
	"provider_instances", "customers", "resellers", "tenants",
	"member_roles", "members", "people", "report_tenants", "enterprises",
	"clients", "outbox",
}

// Clear deletes the state. It keeps the signing keys and the grants, so that tokens stay valid, and the values of SetMeta.
func (tx *Tx) Clear() error {
	if err := tx.clearIndex(); err != nil {
		return err
	}
	for _, table := range cleared {
		if _, err := tx.exec(`DELETE FROM ` + table); err != nil {
			return wrap(err, "clear %s", table)
		}
	}
	return nil
}
