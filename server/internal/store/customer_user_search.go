package store

// A search tests a condition on every user of the provider instance. If the index helps, it first narrows the users down to
// candidates, and the condition is tested on those.

// hits is the FROM and WHERE clause that selects the users that contain a term.
type hits struct {
	statement
	// few is set if there are so few candidates that it is fastest to read all of them once.
	few bool
}

// searchPage reads a page of the users whose name or e-mail contains a folded term, and counts those on all pages.
func (tx *Tx) searchPage(l list, c census, term string, offset, limit int) (UserPage, error) {
	if !tx.flavor.finds([]any{term}) {
		return UserPage{}, nil
	}
	key := totalKey{l.domain, l.providerInstanceID, term}
	total, known := tx.totals.recall(key, c.version)
	if known && isDense(c.users, total, offset, limit) {
		return tx.densePage(l, c, term, total, offset, limit)
	}
	h, err := tx.hits(c, term)
	if err != nil {
		return UserPage{}, err
	}
	if known && !h.few {
		return tx.densePage(l, c, term, total, offset, limit)
	}
	p, err := tx.countedSearch(l, h, offset, limit)
	if err == nil && c.users > smallInstance {
		tx.totals.remember(key, c.version, p.Total)
	}
	return p, err
}

// isDense reports whether it is faster to read the users in order until the page is full than to find all hits by the index, and
// to sort them.
func isDense(users, total, offset, limit int) bool {
	return offset >= total || (offset+min(limit, users))*(users/total) < total
}

// densePage reads a page of hits whose number is known, in the order of the list.
func (tx *Tx) densePage(l list, c census, term string, total, offset, limit int) (UserPage, error) {
	if offset >= total {
		return UserPage{Total: total}, nil
	}
	h := &hits{}
	instance, text := h.arg(c.instance), h.arg(term)
	h.from(tx.flavor, ``, instance, ``, text)
	return tx.hitPage(h, `SELECT view`+h.page(l, offset, limit), total)
}

// hitPage returns the page of hits that a query for their views selects.
func (tx *Tx) hitPage(h *hits, views string, total int) (UserPage, error) {
	users, err := first(allLong(tx, value[string], concatenated(views), h.args...))
	return UserPage{Users: users, Total: total}, err
}

// countedSearch reads a page of hits, and counts all.
func (tx *Tx) countedSearch(l list, h *hits, offset, limit int) (UserPage, error) {
	if h.few {
		return tx.countedPage(l, h, offset, limit)
	}
	total, err := first(allLong(tx, value[int], `SELECT COUNT(*)`+h.text.String(), h.args...))
	if err != nil || offset >= total {
		return UserPage{Total: total}, err
	}
	return tx.hitPage(h, `SELECT view`+h.page(l, offset, limit), total)
}

// countedPage counts the hits and reads a page of them in one statement.
// Without MATERIALIZED PostgreSQL would read all users in order, expecting a page of hits soon.
func (tx *Tx) countedPage(l list, h *hits, offset, limit int) (UserPage, error) {
	scan := func(r row) (p UserPage, err error) {
		err = r.Scan(&p.Users, &p.Total)
		return p, err
	}
	all := h.text.String()
	h.text.Reset()
	h.text.WriteString(` FROM hits`)
	return first(allLong(tx, scan, `WITH hits AS MATERIALIZED (SELECT view, id, display_name_key, email_key`+all+`)
		SELECT (`+concatenated(`SELECT view`+h.page(l, offset, limit))+`), (SELECT COUNT(*) FROM hits)`, h.args...))
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
	h.from(tx.flavor, source, instance, condition, text)
	return h, nil
}

// from writes the clauses for the users of an instance that contain a text. source and condition are those of the index.
func (h *hits) from(f flavor, source, instance, condition, text string) {
	h.text.WriteString(` FROM customer_users` + source + ` WHERE instance = ` + instance + condition +
		` AND (` + f.contains("display_name_key", text) + ` OR ` + f.contains("email_key", text) + `)`)
}
