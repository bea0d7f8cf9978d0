package store_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// Ensure each writer in a shared transaction has its own outcome: what a successful one wrote is stored completely, and what
// one wrote that failed, panicked or was cancelled is not stored.
func TestUpdate_Shared(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		const writers, rounds = 24, 12
		boom := errors.New("boom")
		var mu sync.Mutex
		want := map[string]bool{}
		write := func(r *rand.Rand, domain string) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			fate := r.IntN(5)
			if fate == 3 {
				// The context ends while the writer waits, while it writes, or after it.
				time.AfterFunc(time.Duration(r.IntN(4))*time.Millisecond, cancel)
			}
			defer func() {
				if p := recover(); p != nil && p != boom {
					panic(p)
				}
			}()
			err := s.Update(ctx, func(tx *store.Tx) error {
				if err := tx.AddTenant(store.Tenant{Domain: domain}); err != nil {
					return err
				}
				switch fate {
				case 0:
					return boom
				case 1:
					panic(boom)
				case 2:
					// A failed statement rolls back the other statements of its writer, and no other writer's.
					_ = tx.AddTenant(store.Tenant{Domain: domain})
				}
				return tx.AddGroup(domain, store.Group{ID: id(1), Name: domain})
			})
			switch {
			case err == nil:
				mu.Lock()
				want[domain] = true
				mu.Unlock()
			case fate == 4:
				t.Errorf("Update: %v", err)
			}
		}
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(uint64(w), 1))
				for n := range rounds {
					write(r, fmt.Sprint(w, "-", n))
				}
			})
		}
		wg.Wait()
		got := read(t, s, tenants)
		if len(got) != len(want) {
			t.Errorf("%d tenants, want %d", len(got), len(want))
		}
		for _, tenant := range got {
			groups := read(t, s, func(tx *store.Tx) ([]store.Group, error) { return tx.Groups(tenant.Domain) })
			if !want[tenant.Domain] || len(groups) != 1 {
				t.Errorf("tenant %s with %d groups; it was acknowledged: %v", tenant.Domain, len(groups), want[tenant.Domain])
			}
		}
	})
}

// Ensure a full database refuses writes, loses nothing that it acknowledged, and accepts writes when there is room again.
func TestUpdate_Full(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + t.TempDir() + "/full.db"
	s := open(t, dsn)
	update(t, s, func(tx *store.Tx) error { return seedTenant(tx, contosoPortal) })
	update(t, s, func(tx *store.Tx) error { return store.LimitPages(tx, 180) })
	fillUp(t, s, dsn, func() {
		update(t, s, func(tx *store.Tx) error { return store.LimitPages(tx, 1<<30) })
	})
}

// tinyDir is the environment variable with a directory on a file system of a few megabytes, such as one made by
// mount -t tmpfs -o size=3m tmpfs DIR.
const tinyDir = "TEST_TINY_DIR"

// Ensure the same on a full disk, where the commit fails.
func TestUpdate_DiskFull(t *testing.T) {
	tiny := os.Getenv(tinyDir)
	if tiny == "" {
		t.Skipf("%s is not set: give a directory on a tiny file system", tinyDir)
	}
	dir, err := os.MkdirTemp(tiny, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	ballast := dir + "/ballast"
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	dsn := "sqlite:" + dir + "/full.db"
	s := open(t, dsn)
	update(t, s, func(tx *store.Tx) error { return seedTenant(tx, contosoPortal) })
	fillUp(t, s, dsn, func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	})
}

// fillUp writes from eight goroutines until all writes fail.
func fillUp(t *testing.T, s *store.Store, dsn string, makeRoom func()) {
	var next, full atomic.Int64
	var mu sync.Mutex
	acknowledged := map[int]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for full.Load() < 40 {
				n := int(next.Add(1))
				err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, customerUser(n)) })
				if err != nil {
					full.Add(1)
					continue
				}
				mu.Lock()
				acknowledged[n] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	check := func(s *store.Store) {
		t.Helper()
		us := read(t, s, func(tx *store.Tx) ([]store.CustomerUser, error) { return tx.CustomerUsers(contosoPortal, id(1)) })
		_, total, err := find(t, s, store.Query{Limit: 1})
		if err != nil || len(us) != len(acknowledged) || total != len(us) {
			t.Errorf("%d users, counted %d, %v; %d were acknowledged", len(us), total, err, len(acknowledged))
		}
	}
	check(s)
	makeRoom()
	check(open(t, dsn))
	n := int(next.Add(1))
	update(t, s, func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, customerUser(n)) })
	acknowledged[n] = true
	check(s)
	t.Logf("%d users written", len(acknowledged))
}

func find(t *testing.T, s *store.Store, q store.Query) (us []store.CustomerUser, total int, err error) {
	t.Helper()
	err = s.View(t.Context(), func(tx *store.Tx) error {
		us, total, err = findUsers(tx, contosoPortal, id(1), q)
		return err
	})
	return us, total, err
}

// One user per transaction, from sixteen concurrent writers, which share the wait for the disk.
func BenchmarkAddCustomerUser_Together(b *testing.B) {
	s := open(b, "sqlite:"+b.TempDir()+"/a.db")
	update(b, s, addUsers(0))
	var n atomic.Int64
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			u := customerUser(int(n.Add(1)))
			if err := s.Update(b.Context(), func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, u) }); err != nil {
				b.Error(err)
			}
		}
	})
}

// Ensure a writer that is about to run joins the commit of the one before, even if Go runs one goroutine at a time.
func TestUpdate_OneProcessor(t *testing.T) {
	const rounds = 20
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	file := filepath.Join(t.TempDir(), "a.db")
	s := open(t, "sqlite:"+file)
	update(t, s, addUsers(0))
	before := commits(t, file)
	add := func(n int) func(*store.Tx) error {
		return func(tx *store.Tx) error { return tx.AddCustomerUser(contosoPortal, customerUser(n)) }
	}
	for n := range rounds {
		var second sync.WaitGroup
		update(t, s, func(tx *store.Tx) error {
			err := add(2*n + 1)(tx)
			second.Go(func() { update(t, s, add(2*n+2)) })
			return err
		})
		second.Wait()
	}
	if n := commits(t, file) - before; n > rounds*3/2 {
		t.Errorf("%d commits for %d pairs of writers, want one for most pairs", n, rounds)
	}
}

// commits counts the commits in the write-ahead log of a SQLite file. A commit's last frame has the size of the database in
// its header: https://www.sqlite.org/fileformat2.html#the_write_ahead_log.
func commits(t *testing.T, file string) (n int) {
	t.Helper()
	log, err := os.ReadFile(file + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	const header, frameHeader = 32, 24
	size := frameHeader + int(binary.BigEndian.Uint32(log[8:]))
	for frame := header; frame+size <= len(log); frame += size {
		if binary.BigEndian.Uint32(log[frame+4:]) > 0 {
			n++
		}
	}
	return n
}
