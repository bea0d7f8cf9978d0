// Package storetest makes the stores that tests run on: in memory, in a file and on PostgreSQL. Most tests want [Each].
package storetest

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	// For the driver "pgx".
	_ "github.com/jackc/pgx/v5/stdlib"
)

// DSN is the environment variable with the address of a PostgreSQL database for tests. Its user must be allowed to create
// schemas. Without it, tests on PostgreSQL are skipped.
const DSN = "TEST_POSTGRES_DSN"

// Kind is a kind of store.
type Kind struct {
	Name string
	// New returns the name of a new, empty store for store.Open. The store is deleted when the test ends.
	New func(testing.TB) string
}

// Kinds are all kinds of store.
var Kinds = []Kind{
	{"memory", func(testing.TB) string { return "sqlite::memory:" }},
	{"file", File},
	{"postgres", Postgres},
}

// Shared are the kinds of store that several processes may open at the same time.
var Shared = Kinds[1:]

// Each runs a test on each kind of store, in parallel.
func Each(t *testing.T, kinds []Kind, test func(t *testing.T, dsn string)) {
	t.Helper()
	for _, kind := range kinds {
		t.Run(kind.Name, func(t *testing.T) {
			t.Parallel()
			test(t, kind.New(t))
		})
	}
}

// File returns the name of a new SQLite file.
func File(tb testing.TB) string { return "sqlite:" + filepath.Join(tb.TempDir(), "test.db") }

var schemas atomic.Int64

// Postgres returns the address of a new schema in the database of [DSN], or skips the test if DSN is not set.
func Postgres(tb testing.TB) string {
	tb.Helper()
	s := newSchema(tb)
	tb.Cleanup(func() { Exec(tb, os.Getenv(DSN), `DROP SCHEMA `+s.name+` CASCADE`) })
	return s.store
}

// A schema has a name in SQL, and one for store.Open.
type schema struct{ name, store string }

func newSchema(tb testing.TB) schema {
	tb.Helper()
	address := os.Getenv(DSN)
	if address == "" {
		tb.Skipf("%s is not set: give the address of a PostgreSQL database, such as postgres://postgres@localhost/postgres", DSN)
	}
	share.Do(func() { shareTrigrams(address) })
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatalf("%s is not a URL", DSN)
	}
	s := schema{name: fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))}
	Exec(tb, address, `CREATE SCHEMA `+s.name)
	query := u.Query()
	query.Set("search_path", s.name)
	u.RawQuery = query.Encode()
	s.store = u.String()
	return s
}

var share sync.Once

// shareTrigrams creates the extension pg_trgm. Otherwise a store would create it in the schema of its test, and all other
// stores would lose it at the end of that test. If the user may not create it, stores do without it.
func shareTrigrams(address string) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return
	}
	defer func() { _ = db.Close() }()
	_, _ = db.Exec(`CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public`)
}

// Exec runs SQL on a PostgreSQL database.
func Exec(tb testing.TB, address, text string) {
	tb.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(text); err != nil {
		tb.Errorf("%s: %v", text, err)
	}
}
