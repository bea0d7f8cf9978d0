package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// PortalQuery chooses a page of portal users, whatever their scope. Its zero value is all of a tenant's by name.
type PortalQuery struct {
	// Search is a text that the name or the e-mail contains, in any case. The name is first name and last name with a space
	// between. Every character stands for itself, and the empty text is in every user.
	Search string
	// SortByEmail sorts by e-mail instead of by name. Equal ones go by id, ascending, also when the order is descending.
	SortByEmail, Descending bool
	// Groups keeps the users who are in one of them; an empty list keeps all.
	Groups []uuid.UUID
	// ResellerID keeps the users of this reseller and of its customers; nil keeps all.
	ResellerID *uuid.UUID
	// Offset is the number of users to leave out, Limit the greatest number to return; a Limit below 1 is no limit.
	Offset, Limit int
}

// portalName is the folded name that portal users are sorted and found by.
const portalName = `(u.first_name_key || ' ' || u.last_name_key)`

// statement is SQL in the making, with its arguments.
type statement struct {
	text strings.Builder
	args []any
}

// arg adds an argument and returns its parameter.
func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

// where is the query's condition, and what it is about.
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

// FindPortalUsers returns a page of a tenant's live portal users with their groups, and how many there are on all pages. A
// page past the end is empty.
func (tx *Tx) FindPortalUsers(domain string, q PortalQuery) ([]PortalUser, int, error) {
	if len(q.Groups) > 0 {
		known, err := tx.knownGroups(domain, q.Groups)
		if err != nil || len(known) == 0 {
			return nil, 0, err
		}
		q.Groups = known
	}
	from := q.where(domain, tx.flavor)
	total, err := one(tx, value[int], `SELECT COUNT(*)`+from.text.String(), from.args...)
	if err != nil || q.Offset >= total {
		return nil, total, wrap(err, "count portal users of %s", domain)
	}
	from.text.WriteString(q.order() + ` LIMIT ` + from.arg(Query{Limit: q.Limit}.limit()) + ` OFFSET ` + from.arg(max(q.Offset, 0)))
	us, err := all(tx, scanPortalUser, `SELECT u.id, u.scope, u.scope_id, u.first_name, u.last_name, u.email, u.deleted`+from.text.String(), from.args...)
	if err == nil {
		err = tx.fillGroups(domain, us, from)
	}
	return us, total, wrap(err, "page of portal users of %s", domain)
}

// knownGroups keeps the groups that the tenant has, each once, so that a long list does not become a long statement.
func (tx *Tx) knownGroups(domain string, ids []uuid.UUID) (known []uuid.UUID, err error) {
	groups, err := tx.Groups(domain)
	for _, g := range groups {
		if slices.Contains(ids, g.ID) {
			known = append(known, g.ID)
		}
	}
	return known, err
}

// fillGroups reads the groups of a page of users, which page selects.
func (tx *Tx) fillGroups(domain string, us []PortalUser, page *statement) error {
	groups, err := listsByOwner(tx, ownedGroup, `SELECT m.user_id, g.id, g.name FROM portal_user_groups m
		JOIN portal_groups g ON g.tenant = m.tenant AND g.id = m.group_id
		WHERE m.tenant = $1 AND m.user_id IN (SELECT u.id`+page.text.String()+`) ORDER BY m.seq`, page.args...)
	for i := range us {
		us[i].Groups = groups[us[i].ID]
	}
	return wrap(err, "groups of %s", domain)
}
