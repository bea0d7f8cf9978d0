package store

import "slices"

// A search is a condition that every user is held to. Where the index can, it names the users that are worth it.

// hits is the source and the condition of the users that contain a term.
type hits struct {
	statement
	// few tells that the source holds few users, so that reading all of them once is the quickest.
	few bool
}

// searchPage reads a page of the users whose name or e-mail contains a folded term, and how many there are on all pages.
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
	total, err = one(tx, value[int], `SELECT COUNT(*)`+h.text.String(), h.args...)
	if err == nil && offset < total {
		us, err = all(tx, scanCustomerUser, `SELECT `+customerUserColumns+h.page(l, offset, limit), h.args...)
	}
	return us, total, err
}

// countedPage counts and reads in one go. A page past the end has no count. MATERIALIZED keeps PostgreSQL from reading all
// users in order, in the hope that a page of hits comes soon.
func (tx *Tx) countedPage(l list, h *hits, offset, limit int) (us []CustomerUser, total int, err error) {
	scan := func(r row) (u CustomerUser, err error) {
		err = r.Scan(&u.ID, &u.ProviderInstanceID, &u.DisplayName, &u.Email, &u.FirstName, &u.LastName, &u.Location, &u.Domain, &total)
		return u, err
	}
	counted := hits{statement: statement{args: slices.Clone(h.args)}}
	counted.text.WriteString(`WITH hits AS MATERIALIZED (SELECT ` + customerUserColumns + `, display_name_key, email_key` + h.text.String() +
		`) SELECT ` + customerUserColumns + `, COUNT(*) OVER () FROM hits`)
	us, err = all(tx, scan, counted.page(l, offset, limit), counted.args...)
	return us, total, err
}

// page adds order and limits.
func (h *hits) page(l list, offset, limit int) string {
	h.text.WriteString(l.order(false) + ` LIMIT ` + h.arg(limit) + ` OFFSET ` + h.arg(offset))
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
