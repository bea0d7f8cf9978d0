package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Tx is a transaction. It is valid until the function that received it returns, for one goroutine at a time. What its
// methods return belongs to the caller.
type Tx struct {
	// ctx is the caller's: a transaction lives no longer than the call that began it. work is what statements run with.
	ctx, work context.Context
	sql       *sql.Tx
	flavor    flavor
	readOnly  bool
	anchors   *anchors // nil in an Update
	shares    *shares  // the same
	prepared  map[string]*sql.Stmt
	// bulk is the number of rows that bulk loads added.
	bulk int
	// indexed is the seq of the last user that the index for searches knows, where a bulk load left others for later.
	indexed *int64
	// dropped is how the indexes are made that a bulk load dropped.
	dropped []string
	// failure is the first error of a statement that writes. It rules out a commit.
	failure error
	// interrupted is the error of a statement that another transaction was in the way of.
	interrupted error
}

// runner runs statements: a prepared one, or the text itself where the driver remembers it.
type runner struct {
	tx    *Tx
	query string
	stmt  *sql.Stmt
}

// prepare keeps statements for the rest of the transaction, so that a bulk load parses each once.
func (tx *Tx) prepare(query string) (runner, error) {
	if err := tx.ctx.Err(); err != nil {
		return runner{}, err
	}
	if !tx.flavor.prepares {
		return runner{tx: tx, query: query}, nil
	}
	if stmt, ok := tx.prepared[query]; ok {
		return runner{tx: tx, stmt: stmt}, nil
	}
	stmt, err := tx.sql.PrepareContext(tx.work, query)
	if err != nil {
		return runner{}, tx.note(err)
	}
	if tx.prepared == nil {
		tx.prepared = make(map[string]*sql.Stmt)
	}
	tx.prepared[query] = stmt
	return runner{tx: tx, stmt: stmt}, nil
}

func (r runner) exec(args []any) (sql.Result, error) {
	if r.stmt == nil {
		return r.tx.sql.ExecContext(r.tx.work, r.query, args...)
	}
	return r.stmt.ExecContext(r.tx.work, args...)
}

func (r runner) rows(args []any) (*sql.Rows, error) {
	if r.stmt == nil {
		return r.tx.sql.QueryContext(r.tx.work, r.query, args...)
	}
	return r.stmt.QueryContext(r.tx.work, args...)
}

// outcome is what becomes of the transaction when its function returns err.
func (tx *Tx) outcome(err error) error {
	if err == nil && tx.failure == nil {
		err = tx.indexNow()
	}
	switch {
	case tx.interrupted != nil:
		// Whatever the function made of it.
		return tx.interrupted
	case err != nil:
		return err
	case tx.failure != nil:
		return fmt.Errorf("commit after a failed write: %w", tx.failure)
	}
	return nil
}

// note gives a statement's error, and remembers one that calls for another attempt: the caller may make a refusal of it.
func (tx *Tx) note(err error) error {
	if err != nil && tx.flavor.busy(err) {
		tx.interrupted = err
	}
	return causeOf(tx.ctx, err)
}

// exec runs a statement that writes. Its errors hold no argument. After one that failed all fail, as on PostgreSQL.
func (tx *Tx) exec(query string, args ...any) (affected int64, err error) {
	switch {
	case tx.readOnly:
		return 0, errReadOnly
	case tx.failure != nil:
		return 0, fmt.Errorf("write after a failed one: %w", tx.failure)
	}
	defer func() { tx.failure = err }()
	run, err := tx.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := run.exec(args)
	if err != nil {
		return 0, tx.meaning(tx.note(err))
	}
	return result.RowsAffected()
}

// execOne is exec for a statement that must find its row.
func (tx *Tx) execOne(query string, args ...any) error {
	n, err := tx.exec(query, args...)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// meaning replaces the database's words for a violated constraint by ours, which are the same on every database.
func (tx *Tx) meaning(err error) error {
	sentinel := tx.flavor.classify(err)
	switch {
	case sentinel == nil:
		return err
	case sentinel == ErrNotFound:
		return fmt.Errorf("a row that it refers to: %w", ErrNotFound)
	case strings.Contains(err.Error(), "email"):
		return fmt.Errorf("e-mail: %w", ErrConflict)
	}
	return sentinel
}

// row is one row of an answer.
type row interface{ Scan(dest ...any) error }

// finds tells whether a read can find anything: not what no row holds.
func (f flavor) finds(args []any) bool {
	if f.holds == nil {
		return true
	}
	for _, arg := range args {
		if text, ok := arg.(string); ok && !f.holds(text) {
			return false
		}
	}
	return true
}

// all reads a whole answer before it returns: PostgreSQL runs no statement while another's rows are open.
func all[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	if !tx.flavor.finds(args) {
		return nil, nil
	}
	run, err := tx.prepare(query)
	if err != nil {
		return nil, err
	}
	rows, err := run.rows(args)
	if err != nil {
		return nil, tx.note(err)
	}
	defer func() { _ = rows.Close() }()
	var items []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, tx.note(err)
		}
		items = append(items, item)
	}
	return items, tx.note(rows.Err())
}

// one reads the first row of an answer. Where there is none, the error is ErrNotFound.
func one[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) (T, error) {
	items, err := all(tx, scan, query, args...)
	if err == nil && len(items) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return items[0], nil
}

// value scans a row of one column.
func value[T any](r row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// listsByOwner reads rows of (owner's id, value) into a list for each owner.
func listsByOwner[T any](tx *Tx, scan func(row) (uuid.UUID, T, error), query string, args ...any) (map[uuid.UUID][]T, error) {
	lists := make(map[uuid.UUID][]T)
	collect := func(r row) (struct{}, error) {
		owner, v, err := scan(r)
		lists[owner] = append(lists[owner], v)
		return struct{}{}, err
	}
	_, err := all(tx, collect, query, args...)
	return lists, err
}

func ownedText(r row) (owner uuid.UUID, text string, err error) {
	err = r.Scan(&owner, &text)
	return owner, text, err
}

// wrap says what was being done, when it failed.
func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
