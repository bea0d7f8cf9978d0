package store

import (
	"fmt"

	"github.com/google/uuid"
)

// Scope says whose portal a portal user sees.
type Scope string

// The scopes of portal users.
const (
	ScopeCSP      Scope = "csp"
	ScopeReseller Scope = "reseller"
	ScopeCustomer Scope = "customer"
)

// PortalUser is a person who logs in to the portal of a tenant, of one of its resellers or of one of its customers.
type PortalUser struct {
	ID    uuid.UUID
	Scope Scope
	// ScopeID is the reseller's or customer's id, and zero for ScopeCSP.
	ScopeID                    uuid.UUID
	FirstName, LastName, Email string
	// Groups are in the order in which they were given. Adding and updating read only their ids.
	Groups []Group
	// Deleted users stay in the store, but lists and look-ups by e-mail leave them out.
	Deleted bool
}

const portalUserColumns = `id, scope, scope_id, first_name, last_name, email, deleted`

func scanPortalUser(r row) (u PortalUser, err error) {
	err = r.Scan(&u.ID, &u.Scope, &u.ScopeID, &u.FirstName, &u.LastName, &u.Email, &u.Deleted)
	return u, err
}

// AddPortalUser adds a portal user with its groups; a group named twice counts once. The error wraps [ErrConflict] when the
// tenant has a portal user of that id, or a live one of that e-mail, whatever its case, and [ErrNotFound] when there is no
// such tenant, reseller, customer or group.
func (tx *Tx) AddPortalUser(domain string, u PortalUser) error {
	err := tx.checkScope(domain, u.Scope, u.ScopeID)
	if err == nil {
		_, err = tx.exec(`INSERT INTO portal_users (tenant, id, scope, scope_id, first_name, first_name_key, last_name,
				last_name_key, email, email_key, deleted)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			domain, u.ID, u.Scope, u.ScopeID, u.FirstName, Fold(u.FirstName), u.LastName, Fold(u.LastName),
			u.Email, Fold(u.Email), u.Deleted)
	}
	if err == nil {
		err = tx.joinGroups(domain, u)
	}
	return wrap(err, "add portal user %s to %s", u.ID, domain)
}

// checkScope does what a foreign key would, if scope_id did not refer to one of several tables.
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

// PortalUser returns a portal user, also a deleted one, or an error wrapping [ErrNotFound].
func (tx *Tx) PortalUser(domain string, id uuid.UUID) (PortalUser, error) {
	u, err := one(tx, scanPortalUser, `SELECT `+portalUserColumns+` FROM portal_users WHERE tenant = $1 AND id = $2`, domain, id)
	if err == nil {
		u.Groups, err = tx.groupsOf(domain, id)
	}
	return u, wrap(err, "portal user %s of %s", id, domain)
}

// PortalUserByEmail returns the live portal user of a tenant, in any scope, whose e-mail is email in any case, or an error
// wrapping [ErrNotFound].
func (tx *Tx) PortalUserByEmail(domain, email string) (PortalUser, error) {
	u, err := one(tx, scanPortalUser, `SELECT `+portalUserColumns+` FROM portal_users
		WHERE tenant = $1 AND email_key = $2 AND NOT deleted`, domain, Fold(email))
	if err == nil {
		u.Groups, err = tx.groupsOf(domain, u.ID)
	}
	return u, wrap(err, "portal user by e-mail in %s", domain)
}

func (tx *Tx) groupsOf(domain string, userID uuid.UUID) ([]Group, error) {
	return all(tx, scanGroup, `SELECT g.id, g.name FROM portal_user_groups m
		JOIN portal_groups g ON g.tenant = m.tenant AND g.id = m.group_id
		WHERE m.tenant = $1 AND m.user_id = $2 ORDER BY m.seq`, domain, userID)
}

// PortalUsers returns the live portal users of a scope by first name, last name and id.
func (tx *Tx) PortalUsers(domain string, scope Scope, scopeID uuid.UUID) ([]PortalUser, error) {
	return tx.portalUsers(domain, scope, scopeID, `first_name_key, last_name_key, id`)
}

// PortalUsersAsAdded is PortalUsers in the order in which they were added, for the state document.
func (tx *Tx) PortalUsersAsAdded(domain string, scope Scope, scopeID uuid.UUID) ([]PortalUser, error) {
	return tx.portalUsers(domain, scope, scopeID, `seq`)
}

func (tx *Tx) portalUsers(domain string, scope Scope, scopeID uuid.UUID, order string) ([]PortalUser, error) {
	us, err := all(tx, scanPortalUser, `SELECT `+portalUserColumns+` FROM portal_users
		WHERE tenant = $1 AND scope = $2 AND scope_id = $3 AND NOT deleted ORDER BY `+order, domain, scope, scopeID)
	var groups map[uuid.UUID][]Group
	if err == nil {
		groups, err = listsByOwner(tx, ownedGroup, `SELECT m.user_id, g.id, g.name FROM portal_users u
			JOIN portal_user_groups m ON m.tenant = u.tenant AND m.user_id = u.id
			JOIN portal_groups g ON g.tenant = m.tenant AND g.id = m.group_id
			WHERE u.tenant = $1 AND u.scope = $2 AND u.scope_id = $3 ORDER BY m.seq`, domain, scope, scopeID)
	}
	for i := range us {
		us[i].Groups = groups[us[i].ID]
	}
	return us, wrap(err, "list portal users of %s %s of %s", scope, scopeID, domain)
}

func ownedGroup(r row) (owner uuid.UUID, g Group, err error) {
	err = r.Scan(&owner, &g.ID, &g.Name)
	return owner, g, err
}

// UpdatePortalUser replaces all of a portal user but its id and scope. The error wraps [ErrNotFound] when there is no such
// user or group, and [ErrConflict] when the user is live and another live one has the e-mail, whatever its case.
func (tx *Tx) UpdatePortalUser(domain string, u PortalUser) error {
	err := tx.execOne(`UPDATE portal_users SET first_name = $3, first_name_key = $4, last_name = $5, last_name_key = $6,
			email = $7, email_key = $8, deleted = $9
		WHERE tenant = $1 AND id = $2`,
		domain, u.ID, u.FirstName, Fold(u.FirstName), u.LastName, Fold(u.LastName), u.Email, Fold(u.Email), u.Deleted)
	if err == nil {
		_, err = tx.exec(`DELETE FROM portal_user_groups WHERE tenant = $1 AND user_id = $2`, domain, u.ID)
	}
	if err == nil {
		err = tx.joinGroups(domain, u)
	}
	return wrap(err, "update portal user %s of %s", u.ID, domain)
}
