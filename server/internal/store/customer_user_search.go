package store

import (
	"strconv"
	"strings"
)

// A search tests a condition on every user of the provider instance. If the index helps, it first narrows the users down to
// candidates, and the condition is tested on those.

// hits is the FROM and WHERE clause that selects the users that contain a term.
type hits struct {
	statement
	// few is set if there are so few candidates that it is fastest to read all of them once.
	few bool
}

// foundPage is a page of hits.
type foundPage struct {
	UserPage
	// rows are the seqs of its users, with commas between them.
	rows string
}

func scanFoundPage(r row) (p foundPage, err error) {
	err = r.Scan(&p.Users, &p.rows, &p.Total)
	return p, err
}

// found returns a query for a foundPage of the views and seqs that another query returns, in their order.
func found(hits, total string) string {
	return `SELECT COALESCE(string_agg(view, ','), ''), COALESCE(string_agg(CAST(seq AS TEXT), ','), ''), ` + total +
		` FROM (` + hits + `) page`
}

// searchPage reads a page of the users whose name or e-mail contains a folded term, and counts those on all pages.
func (tx *Tx) searchPage(l list, c census, term string, offset, limit int) (UserPage, error) {
	if !tx.flavor.finds([]any{term}) {
		return UserPage{}, nil
	}
	key, page := totalKey{l.domain, l.providerInstanceID, term}, hitPageKey{l, term, offset, limit}
	total, known := tx.totals.recall(key, c.version)
	if rows, ok := tx.hitPages.recall(page, c.version); ok && known {
		return tx.rowsPage(l, strings.Split(rows, ","), total)
	}
	if !known {
		total = unknown
	}
	p, err := tx.findPage(l, c, term, total, offset, limit)
	if err != nil || c.users <= smallInstance || len(term) > maxTotalTerm {
		return p.UserPage, err
	}
	tx.totals.remember(key, c.version, p.Total, maxTotals)
	if p.rows != "" && strings.Count(p.rows, ",") < maxHitRows {
		tx.hitPages.remember(page, c.version, p.rows, maxHitPages)
	}
	return p.UserPage, nil
}

// rowsPage reads users by their seqs.
func (tx *Tx) rowsPage(l list, rows []string, total int) (UserPage, error) {
	q := &statement{}
	for i, text := range rows {
		seq, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return UserPage{}, err
		}
		rows[i] = q.arg(seq)
	}
	users, err := one(tx, value[string],
		concatenated(`SELECT view FROM customer_users WHERE seq IN (`+strings.Join(rows, `, `)+`)`+l.order(false)), q.args...)
	return UserPage{Users: users, Total: total}, err
}

// unknown stands for a total that is not known.
const unknown = -1

// findPage reads a page of hits. total is their number, or unknown.
func (tx *Tx) findPage(l list, c census, term string, total, offset, limit int) (foundPage, error) {
	if total != unknown && isDense(c.users, total, offset, limit) {
		return tx.densePage(l, c, term, total, offset, limit)
	}
	h, err := tx.hits(c, term)
	switch {
	case err != nil:
		return foundPage{}, err
	case h.few:
		return tx.countedPage(l, h, offset, limit)
	case total == unknown:
		total, err = first(allLong(tx, value[int], `SELECT COUNT(*)`+h.text.String(), h.args...))
		if err != nil || offset >= total {
			return foundPage{UserPage: UserPage{Total: total}}, err
		}
		return tx.hitPage(l, h, total, offset, limit)
	}
	return tx.densePage(l, c, term, total, offset, limit)
}

// isDense reports whether it is faster to read the users in order until the page is full than to find all hits by the index, and
// to sort them.
func isDense(users, total, offset, limit int) bool {
	return offset >= total || (offset+min(limit, users))*(users/total) < total
}

// densePage reads a page of hits whose number is known, in the order of the list.
func (tx *Tx) densePage(l list, c census, term string, total, offset, limit int) (foundPage, error) {
	if offset >= total {
		return foundPage{UserPage: UserPage{Total: total}}, nil
	}
	h := &hits{}
	instance, text := h.arg(c.instance), h.arg(term)
	h.from(tx.flavor, ``, instance, ``, text)
	return tx.hitPage(l, h, total, offset, limit)
}

// hitPage reads a page of hits whose number is known.
func (tx *Tx) hitPage(l list, h *hits, total, offset, limit int) (foundPage, error) {
	page := `SELECT view, seq` + h.page(l, offset, limit)
	return first(allLong(tx, scanFoundPage, found(page, `CAST(`+h.arg(total)+` AS BIGINT)`), h.args...))
}

// countedPage counts the hits and reads a page of them in one statement. Without MATERIALIZED PostgreSQL would read all users in
// order, expecting a page of hits soon.
func (tx *Tx) countedPage(l list, h *hits, offset, limit int) (foundPage, error) {
	all := h.text.String()
	h.text.Reset()
	h.text.WriteString(` FROM hits`)
	page := `SELECT view, seq` + h.page(l, offset, limit)
	return first(allLong(tx, scanFoundPage, `WITH hits AS MATERIALIZED (SELECT view, seq, id, display_name_key, email_key`+all+`) `+
		found(page, `(SELECT COUNT(*) FROM hits)`), h.args...))
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
