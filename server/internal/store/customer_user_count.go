package store

import (
	"errors"
	"math/rand/v2"

	"github.com/google/uuid"
)

// census describes the users of a provider instance without reading them.
type census struct {
	// instance is the number by which the instance's users are found. It is 0 if the instance does not exist.
	instance int64
	users    int
	// version changes with each user that is added or that changes its place in an order. No value comes twice: each shard
	// begins with a random number, so that this is true after Clear, too.
	version int64
}

// census reads the sums over the shards. They count all committed transactions and no others. Transactions become visible
// one after the other, so that no two states have the same sum of versions.
func (tx *Tx) census(domain string, providerInstanceID uuid.UUID) (census, error) {
	p, err := tx.instance(domain, providerInstanceID)
	if errors.Is(err, ErrNotFound) {
		return census{}, nil
	}
	if err != nil {
		return census{}, err
	}
	scan := func(r row) (census, error) {
		c := census{instance: p.seq}
		err := r.Scan(&c.users, &c.version)
		return c, err
	}
	return one(tx, scan, `SELECT CAST(COALESCE(SUM(users), 0) AS BIGINT), CAST(COALESCE(SUM(version), 0) AS BIGINT)
		FROM customer_user_counts WHERE tenant = $1 AND provider_instance_id = $2`, domain, providerInstanceID)
}

// recount notes that users were added, or with 0 that a user changed its place in an order.
func (tx *Tx) recount(domain string, providerInstanceID uuid.UUID, added int) error {
	_, err := tx.exec(`INSERT INTO customer_user_counts (tenant, provider_instance_id, shard, users, version)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, provider_instance_id, shard)
		DO UPDATE SET users = customer_user_counts.users + excluded.users, version = customer_user_counts.version + 1`,
		domain, providerInstanceID, rand.IntN(tx.flavor.shards), added, rand.Int64N(1<<48))
	return wrap(err, "count")
}
