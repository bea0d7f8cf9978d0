package witness

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
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
	passing atomic.Int64 // requests under way
	closing chan struct{}
	workers sync.WaitGroup
	mu      sync.RWMutex // held to write while closing
	closed  bool
}

func newQueue(check func(*passage)) *queue {
	q := &queue{check: check, waiting: make(chan *passage, maxQueued), closing: make(chan struct{})}
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
	var pace pacer
	for ps := range q.waiting {
		start := time.Now()
		q.one(ps)
		if q.passing.Load() == 0 {
			pace = pacer{}
		} else if rest := pace.after(time.Since(start)); rest > 0 {
			q.rest(rest)
		}
	}
}

// rest pauses, unless the queue is closing.
func (q *queue) rest(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-q.closing:
	}
}

// A pacer keeps a goroutine that checks from taking the processor from the traffic: while requests are under way, it rests as long as it
// has worked. Large bodies, whose check costs more than to pass them on, then are dropped under load, and not slow the clients.
type pacer struct{ worked time.Duration }

// pause is how much work is added up before a rest, for timers are not free.
const pause = time.Millisecond

// after returns how long to rest after some work.
func (p *pacer) after(work time.Duration) time.Duration {
	p.worked += work
	if p.worked < pause {
		return 0
	}
	rest := p.worked
	p.worked = 0
	return rest
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
		close(q.closing)
		close(q.waiting)
	}
	q.mu.Unlock()
	q.workers.Wait()
}
