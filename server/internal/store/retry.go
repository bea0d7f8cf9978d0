package store

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	// maxWait bounds the time that a transaction waits for others.
	maxWait = 10 * time.Second
	// minPause and maxPause bound the pauses between its attempts.
	minPause = time.Millisecond
	maxPause = 128 * time.Millisecond
)

// retry calls attempt again as long as it fails because of another transaction. After maxWait, or when ctx ends, it returns
// the last error.
func (s *Store) retry(ctx context.Context, attempt func() error) error {
	pause := minPause
	for start := time.Now(); ; {
		err := attempt()
		if err == nil || !s.flavor.busy(err) || time.Since(start) > maxWait {
			return err
		}
		// The pause is random, so that two transactions that collided do not collide again.
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(pause)):
		}
		pause = min(2*pause, maxPause)
	}
}
