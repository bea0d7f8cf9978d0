package store

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	// maxWait is how long a transaction waits for others.
	maxWait = 10 * time.Second
	// minPause and maxPause bound the pauses between its attempts.
	minPause = time.Millisecond
	maxPause = 128 * time.Millisecond
)

// retry calls attempt until others are no longer in its way. After maxWait, or when ctx ends, it gives up with the last
// error, which still says who was in the way.
func (s *Store) retry(ctx context.Context, attempt func() error) error {
	pause := minPause
	for start := time.Now(); ; {
		err := attempt()
		if err == nil || !s.flavor.busy(err) || time.Since(start) > maxWait {
			return err
		}
		// By chance, so that two who met do not meet again.
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(pause)):
		}
		pause = min(2*pause, maxPause)
	}
}
