package store

import "github.com/google/uuid"

// Person is one human in an enterprise, who may be a member of several of its tenants.
type Person struct {
	ID                 uuid.UUID
	DisplayName, Email string
	// PrimaryTenant is the account or customer that the person belongs to. The store does not check that it exists.
	PrimaryTenant uuid.UUID
}

// Member is a person as a member of an account or of an account's customer.
type Member struct {
	Person
	// IsParent tells that the person was set up above this tenant, a customer.
	IsParent bool
	// Roles are those in this tenant, a set in the order in which they were added.
	Roles []string
}

const (
	personColumns = `p.id, p.display_name, p.email, p.primary_tenant`
	memberColumns = personColumns + `, m.is_parent`
)

func scanPerson(r row) (p Person, err error) {
	err = r.Scan(&p.ID, &p.DisplayName, &p.Email, &p.PrimaryTenant)
	return p, err
}

func scanMember(r row) (m Member, err error) {
	err = r.Scan(&m.ID, &m.DisplayName, &m.Email, &m.PrimaryTenant, &m.IsParent)
	return m, err
}

// AddPerson adds a person, who is a member of nothing yet. The error wraps [ErrConflict] when the enterprise has a person of
// that id or e-mail, whatever its case.
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

// PersonByEmail returns the person whose e-mail is email in any case, or an error wrapping [ErrNotFound].
func (tx *Tx) PersonByEmail(enterprise, email string) (Person, error) {
	p, err := one(tx, scanPerson, `SELECT `+personColumns+` FROM people p WHERE p.enterprise = $1 AND p.email_key = $2`,
		enterprise, Fold(email))
	return p, wrap(err, "person by e-mail in %s", enterprise)
}

// UpdatePerson replaces all of a person but its id. The error wraps [ErrNotFound] when there is no such person, and
// [ErrConflict] when another has the e-mail, whatever its case.
func (tx *Tx) UpdatePerson(enterprise string, p Person) error {
	err := tx.execOne(`UPDATE people SET display_name = $3, email = $4, email_key = $5, primary_tenant = $6
		WHERE enterprise = $1 AND id = $2`,
		enterprise, p.ID, p.DisplayName, p.Email, Fold(p.Email), p.PrimaryTenant)
	return wrap(err, "update person %s of %s", p.ID, enterprise)
}

// AddMember makes a person, of whom only the id counts, a member of an account or of an account's customer; a role named
// twice counts once. The error wraps [ErrConflict] when it is one, and [ErrNotFound] when there is no such tenant or person.
func (tx *Tx) AddMember(enterprise string, tenantID uuid.UUID, m Member) error {
	_, err := tx.exec(`INSERT INTO members (enterprise, tenant_id, person_id, is_parent) VALUES ($1, $2, $3, $4)`,
		enterprise, tenantID, m.ID, m.IsParent)
	if err == nil {
		err = tx.giveRoles(enterprise, tenantID, m.ID, m.Roles)
	}
	return wrap(err, "add person %s to tenant %s of %s", m.ID, tenantID, enterprise)
}

func (tx *Tx) giveRoles(enterprise string, tenantID, personID uuid.UUID, roles []string) error {
	for _, role := range roles {
		_, err := tx.exec(`INSERT INTO member_roles (enterprise, tenant_id, person_id, role) VALUES ($1, $2, $3, $4)
			ON CONFLICT (enterprise, tenant_id, person_id, role) DO NOTHING`, enterprise, tenantID, personID, role)
		if err != nil {
			return wrap(err, "role %s", role)
		}
	}
	return nil
}

// Members returns the members of an account or of an account's customer.
func (tx *Tx) Members(enterprise string, tenantID uuid.UUID) ([]Member, error) {
	ms, err := all(tx, scanMember, `SELECT `+memberColumns+` FROM members m
		JOIN people p ON p.enterprise = m.enterprise AND p.id = m.person_id
		WHERE m.enterprise = $1 AND m.tenant_id = $2 ORDER BY m.seq`, enterprise, tenantID)
	var roles map[uuid.UUID][]string
	if err == nil {
		roles, err = listsByOwner(tx, ownedText, `SELECT person_id, role FROM member_roles
			WHERE enterprise = $1 AND tenant_id = $2 ORDER BY seq`, enterprise, tenantID)
	}
	for i := range ms {
		ms[i].Roles = roles[ms[i].ID]
	}
	return ms, wrap(err, "list members of tenant %s of %s", tenantID, enterprise)
}

// AccountUser returns a member of an account, or an error wrapping [ErrNotFound].
func (tx *Tx) AccountUser(enterprise string, accountID, userID uuid.UUID) (Member, error) {
	m, err := one(tx, scanMember, `SELECT `+memberColumns+` FROM members m
		JOIN report_tenants t ON t.enterprise = m.enterprise AND t.id = m.tenant_id AND t.account_id IS NULL
		JOIN people p ON p.enterprise = m.enterprise AND p.id = m.person_id
		WHERE m.enterprise = $1 AND m.tenant_id = $2 AND m.person_id = $3`, enterprise, accountID, userID)
	if err == nil {
		m.Roles, err = all(tx, value[string], `SELECT role FROM member_roles
			WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3 ORDER BY seq`, enterprise, accountID, userID)
	}
	return m, wrap(err, "user %s of account %s of %s", userID, accountID, enterprise)
}

// UpdateAccountUser replaces the person, but its id, and what it is in the account. What it is in other tenants changes only
// where it is the person's. The errors are those of [Tx.AccountUser] and [Tx.UpdatePerson].
func (tx *Tx) UpdateAccountUser(enterprise string, accountID uuid.UUID, m Member) error {
	_, err := tx.AccountUser(enterprise, accountID, m.ID)
	if err == nil {
		err = tx.UpdatePerson(enterprise, m.Person)
	}
	if err == nil {
		_, err = tx.exec(`UPDATE members SET is_parent = $4 WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3`,
			enterprise, accountID, m.ID, m.IsParent)
	}
	if err == nil {
		_, err = tx.exec(`DELETE FROM member_roles WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3`,
			enterprise, accountID, m.ID)
	}
	if err == nil {
		err = tx.giveRoles(enterprise, accountID, m.ID, m.Roles)
	}
	return wrap(err, "update user %s of account %s of %s", m.ID, accountID, enterprise)
}
