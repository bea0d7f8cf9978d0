package store

import (
	"math"

	"github.com/google/uuid"
)

// SortBy is what a page of customer users is sorted by.
type SortBy int

// The orders of customer users. Equal ones go by id, ascending, also when the order is descending.
const (
	SortByDisplayName SortBy = iota
	SortByEmail
)

// Query chooses a page of customer users. Its zero value is all of them by display name.
type Query struct {
	// Search is a text that the display name or the e-mail contains, in any case. Every character stands for itself, and the
	// empty text is in every user.
	Search     string
	SortBy     SortBy
	Descending bool
	// Offset is the number of users to leave out; one below 0 leaves out none.
	Offset int
	// Limit is the greatest number of users to return; one below 1 is no limit.
	Limit int
}

func (q Query) limit() int {
	if q.Limit < 1 {
		return math.MaxInt
	}
	return q.Limit
}

// FindCustomerUsers returns a page of a provider instance's users, and how many there are on all pages. Licenses is not
// filled. A page past the end is empty.
func (tx *Tx) FindCustomerUsers(domain string, providerInstanceID uuid.UUID, q Query) (us []CustomerUser, total int, err error) {
	l, offset := q.list(domain, providerInstanceID), max(q.Offset, 0)
	c, err := tx.census(domain, providerInstanceID)
	switch {
	case err != nil:
	case q.Search != "":
		us, total, err = tx.searchPage(l, c, Fold(q.Search), offset, q.limit())
	case offset < c.users:
		us, err = tx.listPage(l, c, offset, q.limit())
		fallthrough
	default:
		total = c.users
	}
	return us, total, wrap(err, "page of customer users of provider instance %s of %s", providerInstanceID, domain)
}
