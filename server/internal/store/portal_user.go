package store

import (
	"fmt"

	"github.com/google/uuid"
)

// Scope is the kind of portal that a portal user sees.
type Scope string

// The scopes of portal users.
const (
	ScopeCSP      Scope = "csp"
	ScopeReseller Scope = "reseller"
	ScopeCustomer Scope = "customer"
)

// PortalUser is a user of the portal of a tenant, of one of its resellers or of one of its customers.
type PortalUser struct {
	ID    uuid.UUID
	Scope Scope
	// ScopeID is the reseller's or customer's id. It is zero for ScopeCSP.
	ScopeID                    uuid.UUID
	FirstName, LastName, Email string
	// Groups are in the order in which they were given. AddPortalUser and UpdatePortalUser read only their ids.
	Groups []Group
	// Deleted users stay in the store, the newest 1,000 of a tenant. Lists and look-ups by e-mail do not return them.
	Deleted bool
}

const portalUserColumns = `id, scope, scope_id, first_name, last_name, email, deleted`

func scanPortalUser(r row) (u PortalUser, err error) {
	err = r.Scan(&u.ID, &u.Scope, &u.ScopeID, &u.FirstName, &u.LastName, &u.Email, &u.Deleted)
	return u, err
}

// AddPortalUser adds a portal user with its groups; a group named twice counts once. The error wraps [ErrConflict] if the
// tenant has a portal user of that id, or one that is not deleted with that e-mail in any case, and [ErrNotFound] if the
// tenant, the reseller, the customer or a group does not exist.
func (tx *Tx) AddPortalUser(domain string, u PortalUser) (err error) {
	defer wrapf(&err, "add portal user %s to %s", u.ID, domain)
	if err := tx.checkScope(domain, u.Scope, u.ScopeID); err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO portal_users (tenant, id, scope, scope_id, first_name, first_name_key, last_name,
			last_name_key, email, email_key, deleted)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		domain, u.ID, u.Scope, u.ScopeID, u.FirstName, Fold(u.FirstName), u.LastName, Fold(u.LastName),
		u.Email, Fold(u.Email), u.Deleted)
	if err != nil {
		return err
	}
	return tx.joinGroups(domain, u)
}

// checkScope stands in for a foreign key: scope_id refers to one of several tables, which SQL cannot express.
func (tx *Tx) checkScope(domain string, scope Scope, id uuid.UUID) (err error) {
	switch scope {
	case ScopeCSP:
		if id != uuid.Nil {
			err = fmt.Errorf("scope %s takes no id", scope)
		}
	case ScopeReseller:
		_, err = tx.Reseller(domain, id)
	case ScopeCustomer:
		_, err = tx.Customer(domain, id)
	default:
		err = fmt.Errorf("unknown scope %q", scope)
	}
	return err
}

func (tx *Tx) joinGroups(domain string, u PortalUser) error {
	for _, g := range u.Groups {
		_, err := tx.exec(`INSERT INTO portal_user_groups (tenant, user_id, group_id) VALUES ($1, $2, $3)
			ON CONFLICT (tenant, user_id, group_id) DO NOTHING`, domain, u.ID, g.ID)
		if err != nil {
			return wrap(err, "group %s", g.ID)
		}
	}
	return nil
}

// PortalUser returns a portal user, deleted or not, or an error wrapping [ErrNotFound].
func (tx *Tx) PortalUser(domain string, id uuid.UUID) (u PortalUser, err error) {
	defer wrapf(&err, "portal user %s of %s", id, domain)
	u, err = one(tx, scanPortalUser, `SELECT `+portalUserColumns+` FROM portal_users WHERE tenant = $1 AND id = $2`, domain, id)
	if err != nil {
		return PortalUser{}, err
	}
	u.Groups, err = tx.groupsOf(domain, id)
	return u, err
}

