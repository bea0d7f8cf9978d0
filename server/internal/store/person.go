package store

import "github.com/google/uuid"

// Person is a human in an enterprise. A person may be a member of several of its tenants.
type Person struct {
	ID                 uuid.UUID
	DisplayName, Email string
	// PrimaryTenant is the account or customer that the person belongs to. The store does not check that it exists.
	PrimaryTenant uuid.UUID
}

const personColumns = `p.id, p.display_name, p.email, p.primary_tenant`

func scanPerson(r row) (p Person, err error) {
	err = r.Scan(&p.ID, &p.DisplayName, &p.Email, &p.PrimaryTenant)
	return p, err
}

// AddPerson adds a person without memberships. The error wraps [ErrConflict] if the enterprise has a person of that id, or of
// that e-mail in any case.
func (tx *Tx) AddPerson(enterprise string, p Person) error {
	_, err := tx.exec(`INSERT INTO people (enterprise, id, display_name, email, email_key, primary_tenant)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		enterprise, p.ID, p.DisplayName, p.Email, Fold(p.Email), p.PrimaryTenant)
	return wrap(err, "add person %s to %s", p.ID, enterprise)
}

// Person returns a person, or an error wrapping [ErrNotFound].
func (tx *Tx) Person(enterprise string, id uuid.UUID) (Person, error) {
	p, err := one(tx, scanPerson, `SELECT `+personColumns+` FROM people p WHERE p.enterprise = $1 AND p.id = $2`, enterprise, id)
	return p, wrap(err, "person %s of %s", id, enterprise)
}

// PersonByEmail returns the person with an e-mail, in any case, or an error wrapping [ErrNotFound].
func (tx *Tx) PersonByEmail(enterprise, email string) (Person, error) {
	p, err := one(tx, scanPerson, `SELECT `+personColumns+` FROM people p WHERE p.enterprise = $1 AND p.email_key = $2`,
		enterprise, Fold(email))
	return p, wrap(err, "person by e-mail in %s", enterprise)
}

// UpdatePerson replaces a person, except its id. The error wraps [ErrNotFound] if the person does not exist, and
// [ErrConflict] if another person has the e-mail, in any case.
func (tx *Tx) UpdatePerson(enterprise string, p Person) error {
	return wrap(tx.replacePerson(enterprise, p, true), "update person %s of %s", p.ID, enterprise)
}

// replacePerson leaves out the key if it is the same: SQLite writes the indexes of every column that an UPDATE names.
func (tx *Tx) replacePerson(enterprise string, p Person, withKey bool) error {
	set, args := `display_name = $3, email = $4, primary_tenant = $5`, []any{enterprise, p.ID, p.DisplayName, p.Email, p.PrimaryTenant}
	if withKey {
		set, args = set+`, email_key = $6`, append(args, Fold(p.Email))
	}
	return tx.execOne(`UPDATE people SET `+set+` WHERE enterprise = $1 AND id = $2`, args...)
}

// DeletePerson deletes a person with all its memberships. The error wraps [ErrNotFound] if the person does not exist.
func (tx *Tx) DeletePerson(enterprise string, id uuid.UUID) (err error) {
	defer wrapf(&err, "delete person %s of %s", id, enterprise)
	if _, err := tx.exec(`DELETE FROM member_roles WHERE enterprise = $1 AND person_id = $2`, enterprise, id); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM members WHERE enterprise = $1 AND person_id = $2`, enterprise, id); err != nil {
		return err
	}
	return tx.execOne(`DELETE FROM people WHERE enterprise = $1 AND id = $2`, enterprise, id)
}
