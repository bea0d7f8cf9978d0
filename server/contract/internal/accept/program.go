// Package accept decides quickly whether a message is correct: a [Program] runs once over the bytes of a JSON text, builds no
// values and, for what it accepts, allocates nothing. A message that it does not accept may still be correct: packages
// strictjson and explain then make the full check.
package accept

import (
	"sync"
)

// A Program checks JSON text against one schema.
//
// It accepts a text only if the full check would find nothing in it: no refusal and nothing to report. Everything else is left
// to the full check: what is wrong, what is to be reported, and what is too rare to be worth a program (escapes in names, long
// maps, unique items that are objects with their members in another order).
type Program struct {
	Root *Node
}

// Never reports whether every text needs the full check.
func (p Program) Never() bool { return p.Root != nil && p.Root.never }

// Accepts reports whether the full check would find nothing in a JSON text. False says nothing.
func (p Program) Accepts(data []byte) bool {
	s := NewScanner()
	defer s.Release()
	return p.AcceptsBy(s, data)
}

// AcceptsBy is Accepts with a scanner of the caller's.
func (p Program) AcceptsBy(s *Scanner, data []byte) bool {
	if p.Never() {
		return false
	}
	s.Begin(data)
	return s.whole(p.Root)
}

// A Scanner runs a program over data. Its methods take the index of the first byte of what they read. They return the index
// after it, or -1 to give up: the message then gets the full check.
//
// With verdict set, the question is only whether kin-openapi accepts a value for one branch of oneOf, anyOf or not; its text
// has been accepted as JSON before. Then -1 means that kin-openapi refuses the value, unless unsure is set.
type Scanner struct {
	data    []byte
	depth   int
	verdict bool
	unsure  bool
	budget  int     // number of bytes that branches may still read
	weight  float64 // of the current value, as explain's walker counts it
	work    float64 // sum of the weights that are not 1
	names   []span  // names of the current objects that no schema names
	Scratch []byte  // memory for a text without its escapes
	Counts  []int   // memory for the number of elements of parameters that are arrays
}

// A span is a range of data.
type span struct{ from, to int }

// The budget for branches grows linearly with the text, so that nested alternatives cannot multiply the work.
const (
	budgetPerByte = 16
	minBudget     = 1 << 14
)

// maxScratch limits the memory that an idle scanner keeps.
const maxScratch = 1 << 16

var scanners = sync.Pool{New: func() any { return new(Scanner) }}

// NewScanner returns a scanner from a pool. Release returns it.
func NewScanner() *Scanner { return scanners.Get().(*Scanner) }

func (s *Scanner) Release() {
	s.Idle()
	scanners.Put(s)
}

// Begin resets the scanner for a new text.
func (s *Scanner) Begin(data []byte) {
	s.data, s.depth, s.verdict, s.unsure = data, 0, false, false
	s.budget, s.weight, s.work = budgetPerByte*len(data)+minBudget, 1, 0
	s.names = s.names[:0]
}

// Idle drops the references to the last text.
func (s *Scanner) Idle() {
	s.data = nil
	if cap(s.Scratch) > maxScratch {
		s.Scratch = nil
	}
}

// whole reads one value and nothing after it.
func (s *Scanner) whole(n *Node) bool {
	end := s.value(n, s.space(0))
	return end >= 0 && s.space(end) == len(s.data)
}

// doubt gives up because the program cannot decide, and not because kin-openapi refuses.
func (s *Scanner) doubt() int {
	s.unsure = true
	return -1
}
