package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Tx is a transaction. It is valid until the function that received it returns, and must be used by one goroutine at a time.
// The caller owns what its methods return.
type Tx struct {
	// ctx is the context of the call that began the transaction. After its end no statement begins.
	ctx context.Context
	// work is the context that statements run with, and long the one for statements that may take long. To let a context
	// interrupt a statement costs the SQLite driver a goroutine, so that work does not do so there.
	work, long context.Context
	db         session
	flavor     flavor
	readOnly   bool
	anchors    *anchors // nil in an Update, as are the next three
	totals     *totals
	hitPages   *hitPages
	shares     *shares
	directory  *directory
	// version is that of the directory, once the transaction has read it.
	version *int64
	// changesDirectory is set if the transaction has written a row that others may remember.
	changesDirectory bool
	// bulk counts the rows that bulk loads inserted.
	bulk int
	// indexed is the seq of the last user in the index for searches, while a bulk load defers the indexing of the others.
	indexed *int64
	// dropped holds the statements that create the indexes that a bulk load dropped.
	dropped []string
	// failure is the first error of a statement that writes. After it the transaction cannot commit.
	failure error
	// interrupted is the error of a statement that failed because of another transaction.
	interrupted error
}

// outcome returns the error of the transaction after its function returned err. nil means that it can commit.
func (tx *Tx) outcome(err error) error {
	if err == nil && tx.failure == nil {
		err = tx.finish()
	}
	switch {
	case tx.interrupted != nil:
		// The function may have turned it into another error, or into none.
		return tx.interrupted
	case err != nil:
		return err
	case tx.failure != nil:
		return fmt.Errorf("commit after a failed write: %w", tx.failure)
	}
	return nil
}

// finish makes the last writes of a transaction that is about to commit.
func (tx *Tx) finish() error {
	if err := tx.indexNow(); err != nil {
		return err
	}
	return tx.stampDirectory()
}

// note returns a statement's error, and remembers one that calls for another attempt, because the caller may replace it.
func (tx *Tx) note(err error) error {
	if err != nil && tx.flavor.busy(err) {
		tx.interrupted = err
	}
	return causeOf(tx.ctx, err)
}

// exec runs a statement that writes. Its errors contain no argument. After a failed one all others fail, as they do on
// PostgreSQL.
func (tx *Tx) exec(query string, args ...any) (affected int64, err error) {
	switch {
	case tx.readOnly:
		return 0, errReadOnly
	case tx.failure != nil:
		return 0, fmt.Errorf("write after a failed one: %w", tx.failure)
	}
	defer func() { tx.failure = err }()
	if err := tx.ctx.Err(); err != nil {
		return 0, err
	}
	tx.changesDirectory = tx.changesDirectory || writesDirectory(query)
	affected, err = tx.db.exec(tx.work, query, args)
	if err != nil {
		return 0, tx.meaning(tx.note(err))
	}
	return affected, nil
}

// execOne is exec for a statement that must affect a row. If it affects none, the error is ErrNotFound.
func (tx *Tx) execOne(query string, args ...any) error {
	n, err := tx.exec(query, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNotFound
	}
	return nil
}

// meaning replaces the database's error for a violated constraint by one that is the same on every database.
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

// finds reports whether a query with these arguments can find a row. It cannot if a text cannot be stored.
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

// all reads all rows before it returns: PostgreSQL runs no statement while the rows of another are open.
func all[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	return read(tx, tx.work, scan, query, args, 0)
}

// allLong is all for a statement that may take long: the end of the context interrupts it.
func allLong[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	return read(tx, tx.long, scan, query, args, 0)
}

// read reads all rows into a slice with room for the number that is expected.
func read[T any](tx *Tx, ctx context.Context, scan func(row) (T, error), query string, args []any, expected int) (items []T, err error) {
	if !tx.flavor.finds(args) {
		return nil, nil
	}
	if err := tx.ctx.Err(); err != nil {
		return nil, err
	}
	if expected > 0 {
		items = make([]T, 0, expected)
	}
	err = tx.db.query(ctx, query, args, func(r row) error {
		item, err := scan(r)
		items = append(items, item)
		return err
	})
	if err != nil {
		return nil, tx.note(err)
	}
	return items, nil
}

// one reads the first row. If there is none, the error is ErrNotFound.
func one[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) (T, error) {
	return first(all(tx, scan, query, args...))
}

// first returns the first of several items. If there is none, the error is ErrNotFound.
func first[T any](items []T, err error) (item T, _ error) {
	if err != nil {
		return item, err
	}
	if len(items) == 0 {
		return item, ErrNotFound
	}
	return items[0], nil
}

// value scans a row of one column.
func value[T any](r row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// listsByOwner reads rows of (owner's id, value) into one list per owner.
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

// wrapf is wrap for a deferred call: it changes the error that a function returns.
func wrapf(err *error, format string, args ...any) { *err = wrap(*err, format, args...) }

// wrap adds to an error what was being done. It returns nil for nil. The arguments are ids, and no text of a request: errors are
// logged.
func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
