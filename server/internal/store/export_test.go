package store

// UseIndexFrom sets the number of users from which searches ask the index, so that tests need few. Call it before any test.
func UseIndexFrom(users int) { smallInstance = users }

func RawExec(tx *Tx, q string) error { _, err := tx.exec(q); return err }
