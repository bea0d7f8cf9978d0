package store

// dropListIndexes drops the indexes that hold no rows to a constraint, and keeps how they are made.
func (tx *Tx) dropListIndexes() error {
	dropped, err := all(tx, scanIndex, `SELECT name, sql FROM sqlite_schema
		WHERE type = 'index' AND tbl_name = 'customer_users' AND sql LIKE 'CREATE INDEX%' ORDER BY name`)
	for _, index := range dropped {
		if err == nil {
			_, err = tx.exec(`DROP INDEX ` + index.name)
			tx.dropped = append(tx.dropped, index.create)
		}
	}
	return wrap(err, "drop an index")
}

type listIndex struct{ name, create string }

func scanIndex(r row) (i listIndex, err error) {
	err = r.Scan(&i.name, &i.create)
	return i, err
}
