package store

import "slices"

// A search tests a condition on every user of the provider instance. If the index helps, it first narrows the users down to
// candidates, and the condition is tested on those.

// hits is the FROM and WHERE clause that selects the users that contain a term.
type hits struct {
	statement
	// few is set if there are so few candidates that it is fastest to read all of them once.
	few bool
}

// searchPage reads a page of the users whose name or e-mail contains a folded term, and counts those on all pages.
func (tx *Tx) searchPage(l list, c census, term string, offset, limit int) (us []CustomerUser, total int, err error) {
	if !tx.flavor.finds([]any{term}) {
		return nil, 0, nil
	}
	h, err := tx.hits(c, term)
	if err != nil {
		return nil, 0, err
	}
	if h.few {
		us, total, err = tx.countedPage(l, h, offset, limit)
		if err != nil || len(us) > 0 || offset == 0 {
			return us, total, err
		}
	}
	total, err = first(allLong(tx, value[int], `SELECT COUNT(*)`+h.text.String(), h.args...))
	if err != nil || offset >= total {
		return nil, total, err
	}
	us, err = allLong(tx, scanCustomerUser, `SELECT `+customerUserColumns+h.page(l, offset, limit), h.args...)
	return us, total, err
}

// countedPage counts the hits and reads a page of them in one statement. It has no count if the page is past the end.
// Without MATERIALIZED PostgreSQL would read all users in order, expecting a page of hits soon.
func (tx *Tx) countedPage(l list, h *hits, offset, limit int) (us []CustomerUser, total int, err error) {
	scan := func(r row) (u CustomerUser, err error) {
		err = r.Scan(&u.ID, &u.ProviderInstanceID, &u.DisplayName, &u.Email, &u.FirstName, &u.LastName, &u.Location, &u.Domain, &total)
		return u, err
	}
	counted := hits{statement: statement{args: slices.Clone(h.args)}}
	counted.text.WriteString(`WITH hits AS MATERIALIZED (SELECT ` + customerUserColumns + `, display_name_key, email_key` + h.text.String() +
		`) SELECT ` + customerUserColumns + `, COUNT(*) OVER () FROM hits`)
	us, err = allLong(tx, scan, counted.page(l, offset, limit), counted.args...)
	return us, total, err
}

// page appends the order and the limits, and returns the clauses.
func (h *hits) page(l list, offset, limit int) string {
	h.text.WriteString(l.order(false) + h.statement.page(limit, offset))
	return h.text.String()
}

func (tx *Tx) hits(c census, term string) (*hits, error) {
	h := &hits{few: c.users <= smallInstance}
	instance, text := h.arg(c.instance), h.arg(term)
	source, condition := ``, ``
	if !h.few && tx.flavor.index.search != nil {
		var err error
		if source, condition, err = tx.flavor.index.search(tx, &h.statement, term, c.users); err != nil {
			return nil, err
		}
		h.few = condition != ""
	}
	h.text.WriteString(` FROM customer_users` + source + ` WHERE instance = ` + instance + condition +
		` AND (` + tx.flavor.contains("display_name_key", text) + ` OR ` + tx.flavor.contains("email_key", text) + `)`)
	return h, nil
}
