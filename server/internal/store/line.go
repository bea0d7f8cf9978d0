package store

import (
	"context"
	"slices"
	"sync"
)

// line is the queue of writers that share a connection. The writer that has the turn uses the connection; the others wait.
type line struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{}
	// batch is the shared transaction that is open between two turns. Only the writer that has the turn may touch it.
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
	// The turn was passed to this writer meanwhile. It must take it, because a batch may wait to be committed.
	return nil
}

// pass hands the turn to the first waiter, and reports whether there was one. If not, the turn stays where it is.
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
