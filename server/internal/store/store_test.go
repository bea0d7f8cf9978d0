package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

func tenants(tx *store.Tx) ([]store.Tenant, error) { return tx.Tenants() }

// addTenants adds n tenants in one transaction, then returns err.
func addTenants(n int, err error) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		for i := range n {
			if err := tx.AddTenant(store.Tenant{Domain: fmt.Sprint(i, ".example")}); err != nil {
				return err
			}
		}
		return err
	}
}

// Ensure a transaction that fails, panics or is cancelled leaves nothing, and the store goes on.
func TestUpdate_Rollback(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		boom := errors.New("boom")
		if err := s.Update(t.Context(), addTenants(3, boom)); !errors.Is(err, boom) {
			t.Errorf("Update: error %v, want the function's", err)
		}
		func() {
			defer func() {
				if r := recover(); r != boom {
					t.Errorf("Update recovered %v, want the panic to go on", r)
				}
			}()
			_ = s.Update(t.Context(), func(tx *store.Tx) error {
				_ = addTenants(3, nil)(tx)
				panic(boom)
			})
		}()
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Update(ctx, func(tx *store.Tx) error {
			defer cancel()
			return addTenants(3, nil)(tx)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Update with a context cancelled before the commit: error %v, want context.Canceled", err)
		}
		if err := s.Update(ctx, addTenants(3, nil)); !errors.Is(err, context.Canceled) {
			t.Errorf("Update with a cancelled context: error %v, want context.Canceled", err)
		}
		err = s.Update(t.Context(), func(tx *store.Tx) error {
			_ = tx.AddTenant(store.Tenant{Domain: "a"})
			_ = tx.AddTenant(store.Tenant{Domain: "a"})
			return nil
		})
		if !errors.Is(err, store.ErrConflict) {
			t.Errorf("Update that swallows an error: %v, want ErrConflict", err)
		}
		if got := read(t, s, tenants); len(got) != 0 {
			t.Errorf("tenants = %v, want none", got)
		}
		update(t, s, addTenants(1, nil))
		if got := read(t, s, tenants); len(got) != 1 {
			t.Errorf("tenants after all that = %v, want 1", got)
		}
	})
}

// Ensure a cancelled context interrupts a statement, and an in-memory database keeps its rows.
func TestUpdate_CancelledWhileRunning(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, addTenants(1, nil))
		for range 20 {
			ctx, cancel := context.WithCancel(t.Context())
			started := make(chan struct{})
			go func() {
				<-started
				cancel()
			}()
			err := s.Update(ctx, func(tx *store.Tx) error {
				close(started)
				for i := 0; ; i++ {
					if err := tx.AddTenant(store.Tenant{Domain: fmt.Sprint("x", i)}); err != nil {
						return err
					}
				}
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("Update: error %v, want context.Canceled", err)
			}
		}
		if got := read(t, s, tenants); len(got) != 1 {
			t.Errorf("%d tenants after cancelled transactions, want 1", len(got))
		}
	})
}

