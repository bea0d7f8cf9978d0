package store

import (
	"context"
	"fmt"
)

// UseIndexFrom sets the numbers of users from which searches use the index, and only the rarest pieces, so that tests need few
// users. It must be called before all tests.
func UseIndexFrom(small, large int) { smallInstance, largeInstance = small, large }

// StrideFrom sets the least distance between the anchors that a long way leaves behind. It must be called before all tests.
func StrideFrom(distance int) { minStride = distance }

// LimitPages sets the number of pages at which a SQLite database is full.
func LimitPages(tx *Tx, pages int) error {
	return tx.db.script(tx.work, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages))
}

// MatchRarest returns the FTS5 expression with which a SQLite store looks up a term in a large instance.
func MatchRarest(tx *Tx, term string, users int) (string, error) { return tx.matchRarest(term, users) }

// SetReadOnly makes the connection that writes refuse to, or not. On PostgreSQL it must be the only one.
func SetReadOnly(ctx context.Context, s *Store, on bool) error {
	if pool, ok := s.writer.(*sqlitePool); ok {
		c, err := pool.take(ctx)
		if err != nil {
			return err
		}
		defer pool.give(c)
		return c.script(ctx, fmt.Sprintf(`PRAGMA query_only = %t`, on))
	}
	_, err := s.writer.(*postgresPool).db.ExecContext(ctx, fmt.Sprintf(`SET default_transaction_read_only = %t`, on))
	return err
}

// OpenAt opens a store as an older program does, which has only the first migrations.
func OpenAt(ctx context.Context, dsn string, version int) (*Store, error) {
	s, err := connect(ctx, dsn)
	if err == nil {
		err = s.migrate(ctx, schema()[:version])
	}
	return s, err
}

// SchemaVersion is the version that Open brings a schema up to.
func SchemaVersion() int { return len(schema()) }

// SchemaHashes returns the hashes of the migrations, in order, as they are applied to SQLite and to PostgreSQL.
func SchemaHashes() (sqlite, postgres []string) {
	for _, text := range schema() {
		sqlite, postgres = append(sqlite, sqliteFlavor.hashOf(text)), append(postgres, postgresFlavor.hashOf(text))
	}
	return sqlite, postgres
}

// Exec runs SQL.
func Exec(tx *Tx, query string, args ...any) error {
	_, err := tx.exec(query, args...)
	return err
}

// IndexRows returns the number of users that were added to the index of a SQLite store. It is the first number in FTS5's
// record of totals, and one byte if it is small.
func IndexRows(tx *Tx) (int, error) {
	return one(tx, value[int], `SELECT instr(x'0102030405060708', substr(block, 1, 1)) FROM customer_user_search_data WHERE id = 1`)
}

// CountLong runs a statement that may take long, and returns its first column.
func CountLong(tx *Tx, query string) (int, error) { return first(allLong(tx, value[int], query)) }

// DirectoryState returns the version of the directory in a SQLite file, and the content of tables.
func DirectoryState(tx *Tx, tables []string) (version int64, content string, err error) {
	version, err = one(tx, value[int64], `SELECT version FROM directory_version`)
	for _, table := range tables {
		if err == nil {
			err = tx.db.query(tx.work, `SELECT * FROM `+table+` ORDER BY seq`, nil, func(r row) error {
				content += fmt.Sprintln(table, r.(*sqliteRow).values)
				return nil
			})
		}
	}
	return version, content, err
}

// CountDifferingViews returns the number of users whose JSON is not that of their row.
func CountDifferingViews(tx *Tx) (int, error) {
	differing := 0
	scan := func(r row) (struct{}, error) {
		var u CustomerUser
		var view string
		err := r.Scan(&u.ID, &u.ProviderInstanceID, &u.DisplayName, &u.Email, &u.FirstName, &u.LastName, &u.Location, &u.Domain, &view)
		if want, _ := viewOf(u); want != view {
			differing++
		}
		return struct{}{}, err
	}
	_, err := all(tx, scan, `SELECT `+customerUserColumns+`, view FROM customer_users`)
	return differing, err
}
