package store

// An index for searches that is a table of its own is kept by the transactions that write users. One that loads many of them
// tells it of all at its end, in one statement: the index then writes each piece's list once, and need not merge many. Nobody
// else sees the time between: it is one transaction.

// index runs a statement that keeps the index. An empty one does nothing.
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

// indexLater leaves to indexNow the users that are added from here on. Where they are the first, so are the indexes of lists:
// to sort all keys at once is quicker than to find the place of each.
func (tx *Tx) indexLater() error {
	if tx.flavor.index.addSince == "" || tx.indexed != nil {
		return nil
	}
	last, err := one(tx, value[int64], `SELECT COALESCE(MAX(seq), 0) FROM customer_users`)
	if err == nil {
		tx.indexed = &last
	}
	if err == nil && last == 0 {
		err = tx.dropListIndexes()
	}
	return err
}

// indexNow adds the users that were left for later. The transaction calls it before it asks or changes the index, and at its
// end.
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

// clearIndex forgets all users, also those that were left for later.
func (tx *Tx) clearIndex() error {
	tx.indexed = nil
	return tx.index(tx.flavor.index.clear)
}
