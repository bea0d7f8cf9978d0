package storetest

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// Making a schema with all its tables and dropping it, and making a signing key, takes longer than most tests do. So a test
// that needs a new store, and no new schema, may have one that another has left.

// reused are the schemas that no test has, and all there are.
var reused struct {
	sync.Mutex
	free, all []schema
}

// Reused names a store on PostgreSQL as [Postgres] does. It is empty, but may have a signing key. Who calls it must call
// [DropReused] when all tests have ended.
func Reused(tb testing.TB) string {
	tb.Helper()
	reused.Lock()
	defer reused.Unlock()
	var s schema
	if last := len(reused.free) - 1; last >= 0 {
		s, reused.free = reused.free[last], reused.free[:last]
	} else {
		s = newSchema(tb)
		reused.all = append(reused.all, s)
	}
	tb.Cleanup(func() { giveBack(tb, s) })
	return s.store
}

// giveBack empties a schema for the next test. One that cannot be emptied is not used again.
func giveBack(tb testing.TB, s schema) {
	tb.Helper()
	db, err := janitor()
	var sweep string
	if err == nil {
		sweep, err = s.sweep(db)
	}
	if err == nil {
		_, err = db.Exec(sweep)
	}
	if err != nil {
		tb.Errorf("empty %s: %v", s.name, err)
		return
	}
	reused.Lock()
	defer reused.Unlock()
	reused.free = append(reused.free, s)
}

// janitor is a pool of connections for what no test waits for long.
var janitor = sync.OnceValues(func() (*sql.DB, error) { return sql.Open("pgx", os.Getenv(DSN)) })

// sweep gives the statements that empty the tables: those that refer to others first, which are the younger ones. Numbers begin
// anew. To delete a few rows is much faster than to truncate a table. The first signing key stays.
func (s schema) sweep(db *sql.DB) (string, error) {
	rows, err := db.Query(`SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace($1)
		AND relname NOT IN ('resellerkit_schema', 'signing_keys') ORDER BY oid DESC`, s.name)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	text := strings.Builder{}
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "DELETE FROM %s.%s; ", s.name, table)
	}
	if text.Len() == 0 {
		return "", rows.Err() // no store was opened in it
	}
	fmt.Fprintf(&text, `DELETE FROM %[1]s.signing_keys WHERE seq > (SELECT MIN(seq) FROM %[1]s.signing_keys);
		SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = to_regnamespace('%[1]s')
		AND relname <> 'signing_keys_seq_seq'`, s.name)
	return text.String(), rows.Err()
}

// DropReused drops the schemas that [Reused] made.
func DropReused() {
	reused.Lock()
	defer reused.Unlock()
	if len(reused.all) == 0 {
		return
	}
	db, err := janitor()
	for _, s := range reused.all {
		if err == nil {
			_, err = db.Exec(`DROP SCHEMA ` + s.name + ` CASCADE`)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "drop the tests' schemas:", err)
		return
	}
	reused.free, reused.all = nil, nil
	_ = db.Close()
}
