package store

import (
	"sync"

	"github.com/google/uuid"
)

const (
	// maxLists is the number of ordered lists that a Store remembers anchors of, maxAnchors the number of anchors of each.
	maxLists   = 256
	maxAnchors = 128
)

// list names the users of a provider instance in an order.
type list struct {
	domain             string
	providerInstanceID uuid.UUID
	sortBy             SortBy
	descending         bool
}

// anchor is a user whose position in a list is known, so that the page behind it, or before it, is found by its key.
type anchor struct {
	position int
	key      string
	id       uuid.UUID
}

// anchors remembers where the pages began and ended that were read last. It is in memory: another process, or a restart,
// counts its way once.
type anchors struct {
	mu    sync.Mutex
	lists map[list]*listAnchors
	clock int64
}

// listAnchors are good for one version of the list.
type listAnchors struct {
	version int64
	ring    []anchor
	next    int
	used    int64
}

// shorten gives a shorter way to the count users at offset than s, where an anchor of that version knows one.
func (as *anchors) shorten(s seek, l list, version int64, offset, count int) seek {
	as.mu.Lock()
	defer as.mu.Unlock()
	known := as.lists[l]
	if known == nil || known.version != version {
		return s
	}
	as.clock++
	known.used = as.clock
	for _, a := range known.ring {
		if skip := offset - a.position; skip >= 0 && skip < s.skip {
			s = seek{from: &a, skip: skip}
		}
		if skip := a.position - offset - count; skip >= 0 && skip < s.skip {
			s = seek{from: &a, backward: true, skip: skip}
		}
	}
	return s
}

// remember adds anchors of a version of a list. Those of another version go: which is the newer one cannot be told, and it
// matters only for speed.
func (as *anchors) remember(l list, version int64, found ...anchor) {
	as.mu.Lock()
	defer as.mu.Unlock()
	known := as.lists[l]
	if known == nil || known.version != version {
		known = &listAnchors{version: version}
		as.put(l, known)
	}
	as.clock++
	known.used = as.clock
	for _, a := range found {
		known.add(a)
	}
}

func (as *anchors) put(l list, known *listAnchors) {
	if as.lists == nil {
		as.lists = make(map[list]*listAnchors)
	}
	if as.lists[l] == nil && len(as.lists) >= maxLists {
		var oldest list
		for l, k := range as.lists {
			if o := as.lists[oldest]; o == nil || k.used < o.used {
				oldest = l
			}
		}
		delete(as.lists, oldest)
	}
	as.lists[l] = known
}

// add overwrites the oldest when there are many.
func (k *listAnchors) add(a anchor) {
	for _, old := range k.ring {
		if old.position == a.position {
			return
		}
	}
	if len(k.ring) < maxAnchors {
		k.ring = append(k.ring, a)
		return
	}
	k.ring[k.next] = a
	k.next = (k.next + 1) % maxAnchors
}
