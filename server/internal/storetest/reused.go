package storetest

import (
	"database/sql"
	"fmt"
	"os"
	"sync"
	"testing"
)

// To make a schema with all its tables, to generate a signing key and to drop the schema takes longer than most tests do. A
// test that needs an empty store, but not a new schema, may therefore use the schema of a test that has ended.

// reused holds the schemas that no test uses, and all schemas that were made.
var reused struct {
	sync.Mutex
	free, all []schema
}

// Reused returns the name of a store on PostgreSQL, as [Postgres] does. When a test has ended, the SQL text forget runs in its
// schema and must delete what the test wrote. A package that calls Reused must call [DropReused] after all tests.
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

// takeFree returns a free schema, or the zero schema.
func takeFree() (s schema) {
	reused.Lock()
	defer reused.Unlock()
	if last := len(reused.free) - 1; last >= 0 {
		s, reused.free = reused.free[last], reused.free[:last]
	}
	return s
}

// maxReused is the size in bytes from which a schema is not used again: PostgreSQL scans deleted rows until it vacuums them.
const maxReused = 4 << 20

// giveBack makes a schema ready for the next test.
func giveBack(tb testing.TB, s schema, forget string) {
	tb.Helper()
	small, err := emptySchema(s, forget)
	if err != nil {
		tb.Errorf("make %s ready for another test: %v", s.name, err)
	}
	if err != nil || !small {
		return
	}
	reused.Lock()
	defer reused.Unlock()
	reused.free = append(reused.free, s)
}

// emptySchema runs forget in a schema, and reports whether the schema is small enough to be used again.
func emptySchema(s schema, forget string) (small bool, err error) {
	db, err := janitor()
	if err != nil {
		return false, err
	}
	var size int64
	err = db.QueryRow(`SELECT COALESCE(SUM(pg_relation_size(oid)), 0) FROM pg_class
		WHERE relkind = 'r' AND relnamespace = to_regnamespace($1)`, s.name).Scan(&size)
	if err != nil || size >= maxReused {
		return false, err
	}
	_, err = db.Exec(`SET search_path TO ` + s.name + `; ` + forget)
	return true, err
}

// janitor is the pool of connections that empties and drops schemas.
var janitor = sync.OnceValues(func() (*sql.DB, error) { return sql.Open("pgx", os.Getenv(DSN)) })

// DropReused drops the schemas that [Reused] made.
func DropReused() {
	reused.Lock()
	defer reused.Unlock()
	if len(reused.all) == 0 {
		return
	}
	if err := dropAll(reused.all); err != nil {
		fmt.Fprintln(os.Stderr, "drop the tests' schemas:", err)
		return
	}
	reused.free, reused.all = nil, nil
}

func dropAll(schemas []schema) error {
	db, err := janitor()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for _, s := range schemas {
		if _, err := db.Exec(`DROP SCHEMA ` + s.name + ` CASCADE`); err != nil {
			return err
		}
	}
	return nil
}
