package store

import (
	"context"
	"errors"
	"sync"
)

var errClosed = errors.New("database is closed")

// sqlitePool is a database with a bounded number of connections. A transaction has a connection of its own.
type sqlitePool struct {
	address string
	begins  string // the statement that begins a transaction
	slots   chan struct{}

	mu     sync.Mutex
	idle   []*sqliteConn
	closed bool
}

func newSQLitePool(address, begins string, connections int) *sqlitePool {
	return &sqlitePool{address: address, begins: begins, slots: make(chan struct{}, connections)}
}

// take returns a connection, and waits for one if all are in use.
func (p *sqlitePool) take(ctx context.Context) (*sqliteConn, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c, err := p.idleOrNew()
	if err != nil {
		<-p.slots
	}
	return c, err
}

func (p *sqlitePool) idleOrNew() (*sqliteConn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	if last := len(p.idle) - 1; last >= 0 {
		c := p.idle[last]
		p.idle = p.idle[:last]
		return c, nil
	}
	return openSQLiteConn(p.address)
}

// give returns a connection to the pool.
func (p *sqlitePool) give(c *sqliteConn) {
	p.mu.Lock()
	if !p.closed && c.usable() {
		p.idle = append(p.idle, c)
		c = nil
	}
	p.mu.Unlock()
	if c != nil {
		_ = c.close()
	}
	<-p.slots
}

func (p *sqlitePool) begin(ctx context.Context) (session, error) {
	c, err := p.take(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.exec(context.WithoutCancel(ctx), p.begins, nil); err != nil {
		p.give(c)
		return nil, err
	}
	return &sqliteSession{sqliteConn: c, pool: p}, nil
}

func (p *sqlitePool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.close())
	}
	p.idle = nil
	return errors.Join(errs...)
}

// sqliteSession is a transaction. Its connection goes back to the pool at the end.
type sqliteSession struct {
	*sqliteConn
	pool *sqlitePool
}

func (s *sqliteSession) commit() error {
	if s.sqliteConn == nil {
		return errors.New("the transaction has ended")
	}
	_, err := s.exec(context.Background(), `COMMIT`, nil)
	if err != nil {
		// A commit that failed may leave the transaction open.
		_, _ = s.exec(context.Background(), `ROLLBACK`, nil)
	}
	s.end()
	return err
}

func (s *sqliteSession) rollback() {
	if s.sqliteConn == nil {
		return
	}
	// It fails if SQLite has rolled back already, as it does when the disk is full.
	_, _ = s.exec(context.Background(), `ROLLBACK`, nil)
	s.end()
}

func (s *sqliteSession) end() {
	s.pool.give(s.sqliteConn)
	s.sqliteConn = nil
}
