// Package store keeps the state of the sandbox in a SQL database, SQLite or PostgreSQL. It knows nothing of HTTP, tokens or
// permissions: its callers decide which rows a request may see, and which rows are valid.
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
// Every row belongs to a tenant: a CloudCockpit tenant, identified by its domain, or a MyReports enterprise, identified by its
// name. Within a tenant, across its customers, an id is unique per kind of row. Two tenants may use the same id. Accounts and
// customers of accounts are one kind, because members are found by the id of either.
//
// # Order
//
// Lists are in the order in which their rows were added, unless a method says otherwise. Sorting and searching compare
// [Fold]ed text by code point, so that every database returns the same order.
//
// # Durability
//
// When [Store.Update] has returned nil, its writes survive a kill and a power cut, on every store except sqlite::memory:. On
// PostgreSQL that depends on the server's settings fsync and synchronous_commit.
package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/sync/singleflight"
)

var (
	// ErrNotFound is wrapped by the error of a method if the row that it reads, or the parent of the row that it writes, does
	// not exist.
	ErrNotFound = errors.New("not found")
	// ErrConflict is wrapped by the error of a method that writes a row if another row has its id or e-mail.
	ErrConflict = errors.New("already exists")

	// errCommit is wrapped by the error of a commit.
	errCommit   = errors.New("commit")
	errReadOnly = errors.New("write in a read-only transaction")
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	flavor flavor
	// readers runs the transactions of View, and writer those of Update. On a SQLite file writer has one connection: writers
	// queue in Go, where a cancelled context removes them from the queue, and not in SQLite's busy handler. In memory both are
	// the same, because the connection is the database.
	readers, writer database
	// buildIndex makes an index for searches that no migration makes, and reports whether there is one. It may be nil.
	buildIndex func(context.Context) bool
	// line is the queue of writers that share a transaction. It is nil if each writer has its own transaction.
	line *line
	// anchors, totals, hitPages and shares serve View alone: what an Update reads may never be committed.
	anchors  anchors
	totals   totals
	hitPages hitPages
	shares   shares
	// directory is nil while the schema lacks its table.
	directory *directory
	// file is nil for a database in memory and on PostgreSQL.
	file   *sqliteFile
	probes singleflight.Group
}

// Open opens the store that dsn names, creates it if it does not exist, and brings its schema up to date. It refuses a store that
// cannot be written to, and a file that was cut short or, up to 64 MiB, is damaged. dsn is one of
//
//   - "sqlite:FILE", where FILE is the name of a file, in which no character has a meaning,
//   - "sqlite::memory:", a new, empty database that lives until Close,
//   - "postgres://USER:PASSWORD@HOST:PORT/DATABASE", a database that several processes may have open.
//
// A PostgreSQL with a standby may be named by several hosts: "postgres://HOST:PORT,HOST:PORT/DATABASE?target_session_attrs=read-write"
// finds the one that accepts writes. Transactions that were not acknowledged when it failed are errors, or are tried again.
//
// The errors of Open contain no password.
func Open(ctx context.Context, dsn string) (s *Store, err error) {
	defer wrapf(&err, "open store %s", public(dsn))
	s, err = connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(s.file.explain(err), s.Close())
	}
	return s, nil
}

// prepare brings the schema up to date.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.migrate(ctx, schema()); err != nil {
		return err
	}
	s.directory = newDirectory(s.readers == s.writer)
	if s.buildIndex != nil && !s.buildIndex(ctx) {
		s.flavor.index.search = nil
	}
	return nil
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

// public returns a store's name without password. Only the name of a file is known to contain none.
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

// Close closes the store. New transactions fail; running ones go on, and the last of them closes the file. A second Close does
// nothing.
func (s *Store) Close() error {
	// The last connection to close writes the log back into the database file. A reader may not do that, so writer is last.
	return errors.Join(s.readers.close(), s.writer.close())
}

// View calls fn with a read-only snapshot of the store, through which writes fail. As with Update, fn may be called several
// times. In memory, transactions run one after the other.
//
// fn must not use the [Store]: a transaction within a transaction may wait for itself.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	return s.retry(ctx, func() error { return s.view(ctx, fn) })
}

// view is one try of a View.
func (s *Store) view(ctx context.Context, fn func(*Tx) error) error {
	db, err := s.readers.begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", causeOf(ctx, err))
	}
	defer db.rollback()
	tx := &Tx{
		ctx: ctx, work: ctx, long: ctx, db: db, flavor: s.flavor, readOnly: true, anchors: &s.anchors, totals: &s.totals, hitPages: &s.hitPages,
		shares: &s.shares, directory: s.directory,
	}
	if s.flavor.watches {
		tx.work = context.WithoutCancel(ctx)
	}
	return tx.outcome(fn(tx))
}

// Update calls fn with a transaction, and commits it if fn returns nil. It rolls back if fn returns an error or panics, and if
// ctx is cancelled before the commit. It also rolls back if a statement failed to write and fn returned nil nevertheless: after
// such an error PostgreSQL refuses all further statements, and so does every store.
//
// Transactions are serializable: their effect is as if they had run one after the other. On SQLite they do run one after the
// other, even if several processes have the file open, and readers go on meanwhile. On PostgreSQL they run concurrently; one
// that conflicts with another is rolled back and tried again. fn may therefore be called several times, and must not depend on
// what an earlier call left outside the store.
//
// If the commit itself fails, nothing was written, unless the connection to PostgreSQL broke during the commit.
//
// fn must not use the [Store]: a transaction within a transaction would wait for itself.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	attempt := s.attempt
	if s.line != nil {
		attempt = s.attemptShared
	}
	return s.retry(ctx, func() error { return attempt(ctx, fn) })
}

// attempt is one try of an Update.
func (s *Store) attempt(ctx context.Context, fn func(*Tx) error) error {
	db, err := s.writer.begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", causeOf(ctx, err))
	}
	// After commit this does nothing. It also runs if fn panics; the panic goes on to the caller.
	defer db.rollback()
	tx := &Tx{ctx: ctx, work: ctx, long: ctx, db: db, flavor: s.flavor, directory: s.directory}
	if err := tx.outcome(fn(tx)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := db.commit(); err != nil {
		return fmt.Errorf("%w: %w", errCommit, causeOf(ctx, err))
	}
	if tx.bulk >= smallInstance && s.flavor.analyze != "" {
		s.analyze(ctx)
	}
	return nil
}

// analyze updates the planner's statistics after a bulk load. With those of a small table its plans would take forever. The
// database would update them by itself, but only after a minute.
func (s *Store) analyze(ctx context.Context) {
	db, err := s.writer.begin(ctx)
	if err != nil {
		return
	}
	defer db.rollback()
	if db.script(ctx, s.flavor.analyze) == nil {
		_ = db.commit()
	}
}

// causeOf returns the context's error if it has ended, or else err. After a cancellation the databases' errors do not say why
// a statement failed.
func causeOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
