package tally

import (
	"strconv"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A scanner reads JSON text once and counts what it reads. Its methods take the index of the first byte of what they read, and
// return the index after it, or -1 where the text is no JSON. What was counted until then stays counted.
//
// A nil node is read and not counted.
type scanner struct {
	data    []byte
	depth   int
	seen    []uint64 // sets of members, of the objects under way
	scratch []byte   // a string without its escapes

	exchange uint64 // the number of the message under way
	fit      uint64 // its Fit so far
	departs  bool
	budget   int // undeclared places that may still be made
}

// maxScratch bounds what an idle scanner holds on to.
const maxScratch = 1 << 16

// begin starts a message.
func (s *scanner) begin() {
	s.exchange++
	s.fit, s.departs = 0, false
}

// end returns how the message fits, and lets go of it.
func (s *scanner) end() Fit {
	s.data = nil
	if cap(s.scratch) > maxScratch {
		s.scratch = nil
	}
	if s.departs && s.fit == 0 {
		return 1
	}
	return Fit(s.fit)
}

// text reports whether data is JSON, and counts it.
func (s *scanner) text(n *node, data []byte) bool {
	s.data, s.depth, s.seen = data, 0, s.seen[:0]
	end := s.value(n, s.space(0))
	return end >= 0 && s.space(end) == len(data)
}

// space skips white space.
func (s *scanner) space(i int) int {
	for i < len(s.data) && s.data[i] <= ' ' {
		if c := s.data[i]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			break
		}
		i++
	}
	return i
}

func (s *scanner) is(c byte, i int) bool { return i < len(s.data) && s.data[i] == c }

// value reads the value at i, where white space has been skipped.
func (s *scanner) value(n *node, i int) int {
	if i >= len(s.data) {
		return -1
	}
	switch s.data[i] {
	case '"':
		return s.stringValue(n, i)
	case '{':
		return s.object(n, i)
	case '[':
		return s.array(n, i)
	case 'n':
		return s.literal(n, Null, "null", i)
	case 't':
		return s.literal(n, Boolean, "true", i)
	case 'f':
		return s.literal(n, Boolean, "false", i)
	}
	return s.number(n, i)
}

func (s *scanner) literal(n *node, kind Kind, word string, i int) int {
	end := i + len(word)
	if end > len(s.data) || string(s.data[i:end]) != word {
		return -1
	}
	s.count(n, kind)
	if kind == Boolean && n != nil && len(n.values) > 0 && n.shape.Kinds&Boolean != 0 {
		s.enumerate(n, s.data[i:end])
	}
	return end
}

func (s *scanner) array(n *node, i int) int {
	if s.depth == strictjson.MaxDepth {
		return -1
	}
	s.count(n, Array)
	if i = s.space(i + 1); s.is(']', i) {
		return i + 1
	}
	var items *node
	if n != nil {
		items = s.itemsNode(n)
	}
	s.depth++
	for {
		if i = s.value(items, i); i < 0 {
			return -1
		}
		if i = s.space(i); !s.is(',', i) {
			break
		}
		i = s.space(i + 1)
	}
	s.depth--
	if !s.is(']', i) {
		return -1
	}
	return i + 1
}

func (s *scanner) number(n *node, i int) int {
	end, integer := numberAt(s.data, i)
	if end < 0 {
		return -1
	}
	s.numberValue(n, s.data[i:end], integer)
	return end
}

func (s *scanner) numberValue(n *node, text []byte, integer bool) {
	kind := Number
	if integer {
		kind = Integer
	}
	s.count(n, kind)
	if n != nil && len(n.values) > 0 && n.shape.Kinds&kind != 0 {
		s.enumerateNumber(n, text)
	}
}

// numberAt returns where the JSON number at i ends, or -1, and whether it has neither fraction nor exponent.
func numberAt[T string | []byte](text T, i int) (end int, integer bool) {
	if i < len(text) && text[i] == '-' {
		i++
	}
	first := i
	if i = digitsAt(text, i); i == first || i > first+1 && text[first] == '0' {
		return -1, false
	}
	integer = true
	if i < len(text) && text[i] == '.' {
		integer, first = false, i+1
		if i = digitsAt(text, first); i == first {
			return -1, false
		}
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		integer = false
		if i++; i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		first = i
		if i = digitsAt(text, first); i == first {
			return -1, false
		}
	}
	return i, integer
}

// digitsAt returns where the decimal digits at i end.
func digitsAt[T string | []byte](text T, i int) int {
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	return i
}

// enumerateNumber counts a number of a place with an enumeration. Numbers are compared as float64, as kin-openapi compares them.
func (s *scanner) enumerateNumber(n *node, text []byte) {
	f, err := strconv.ParseFloat(string(text), 64)
	for i, listed := range n.shape.numbers {
		if err == nil && listed == f {
			n.listed(i)
			return
		}
	}
	n.others++
	s.misfit(&n.misfits, n.id, Enum)
}
