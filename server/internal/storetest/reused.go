package storetest

import (
	"database/sql"
	"fmt"
	"os"
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

// Reused names a store on PostgreSQL as [Postgres] does. Where another test has left it, forget was run in its schema, which
// must make of it what does for a new one. Who calls Reused must call [DropReused] when all tests have ended.
func Reused(tb testing.TB, forget string) string {
	tb.Helper()
	s := takeFree()
	if s == (schema{}) {
		s = newSchema(tb)
		reused.Lock()
		reused.all = append(reused.all, s)
		reused.Unlock()
	}
	tb.Cleanup(func() { giveBack(tb, s, forget) })
	return s.store
}

// takeFree gives no schema where none is free.
func takeFree() (s schema) {
	reused.Lock()
	defer reused.Unlock()
	if last := len(reused.free) - 1; last >= 0 {
		s, reused.free = reused.free[last], reused.free[:last]
	}
	return s
}

// maxReused is the size in bytes from which a schema is not used again: what is deleted from a table is read over for a while.
const maxReused = 4 << 20

// giveBack makes a schema ready for the next test.
func giveBack(tb testing.TB, s schema, forget string) {
	tb.Helper()
	db, err := janitor()
	var size int64
	if err == nil {
		err = db.QueryRow(`SELECT COALESCE(SUM(pg_relation_size(oid)), 0) FROM pg_class
			WHERE relkind = 'r' AND relnamespace = to_regnamespace($1)`, s.name).Scan(&size)
	}
	if err == nil && size < maxReused {
		_, err = db.Exec(`SET search_path TO ` + s.name + `; ` + forget)
	}
	if err != nil {
		tb.Errorf("make %s ready for another test: %v", s.name, err)
	}
	if err != nil || size >= maxReused {
		return
	}
	reused.Lock()
	defer reused.Unlock()
	reused.free = append(reused.free, s)
}

// janitor is a pool of connections for what no test waits for long.
var janitor = sync.OnceValues(func() (*sql.DB, error) { return sql.Open("pgx", os.Getenv(DSN)) })

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
