// Package storetest names the stores that tests run on. Most tests want [Each].
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

	// The driver that is called pgx.
	_ "github.com/jackc/pgx/v5/stdlib"
)

// DSN names the environment variable that holds the address of a PostgreSQL database for tests, whose user may create
// schemas in it. Without it, tests on PostgreSQL are skipped.
const DSN = "TEST_POSTGRES_DSN"

// Kind is a kind of store.
type Kind struct {
	Name string
	// New gives the name of a new, empty store, as store.Open takes it. What it holds is gone when the test ends.
	New func(testing.TB) string
}

// Kinds are all kinds of store.
var Kinds = []Kind{
	{"memory", func(testing.TB) string { return "sqlite::memory:" }},
	{"file", File},
	{"postgres", Postgres},
}

// Shared are the kinds that several processes may have open at the same time.
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

// File names a new SQLite file.
func File(tb testing.TB) string { return "sqlite:" + filepath.Join(tb.TempDir(), "test.db") }

var schemas atomic.Int64

// Postgres names a new schema of the database that tests are given, or skips the test where none is.
func Postgres(tb testing.TB) string {
	tb.Helper()
	s := newSchema(tb)
	tb.Cleanup(func() { Exec(tb, os.Getenv(DSN), `DROP SCHEMA `+s.name+` CASCADE`) })
	return s.store
}

// A schema has a name, and one as a store.
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

// shareTrigrams creates the extension that a store would create in the schema of its test, and all others would lose when
// that test ends. Where it may not, stores do without.
func shareTrigrams(address string) {
	db, err := sql.Open("pgx", address)
	if err == nil {
		_, _ = db.Exec(`CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public`)
		_ = db.Close()
	}
}

// Exec runs SQL of the test's own on a PostgreSQL database.
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
