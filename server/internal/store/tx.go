package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Tx is a transaction. It is valid until the function that received it returns, for one goroutine at a time. What its
// methods return belongs to the caller.
type Tx struct {
	// ctx is the caller's: a transaction lives no longer than the call that began it.
	ctx      context.Context
	sql      *sql.Tx
	flavor   flavor
	readOnly bool
	prepared map[string]*sql.Stmt
	// failure is the last error of a statement that writes. It rules out a commit.
	failure error
}

// prepare keeps statements for the rest of the transaction, so that a bulk load parses each once.
func (tx *Tx) prepare(query string) (*sql.Stmt, error) {
	if stmt, ok := tx.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := tx.sql.PrepareContext(tx.ctx, query)
	if err != nil {
		return nil, causeOf(tx.ctx, err)
	}
	if tx.prepared == nil {
		tx.prepared = make(map[string]*sql.Stmt)
	}
	tx.prepared[query] = stmt
	return stmt, nil
}

// exec runs a statement that writes. Its errors hold no argument.
func (tx *Tx) exec(query string, args ...any) (affected int64, err error) {
	defer func() {
		if err != nil {
			tx.failure = err
		}
	}()
	if tx.readOnly {
		return 0, errReadOnly
	}
	stmt, err := tx.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(tx.ctx, args...)
	if err != nil {
		return 0, tx.meaning(err)
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
	err = causeOf(tx.ctx, err)
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

// all reads a whole answer before it returns: PostgreSQL runs no statement while another's rows are open.
func all[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	stmt, err := tx.prepare(query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(tx.ctx, args...)
	if err != nil {
		return nil, causeOf(tx.ctx, err)
	}
	defer func() { _ = rows.Close() }()
	var items []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, causeOf(tx.ctx, err)
		}
		items = append(items, item)
	}
	return items, causeOf(tx.ctx, rows.Err())
}

// one reads the only row of an answer. Where there is none, the error is ErrNotFound.
func one[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) (T, error) {
	var zero T
	stmt, err := tx.prepare(query)
	if err != nil {
		return zero, err
	}
	item, err := scan(stmt.QueryRowContext(tx.ctx, args...))
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return zero, causeOf(tx.ctx, err)
	}
	return item, nil
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
