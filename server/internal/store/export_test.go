package store

import (
	"context"
	"fmt"
)

// UseIndexFrom sets the numbers of users from which searches ask the index, and for the rarest pieces only, so that tests need
// few. Call it before any test.
func UseIndexFrom(small, large int) { smallInstance, largeInstance = small, large }

// LimitPages makes a SQLite database full when it has so many pages.
func LimitPages(tx *Tx, pages int) error {
	_, err := tx.sql.ExecContext(tx.work, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages))
	return err
}

// MatchRarest is what the index of a SQLite store is asked for, for a term in a large instance.
func MatchRarest(tx *Tx, term string, users int) (string, error) { return tx.matchRarest(term, users) }

// OpenAt opens a store as a program did that knew the first migrations only.
func OpenAt(ctx context.Context, dsn string, version int) (*Store, error) {
	s, err := connect(ctx, dsn)
	if err == nil {
		err = s.migrate(ctx, schema()[:version])
	}
	return s, err
}

// SchemaVersion is the version that Open brings a schema up to.
func SchemaVersion() int { return len(schema()) }

// Exec runs SQL.
func Exec(tx *Tx, query string, args ...any) error {
	_, err := tx.exec(query, args...)
	return err
}

// IndexRows is the number of users that the index of a SQLite store was told of: the first number of the record of totals that
// FTS5 keeps, which is one byte where there are few.
func IndexRows(tx *Tx) (int, error) {
	return one(tx, value[int], `SELECT instr(x'0102030405060708', substr(block, 1, 1)) FROM customer_user_search_data WHERE id = 1`)
}
