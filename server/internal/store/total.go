package store

import (
	"sync"

	"github.com/google/uuid"
)

const (
	// maxTotals bounds the searches whose number of hits a Store remembers, and maxTotalTerm the bytes of their terms.
	maxTotals    = 10_000
	maxTotalTerm = 256
	// maxHitPages bounds the pages of hits that it remembers, and maxHitRows the users of each.
	maxHitPages = 1000
	maxHitRows  = 100
)

// What a search has found is remembered for one version of the users. To count the hits of a common term takes as long as to read
// all users. To find the first page takes as long if the hits are far from the start of the list.
type (
	totals   = memo[totalKey, int]
	hitPages = memo[hitPageKey, string] // seqs of users, with commas between them
)

type totalKey struct {
	domain             string
	providerInstanceID uuid.UUID
	term               string
}

type hitPageKey struct {
	list
	term          string
	offset, limit int
}

// memo holds values for a version of the users of a provider instance.
type memo[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]versioned[V]
}

type versioned[V any] struct {
	version int64
	value   V
}

// recall returns the value for a version, and reports whether it is known. A nil memo, which an Update has, knows none.
func (m *memo[K, V]) recall(key K, version int64) (value V, ok bool) {
	if m == nil {
		return value, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	known, ok := m.known[key]
	return known.value, ok && known.version == version
}

// remember keeps a value. If there are as many as most already, it drops the others.
func (m *memo[K, V]) remember(key K, version int64, value V, most int) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= most {
		m.known = make(map[K]versioned[V])
	}
	m.known[key] = versioned[V]{version, value}
}
