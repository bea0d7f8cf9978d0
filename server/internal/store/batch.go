package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
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
	db               session
	directory        *directory
	changesDirectory bool
	members          int
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
	over, err := s.member(ctx, b, fn)
	if over && err != nil && !errors.Is(err, errLost) {
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
	db, err := s.writer.begin(context.WithoutCancel(ctx))
	if err != nil {
		s.line.leave()
		return nil, fmt.Errorf("begin: %w", causeOf(ctx, err))
	}
	s.line.batch = &batch{db: db, directory: s.directory, done: make(chan struct{})}
	return s.line.batch, nil
}

// member runs fn with the turn, and then gives up the turn. It reports whether the transaction was rolled back by then: without
// the turn b.over must not be read. If fn panics, the panic goes on to the caller after the other members are served.
func (s *Store) member(ctx context.Context, b *batch, fn func(*Tx) error) (over bool, err error) {
	defer s.settle(b)
	err = b.run(ctx, s.flavor, fn)
	return b.over, err
}

// maxYields is how often a writer lets other goroutines run before it commits.
const maxYields = 2

// passOn passes the batch on to the next writer in the queue, and reports whether there was one. If the queue is empty, it lets other
// goroutines run and looks again. On a machine with one processor they have not run since the last commit, which waits for the disk in a
// system call, so that without this each writer would find the queue empty and commit alone.
func (s *Store) passOn(b *batch) bool {
	if b.over || b.members >= maxMembers {
		return false
	}
	for range maxYields {
		if s.line.pass() {
			return true
		}
		runtime.Gosched()
	}
	return s.line.pass()
}

// settle passes the batch on to the next writer, or commits it if none waits. The caller must have the turn.
func (s *Store) settle(b *batch) {
	if s.passOn(b) {
		return
	}
	if b.over {
		b.err = errLost
	} else if err := b.commit(); err != nil {
		b.err = fmt.Errorf("commit: %w", err)
	}
	s.line.batch = nil
	close(b.done)
	s.line.leave()
}

func (b *batch) commit() error {
	if b.changesDirectory {
		// Members may have remembered rows that are not there if the commit fails.
		b.directory.forget()
	}
	return b.db.commit()
}

// run calls fn. Unless fn is the first member, a savepoint protects what the others wrote.
func (b *batch) run(ctx context.Context, f flavor, fn func(*Tx) error) (err error) {
	work := context.WithoutCancel(ctx)
	first := b.members == 0
	b.members++
	if !first {
		if _, err := b.db.exec(work, `SAVEPOINT member`, nil); err != nil {
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
	tx := &Tx{ctx: ctx, work: work, long: work, db: b.db, flavor: f, directory: b.directory}
	if err := tx.outcome(fn(tx)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !first {
		if _, err := b.db.exec(work, `RELEASE member`, nil); err != nil {
			return err
		}
	}
	kept = true
	b.changesDirectory = b.changesDirectory || tx.changesDirectory
	return nil
}

// withdraw rolls back what the last member wrote.
func (b *batch) withdraw(first bool) {
	if first {
		b.undo()
		return
	}
	for _, statement := range []string{`ROLLBACK TO member`, `RELEASE member`} {
		if _, err := b.db.exec(context.Background(), statement, nil); err != nil {
			// The savepoint is gone: SQLite has rolled back the whole transaction.
			b.undo()
			return
		}
	}
}

// undo rolls back the whole transaction.
func (b *batch) undo() {
	b.directory.forget()
	b.db.rollback()
	b.over = true
}