// PortalUserByEmail returns the portal user of a tenant, in any scope, that is not deleted and has an e-mail, in any case, or
// an error wrapping [ErrNotFound].
func (tx *Tx) PortalUserByEmail(domain, email string) (u PortalUser, err error) {
	defer wrapf(&err, "portal user by e-mail in %s", domain)
	u, err = one(tx, scanPortalUser, `SELECT `+portalUserColumns+` FROM portal_users
		WHERE tenant = $1 AND email_key = $2 AND NOT deleted`, domain, Fold(email))
	if err != nil {
		return PortalUser{}, err
	}
	u.Groups, err = tx.groupsOf(domain, u.ID)
	return u, err
}

func (tx *Tx) groupsOf(domain string, userID uuid.UUID) ([]Group, error) {
	return all(tx, scanGroup, `SELECT g.id, g.name FROM portal_user_groups m
		JOIN portal_groups g ON g.tenant = m.tenant AND g.id = m.group_id
		WHERE m.tenant = $1 AND m.user_id = $2 ORDER BY m.seq`, domain, userID)
}

// PortalUsers returns the portal users of a scope that are not deleted, by first name, last name and id.
func (tx *Tx) PortalUsers(domain string, scope Scope, scopeID uuid.UUID) ([]PortalUser, error) {
	return tx.portalUsers(domain, scope, scopeID, `first_name_key, last_name_key, id`)
}

// PortalUsersAsAdded returns the same users in the order in which they were added, for the state document.
func (tx *Tx) PortalUsersAsAdded(domain string, scope Scope, scopeID uuid.UUID) ([]PortalUser, error) {
	return tx.portalUsers(domain, scope, scopeID, `seq`)
}

func (tx *Tx) portalUsers(domain string, scope Scope, scopeID uuid.UUID, order string) (us []PortalUser, err error) {
	defer wrapf(&err, "list portal users of %s %s of %s", scope, scopeID, domain)
	us, err = all(tx, scanPortalUser, `SELECT `+portalUserColumns+` FROM portal_users
		WHERE tenant = $1 AND scope = $2 AND scope_id = $3 AND NOT deleted ORDER BY `+order, domain, scope, scopeID)
	if err != nil {
		return nil, err
	}
	groups, err := listsByOwner(tx, ownedGroup, `SELECT m.user_id, g.id, g.name FROM portal_users u
		JOIN portal_user_groups m ON m.tenant = u.tenant AND m.user_id = u.id
		JOIN portal_groups g ON g.tenant = m.tenant AND g.id = m.group_id
		WHERE u.tenant = $1 AND u.scope = $2 AND u.scope_id = $3 ORDER BY m.seq`, domain, scope, scopeID)
	if err != nil {
		return nil, err
	}
	for i := range us {
		us[i].Groups = groups[us[i].ID]
	}
	return us, nil
}

func ownedGroup(r row) (owner uuid.UUID, g Group, err error) {
	err = r.Scan(&owner, &g.ID, &g.Name)
	return owner, g, err
}

// UpdatePortalUser replaces a portal user, except its id and scope. The error wraps [ErrNotFound] if the user or a group does
// not exist, and [ErrConflict] if neither the user nor another one with the e-mail, in any case, is deleted.
func (tx *Tx) UpdatePortalUser(domain string, u PortalUser) (err error) {
	defer wrapf(&err, "update portal user %s of %s", u.ID, domain)
	err = tx.execOne(`UPDATE portal_users SET first_name = $3, first_name_key = $4, last_name = $5, last_name_key = $6,
			email = $7, email_key = $8, deleted = $9
		WHERE tenant = $1 AND id = $2`,
		domain, u.ID, u.FirstName, Fold(u.FirstName), u.LastName, Fold(u.LastName), u.Email, Fold(u.Email), u.Deleted)
	if err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM portal_user_groups WHERE tenant = $1 AND user_id = $2`, domain, u.ID); err != nil {
		return err
	}
	if err := tx.joinGroups(domain, u); err != nil || !u.Deleted {
		return err
	}
	return tx.trimDeleted(domain)
}
