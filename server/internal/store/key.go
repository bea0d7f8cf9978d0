package store

import "time"

// SigningKey is a private key that signs tokens.
type SigningKey struct {
	ID string
	// DER is the key. The store does not parse it.
	DER []byte
	// Created is stored to the nanosecond and read in UTC.
	Created time.Time
}

// AddSigningKey adds a key. The error wraps [ErrConflict] if the id is taken. Clear does not delete keys.
func (tx *Tx) AddSigningKey(k SigningKey) error {
	_, err := tx.exec(`INSERT INTO signing_keys (id, der, created) VALUES ($1, $2, $3)`,
		k.ID, k.DER, k.Created.UTC().Format(time.RFC3339Nano))
	return wrap(err, "add signing key %s", k.ID)
}

// SigningKeys returns all keys, the oldest first.
func (tx *Tx) SigningKeys() ([]SigningKey, error) {
	ks, err := all(tx, scanSigningKey, `SELECT id, der, created FROM signing_keys ORDER BY seq`)
	return ks, wrap(err, "list signing keys")
}

func scanSigningKey(r row) (k SigningKey, err error) {
	var created string
	if err := r.Scan(&k.ID, &k.DER, &created); err != nil {
		return SigningKey{}, err
	}
	k.Created, err = time.Parse(time.RFC3339Nano, created)
	return k, err
}
