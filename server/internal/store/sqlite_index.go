package store

// dropListIndexes drops the indexes that enforce no constraint, and keeps the statements that create them.
func (tx *Tx) dropListIndexes() error {
	indexes, err := all(tx, scanIndex, `SELECT name, sql FROM sqlite_schema
		WHERE type = 'index' AND tbl_name = 'customer_users' AND sql LIKE 'CREATE INDEX%' ORDER BY name`)
	if err != nil {
		return wrap(err, "find indexes")
	}
	for _, index := range indexes {
		if _, err := tx.exec(`DROP INDEX ` + index.name); err != nil {
			return wrap(err, "drop an index")
		}
		tx.dropped = append(tx.dropped, index.create)
	}
	return nil
}

type listIndex struct{ name, create string }

func scanIndex(r row) (i listIndex, err error) {
	err = r.Scan(&i.name, &i.create)
	return i, err
}
