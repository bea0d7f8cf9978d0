package witness

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxQueued      = 1024     // exchanges that wait to be checked
	maxQueuedBytes = 64 << 20 // bytes of bodies that wait to be checked, or are being copied
)

// A queue holds the exchanges that wait to be checked, and has the goroutines that check them. It never blocks: an exchange for which
// it has no room is dropped by the caller.
type queue struct {
	check   func(*proxyExchange)
	waiting chan *proxyExchange
	bytes   atomic.Int64
	active  atomic.Int64 // requests that are being forwarded
	closing chan struct{}
	workers sync.WaitGroup
	mu      sync.RWMutex // held to write while closing
	closed  bool
}

func newQueue(check func(*proxyExchange)) *queue {
	q := &queue{check: check, waiting: make(chan *proxyExchange, maxQueued), closing: make(chan struct{})}
	for range max(1, runtime.GOMAXPROCS(0)/2) {
		q.workers.Add(1)
		go q.work()
	}
	return q
}

// take reserves n bytes. It reports false if that would exceed maxQueuedBytes.
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

// put adds an exchange. It reports false if the queue is full or closed.
func (q *queue) put(px *proxyExchange) bool {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.closed {
		return false
	}
	select {
	case q.waiting <- px:
		return true
	default:
		return false
	}
}

func (q *queue) work() {
	defer q.workers.Done()
	var pace pacer
	for px := range q.waiting {
		start := time.Now()
		q.one(px)
		if q.active.Load() == 0 {
			pace = pacer{}
		} else if rest := pace.after(time.Since(start), q.fill()); rest > 0 {
			q.rest(rest)
		}
	}
}

// fill returns how full the queue is, from 0 to 1.
func (q *queue) fill() float64 {
	return min(1, max(float64(len(q.waiting))/maxQueued, float64(q.bytes.Load())/maxQueuedBytes))
}

// rest pauses, but not beyond the closing of the queue.
func (q *queue) rest(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-q.closing:
	}
}

// A pacer limits how much processor time the checks take from forwarding: while requests are being forwarded, a checking goroutine rests
// after its work. With an empty queue it rests as long as it has worked, and with a full one not at all, so that a burst is checked later
// and without loss. If the load stays above what one goroutine can check, exchanges are dropped from the check, because waiting would
// slow down the clients.
type pacer struct{ owed time.Duration }

// minRest is the least time to rest. Shorter ones add up before a rest, because setting a timer costs time as well.
const minRest = time.Millisecond

// after returns how long to rest after some work, given how full the queue is.
func (p *pacer) after(work time.Duration, fill float64) time.Duration {
	p.owed += time.Duration(float64(work) * (1 - fill))
	if p.owed < minRest {
		return 0
	}
	rest := p.owed
	p.owed = 0
	return rest
}

// one checks one exchange. A panic is counted as a failed check, and its value is dropped, because it may quote a body.
func (q *queue) one(px *proxyExchange) {
	defer q.give(px.size())
	defer func() {
		if recover() != nil {
			px.rt.rec.Failed()
		}
	}()
	q.check(px)
}

// close waits until all exchanges in the queue are checked.
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
