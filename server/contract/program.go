package contract

import "sync"

// A program decides about JSON text against one schema in one pass over its bytes, without building values and, for what it
// accepts, without allocating. It is the fast half of a schemaPlan.
//
// It accepts only what the slow half, [readJSON] and then [schemaPlan.check], has nothing to say about: no refusal and no
// finding. All else it leaves to the slow half, which decides and explains: what is wrong, what is to be reported, and also
// what is too rare to be worth a program (escapes in names, long maps, unique items that are objects in another order).
type program struct {
	root *node
}

// never holds where every text has to go the slow way.
func (p program) never() bool { return p.root != nil && p.root.never }

// accepts holds for JSON text, whole, that the slow half would say nothing about.
func (p program) accepts(data []byte) bool {
	s := newScanner()
	defer s.release()
	return p.acceptsBy(s, data, nil)
}

// acceptsBy is accepts by a scanner at hand, for text some parts of which may have been checked before.
func (p program) acceptsBy(s *scanner, data []byte, parts []placedPart) bool {
	if p.never() {
		return false
	}
	s.begin(data)
	s.expect(parts)
	return s.whole(p.root)
}

// A scanner is a run of a program over data. Its methods take the index of the first byte of what they read and return the
// index after it, or -1 where the program does not accept.
//
// With verdict set, nothing but kin-openapi's verdict on one branch of oneOf, anyOf or not is asked for, of text that was
// accepted as JSON before. Then -1 means that kin-openapi refuses, unless unsure is set.
type scanner struct {
	data    []byte
	parts   []placedPart // of data, that were not met yet
	stop    int          // where the next part begins, or data ends
	depth   int
	verdict bool
	unsure  bool
	budget  int     // bytes that branches may still look at
	weight  float64 // of the value under way, as a walker counts it
	work    float64 // of values whose weight is not 1
	names   []span  // undeclared names of the objects under way
	scratch []byte  // a string without its escapes
	counts  []int   // elements given so far for each parameter that is a list
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

var scanners = sync.Pool{New: func() any { return new(scanner) }}

// newScanner is for those who have no [exchange], which has one.
func newScanner() *scanner { return scanners.Get().(*scanner) }

func (s *scanner) release() {
	s.idle()
	scanners.Put(s)
}

// begin is how a run begins.
func (s *scanner) begin(data []byte) {
	s.data, s.stop, s.depth, s.verdict, s.unsure = data, len(data), 0, false, false
	s.budget, s.weight, s.work = budgetPerByte*len(data)+minBudget, 1, 0
	s.names = s.names[:0]
}

// idle lets go of what the last run was over.
func (s *scanner) idle() {
	s.data, s.parts = nil, nil
	if cap(s.scratch) > maxScratch {
		s.scratch = nil
	}
}

// whole accepts one value and nothing after it.
func (s *scanner) whole(n *node) bool {
	end := s.value(n, s.space(0))
	return end >= 0 && s.space(end) == len(s.data)
}

// doubt ends a run that says nothing.
func (s *scanner) doubt() int {
	s.unsure = true
	return -1
}
