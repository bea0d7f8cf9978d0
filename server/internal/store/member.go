package store

import "github.com/google/uuid"

// Member is a person as a member of an account or of an account's customer.
type Member struct {
	Person
	// IsParent tells that the person was set up above the customer whose user it is here.
	IsParent bool
	// Roles are those in this tenant, a set in the order in which they were added.
	Roles []string
}

const memberColumns = personColumns + `, m.is_parent`

func scanMember(r row) (m Member, err error) {
	err = r.Scan(&m.ID, &m.DisplayName, &m.Email, &m.PrimaryTenant, &m.IsParent)
	return m, err
}

// AddMember makes the person of m's id a member of an account or of an account's customer, with m's roles and IsParent; a
// role named twice counts once. The rest of m is not read. The error wraps [ErrConflict] when it is a member already, and
// [ErrNotFound] when there is no such tenant or person.
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

func (tx *Tx) takeRoles(enterprise string, tenantID, personID uuid.UUID) error {
	_, err := tx.exec(`DELETE FROM member_roles WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3`,
		enterprise, tenantID, personID)
	return err
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

// Member returns a member of an account or of an account's customer, or an error wrapping [ErrNotFound].
func (tx *Tx) Member(enterprise string, tenantID, personID uuid.UUID) (Member, error) {
	m, err := one(tx, scanMember, `SELECT `+memberColumns+` FROM members m
		JOIN people p ON p.enterprise = m.enterprise AND p.id = m.person_id
		WHERE m.enterprise = $1 AND m.tenant_id = $2 AND m.person_id = $3`, enterprise, tenantID, personID)
	if err == nil {
		m.Roles, err = all(tx, value[string], `SELECT role FROM member_roles
			WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3 ORDER BY seq`, enterprise, tenantID, personID)
	}
	return m, wrap(err, "member %s of tenant %s of %s", personID, tenantID, enterprise)
}

// AccountUser returns a member of an account, or an error wrapping [ErrNotFound].
func (tx *Tx) AccountUser(enterprise string, accountID, userID uuid.UUID) (Member, error) {
	if _, err := tx.Account(enterprise, accountID); err != nil {
		return Member{}, err
	}
	return tx.Member(enterprise, accountID, userID)
}

// AccountCustomerUser returns a member of an account's customer, or an error wrapping [ErrNotFound].
func (tx *Tx) AccountCustomerUser(enterprise string, accountID, customerID, userID uuid.UUID) (Member, error) {
	if _, err := tx.AccountCustomer(enterprise, accountID, customerID); err != nil {
		return Member{}, err
	}
	return tx.Member(enterprise, customerID, userID)
}

// UpdateMember replaces the person, but its id, and its roles and IsParent in the tenant. What it is in other tenants changes
// only where it is the person's. The errors are those of [Tx.Member] and [Tx.UpdatePerson].
func (tx *Tx) UpdateMember(enterprise string, tenantID uuid.UUID, m Member) error {
	err := tx.execOne(`UPDATE members SET is_parent = $4 WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3`,
		enterprise, tenantID, m.ID, m.IsParent)
	if err == nil {
		err = tx.UpdatePerson(enterprise, m.Person)
	}
	if err == nil {
		err = tx.takeRoles(enterprise, tenantID, m.ID)
	}
	if err == nil {
		err = tx.giveRoles(enterprise, tenantID, m.ID, m.Roles)
	}
	return wrap(err, "update member %s of tenant %s of %s", m.ID, tenantID, enterprise)
}

// RemoveMember ends a membership. A person who is then a member of nothing is deleted: nobody could reach it. The error wraps
// [ErrNotFound] when there is no such member.
func (tx *Tx) RemoveMember(enterprise string, tenantID, personID uuid.UUID) error {
	err := tx.takeRoles(enterprise, tenantID, personID)
	if err == nil {
		err = tx.execOne(`DELETE FROM members WHERE enterprise = $1 AND tenant_id = $2 AND person_id = $3`,
			enterprise, tenantID, personID)
	}
	if err == nil {
		_, err = tx.exec(`DELETE FROM people WHERE enterprise = $1 AND id = $2 AND NOT EXISTS
			(SELECT 1 FROM members m WHERE m.enterprise = $1 AND m.person_id = $2)`, enterprise, personID)
	}
	return wrap(err, "remove member %s of tenant %s of %s", personID, tenantID, enterprise)
}
