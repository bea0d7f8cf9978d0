package store

import (
	"sync"

	"github.com/google/uuid"
)

const (
	// maxTotals bounds the searches whose number of hits a Store remembers, and maxTotalTerm the bytes of their terms.
	maxTotals    = 10_000
	maxTotalTerm = 256
)

// totals remembers how many users a search finds, for one version of the users. To count the hits of a common term takes as long
// as to read all users; with the number known, a page of them takes no longer than a page without a search.
type totals struct {
	mu    sync.Mutex
	known map[totalKey]total
}

type totalKey struct {
	domain             string
	providerInstanceID uuid.UUID
	term               string
}

type total struct {
	version int64
	hits    int
}

// recall returns the number of hits in a version of the users, and reports whether it is known. A nil totals, which an Update
// has, knows none.
func (ts *totals) recall(key totalKey, version int64) (hits int, ok bool) {
	if ts == nil {
		return 0, false
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	known, ok := ts.known[key]
	return known.hits, ok && known.version == version
}

func (ts *totals) remember(key totalKey, version int64, hits int) {
	if ts == nil || len(key.term) > maxTotalTerm {
		return
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.known == nil || len(ts.known) >= maxTotals {
		ts.known = make(map[totalKey]total)
	}
	ts.known[key] = total{version, hits}
}
