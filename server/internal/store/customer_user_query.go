package store

import (
	"math"

	"github.com/google/uuid"
)

// SortBy is the property by which a page of customer users is sorted.
type SortBy int

// The orders of customer users. Users with equal properties are sorted by id, ascending even if the order is descending.
const (
	SortByDisplayName SortBy = iota
	SortByEmail
)

// Query selects a page of customer users. Its zero value selects all of them by display name.
type Query struct {
	// Search is a text that the display name or the e-mail contains, in any case. No character is a wildcard. The empty text
	// is contained in every user.
	Search     string
	SortBy     SortBy
	Descending bool
	// Offset is the number of users to skip. A negative one skips none.
	Offset int
	// Limit is the greatest number of users to return. One below 1 means no limit.
	Limit int
}

func (q Query) limit() int {
	if q.Limit < 1 {
		return math.MaxInt
	}
	return q.Limit
}

// FindCustomerUsers returns a page of a provider instance's users. A page past the end is empty.
func (tx *Tx) FindCustomerUsers(domain string, providerInstanceID uuid.UUID, q Query) (p UserPage, err error) {
	defer wrapf(&err, "page of customer users of provider instance %s of %s", providerInstanceID, domain)
	c, err := tx.census(domain, providerInstanceID)
	if err != nil {
		return UserPage{}, err
	}
	l, offset := q.list(domain, providerInstanceID), max(q.Offset, 0)
	if q.Search != "" {
		return tx.searchPage(l, c, Fold(q.Search), offset, q.limit())
	}
	if offset >= c.users {
		return UserPage{Total: c.users}, nil
	}
	return tx.listPage(l, c, offset, q.limit())
}
