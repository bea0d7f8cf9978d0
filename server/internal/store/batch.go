package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A SQLite database takes one writer at a time, and each commit waits for the disk. Writers that arrive at the same time
// therefore share one transaction. They run one after the other in it, each behind a savepoint, and the last one commits for
// all. No Update returns before that commit. A writer that is alone pays nothing for this.

// maxMembers bounds the writers in a shared transaction, and with that the time for which the first one waits.
const maxMembers = 64

// errLost is the error of a shared transaction that SQLite rolled back as a whole because of one member, as it does when the
// disk is full. The other members try again.
var errLost = errors.New("the shared transaction was rolled back")

// batch is a transaction that several writers share.
type batch struct {
	sql      *sql.Tx
	prepared map[string]*sql.Stmt
	members  int
	// over is set if the transaction was rolled back before its commit.
	over bool
	// done is closed when the batch was committed, or err says why not.
	done chan struct{}
	err  error
}

// attemptShared is one try of an Update in a shared transaction.
func (s *Store) attemptShared(ctx context.Context, fn func(*Tx) error) error {
	b, err := s.join(ctx)
	if err != nil {
		return err
	}
	err = s.member(ctx, b, fn)
	if b.over && err != nil && !errors.Is(err, errLost) {
		return err
	}
	// fn may have refused because of what another member wrote. Its refusal counts only once that is committed.
	<-b.done
	if b.err != nil {
		return b.err
	}
	return err
}

// join waits for the turn and returns the open batch, or begins one.
func (s *Store) join(ctx context.Context) (*batch, error) {
	if err := s.line.enter(ctx); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	if s.line.batch != nil {
		return s.line.batch, nil
	}
	sqlTx, err := s.writer.BeginTx(context.WithoutCancel(ctx), &s.flavor.update)
	if err != nil {
		s.line.leave()
		return nil, fmt.Errorf("begin: %w", causeOf(ctx, err))
	}
	s.line.batch = &batch{sql: sqlTx, prepared: make(map[string]*sql.Stmt), done: make(chan struct{})}
	return s.line.batch, nil
}

// member runs fn with the turn, and then gives up the turn. If fn panics, the panic goes on to the caller after the other
// members are served.
func (s *Store) member(ctx context.Context, b *batch, fn func(*Tx) error) error {
	defer s.settle(ctx, b)
	return b.run(ctx, s.flavor, fn)
}

// settle passes the batch on to the next writer, or commits it if none waits. The caller must have the turn.
func (s *Store) settle(ctx context.Context, b *batch) {
	if !b.over && b.members < maxMembers && s.line.pass() {
		return
	}
	if b.over {
		b.err = errLost
	} else if err := b.sql.Commit(); err != nil {
		b.err = fmt.Errorf("commit: %w", err)
		// A commit that failed may leave the transaction open.
		_, _ = s.writer.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
	}
	s.line.batch = nil
	close(b.done)
	s.line.leave()
}

// run calls fn. Unless fn is the first member, a savepoint protects what the others wrote.
func (b *batch) run(ctx context.Context, f flavor, fn func(*Tx) error) (err error) {
	first := b.members == 0
	b.members++
	if !first {
		if _, err := b.sql.ExecContext(context.WithoutCancel(ctx), `SAVEPOINT member`); err != nil {
			b.undo()
			return fmt.Errorf("begin: %w", err)
		}
	}
	kept := false
	defer func() {
		if !kept {
			b.withdraw(first)
		}
	}()
	// If a context interrupted a statement, SQLite would roll back the whole transaction, with the writes of the other
	// members. Statements therefore run without cancellation, and none begins after the context has ended.
	tx := &Tx{ctx: ctx, work: context.WithoutCancel(ctx), sql: b.sql, flavor: f, prepared: b.prepared}
	if err := tx.outcome(fn(tx)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !first {
		if _, err := b.sql.ExecContext(tx.work, `RELEASE member`); err != nil {
			return err
		}
	}
	kept = true
	return nil
}

// withdraw rolls back what the last member wrote.
func (b *batch) withdraw(first bool) {
	if first {
		b.undo()
		return
	}
	if _, err := b.sql.Exec(`ROLLBACK TO member; RELEASE member`); err != nil {
		// The savepoint is gone: SQLite has rolled back the whole transaction.
		b.undo()
	}
}

// undo rolls back the whole transaction.
func (b *batch) undo() {
	_ = b.sql.Rollback()
	b.over = true
}
