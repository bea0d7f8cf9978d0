package store

import (
	"encoding/json"
	"strconv"

	"github.com/google/uuid"
)

// A row of customer_users also holds the user's JSON, as the CloudCockpit API shows it. A page is then a concatenation of
// texts, for which no other column is read and nothing is encoded.

// userJSON is a customer user in the API. Its members are those of the generated type, in the same order; a test compares both.
type userJSON struct {
	DisplayName       string    `json:"displayName"`
	Domain            string    `json:"domain"`
	Email             string    `json:"email"`
	FirstName         *string   `json:"firstName"`
	ID                uuid.UUID `json:"id"`
	LastName          *string   `json:"lastName"`
	Location          string    `json:"location"`
	TemporaryPassword *string   `json:"temporaryPassword"` // always null
}

const (
	// viewFormat must change whenever viewOf encodes a user differently. Open then writes all views again.
	viewFormat = 1
	// metaViewFormat is the name under which the format of a database's views is stored.
	metaViewFormat = "customer user views"
	// viewsVersion is the version of the schema that has the column.
	viewsVersion = 5
)

// viewOf returns a user's JSON.
func viewOf(u CustomerUser) (string, error) {
	view, err := json.Marshal(userJSON{
		DisplayName: u.DisplayName, Domain: u.Domain, Email: u.Email, FirstName: u.FirstName, ID: u.ID, LastName: u.LastName,
		Location: u.Location,
	})
	return string(view), err
}

// userColumns are the columns that an update of a user changes, and keyColumns those that change only with its keys: SQLite
// writes the indexes of every column that an UPDATE names. userValues returns the values of both. All statements that write
// users use them, so that a row and its JSON cannot differ.
const (
	userColumns = `display_name, email, first_name, last_name, location, domain, view`
	keyColumns  = `display_name_key, email_key`
)

func userValues(u CustomerUser) (values, keys []any, err error) {
	view, err := viewOf(u)
	values = []any{u.DisplayName, u.Email, u.FirstName, u.LastName, u.Location, u.Domain, view}
	k := keysOf(u)
	return values, []any{k.displayName, k.email}, err
}

// CustomerUserView returns the JSON of a provider instance's user, or an error wrapping [ErrNotFound].
func (tx *Tx) CustomerUserView(domain string, providerInstanceID, id uuid.UUID) (string, error) {
	view, err := one(tx, value[string], `SELECT view FROM customer_users
		WHERE tenant = $1 AND provider_instance_id = $2 AND id = $3`, domain, providerInstanceID, id)
	return view, wrap(err, "customer user %s of provider instance %s of %s", id, providerInstanceID, domain)
}

// UserPage is a page of customer users.
type UserPage struct {
	// Users is the users' JSON, with commas between them.
	Users string
	// Total is the number of the users on all pages.
	Total int
}

// refreshAtOnce is the number of users whose views are written with one statement.
const refreshAtOnce = 100

// refreshViews writes the views of all users if those in the database have another format, or are missing.
func (tx *Tx) refreshViews() (err error) {
	defer wrapf(&err, "write the views of customer users")
	format, err := tx.Meta(metaViewFormat)
	if err != nil || format == strconv.Itoa(viewFormat) {
		return err
	}
	for last := int64(0); ; {
		us, err := all(tx, scanNumbered, `SELECT seq, `+customerUserColumns+` FROM customer_users
			WHERE seq > $1 ORDER BY seq LIMIT CAST($2 AS BIGINT)`, last, refreshAtOnce)
		if err != nil {
			return err
		}
		if len(us) == 0 {
			return tx.SetMeta(metaViewFormat, strconv.Itoa(viewFormat))
		}
		if err := tx.writeViews(us); err != nil {
			return err
		}
		last = us[len(us)-1].seq
	}
}

type numberedUser struct {
	CustomerUser
	seq int64
}

func scanNumbered(r row) (u numberedUser, err error) {
	err = r.Scan(&u.seq, &u.ID, &u.ProviderInstanceID, &u.DisplayName, &u.Email, &u.FirstName, &u.LastName, &u.Location, &u.Domain)
	return u, err
}

func (tx *Tx) writeViews(us []numberedUser) error {
	q := &statement{}
	q.text.WriteString(`WITH v (seq, view) AS (VALUES `)
	for i, u := range us {
		view, err := viewOf(u.CustomerUser)
		if err != nil {
			return err
		}
		if i > 0 {
			q.text.WriteString(`, `)
		}
		q.text.WriteString(`(CAST(` + q.arg(u.seq) + ` AS BIGINT), CAST(` + q.arg(view) + ` AS TEXT))`)
	}
	q.text.WriteString(`) UPDATE customer_users SET view = v.view FROM v WHERE customer_users.seq = v.seq`)
	_, err := tx.exec(q.text.String(), q.args...)
	return err
}
