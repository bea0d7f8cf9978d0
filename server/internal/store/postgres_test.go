package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
)

// Ensure no error about an address contains its password, even if the address cannot be parsed.
func TestOpen_PostgresErrors(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"postgres://user:hunter2@127.0.0.1:1/db":                   "open store postgres://127.0.0.1:1/db: ",
		"postgresql://127.0.0.1:1/db?user=user&password=hunter2":   "open store postgresql://127.0.0.1:1/db: ",
		"postgres://user:hunter2@127.0.0.1:1/db?sslmode=sometimes": "not the address of a database",
		"postgres://user:hunter2@127.0.0.1:1,127.0.0.1:2/db":       "127.0.0.1:2",
		"postgres://user:hunter2@host:port/db":                     `open store "postgres": not the address of a database`,
		"postgres://user:hunter2%@host/db":                         "not the address of a database",
		"postgres://user:hunter2@[host/db":                         "not the address of a database",
		"postgres:host=127.0.0.1 port=1 password=hunter2":          `open store "postgres": `,
	} {
		s, err := store.Open(t.Context(), dsn)
		if err == nil {
			t.Errorf("Open %q succeeded", dsn)
			_ = s.Close()
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open %q: error %q, want %q in it", dsn, err, want)
		}
	}
}

// Ensure a database with a newer schema is refused.
func TestOpen_PostgresNewer(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	if err := open(t, dsn).Close(); err != nil {
		t.Fatal(err)
	}
	storetest.Exec(t, dsn, `INSERT INTO resellerkit_schema VALUES (99)`)
	_, err := store.Open(t.Context(), dsn)
	if err == nil || !strings.Contains(err.Error(), "schema version 99 is newer") {
		t.Errorf("Open: error %v, want one about version 99", err)
	}
}

// Ensure two transactions that both read that there is room, and then write different rows, do not both commit.
func TestUpdate_NoWriteSkew(t *testing.T) {
	onEachShared(t, func(t *testing.T, dsn string) {
		stores := []*store.Store{open(t, dsn), open(t, dsn)}
		update(t, stores[0], func(tx *store.Tx) error {
			return steps(tx.AddTenant(store.Tenant{Domain: contosoPortal}), tx.AddGroup(contosoPortal, store.Group{ID: id(1)}))
		})
		full := errors.New("full")
		const room = 5
		add := func(n int) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				us, err := tx.PortalUsers(contosoPortal, store.ScopeCSP, uuid.Nil)
				if err == nil && len(us) >= room {
					err = full
				}
				return steps(err, tx.AddPortalUser(contosoPortal, portalUser(n, store.ScopeCSP, uuid.Nil, "A", "B", fmt.Sprint(n, "@x"))))
			}
		}
		var wg sync.WaitGroup
		for n := range 4 * room {
			wg.Go(func() {
				if err := stores[n%2].Update(t.Context(), add(n+1)); err != nil && !errors.Is(err, full) {
					t.Errorf("Update: %v", err)
				}
			})
		}
		wg.Wait()
		us := read(t, stores[0], func(tx *store.Tx) ([]store.PortalUser, error) {
			return tx.PortalUsers(contosoPortal, store.ScopeCSP, uuid.Nil)
		})
		if len(us) != room {
			t.Errorf("%d users, want %d", len(us), room)
		}
	})
}
