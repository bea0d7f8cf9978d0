package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// PortalQuery selects a page of portal users of all scopes. Its zero value selects all of a tenant's by name.
type PortalQuery struct {
	// Search is a text that the name or the e-mail contains, in any case. The name is first name and last name with a space
	// between. No character is a wildcard. The empty text is contained in every user.
	Search string
	// SortByEmail sorts by e-mail instead of by name. Users with equal ones are sorted by id, ascending even if the order is
	// descending.
	SortByEmail, Descending bool
	// Groups selects the users that are in one of them. An empty list selects all.
	Groups []uuid.UUID
	// ResellerID selects the users of this reseller and of its customers. nil selects all.
	ResellerID *uuid.UUID
	// Offset is the number of users to skip, Limit the greatest number to return. A Limit below 1 means no limit.
	Offset, Limit int
}

// portalName is the folded name by which portal users are sorted and found.
const portalName = `(u.first_name_key || ' ' || u.last_name_key)`

// statement is an SQL statement under construction, with its arguments.
type statement struct {
	text strings.Builder
	args []any
}

// arg adds an argument and returns the parameter that stands for it.
func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

// page returns the clause for a page. SQLite 3.53 plans a statement again whenever a parameter that stands directly behind
// LIMIT or OFFSET is bound, but not one within an expression.
func (s *statement) page(limit, offset int) string {
	return ` LIMIT CAST(` + s.arg(limit) + ` AS BIGINT) OFFSET CAST(` + s.arg(offset) + ` AS BIGINT)`
}

// where returns the query's FROM and WHERE clauses.
func (q PortalQuery) where(domain string, f flavor) *statement {
	s := &statement{}
	tenant := s.arg(domain)
	s.text.WriteString(` FROM portal_users u WHERE u.tenant = ` + tenant + ` AND NOT u.deleted`)
	if q.ResellerID != nil {
		id := s.arg(*q.ResellerID)
		fmt.Fprintf(&s.text, ` AND (u.scope = '%s' AND u.scope_id = %s OR u.scope = '%s' AND u.scope_id IN
			(SELECT c.id FROM customers c WHERE c.tenant = %s AND c.reseller_id = %[2]s))`, ScopeReseller, id, ScopeCustomer, tenant)
	}
	if q.Search != "" {
		text := s.arg(Fold(q.Search))
		s.text.WriteString(` AND (` + f.contains(portalName, text) + ` OR ` + f.contains("u.email_key", text) + `)`)
	}
	if len(q.Groups) > 0 {
		ids := make([]string, len(q.Groups))
		for i, id := range q.Groups {
			ids[i] = s.arg(id)
		}
		s.text.WriteString(` AND EXISTS (SELECT 1 FROM portal_user_groups m WHERE m.tenant = ` + tenant +
			` AND m.user_id = u.id AND m.group_id IN (` + strings.Join(ids, ", ") + `))`)
	}
	return s
}

func (q PortalQuery) order() string {
	key, direction := portalName, "ASC"
	if q.SortByEmail {
		key = "u.email_key"
	}
	if q.Descending {
		direction = "DESC"
	}
	return fmt.Sprintf(" ORDER BY %s %s, u.id ASC", key, direction)
}

// FindPortalUsers returns a page of a tenant's portal users that are not deleted, with their groups, and the number of users
// on all pages. A page past the end is empty.
func (tx *Tx) FindPortalUsers(domain string, q PortalQuery) ([]PortalUser, int, error) {
	if len(q.Groups) > 0 {
		known, err := tx.knownGroups(domain, q.Groups)
		if err != nil || len(known) == 0 {
			return nil, 0, err
		}
		q.Groups = known
	}
	from := q.where(domain, tx.flavor)
	total, err := first(allLong(tx, value[int], `SELECT COUNT(*)`+from.text.String(), from.args...))
	if err != nil || q.Offset >= total {
		return nil, total, wrap(err, "count portal users of %s", domain)
	}
	from.text.WriteString(q.order() + from.page(Query{Limit: q.Limit}.limit(), max(q.Offset, 0)))
	us, err := allLong(tx, scanPortalUser, `SELECT u.id, u.scope, u.scope_id, u.first_name, u.last_name, u.email, u.deleted`+from.text.String(), from.args...)
	if err != nil {
		return nil, 0, wrap(err, "page of portal users of %s", domain)
	}
	return us, total, tx.fillGroups(domain, us, from)
}

// knownGroups returns the ids that are groups of the tenant, each once. Without it a long list of ids would become a long
// statement.
func (tx *Tx) knownGroups(domain string, ids []uuid.UUID) (known []uuid.UUID, err error) {
	groups, err := tx.Groups(domain)
	for _, g := range groups {
		if slices.Contains(ids, g.ID) {
			known = append(known, g.ID)
		}
	}
	return known, err
}

// fillGroups reads the groups of the users that page selects.
func (tx *Tx) fillGroups(domain string, us []PortalUser, page *statement) error {
	groups, err := listsByOwner(tx, ownedGroup, `SELECT m.user_id, g.id, g.name FROM portal_user_groups m
		JOIN portal_groups g ON g.tenant = m.tenant AND g.id = m.group_id
		WHERE m.tenant = $1 AND m.user_id IN (SELECT u.id`+page.text.String()+`) ORDER BY m.seq`, page.args...)
	if err != nil {
		return wrap(err, "groups of %s", domain)
	}
	for i := range us {
		us[i].Groups = groups[us[i].ID]
	}
	return nil
}
