package store_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
)

// Ensure that a store that can be read, but not written to, is not ready, and that it is ready as soon as it can be.
func TestReady_ReadOnly(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		for range 2 {
			if err := s.Ready(t.Context()); err != nil {
				t.Fatalf("Ready: %v", err)
			}
			setReadOnly(t, s, true)
			if err := s.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "write: ") {
				t.Errorf("Ready: got %v, want that it cannot write", err)
			}
			setReadOnly(t, s, false)
		}
	})
}

func setReadOnly(t *testing.T, s *store.Store, on bool) {
	t.Helper()
	if err := store.SetReadOnly(t.Context(), s, on); err != nil {
		t.Fatal(err)
	}
}

// Ensure that a database that takes no writes is refused at once, although nothing is left to create in it.
func TestOpen_PostgresReadOnly(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	open(t, dsn)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("default_transaction_read_only", "on")
	u.RawQuery = query.Encode()
	wantRefused(t, u.String(), "read-only transaction")
}

// wantRefused checks that a store cannot be opened, and why.
func wantRefused(t *testing.T, dsn, want string) {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err == nil {
		_ = s.Close()
		t.Errorf("Open succeeded, want %q", want)
	} else if !strings.Contains(err.Error(), want) {
		t.Errorf("Open: got %v, want %q", err, want)
	}
}
