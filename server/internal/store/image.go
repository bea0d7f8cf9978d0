package store

import (
	"context"
	"errors"
	"fmt"
)

// copier is what the SQLite driver's connections can do beyond database/sql.
type copier interface {
	Serialize() ([]byte, error)
	Deserialize([]byte) error
}

// Image returns a copy of a store in memory, for [OpenImage]. No other store can be copied.
func (s *Store) Image(ctx context.Context) (copied []byte, err error) {
	err = s.raw(ctx, func(conn copier) (err error) { copied, err = conn.Serialize(); return err })
	return copied, err
}

// OpenImage opens a new store in memory that holds what [Store.Image] copied. It takes a tenth of the time that creating and
// filling the tables takes.
func OpenImage(ctx context.Context, copied []byte) (*Store, error) {
	s, err := openMemory()
	if err != nil {
		return nil, err
	}
	if err := s.raw(ctx, func(conn copier) error { return conn.Deserialize(copied) }); err != nil {
		return nil, errors.Join(fmt.Errorf("open image: %w", err), s.Close())
	}
	return s, nil
}

func (s *Store) raw(ctx context.Context, use func(copier) error) error {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return conn.Raw(func(driver any) error { return use(driver.(copier)) })
}
