package store

import "time"

// The kinds of grants.
const (
	GrantCode    = "code"
	GrantRefresh = "refresh"
)

// Grant is what an authorization code or a refresh token stands for. What its texts may hold is the sandbox's affair.
type Grant struct {
	// ID is a hash: who reads the database learns no code and no token.
	ID, Kind string
	// Family is shared by a code and all that came of it.
	Family, Client, RedirectURI, Challenge, Scope string
	// Expires is stored in whole seconds and read in UTC.
	Expires time.Time
	// Used grants stay until they expire, so that a second use is noticed.
	Used bool
}

// AddGrant adds a grant, and drops those that have expired at now. The error wraps [ErrConflict] when there is one of that
// id. Clear leaves grants alone, as it does the keys of tokens.
func (tx *Tx) AddGrant(g Grant, now time.Time) error {
	_, err := tx.exec(`DELETE FROM grants WHERE expires <= $1`, now.Unix())
	if err == nil {
		_, err = tx.exec(`INSERT INTO grants (id, kind, family, client, redirect_uri, challenge, scope, expires, used)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			g.ID, g.Kind, g.Family, g.Client, g.RedirectURI, g.Challenge, g.Scope, g.Expires.Unix(), g.Used)
	}
	return wrap(err, "add grant of %s", g.Client)
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

// UseGrant marks a grant as used. The error wraps [ErrNotFound] when there is none of that id that is not.
func (tx *Tx) UseGrant(id string) error {
	return wrap(tx.execOne(`UPDATE grants SET used = TRUE WHERE id = $1 AND NOT used`, id), "use grant")
}

// RevokeGrants removes a family of grants.
func (tx *Tx) RevokeGrants(family string) error {
	_, err := tx.exec(`DELETE FROM grants WHERE family = $1`, family)
	return wrap(err, "revoke grants")
}
