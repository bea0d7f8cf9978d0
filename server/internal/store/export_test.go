package store

import "fmt"

// UseIndexFrom sets the number of users from which searches ask the index, so that tests need few. Call it before any test.
func UseIndexFrom(users int) { smallInstance = users }

// LimitPages makes a SQLite database full when it has so many pages.
func LimitPages(tx *Tx, pages int) error {
	_, err := tx.sql.ExecContext(tx.work, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages))
	return err
}
