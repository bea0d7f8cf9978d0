package store

import "time"

// The kinds of grants.
const (
	GrantCode    = "code"
	GrantRefresh = "refresh"
)

// Grant is an authorization code or a refresh token that was issued. The store does not interpret its texts.
type Grant struct {
	// ID is a hash of the code or the token, so that a copy of the database reveals neither.
	ID, Kind string
	// Family is shared by a code and all refresh tokens that were issued because of it.
	Family, Client, RedirectURI, Challenge, Scope string
	// Expires is stored in whole seconds and read in UTC.
	Expires time.Time
	// Used grants are kept until they expire, so that a second use is detected.
	Used bool
}

// AddGrant adds a grant, and deletes the grants that have expired at now. The error wraps [ErrConflict] if the id is taken.
// Clear does not delete grants, nor the keys that sign tokens.
func (tx *Tx) AddGrant(g Grant, now time.Time) (err error) {
	defer wrapf(&err, "add grant")
	if _, err := tx.exec(`DELETE FROM grants WHERE expires <= $1`, now.Unix()); err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO grants (id, kind, family, client, redirect_uri, challenge, scope, expires, used)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		g.ID, g.Kind, g.Family, g.Client, g.RedirectURI, g.Challenge, g.Scope, g.Expires.Unix(), g.Used)
	return err
}

// Grant returns a grant, or an error wrapping [ErrNotFound].
func (tx *Tx) Grant(id string) (Grant, error) {
	g, err := one(tx, scanGrant, `SELECT id, kind, family, client, redirect_uri, challenge, scope, expires, used
		FROM grants WHERE id = $1`, id)
	return g, wrap(err, "grant")
}

func scanGrant(r row) (g Grant, err error) {
	var expires int64
	err = r.Scan(&g.ID, &g.Kind, &g.Family, &g.Client, &g.RedirectURI, &g.Challenge, &g.Scope, &expires, &g.Used)
	g.Expires = time.Unix(expires, 0).UTC()
	return g, err
}

// UseGrant marks a grant as used. The error wraps [ErrNotFound] if no unused grant has the id.
func (tx *Tx) UseGrant(id string) error {
	return wrap(tx.execOne(`UPDATE grants SET used = TRUE WHERE id = $1 AND NOT used`, id), "use grant")
}

// RevokeGrants deletes a family of grants.
func (tx *Tx) RevokeGrants(family string) error {
	_, err := tx.exec(`DELETE FROM grants WHERE family = $1`, family)
	return wrap(err, "revoke grants")
}
