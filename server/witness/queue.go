package witness

import (
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	maxQueued      = 1024     // exchanges that wait for their check
	maxQueuedBytes = 64 << 20 // bytes of bodies that wait, or are being copied
)

// A queue is what passes between the traffic and the goroutines that check it. It never makes traffic wait: what it has no room
// for is refused.
type queue struct {
	check   func(*passage)
	waiting chan *passage
	bytes   atomic.Int64
	workers sync.WaitGroup
	mu      sync.RWMutex // held to write while closing
	closed  bool
}

func newQueue(check func(*passage)) *queue {
	q := &queue{check: check, waiting: make(chan *passage, maxQueued)}
	for range max(1, runtime.GOMAXPROCS(0)/2) {
		q.workers.Add(1)
		go q.work()
	}
	return q
}

// take reserves n bytes of the budget, and reports whether they were there.
func (q *queue) take(n int64) bool {
	if q == nil {
		return true
	}
	if q.bytes.Add(n) <= maxQueuedBytes {
		return true
	}
	q.bytes.Add(-n)
	return false
}

func (q *queue) give(n int64) { q.bytes.Add(-n) }

// put reports whether there was room.
func (q *queue) put(ps *passage) bool {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.closed {
		return false
	}
	select {
	case q.waiting <- ps:
		return true
	default:
		return false
	}
}

func (q *queue) work() {
	defer q.workers.Done()
	for ps := range q.waiting {
		q.one(ps)
	}
}

// one checks one exchange. A panic costs that exchange and no more; what it panicked with is not shown, for it may quote a body.
func (q *queue) one(ps *passage) {
	defer q.give(ps.size())
	defer func() {
		if recover() != nil {
			ps.rt.rec.Failed()
		}
	}()
	q.check(ps)
}

// close waits until what was queued is checked.
func (q *queue) close() {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.waiting)
	}
	q.mu.Unlock()
	q.workers.Wait()
}
