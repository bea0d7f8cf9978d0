package store

import (
	"slices"
	"sync"

	"github.com/google/uuid"
)

const (
	// maxLists bounds the ordered lists for which a Store remembers anchors, and maxAnchors the anchors of each list.
	maxLists   = 64
	maxAnchors = 512
)

// list identifies the users of a provider instance in one order.
type list struct {
	domain             string
	providerInstanceID uuid.UUID
	sortBy             SortBy
	descending         bool
}

// anchor is a user whose position in a list is known. Pages near it are found by its key, without counting from the start.
type anchor struct {
	position int
	key      string
	id       uuid.UUID
}

// anchors holds the first and the last user of recently read pages, and users on the long ways to them. It lives in memory: after a restart, and in another
// process, a page is found once by counting.
type anchors struct {
	mu    sync.Mutex
	lists map[list]*listAnchors
	clock int64
}

// listAnchors holds the anchors of one version of a list. Those of another version would be at the wrong positions.
type listAnchors struct {
	version int64
	ring    []anchor
	next    int
	used    int64
}

// shorten returns s, or a seek from an anchor if that skips fewer users on the way to the count users at offset.
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

// knows reports whether there is an anchor at a position of a version of a list.
func (as *anchors) knows(l list, version int64, position int) bool {
	as.mu.Lock()
	defer as.mu.Unlock()
	known := as.lists[l]
	return known != nil && known.version == version && known.at(position)
}

// remember adds an anchor of a version of a list, and drops those of any other version. Versions have no order, so that an
// older reader may drop newer anchors. The next page then takes longer; no page is wrong.
func (as *anchors) remember(l list, version int64, found anchor) {
	as.mu.Lock()
	defer as.mu.Unlock()
	known := as.lists[l]
	if known == nil || known.version != version {
		known = &listAnchors{version: version}
		as.put(l, known)
	}
	as.clock++
	known.used = as.clock
	known.add(found)
}

// put adds a list, and drops the one that was not used for the longest time if there are too many.
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

// at reports whether there is an anchor at a position.
func (k *listAnchors) at(position int) bool {
	return slices.ContainsFunc(k.ring, func(a anchor) bool { return a.position == position })
}

// add adds an anchor, in place of the oldest if there are too many.
func (k *listAnchors) add(a anchor) {
	if k.at(a.position) {
		return
	}
	if len(k.ring) < maxAnchors {
		k.ring = append(k.ring, a)
		return
	}
	k.ring[k.next] = a
	k.next = (k.next + 1) % maxAnchors
}
