package store

import (
	"fmt"
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

func (q Query) order() string {
	key, direction := "display_name_key", "ASC"
	if q.SortBy == SortByEmail {
		key = "email_key"
	}
	if q.Descending {
		direction = "DESC"
	}
	return fmt.Sprintf("%s %s, id ASC", key, direction)
}

func (q Query) limit() int {
	if q.Limit < 1 {
		return math.MaxInt
	}
	return q.Limit
}

// FindCustomerUsers returns a page of a provider instance's users, and how many there are on all pages. Licenses is not
// filled. A page past the end is empty.
func (tx *Tx) FindCustomerUsers(domain string, providerInstanceID uuid.UUID, q Query) ([]CustomerUser, int, error) {
	from, args := ` FROM customer_users WHERE tenant = $1 AND provider_instance_id = $2`, []any{domain, providerInstanceID}
	if q.Search != "" {
		from += ` AND (` + tx.flavor.contains("display_name_key", "$3") + ` OR ` + tx.flavor.contains("email_key", "$3") + `)`
		args = append(args, Fold(q.Search))
	}
	total, err := one(tx, value[int], `SELECT COUNT(*)`+from, args...)
	if err != nil || q.Offset >= total {
		return nil, total, wrap(err, "count customer users of provider instance %s of %s", providerInstanceID, domain)
	}
	// Limit and offset take the next free parameters, whose numbers depend on the search.
	page := fmt.Sprintf(` ORDER BY %s LIMIT $%d OFFSET $%d`, q.order(), len(args)+1, len(args)+2)
	us, err := all(tx, scanCustomerUser, `SELECT `+customerUserColumns+from+page, append(args, q.limit(), max(q.Offset, 0))...)
	return us, total, wrap(err, "page of customer users of provider instance %s of %s", providerInstanceID, domain)
}
