package store

import "github.com/google/uuid"

// SQLite's index for searches is a table of its own, and the transactions that write users keep it up to date. A bulk load
// adds all its users to the index at its end, with one statement: the index then writes the list of each piece of text once,
// and need not merge many lists. The delay is not visible outside, because load and index are one transaction.

// indexUser adds a user to the index.
func (tx *Tx) indexUser(domain string, id uuid.UUID) error {
	return tx.index(tx.flavor.index.add, domain, id)
}

// reindexUser replaces a user's entry in the index after the names have changed.
func (tx *Tx) reindexUser(domain string, id uuid.UUID) error {
	return tx.index(tx.flavor.index.update, domain, id)
}

// index runs a statement that keeps the index up to date. It does nothing if the statement is empty.
func (tx *Tx) index(query string, args ...any) error {
	if query == "" {
		return nil
	}
	if err := tx.indexNow(); err != nil {
		return err
	}
	_, err := tx.exec(query, args...)
	return wrap(err, "index")
}

// indexLater defers the indexing of users that are added from here on to indexNow. In an empty table it also drops the
// indexes of lists: to sort all keys once is faster than to insert each one in its place.
func (tx *Tx) indexLater() error {
	if tx.flavor.index.addSince == "" || tx.indexed != nil {
		return nil
	}
	last, err := one(tx, value[int64], `SELECT COALESCE(MAX(seq), 0) FROM customer_users`)
	if err != nil {
		return err
	}
	tx.indexed = &last
	if last > 0 {
		return nil
	}
	return tx.dropListIndexes()
}

// indexNow indexes the users that indexLater deferred. The transaction calls it before it reads or changes the index, and at
// its end.
func (tx *Tx) indexNow() error {
	for _, create := range tx.dropped {
		if _, err := tx.exec(create); err != nil {
			return wrap(err, "create an index")
		}
	}
	tx.dropped = nil
	if tx.indexed == nil {
		return nil
	}
	_, err := tx.exec(tx.flavor.index.addSince, *tx.indexed)
	tx.indexed = nil
	return wrap(err, "index")
}

// clearIndex removes all users from the index, deferred ones included.
func (tx *Tx) clearIndex() error {
	tx.indexed = nil
	return tx.index(tx.flavor.index.clear)
}
