package store

import (
	"context"
	"fmt"
)

// metaProbe is the name of the value that a probe writes.
const metaProbe = "probe"

// probe writes something, so that its commit tells whether the store can be written to.
func (tx *Tx) probe() error { return tx.SetMeta(metaProbe, "") }

// Ready returns an error if the store cannot be written to. It writes, and commits, so that a full disk, a file system that became
// read-only and a standby of PostgreSQL are found, too. It also returns an error if the file of the store was removed or
// replaced, although writes still succeed then. Calls at the same time share one write.
func (s *Store) Ready(ctx context.Context) error {
	// Not every write can be cancelled: one on a disk that does not respond goes on after ctx has ended.
	done := s.probes.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxWait)
		defer cancel()
		return nil, s.checkWritable(ctx)
	})
	select {
	case result := <-done:
		return result.Err
	case <-ctx.Done():
		return fmt.Errorf("write: %w", ctx.Err())
	}
}

func (s *Store) checkWritable(ctx context.Context) error {
	if err := s.Update(ctx, (*Tx).probe); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if s.file == nil {
		return nil
	}
	return s.file.checkThere()
}
