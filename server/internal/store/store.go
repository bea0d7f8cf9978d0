// Package store keeps the sandbox's rows and runs its transactions. It knows no HTTP, no token and no policy: who may see
// a row, and what is a good row, are its callers' affair.
//
// Most callers want [Open], then [Store.View] to read and [Store.Update] to write:
//
//	s, err := store.Open(ctx, "sqlite:resellerkit.db")
//	err = s.Update(ctx, func(tx *store.Tx) error {
//		return tx.AddTenant(store.Tenant{Domain: "portal.example.com"})
//	})
//
// # Keys
//
// Every row belongs to a tenant: a CloudCockpit tenant, named by its domain, or a MyReports enterprise, named by its name.
// Rows are found by tenant and id, and an id stands once per kind of row within a tenant, across its customers. Two tenants
// may use the same id. Accounts and the customers of accounts are one kind, because members are found by either.
//
// # Order
//
// Lists come back in the order in which their rows were added, unless a method says otherwise. Sorting and searching compare
// [Fold]ed text by code point, so that every database gives the same order.
//
// # Durability
//
// When [Store.Update] returns nil, what it wrote survives a kill and a power cut, on every store but sqlite::memory:, and on
// PostgreSQL as far as its own settings (fsync, synchronous_commit) keep it.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

var (
	// ErrNotFound is wrapped by the error of a method that was asked for a row that does not exist, or was given a row whose
	// parent does not.
	ErrNotFound = errors.New("not found")
	// ErrConflict is wrapped by the error of a method that was given a row whose id or e-mail another row has.
	ErrConflict = errors.New("already exists")

	// errCommit is wrapped by the error of a commit.
	errCommit   = errors.New("commit")
	errReadOnly = errors.New("write in a read-only transaction")
)

// Store is an open database. Its methods may be called from many goroutines.
type Store struct {
	flavor  flavor
	readers *sql.DB
	// writer has one connection on SQLite, so that writers queue in Go, where a cancelled context takes them out of the
	// queue, and not in SQLite's busy handler. In memory it is readers, because there the connection is the database, and on
	// PostgreSQL, where readers and writers share a pool.
	writer *sql.DB
	// line is where writers wait who share a transaction; nil where each has its own.
	line *line
	// anchors serve View: what an Update sees may never be committed.
	anchors anchors
	shares  shares
}

// Open opens the store that dsn names, and creates it or brings its schema up to date. It takes "sqlite:FILE", where FILE is
// the name of a file, character by character; "sqlite::memory:", which is a new, empty database that lives until Close; and
// "postgres://USER:PASSWORD@HOST:PORT/DATABASE", a database that several processes may have open. Its errors hold no password.
func Open(ctx context.Context, dsn string) (*Store, error) {
	s, err := connect(ctx, dsn)
	if err == nil {
		if err = s.prepare(ctx); err != nil {
			err = errors.Join(err, s.Close())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", public(dsn), err)
	}
	return s, nil
}

// prepare brings the schema up to date.
func (s *Store) prepare(ctx context.Context) error {
	err := s.migrate(ctx, schema())
	if build := s.flavor.index.build; err == nil && build != nil && !build(ctx, s.writer) {
		s.flavor.index.search = nil
	}
	return err
}

func connect(ctx context.Context, dsn string) (*Store, error) {
	switch scheme, rest, _ := strings.Cut(dsn, ":"); {
	case scheme == "sqlite" && rest != "":
		return openSQLite(ctx, rest)
	case scheme == "postgres" || scheme == "postgresql":
		return openPostgres(ctx, dsn)
	}
	return nil, errors.New("unknown store: give sqlite:FILE, sqlite::memory: or postgres://USER:PASSWORD@HOST:PORT/DATABASE")
}

// public is what of a store's name may be shown. Only a file's is sure to hold no password.
func public(dsn string) string {
	scheme, _, _ := strings.Cut(dsn, ":")
	if scheme == "sqlite" {
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil || u.Host == "" {
		return fmt.Sprintf("%q", scheme)
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// Close makes new transactions fail. Those that run go on to their end, and the last of them closes the file. A second Close
// does nothing.
func (s *Store) Close() error {
	// The last connection to close moves the log into the database file, which a reader may not do.
	return errors.Join(s.readers.Close(), s.writer.Close())
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.readers.PingContext(ctx)
}

// View calls fn with a read-only snapshot of the store. Writes through it fail. In memory, transactions run one after the
// other. As with Update, fn may be called several times.
//
// Neither fn nor what it calls may use the [Store]: a transaction within a transaction may wait for itself.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	return s.retry(ctx, func() error { return s.view(ctx, fn) })
}

// view is one try of a View.
func (s *Store) view(ctx context.Context, fn func(*Tx) error) error {
	sqlTx, err := s.readers.BeginTx(ctx, &s.flavor.view)
	if err != nil {
		return fmt.Errorf("begin: %w", causeOf(ctx, err))
	}
	defer func() { _ = sqlTx.Rollback() }()
	tx := &Tx{ctx: ctx, work: ctx, sql: sqlTx, flavor: s.flavor, readOnly: true, anchors: &s.anchors, shares: &s.shares}
	return tx.outcome(fn(tx))
}

// Update calls fn with a transaction and commits it when fn returns nil. On an error, on a panic and when ctx is cancelled
// before the commit, it rolls back. So it does when a statement failed to write and fn returned nil all the same: PostgreSQL
// goes no further after such an error, and no store does.
//
// What transactions read and write is as if they had run one after the other. On SQLite they do, also when several processes
// have the same file open; readers go on meanwhile. On PostgreSQL they run beside each other, and one that another was in the
// way of is rolled back and tried again: fn may be called several times, and must not build on what an earlier call left
// outside the store.
//
// An error of the commit itself means that nothing was written, unless the connection to PostgreSQL broke during it.
//
// Neither fn nor what it calls may use the [Store]: a transaction within a transaction would wait for itself.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	attempt := s.attempt
	if s.line != nil {
		attempt = s.attemptShared
	}
	return s.retry(ctx, func() error { return attempt(ctx, fn) })
}

// attempt is one try of an Update.
func (s *Store) attempt(ctx context.Context, fn func(*Tx) error) error {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", causeOf(ctx, err))
	}
	defer func() { _ = conn.Close() }()
	// A context that ends during the commit would leave open whether it succeeded: so it ends statements, but not that.
	sqlTx, err := conn.BeginTx(context.WithoutCancel(ctx), &s.flavor.update)
	if err != nil {
		return fmt.Errorf("begin: %w", causeOf(ctx, err))
	}
	// After Commit this does nothing. It runs on a panic, too, which goes on to the caller.
	defer func() { _ = sqlTx.Rollback() }()
	tx := &Tx{ctx: ctx, work: ctx, sql: sqlTx, flavor: s.flavor}
	if err := tx.outcome(fn(tx)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("%w: %w", errCommit, causeOf(ctx, err))
	}
	if tx.bulk >= smallInstance && s.flavor.analyze != "" {
		// Plans for the small table that it was take forever. The database would notice by itself, but in a minute.
		_, _ = conn.ExecContext(ctx, s.flavor.analyze)
	}
	return nil
}

// causeOf is the context's error where there is one: database/sql rolls back as soon as a context ends, and what is under way
// then fails with words that hide why.
func causeOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
