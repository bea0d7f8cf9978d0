package store

import (
	"slices"

	"github.com/google/uuid"
)

// A page is found from the nearest place whose position is known: the list's start, its end, or an anchor. What lies between
// is counted through in the index.

// seek is how to read a page: from where, in which direction, after how many users.
type seek struct {
	from     *anchor // nil is the start, or backwards the end
	backward bool
	skip     int
}

// seekFor finds the shortest way to the count users at offset.
func (tx *Tx) seekFor(l list, c census, offset, count int) seek {
	s := seek{skip: offset}
	if tx.anchors == nil {
		return s
	}
	if skip := c.users - offset - count; skip < s.skip {
		s = seek{backward: true, skip: skip}
	}
	return tx.anchors.shorten(s, l, c.version, offset, count)
}

// listPage reads the users at offset and behind it.
func (tx *Tx) listPage(l list, c census, offset, limit int) ([]CustomerUser, error) {
	count := min(limit, c.users-offset)
	us, err := tx.readFrom(l, c, tx.seekFor(l, c, offset, count), count)
	if err == nil && len(us) > 0 && tx.anchors != nil {
		tx.anchors.remember(l, c.version, l.anchor(offset, us[0]), l.anchor(offset+len(us)-1, us[len(us)-1]))
	}
	return us, err
}

// farSkip is the number of users from which it pays to count through the index alone, and then read the page by its ids.
const farSkip = 100

// readFrom reads count users from where s says.
func (tx *Tx) readFrom(l list, c census, s seek, count int) ([]CustomerUser, error) {
	q := &statement{}
	where := ` FROM customer_users WHERE instance = ` + q.arg(c.instance)
	if s.from != nil {
		where += ` AND ` + l.beyond(q, *s.from, s.backward)
	}
	where += l.order(s.backward) + ` LIMIT ` + q.arg(count) + ` OFFSET ` + q.arg(s.skip)
	if s.skip > farSkip {
		where = ` FROM customer_users WHERE tenant = ` + q.arg(l.domain) + ` AND id IN (SELECT id` + where + `)` + l.order(s.backward)
	}
	us, err := all(tx, scanCustomerUser, `SELECT `+customerUserColumns+where, q.args...)
	if s.backward {
		slices.Reverse(us)
	}
	return us, err
}

func (l list) column() string {
	if l.sortBy == SortByEmail {
		return "email_key"
	}
	return "display_name_key"
}

// order is by the key, and then by id, ascending also when the list is descending. Backward is all the other way round.
func (l list) order(backward bool) string {
	key, id := " ASC", " ASC"
	if l.descending != backward {
		key = " DESC"
	}
	if backward {
		id = " DESC"
	}
	return ` ORDER BY ` + l.column() + key + `, id` + id
}

// beyond is the condition of the users from the anchor on, or backwards of those before it. In the ascending order it is one
// comparison that the index answers; in the other one the first part is.
func (l list) beyond(q *statement, a anchor, backward bool) string {
	key, id, column := q.arg(a.key), q.arg(a.id), l.column()
	switch {
	case !l.descending && !backward:
		return `(` + column + `, id) >= (` + key + `, ` + id + `)`
	case !l.descending:
		return `(` + column + `, id) < (` + key + `, ` + id + `)`
	case !backward:
		return column + ` <= ` + key + ` AND (` + column + ` < ` + key + ` OR id >= ` + id + `)`
	}
	return column + ` >= ` + key + ` AND (` + column + ` > ` + key + ` OR id < ` + id + `)`
}

func (l list) anchor(position int, u CustomerUser) anchor {
	return anchor{position: position, key: l.keyOf(u), id: u.ID}
}

func (l list) keyOf(u CustomerUser) string {
	if l.sortBy == SortByEmail {
		return Fold(u.Email)
	}
	return Fold(u.DisplayName)
}

// list is what a query without a search pages through.
func (q Query) list(domain string, providerInstanceID uuid.UUID) list {
	return list{domain: domain, providerInstanceID: providerInstanceID, sortBy: q.SortBy, descending: q.Descending}
}
