package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// A SQLite database takes one writer at a time, and each commit waits for the disk. So that writers who come at the same
// time do not each wait for it, they share a transaction: they run one after the other in it, each behind a savepoint, and
// who finds nobody behind him commits for all. Nobody is answered before that. A writer alone takes no notice of it.

// maxMembers bounds the writers who wait for one commit, and with them how long the first waits.
const maxMembers = 64

// errLost is what the other members get when one of them made SQLite roll back the whole transaction, as it does when the
// disk is full: it was not their fault, and they try again.
var errLost = errors.New("the shared transaction was rolled back")

// line is where writers wait for their turn. Who has it uses the connection, and nobody else.
type line struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{}
	// batch is the shared transaction that is open between two turns. It belongs to who has the turn.
	batch *batch
}

// enter waits for the turn.
func (l *line) enter(ctx context.Context) error {
	l.mu.Lock()
	if !l.taken {
		l.taken = true
		l.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	l.waiting = append(l.waiting, turn)
	l.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.waiting, turn); i >= 0 {
		l.waiting = slices.Delete(l.waiting, i, i+1)
		return ctx.Err()
	}
	// The turn came meanwhile, and with it perhaps a batch that waits to be committed.
	return nil
}

// pass gives the turn to the first who waits. Where nobody does it tells so, and the turn stays.
func (l *line) pass() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.passLocked()
}

func (l *line) passLocked() bool {
	if len(l.waiting) == 0 {
		return false
	}
	close(l.waiting[0])
	l.waiting = l.waiting[1:]
	return true
}

// leave gives up the turn.
func (l *line) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken = l.passLocked()
}

// batch is a transaction that several writers share.
type batch struct {
	sql      *sql.Tx
	prepared map[string]*sql.Stmt
	members  int
	// over tells that the transaction was rolled back before its time.
	over bool
	// done is closed when the batch was committed, or err says why not.
	done chan struct{}
	err  error
}

// attemptShared is one try of an Update in a shared transaction.
func (s *Store) attemptShared(ctx context.Context, fn func(*Tx) error) error {
	if err := s.line.enter(ctx); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	b := s.line.batch
	if b == nil {
		sqlTx, err := s.writer.BeginTx(context.WithoutCancel(ctx), &s.flavor.update)
		if err != nil {
			s.line.leave()
			return fmt.Errorf("begin: %w", causeOf(ctx, err))
		}
		b = &batch{sql: sqlTx, prepared: make(map[string]*sql.Stmt), done: make(chan struct{})}
		s.line.batch = b
	}
	err := s.member(ctx, b, fn)
	if b.over && err != nil && !errors.Is(err, errLost) {
		return err
	}
	// What a refusal is based on may be what another member wrote: it holds when that is committed.
	<-b.done
	if b.err != nil {
		return b.err
	}
	return err
}

// member runs fn with the turn, and then gives the turn up. A panic of fn goes on to the caller, but not before the others
// are served.
func (s *Store) member(ctx context.Context, b *batch, fn func(*Tx) error) error {
	defer s.settle(ctx, b)
	return b.run(ctx, s.flavor, fn)
}

// settle commits the batch, unless somebody waits who will. It needs the turn.
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

// run calls fn, behind a savepoint where others have written before.
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
	// SQLite rolls back the whole transaction when a context interrupts a statement, and with it what others wrote. So no
	// statement is interrupted, and none begins when the context has ended.
	tx := &Tx{ctx: ctx, work: context.WithoutCancel(ctx), sql: b.sql, flavor: f, prepared: b.prepared}
	err = tx.outcome(fn(tx))
	if err == nil {
		err = ctx.Err()
	}
	if err == nil && !first {
		_, err = b.sql.ExecContext(tx.work, `RELEASE member`)
	}
	kept = err == nil
	return err
}

// withdraw takes back what the last member wrote.
func (b *batch) withdraw(first bool) {
	if first {
		b.undo()
		return
	}
	if _, err := b.sql.Exec(`ROLLBACK TO member; RELEASE member`); err != nil {
		// There is no savepoint any more: SQLite has rolled back everything.
		b.undo()
	}
}

func (b *batch) undo() {
	_ = b.sql.Rollback()
	b.over = true
}
