package store

import "time"

// SigningKey is a private key that tokens are signed with.
type SigningKey struct {
	ID string
	// DER is the key; the store does not look into it.
	DER []byte
	// Created is stored to the nanosecond and read in UTC.
	Created time.Time
}

// AddSigningKey adds a key, or returns an error wrapping [ErrConflict] when there is one of that id. Clear leaves it alone.
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
