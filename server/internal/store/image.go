package store

import (
	"context"
	"errors"
	"fmt"
)

// copier is implemented by the SQLite driver's connections.
type copier interface {
	Serialize() ([]byte, error)
	Deserialize([]byte) error
}

// Image returns a copy of a store in memory, for [OpenImage]. It fails for any other store.
func (s *Store) Image(ctx context.Context) (copied []byte, err error) {
	err = s.raw(ctx, func(conn copier) (err error) { copied, err = conn.Serialize(); return err })
	return copied, err
}

// OpenImage opens a new store in memory with the content that [Store.Image] copied. It takes a tenth of the time that it
// takes to create and fill the tables.
func OpenImage(ctx context.Context, copied []byte) (*Store, error) {
	s := openMemory()
	if err := s.raw(ctx, func(conn copier) error { return conn.Deserialize(copied) }); err != nil {
		return nil, errors.Join(fmt.Errorf("open image: %w", err), s.Close())
	}
	return s, nil
}

func (s *Store) raw(ctx context.Context, use func(copier) error) error {
	pool, ok := s.writer.(*sqlitePool)
	if !ok {
		return errors.New("only a SQLite store can be copied")
	}
	c, err := pool.take(ctx)
	if err != nil {
		return err
	}
	defer pool.give(c)
	conn, ok := c.conn.(copier)
	if !ok {
		return errors.New("the SQLite driver cannot copy a database")
	}
	return use(conn)
}
