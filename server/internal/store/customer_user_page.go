package store

import (
	"encoding/json"
	"strings"

	"github.com/google/uuid"
)

// A page is read from the nearest place whose position is known: the start of the list, its end, or an anchor. The users
// between that place and the page are counted in the index. The database concatenates the JSON of the page's users: to hand over
// each user by itself takes longer than to find it.

// seek says from where a page is read, in which direction, and how many users are skipped first.
type seek struct {
	from     *anchor // nil is the start of the list, or its end if backward is set
	backward bool
	skip     int
}

// seekFor returns the shortest way to the count users at offset.
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

// listPage reads up to limit users, the first of which is at offset.
func (tx *Tx) listPage(l list, c census, offset, limit int) (UserPage, error) {
	count := min(limit, c.users-offset)
	s, err := tx.approach(l, c, tx.seekFor(l, c, offset, count))
	if err != nil {
		return UserPage{}, err
	}
	if s.backward || s.skip > farSkip {
		skip := s.skip
		if s.backward {
			skip += count - 1
		}
		a, err := tx.anchorAt(l, c, s, skip, offset)
		if err != nil {
			return UserPage{}, err
		}
		s = seek{from: &a}
	}
	p := UserPage{Total: c.users}
	if p.Users, err = tx.readFrom(l, c, s, count); err != nil {
		return UserPage{}, err
	}
	return p, tx.rememberEnds(l, c, offset, count, p.Users)
}

// rememberEnds remembers the first and the last user of a page.
func (tx *Tx) rememberEnds(l list, c census, offset, count int, users string) error {
	if tx.anchors == nil {
		return nil
	}
	// No text within a user contains this: a quotation mark in a text is escaped.
	ends := map[int]int{offset: 0, offset + count - 1: strings.LastIndex(users, `{"displayName":`)}
	for position, from := range ends {
		if tx.anchors.knows(l, c.version, position) {
			continue
		}
		a, err := l.anchor(position, users[from:])
		if err != nil {
			return err
		}
		tx.anchors.remember(l, c.version, a)
	}
	return nil
}

// minStride is the least distance between the anchors that a long way leaves behind.
var minStride = 2000

// approach goes a long way in strides, and leaves an anchor at each. A jump to a page by chance takes long once, and those that
// follow find an anchor near them, wherever they go.
func (tx *Tx) approach(l list, c census, s seek) (seek, error) {
	stride := max(minStride, c.users/(maxAnchors/2))
	for tx.anchors != nil && s.skip > stride {
		next := seek{backward: s.backward, skip: s.skip - stride}
		position := s.start(c) + stride
		if s.backward {
			// The users before an anchor begin with the one at its position less one.
			next.skip--
			position = s.start(c) - stride - 1
		}
		a, err := tx.anchorAt(l, c, s, stride, position)
		if err != nil {
			return seek{}, err
		}
		tx.anchors.remember(l, c.version, a)
		next.from = &a
		s = next
	}
	return s, nil
}

// start is the position from which s counts.
func (s seek) start(c census) int {
	switch {
	case s.from != nil:
		return s.from.position
	case s.backward:
		return c.users
	}
	return 0
}

// anchorAt reads the user at a position, which is reached from s by skipping a number of users.
func (tx *Tx) anchorAt(l list, c census, s seek, skip, position int) (anchor, error) {
	scan := func(r row) (anchor, error) {
		a := anchor{position: position}
		err := r.Scan(&a.key, &a.id)
		return a, err
	}
	q := &statement{}
	ctx := tx.work
	if skip > longPage {
		ctx = tx.long
	}
	return first(read(tx, ctx, scan, `SELECT `+l.column()+`, id`+l.from(q, c, s)+q.page(1, skip), q.args, 1))
}

// from returns the clauses for the users from where s begins.
func (l list) from(q *statement, c census, s seek) string {
	where := ` FROM customer_users WHERE instance = ` + q.arg(c.instance)
	if s.from != nil {
		where += ` AND ` + l.beyond(q, *s.from, s.backward)
	}
	return where + l.order(s.backward)
}

// farSkip is the number of skipped users from which it is faster to find the first user of the page in the index alone.
const farSkip = 100

// longPage is the number of users, skipped ones included, from which a page takes long.
const longPage = 10_000

// readFrom reads the JSON of count users as s says, which is not backward.
func (tx *Tx) readFrom(l list, c census, s seek, count int) (string, error) {
	q := &statement{}
	ctx := tx.work
	if s.skip+count > longPage {
		ctx = tx.long
	}
	query := concatenated(`SELECT view` + l.from(q, c, s) + q.page(count, s.skip))
	return first(read(tx, ctx, value[string], query, q.args, 1))
}

// concatenated returns the query for the views that another query returns, with commas between them and in their order.
func concatenated(views string) string {
	return `SELECT COALESCE(string_agg(view, ','), '') FROM (` + views + `) page`
}

func (l list) column() string {
	if l.sortBy == SortByEmail {
		return "email_key"
	}
	return "display_name_key"
}

// order sorts by the key, and then by id, which ascends in a descending list, too. backward reverses both.
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

// beyond is the condition for the anchor and the users behind it, or backward for those before it. In an ascending list it
// is one comparison, which the index evaluates; in a descending one the index evaluates its first part.
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

// anchor returns the anchor of the user whose JSON the text begins with.
func (l list) anchor(position int, text string) (anchor, error) {
	var u userJSON
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&u); err != nil {
		return anchor{}, wrap(err, "the view of a customer user")
	}
	key := u.DisplayName
	if l.sortBy == SortByEmail {
		key = u.Email
	}
	return anchor{position: position, key: Fold(key), id: u.ID}, nil
}

// list is the list that a query without a search pages through.
func (q Query) list(domain string, providerInstanceID uuid.UUID) list {
	return list{domain: domain, providerInstanceID: providerInstanceID, sortBy: q.SortBy, descending: q.Descending}
}
