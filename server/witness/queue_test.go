package witness

import (
	"testing"
	"time"
)

// Ensure that the checks rest as long as they work while the queue is empty, less the fuller it is, and never for less than a timer is
// worth.
func TestPacer(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, c := range []struct {
		work time.Duration
		fill float64
		want []time.Duration
	}{
		{2 * ms, 0, []time.Duration{2 * ms, 2 * ms}},
		{ms / 2, 0, []time.Duration{0, ms, 0, ms}},
		{4 * ms, 0.5, []time.Duration{2 * ms, 2 * ms}},
		{4 * ms, 1, []time.Duration{0, 0, 0}},
	} {
		var p pacer
		for i, want := range c.want {
			if got := p.after(c.work, c.fill); got != want {
				t.Errorf("rest %d after %v with a queue that is %v full: got %v, want %v", i, c.work, c.fill, got, want)
			}
		}
	}
}

// Ensure that a queue is as full as the scarcer of its places and its bytes.
func TestQueue_Fill(t *testing.T) {
	t.Parallel()
	q := &queue{waiting: make(chan *proxyExchange, maxQueued)}
	for range maxQueued / 4 {
		q.waiting <- nil
	}
	if got := q.fill(); got != 0.25 {
		t.Errorf("a quarter of the places: got %v", got)
	}
	if !q.take(maxQueuedBytes/2) || q.fill() != 0.5 {
		t.Errorf("half of the bytes: got %v", q.fill())
	}
	if q.take(maxQueuedBytes) {
		t.Error("more bytes than the limit were given")
	}
}
