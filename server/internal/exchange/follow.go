package exchange

import (
	"cmp"
	"context"
	"slices"

	"github.com/resellerkit/resellerkit/gen/control"
)

// Follow calls each with the exchanges that have a greater id than after and whose response has ended, and then with every
// exchange whose response ends, in the order in which they end. It returns nil when the context ends, and otherwise the error of
// each. Exchanges that are dropped from the log while each is busy are left out.
func (l *Log) Follow(ctx context.Context, after int64, each func(control.Exchange) error) error {
	ends := int64(0)
	for ctx.Err() == nil {
		entries, now, more := l.endedAfter(after, ends)
		for i := range entries {
			if err := each(entries[i].redact()); err != nil {
				return err
			}
		}
		after, ends = 0, now // from now on, the order of the ends tells which exchanges are new
		select {
		case <-ctx.Done():
		case <-more:
		}
	}
	return nil
}

// endedAfter returns the exchanges behind an id whose response ended after a number of others, how many have ended by now, and a
// channel that is closed when the next one ends.
func (l *Log) endedAfter(id, ends int64) (entries []entry, now int64, more <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries[l.first:] {
		if e.id > id && e.ended > ends {
			entries = append(entries, *e)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.ended, b.ended) })
	if l.ended == nil {
		l.ended = make(chan struct{})
	}
	return entries, l.ends, l.ended
}

// end marks the end of an exchange's response, and wakes the calls of Follow.
func (l *Log) end(e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ends++
	e.ended = l.ends
	if l.ended != nil {
		close(l.ended)
		l.ended = nil
	}
}
