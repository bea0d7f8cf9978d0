// Package tally counts what HTTP exchanges look like, place by place: kinds of values, what strings look like, what is absent, what
// the document does not declare, and what departs from it. It keeps counters and names, and no value.
//
// [New] takes what a document declares; [Tally.Request] and [Tally.Response] count one message each, in one pass over its bytes,
// without allocating at places that were seen before; [Tally.Counts] returns a copy of all counters.
//
// # What departs
//
// Both tell whether a message fits: whether nothing in it departs that can be seen at one place alone. These are the rules type,
// nullable, enum, format, required, undeclared, additionalProperties, readOnly, writeOnly, duplicate and empty at a place, and
// status, mediaType, charset, encoding, body, required and syntax of a message. They mean what they mean in contract.Violation,
// and are counted under these names. All other rules (pattern, lengths, bounds, uniqueItems, alternatives, UTF-8, twins in case)
// need the whole value or more than one place and are the contract's to find.
//
// # How it works
//
// Counters are plain integers in trees that mirror the schemas. There are a few copies of all trees, the shards; a message takes
// one of them for itself, so that counting needs no atomic operations and a snapshot is consistent. Places are made when they are
// first seen, so that a recursive schema costs what its messages need.
package tally

import (
	"runtime"
	"sync"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// maxShards bounds the memory on machines with many processors.
const maxShards = 8

// A Tally counts the exchanges of one document. It is safe for concurrent use.
type Tally struct {
	operations []*Operation
	shards     []*shard
}

// A shard is one copy of all counters, used by one message at a time.
type shard struct {
	mu         sync.Mutex
	operations []*operation
	scanner    scanner
}

// New returns a Tally without counts. The operations must not be changed afterwards.
func New(operations []*Operation) *Tally {
	t := &Tally{operations: operations}
	for range min(runtime.GOMAXPROCS(0), maxShards) {
		t.shards = append(t.shards, newShard(operations))
	}
	return t
}

func newShard(operations []*Operation) *shard {
	s := &shard{operations: make([]*operation, len(operations))}
	s.scanner.budget = maxUndeclared
	return s
}

// take returns an idle shard, locked. The first ones are used as long as they suffice, so that the others stay empty.
func (t *Tally) take() *shard {
	for _, s := range t.shards {
		if s.mu.TryLock() {
			return s
		}
	}
	s := t.shards[0]
	s.mu.Lock()
	return s
}

func (s *shard) operation(t *Tally, at int) *operation {
	if s.operations[at] == nil {
		s.operations[at] = newOperation(t.operations[at])
	}
	return s.operations[at]
}

// Request counts a request to the operation with this index.
func (t *Tally) Request(op int, outcome Outcome, in *Message) Fit {
	s := t.take()
	defer s.mu.Unlock()
	o := s.operation(t, op)
	declared := &t.operations[op].Request
	if o.requests[outcome] == nil {
		o.requests[outcome] = newMessage(declared)
	}
	return s.scanner.message(o.requests[outcome], in)
}

// Response counts a response with a status: at is the index of what declares it, or -1.
func (t *Tally) Response(op, at, status int, in *Message) Fit {
	s := t.take()
	defer s.mu.Unlock()
	o := s.operation(t, op)
	m := o.status(t.operations[op], at, status)
	if at < 0 && !in.Implied {
		in.Rule = in.Rule.or(t.operations[op].UndeclaredStatus)
	}
	return s.scanner.message(m, in)
}

// Counts returns a copy of what was counted so far, with all that the document declares. It is consistent for each shard: a message
// is in it whole or not at all.
func (t *Tally) Counts() *counts.Counts {
	total := snapshotOf(t.operations, nil)
	for _, s := range t.shards {
		total.Add(s.snapshot(t.operations))
	}
	for _, op := range total.Operations {
		op.Seen = exchanges(op)
	}
	return total
}

// exchanges is how many exchanges there were: of some only one message may have been counted.
func exchanges(op *counts.Operation) int64 {
	requests, responses := int64(0), int64(0)
	for _, m := range []*counts.Message{op.Requests.Accepted, op.Requests.Refused, op.Requests.Denied, op.Requests.Failed} {
		if m != nil {
			requests += m.Seen
		}
	}
	for _, statuses := range []map[string]*counts.Message{op.Statuses, op.Undeclared} {
		for _, m := range statuses {
			responses += m.Seen
		}
	}
	return max(requests, responses)
}

func (s *shard) snapshot(operations []*Operation) *counts.Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return snapshotOf(operations, s.operations)
}