// Ensure the end of a context interrupts a long statement of a View, and the store goes on.
func TestView_Interrupted(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, addTenants(1, nil))
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			err := s.View(ctx, func(tx *store.Tx) error {
				_, err := store.CountLong(tx, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n WHERE i < 0`)
				return err
			})
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("View: error %v, want context.DeadlineExceeded", err)
			}
			if got := read(t, s, tenants); len(got) != 1 {
				t.Fatalf("%d tenants after an interrupted View, want 1", len(got))
			}
		}
	})
}

// Ensure a look-up by a text that a database cannot store finds nothing.
func TestView_OddText(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error {
			return steps(seedTenant(tx, contosoPortal), tx.AddCustomerUser(contosoPortal, customerUser(1)))
		})
		for _, text := range []string{"a\x00b", "a\xffb"} {
			if _, err := tryRead(t, s, func(tx *store.Tx) (store.Client, error) { return tx.Client(text) }); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("Client(%q): error %v, want ErrNotFound", text, err)
			}
			us := read(t, s, func(tx *store.Tx) ([]store.CustomerUser, error) {
				us, _, err := findUsers(tx, contosoPortal, id(1), store.Query{Search: text})
				return us, err
			})
			if len(us) != 0 {
				t.Errorf("search %q: %v, want none", text, us)
			}
		}
	})
}

func TestView_ReadOnly(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		if err := s.View(t.Context(), addTenants(1, nil)); err == nil {
			t.Error("a write in View succeeded")
		}
		if got := read(t, s, tenants); len(got) != 0 {
			t.Errorf("tenants = %v, want none", got)
		}
	})
}

// Ensure a View sees one state while other transactions commit.
func TestView_Snapshot(t *testing.T) {
	// In memory transactions run one after the other.
	onEachShared(t, testViewSnapshot)
}

func testViewSnapshot(t *testing.T, dsn string) {
	s := open(t, dsn)
	err := s.View(t.Context(), func(tx *store.Tx) error {
		for range 2 {
			ts, err := tx.Tenants()
			if err != nil || len(ts) != 0 {
				return fmt.Errorf("tenants = %v, %v, want none", ts, err)
			}
			_ = s.Update(t.Context(), addTenants(3, nil))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if got := read(t, s, tenants); len(got) != 3 {
		t.Errorf("%d tenants after the commit, want 3", len(got))
	}
}

// Ensure concurrent writers lose nothing: each reads a counter and writes it back, while readers check that they never see
// part of a transaction.
func TestUpdate_Concurrent(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		hammer(t, 16, 10, func(int) *store.Store { return s })
	})
}

// Ensure the same with two stores on one database, as two processes have it.
func TestUpdate_TwoStores(t *testing.T) {
	onEachShared(t, func(t *testing.T, dsn string) {
		stores := []*store.Store{open(t, dsn), open(t, dsn)}
		hammer(t, 8, 15, func(writer int) *store.Store { return stores[writer%2] })
	})
}

func hammer(t *testing.T, writers, rounds int, pick func(int) *store.Store) {
	t.Helper()
	update(t, pick(0), func(tx *store.Tx) error { return seedTenant(tx, contosoPortal) })
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for range rounds {
				if err := pick(w).Update(t.Context(), increment); err != nil {
					t.Errorf("Update: %v", err)
				}
				if err := pick(w).View(t.Context(), isWhole); err != nil {
					t.Errorf("View: %v", err)
				}
			}
		})
	}
	wg.Wait()
	got := read(t, pick(1), func(tx *store.Tx) (string, error) { return tx.Meta("count") })
	if want := fmt.Sprint(writers * rounds); got != want {
		t.Errorf("count = %s, want %s", got, want)
	}
	if err := pick(1).View(t.Context(), isWhole); err != nil {
		t.Error(err)
	}
}

// increment increments a counter, and adds the user with that number in the same transaction.
func increment(tx *store.Tx) error {
	n, err := count(tx)
	if err != nil {
		return err
	}
	return steps(tx.SetMeta("count", fmt.Sprint(n+1)), tx.AddCustomerUser(contosoPortal, customerUser(n+1)))
}

func count(tx *store.Tx) (n int, err error) {
	text, err := tx.Meta("count")
	if err == nil && text != "" {
		_, err = fmt.Sscan(text, &n)
	}
	return n, err
}

func isWhole(tx *store.Tx) error {
	want, err := count(tx)
	if err != nil {
		return err
	}
	_, total, err := findUsers(tx, contosoPortal, id(1), store.Query{Limit: 1})
	if err == nil && total != want {
		err = fmt.Errorf("%d users beside a count of %d", total, want)
	}
	return err
}

// Ensure a writer waits for one of another process, until its context ends.
func TestUpdate_Waits(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + t.TempDir() + "/shared.db"
	a, b := open(t, dsn), open(t, dsn)
	holding, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- a.Update(t.Context(), func(tx *store.Tx) error {
			close(holding)
			<-release
			return addTenants(1, nil)(tx)
		})
	}()
	<-holding
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := b.Update(ctx, addTenants(2, nil)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Update: error %v, want context.DeadlineExceeded", err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("Update took %v beyond its context", d)
	}
	if got := read(t, b, tenants); len(got) != 0 {
		t.Errorf("tenants = %v while a writer is under way, want none", got)
	}
	time.AfterFunc(300*time.Millisecond, func() { close(release) })
	update(t, b, func(tx *store.Tx) error { return tx.AddTenant(store.Tenant{Domain: "b"}) })
	if err := <-done; err != nil {
		t.Errorf("Update of the other: %v", err)
	}
	if got := read(t, b, tenants); len(got) != 2 {
		t.Errorf("tenants = %v, want 2", got)
	}
}

// Ensure a transaction that runs while the store is closed commits.
func TestClose_WhileRunning(t *testing.T) {
	onEachShared(t, testCloseWhileRunning)
}

func testCloseWhileRunning(t *testing.T, dsn string) {
	s := open(t, dsn)
	closed := make(chan error)
	update(t, s, func(tx *store.Tx) error {
		go func() { closed <- s.Close() }()
		if err := <-closed; err != nil {
			return err
		}
		return addTenants(2, nil)(tx)
	})
	if got := read(t, open(t, dsn), tenants); len(got) != 2 {
		t.Errorf("tenants = %v, want 2", got)
	}
}

// Ensure each in-memory store is separate, and empty after Open.
func TestOpen_Memory(t *testing.T) {
	t.Parallel()
	a, b := open(t, "sqlite::memory:"), open(t, "sqlite::memory:")
	update(t, a, addTenants(2, nil))
	if got := read(t, b, tenants); len(got) != 0 {
		t.Errorf("tenants of another store in memory = %v, want none", got)
	}
	if err := a.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := a.View(t.Context(), func(*store.Tx) error { return nil }); err == nil {
		t.Error("View after Close succeeded")
	}
	if err := a.Ready(t.Context()); err == nil {
		t.Error("Ping after Close succeeded")
	}
	if err := b.Ready(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
}
