package exchange

import (
	"sync"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
)

// The bounds of a log. The oldest exchanges are dropped first.
const (
	maxEntries = 1000
	maxBytes   = 16 << 20
)

// A Log remembers the newest 1,000 exchanges, and of these no more than 16 MiB. Its zero value is empty. It is safe for
// concurrent use.
type Log struct {
	mu      sync.Mutex
	last    int64    // the newest id
	dropped int64    // the newest id that is dropped
	entries []*entry // those after dropped; up to maxEntries before them are nil
	first   int      // the index of the oldest
	bytes   int

	ends  int64         // the number of responses that have ended
	ended chan struct{} // closed at the next end of a response; nil if no caller waits for one
}

func (l *Log) add(e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	e.id = l.last
	l.entries = append(l.entries, e)
	l.bytes += e.size
	l.trim()
}

// written adds to the body of a response. Only one goroutine calls it for an entry.
func (l *Log) written(e *entry, next []byte) {
	body := e.responseKept.body
	if e.operation != "" {
		body = appendKept(body, next)
	}
	duration := time.Since(e.started)
	l.mu.Lock()
	defer l.mu.Unlock()
	more := cap(body) - cap(e.responseKept.body)
	e.responseKept.body, e.duration, e.size = body, duration, e.size+more
	e.responseKept.length += int64(len(next))
	if e.id > l.dropped {
		l.bytes += more
		l.trim()
	}
}

// trim drops the oldest exchanges. It moves the others only when a whole maxEntries of places is free, so that a request
// rarely pays for it.
func (l *Log) trim() {
	for len(l.entries)-l.first > maxEntries || l.bytes > maxBytes {
		oldest := l.entries[l.first]
		l.bytes -= oldest.size
		l.dropped = oldest.id
		l.entries[l.first] = nil
		l.first++
	}
	if l.first >= maxEntries {
		n := copy(l.entries, l.entries[l.first:])
		clear(l.entries[n:])
		l.entries, l.first = l.entries[:n], 0
	}
}

// After returns the exchanges with a greater id that are still remembered, the oldest first.
func (l *Log) After(id int64) []control.Exchange {
	entries := l.copies(id)
	list := make([]control.Exchange, len(entries))
	for i := range entries {
		list[i] = entries[i].redact()
	}
	return list
}

func (l *Log) copies(after int64) (entries []entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries[l.first:] {
		if e.id > after {
			entries = append(entries, *e)
		}
	}
	return entries
}

// Forget drops all exchanges. Ids go on counting: a caller that asks for those after an id misses none.
func (l *Log) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries, l.first, l.bytes, l.dropped = nil, 0, 0, l.last
}
