package store

import (
	"errors"
	"math/rand/v2"

	"github.com/google/uuid"
)

// census is what is known of the list of a provider instance's users without reading it.
type census struct {
	// instance is the number by which the instance's users are found; 0 where there is no such instance.
	instance int64
	users    int
	// version is another one whenever a user came, went or changed its place in an order. It does not come again: each shard
	// begins with a number taken by chance, so that it does not even after Clear.
	version int64
}

// census reads the sums over the shards. All transactions that have committed are in it, and no other: transactions become
// visible one after the other, so that two of them cannot give the same sum.
func (tx *Tx) census(domain string, providerInstanceID uuid.UUID) (census, error) {
	c, err := one(tx, scanCensus, `SELECT p.seq, CAST(COALESCE(SUM(c.users), 0) AS BIGINT), CAST(COALESCE(SUM(c.version), 0) AS BIGINT)
		FROM provider_instances p LEFT JOIN customer_user_counts c ON c.tenant = p.tenant AND c.provider_instance_id = p.id
		WHERE p.tenant = $1 AND p.id = $2 GROUP BY p.seq`, domain, providerInstanceID)
	if errors.Is(err, ErrNotFound) {
		return census{}, nil
	}
	return c, err
}

func scanCensus(r row) (c census, err error) {
	err = r.Scan(&c.instance, &c.users, &c.version)
	return c, err
}

// recount notes that users came, or that one changed its place.
func (tx *Tx) recount(domain string, providerInstanceID uuid.UUID, came int) error {
	_, err := tx.exec(`INSERT INTO customer_user_counts (tenant, provider_instance_id, shard, users, version)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, provider_instance_id, shard)
		DO UPDATE SET users = customer_user_counts.users + excluded.users, version = customer_user_counts.version + 1`,
		domain, providerInstanceID, rand.IntN(tx.flavor.shards), came, rand.Int64N(1<<48))
	return err
}
