package store

import (
	"slices"

	"github.com/google/uuid"
)

// Member is a person as a member of an account or of an account's customer.
type Member struct {
	Person
	// IsParent is set if the person was set up in a tenant above the customer of which it is a member here.
	IsParent bool
	// Roles are the person's roles in this tenant: a set, in the order in which they were added.
	Roles []string
}

const memberColumns = personColumns + `, m.is_parent`

func scanMember(r row) (m Member, err error) {
	err = r.Scan(&m.ID, &m.DisplayName, &m.Email, &m.PrimaryTenant, &m.IsParent)
	return m, err
}

// AddMember makes the person with m's id a member of an account or of an account's customer, with m's roles and IsParent; a
// role named twice counts once. It reads nothing else of m. The error wraps [ErrConflict] if the person is a member already,
// and [ErrNotFound] if the tenant or the person does not exist.
func (tx *Tx) AddMember(enterprise string, tenantID uuid.UUID, m Member) (err error) {
	defer wrapf(&err, "add person %s to tenant %s of %s", m.ID, tenantID, enterprise)
	_, err = tx.exec(`INSERT INTO members (enterprise, tenant_id, person_id, is_parent) VALUES ($1, $2, $3, $4)`,
		enterprise, tenantID, m.ID, m.IsParent)
	if err != nil {
		return err
	}
	return tx.giveRoles(enterprise, tenantID, m.ID, m.Roles)
}

func (tx *Tx) giveRoles(enterprise string, tenantID, personID uuid.UUID, roles []string) error {
	for _, role := range roles {
		_, err := tx.exec(`INSERT INTO member_roles (enterprise, tenant_id, person_id, role) VALUES ($1, $2, $3, $4)
			ON CONFLICT (enterprise, tenant_id, person_id, role) DO NOTHING`, enterprise, tenantID, personID, role)
		if err != nil {
			return wrap(err, "role")
		}
	}
	return nil
}

func (tx *Tx) takeRoles(enterprise string, tenantID, personID uuid.UUID) error {
	_, err := tx.exec(`DELETE FROM member_roles WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3`,
		enterprise, tenantID, personID)
	return err
}

// Members returns the members of an account or of an account's customer.
func (tx *Tx) Members(enterprise string, tenantID uuid.UUID) (ms []Member, err error) {
	defer wrapf(&err, "list members of tenant %s of %s", tenantID, enterprise)
	ms, err = all(tx, scanMember, `SELECT `+memberColumns+` FROM members m
		JOIN people p ON p.enterprise = m.enterprise AND p.id = m.person_id
		WHERE m.enterprise = $1 AND m.tenant_id = $2 ORDER BY m.seq`, enterprise, tenantID)
	if err != nil {
		return nil, err
	}
	roles, err := listsByOwner(tx, ownedText, `SELECT person_id, role FROM member_roles
		WHERE enterprise = $1 AND tenant_id = $2 ORDER BY seq`, enterprise, tenantID)
	if err != nil {
		return nil, err
	}
	for i := range ms {
		ms[i].Roles = roles[ms[i].ID]
	}
	return ms, nil
}

// Member returns a member of an account or of an account's customer, or an error wrapping [ErrNotFound].
func (tx *Tx) Member(enterprise string, tenantID, personID uuid.UUID) (m Member, err error) {
	defer wrapf(&err, "member %s of tenant %s of %s", personID, tenantID, enterprise)
	m, err = one(tx, scanMember, `SELECT `+memberColumns+` FROM members m
		JOIN people p ON p.enterprise = m.enterprise AND p.id = m.person_id
		WHERE m.enterprise = $1 AND m.tenant_id = $2 AND m.person_id = $3`, enterprise, tenantID, personID)
	if err != nil {
		return Member{}, err
	}
	m.Roles, err = all(tx, value[string], `SELECT role FROM member_roles
		WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3 ORDER BY seq`, enterprise, tenantID, personID)
	return m, err
}

// UpdateMember replaces the member before, which the transaction has read in the tenant, by after: the person, and its roles
// and IsParent in the tenant. The id of both must be the same. The person's roles in other tenants stay. Nothing is written if
// nothing differs. The errors are those of [Tx.UpdatePerson].
func (tx *Tx) UpdateMember(enterprise string, tenantID uuid.UUID, before, after Member) (err error) {
	defer wrapf(&err, "update member %s of tenant %s of %s", after.ID, tenantID, enterprise)
	if after.IsParent != before.IsParent {
		err := tx.execOne(`UPDATE members SET is_parent = $4 WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3`,
			enterprise, tenantID, after.ID, after.IsParent)
		if err != nil {
			return err
		}
	}
	if after.Person != before.Person {
		if err := tx.replacePerson(enterprise, after.Person, Fold(after.Email) != Fold(before.Email)); err != nil {
			return err
		}
	}
	if slices.Equal(after.Roles, before.Roles) {
		return nil
	}
	if err := tx.takeRoles(enterprise, tenantID, after.ID); err != nil {
		return err
	}
	return tx.giveRoles(enterprise, tenantID, after.ID, after.Roles)
}

// RemoveMember ends a membership. A person without any membership is then deleted, because no operation could reach it. The
// error wraps [ErrNotFound] if there is no such member.
func (tx *Tx) RemoveMember(enterprise string, tenantID, personID uuid.UUID) (err error) {
	defer wrapf(&err, "remove member %s of tenant %s of %s", personID, tenantID, enterprise)
	if err := tx.takeRoles(enterprise, tenantID, personID); err != nil {
		return err
	}
	err = tx.execOne(`DELETE FROM members WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3`,
		enterprise, tenantID, personID)
	if err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM people WHERE enterprise = $1 AND id = $2 AND NOT EXISTS
		(SELECT 1 FROM members m WHERE m.enterprise = $1 AND m.person_id = $2)`, enterprise, personID)
	return err
}
