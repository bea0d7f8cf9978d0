// Package accept decides quickly whether a message is good: a [Program] runs once over the bytes of a JSON text, builds no
// values and, for what it accepts, allocates nothing. What it does not accept may still be good: package explain decides.
package accept

import (
	"sync"
)

// A Program decides about JSON text against one schema in one pass over its bytes, without building values and, for what it
// accepts, without allocating. It is the fast half of a schemaPlan.
//
// It accepts only what the slow half, [readJSON] and then [schemaPlan.check], has nothing to say about: no refusal and no
// finding. All else it leaves to the slow half, which decides and explains: what is wrong, what is to be reported, and also
// what is too rare to be worth a program (escapes in names, long maps, unique items that are objects in another order).
type Program struct {
	Root *Node
}

// Never holds where every text has to go the slow way.
func (p Program) Never() bool { return p.Root != nil && p.Root.never }

// Accepts holds for JSON text, whole, that the slow half would say nothing about.
func (p Program) Accepts(data []byte) bool {
	s := NewScanner()
	defer s.Release()
	return p.AcceptsBy(s, data, nil)
}

// AcceptsBy is accepts by a scanner at hand, for text some parts of which may have been checked before.
func (p Program) AcceptsBy(s *Scanner, data []byte, parts []PlacedPart) bool {
	if p.Never() {
		return false
	}
	s.Begin(data)
	s.expect(parts)
	return s.whole(p.Root)
}

// A Scanner is a run of a program over data. Its methods take the index of the first byte of what they read and return the
// index after it, or -1 where the program does not accept.
//
// With verdict set, nothing but kin-openapi's verdict on one branch of oneOf, anyOf or not is asked for, of text that was
// accepted as JSON before. Then -1 means that kin-openapi refuses, unless unsure is set.
type Scanner struct {
	data    []byte
	parts   []PlacedPart // of data, that were not met yet
	stop    int          // where the next part begins, or data ends
	depth   int
	verdict bool
	unsure  bool
	budget  int     // bytes that branches may still look at
	weight  float64 // of the value under way, as a walker counts it
	work    float64 // of values whose weight is not 1
	names   []span  // undeclared names of the objects under way
	Scratch []byte  // a string without its escapes
	Counts  []int   // elements given so far for each parameter that is a list
}

// A span is a part of data.
type span struct{ from, to int }

// What branches may look at is linear in the text, so that nested alternatives cannot multiply.
const (
	budgetPerByte = 16
	minBudget     = 1 << 14
)

// maxScratch bounds what an idle scanner holds on to.
const maxScratch = 1 << 16

var scanners = sync.Pool{New: func() any { return new(Scanner) }}

// NewScanner is for those who have no [exchange], which has one.
func NewScanner() *Scanner { return scanners.Get().(*Scanner) }

func (s *Scanner) Release() {
	s.Idle()
	scanners.Put(s)
}

// Begin is how a run begins.
func (s *Scanner) Begin(data []byte) {
	s.data, s.stop, s.depth, s.verdict, s.unsure = data, len(data), 0, false, false
	s.budget, s.weight, s.work = budgetPerByte*len(data)+minBudget, 1, 0
	s.names = s.names[:0]
}

// Idle lets go of what the last run was over.
func (s *Scanner) Idle() {
	s.data, s.parts = nil, nil
	if cap(s.Scratch) > maxScratch {
		s.Scratch = nil
	}
}

// whole accepts one value and nothing after it.
func (s *Scanner) whole(n *Node) bool {
	end := s.value(n, s.space(0))
	return end >= 0 && s.space(end) == len(s.data)
}

// doubt ends a run that says nothing.
func (s *Scanner) doubt() int {
	s.unsure = true
	return -1
}
