package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// AddCustomerUsers is [Tx.AddCustomerUser] for many users of one provider instance, and much faster. It does not read their
// ProviderInstanceID. After an error the transaction can only roll back; n is then the index of the user that caused it. On
// PostgreSQL, which inserts many users with one statement, n may be that of a user up to a hundred places behind.
func (tx *Tx) AddCustomerUsers(domain string, providerInstanceID uuid.UUID, us []CustomerUser) (n int, err error) {
	defer wrapf(&err, "add customer users to provider instance %s of %s", providerInstanceID, domain)
	p, err := tx.ProviderInstance(domain, providerInstanceID)
	if err != nil {
		return 0, err
	}
	c, err := tx.census(domain, providerInstanceID)
	if err != nil {
		return 0, err
	}
	if err := tx.indexLater(); err != nil {
		return 0, err
	}
	if n, err := tx.insertUsers(domain, p, c.instance, us); err != nil {
		return n, err
	}
	if n, err := tx.insertLicenses(domain, p, us); err != nil {
		return n, err
	}
	tx.bulk += len(us)
	return len(us) - 1, tx.recount(domain, p.ID, len(us))
}

func (tx *Tx) insertUsers(domain string, p ProviderInstance, instance int64, us []CustomerUser) (int, error) {
	in := bulk{tx: tx, into: `customer_users (tenant, id, customer_id, provider_instance_id, instance, ` + userColumns + `, ` + keyColumns + `)`}
	for i, u := range us {
		values, keys, err := userValues(u)
		if err != nil {
			return i, err
		}
		if err := in.add(slices.Concat([]any{domain, u.ID, p.CustomerID, p.ID, instance}, values, keys)...); err != nil {
			return i, err
		}
	}
	return len(us) - 1, in.flush()
}

func (tx *Tx) insertLicenses(domain string, p ProviderInstance, us []CustomerUser) (int, error) {
	in := bulk{tx: tx, into: `customer_user_licenses (tenant, user_id, provider_instance_id, sku_id)`,
		conflict: ` ON CONFLICT (tenant, user_id, sku_id) DO NOTHING`}
	for i, u := range us {
		for _, sku := range u.Licenses {
			if err := in.add(domain, u.ID, p.ID, sku); err != nil {
				return i, err
			}
		}
	}
	return len(us) - 1, in.flush()
}

// bulk inserts rows into a table, several with each statement.
type bulk struct {
	tx             *Tx
	into, conflict string
	rows           int
	args           []any
}

func (b *bulk) add(row ...any) error {
	b.args = append(b.args, row...)
	if b.rows++; b.rows < b.tx.flavor.rowsAtOnce {
		return nil
	}
	return b.flush()
}

func (b *bulk) flush() error {
	if b.rows == 0 {
		return nil
	}
	_, err := b.tx.exec(`INSERT INTO `+b.into+` VALUES `+tuples(b.rows, len(b.args)/b.rows)+b.conflict, b.args...)
	b.rows, b.args = 0, b.args[:0]
	return err
}

// tuples returns ($1, $2), ($3, $4), … for a number of rows and columns.
func tuples(rows, columns int) string {
	var s strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			s.WriteString("(")
		case i%columns == 0:
			s.WriteString("), (")
		default:
			s.WriteString(", ")
		}
		fmt.Fprintf(&s, "$%d", i+1)
	}
	return s.String() + ")"
}
