package store

import (
	"math"

	"github.com/google/uuid"
)

// License is the stock of one SKU in a provider instance. The seats of listed users are counted when it is read and not
// stored, so that the numbers always agree with the users.
type License struct {
	SkuID, Name string
	// Total and Suspended are as the API shows them.
	Total, Suspended int32
	// Elsewhere is the number of seats that are in use, but not by listed users: a state document's consumedLicenses less
	// the seats of its users.
	Elsewhere int32
	// Assignable is the number of seats that the listed users may use together: a state document's availableLicenses and the
	// seats of its users.
	Assignable int32
	// Assigned is the number of seats that listed users use. AddLicense ignores it.
	Assigned int32
}

// Consumed is the number of seats in use, as the API shows it. It stays within 32 bits if the seats of a row do not: the
// sandbox refuses such rows, but older ones took them.
func (l License) Consumed() int32 {
	return int32(min(int64(l.Elsewhere)+int64(l.Assigned), math.MaxInt32))
}

// Available is the number of free seats, as the API shows it.
func (l License) Available() int32 { return l.Assignable - l.Assigned }

// AddLicense adds an SKU to a provider instance. It must be added before a user of it. The error wraps [ErrConflict] if the
// instance has the SKU, and [ErrNotFound] if the instance does not exist.
func (tx *Tx) AddLicense(domain string, providerInstanceID uuid.UUID, l License) error {
	_, err := tx.exec(`INSERT INTO licenses
		(tenant, provider_instance_id, sku_id, name, total, suspended, elsewhere, assignable)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		domain, providerInstanceID, l.SkuID, l.Name, l.Total, l.Suspended, l.Elsewhere, l.Assignable)
	return wrap(err, "add license to provider instance %s of %s", providerInstanceID, domain)
}

// Licenses returns a provider instance's licences.
func (tx *Tx) Licenses(domain string, providerInstanceID uuid.UUID) ([]License, error) {
	ls, err := all(tx, scanLicense, `SELECT l.sku_id, l.name, l.total, l.suspended, l.elsewhere, l.assignable,
			(SELECT COUNT(*) FROM customer_user_licenses u WHERE u.tenant = l.tenant
				AND u.provider_instance_id = l.provider_instance_id AND u.sku_id = l.sku_id)
		FROM licenses l WHERE l.tenant = $1 AND l.provider_instance_id = $2 ORDER BY l.seq`, domain, providerInstanceID)
	return ls, wrap(err, "list licenses of provider instance %s of %s", providerInstanceID, domain)
}

func scanLicense(r row) (l License, err error) {
	err = r.Scan(&l.SkuID, &l.Name, &l.Total, &l.Suspended, &l.Elsewhere, &l.Assignable, &l.Assigned)
	return l, err
}
