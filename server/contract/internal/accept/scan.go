package accept

import (
	"math"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// space skips white space.
func (s *Scanner) space(i int) int {
	for i < len(s.data) && s.data[i] <= ' ' {
		if c := s.data[i]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			break
		}
		i++
	}
	return i
}

// is reports whether the byte at i is c.
func (s *Scanner) is(c byte, i int) bool { return i < len(s.data) && s.data[i] == c }

// value reads the value at i, where there is no white space.
func (s *Scanner) value(n *Node, i int) int {
	switch {
	case i >= len(s.data):
		return -1
	case n == nil:
		return s.free(i)
	case n.never || s.weight != 1 && !s.affords():
		return s.doubt()
	}
	var end int
	switch s.data[i] {
	case '"':
		end = s.text(n, i)
	case '{':
		end = s.object(n, i)
	case '[':
		end = s.array(n, i)
	case 'n':
		if n.nullEnum {
			return s.doubt()
		}
		return s.literal(n.null, "null", i)
	case 't':
		return s.literal(n.yes, "true", i)
	case 'f':
		return s.literal(n.no, "false", i)
	default:
		end = s.number(n, i)
	}
	if end >= 0 && len(n.choices) > 0 && !s.choose(n, i, end) {
		return -1
	}
	return end
}

func (s *Scanner) literal(accepted bool, word string, i int) int {
	end := i + len(word)
	if !accepted || end > len(s.data) || string(s.data[i:end]) != word {
		return -1
	}
	return end
}

// affords adds the weight of a value to the work. It allows only half of what explain allows, so that the values of weight 1,
// which are not counted, do not matter.
func (s *Scanner) affords() bool {
	s.work += s.weight
	return s.verdict || s.work < shape.MinWork/2
}

// child reads a value that kin-openapi visits weight times for each visit of its parent.
func (s *Scanner) child(n *Node, weight float64, i int) int {
	if weight == 1 {
		return s.value(n, i)
	}
	outer := s.weight
	s.weight *= weight
	end := s.value(n, i)
	s.weight = outer
	return end
}

// array reads an array whose bracket is at i.
func (s *Scanner) array(n *Node, i int) int {
	if n.kinds&shape.Array == 0 {
		return -1
	}
	end, count := s.elements(n.items, n.itemsWeight, i)
	if end < 0 || count < n.minItems || count > n.maxItems {
		return -1
	}
	if n.unique && count > 1 && !s.distinct(i, count) || len(n.enums) > 0 && !s.enumerated(n.enums) {
		return -1
	}
	return end
}

// elements reads an array, and returns the index after it and the number of its elements.
func (s *Scanner) elements(items *Node, weight float64, i int) (end, count int) {
	if s.depth == strictjson.MaxDepth {
		return s.doubt(), 0
	}
	if i = s.inner(i + 1); s.is(']', i) {
		return i + 1, 0
	}
	s.depth++
	for {
		if i = s.child(items, weight, i); i < 0 {
			return -1, 0
		}
		count++
		if i = s.inner(i); !s.is(',', i) {
			break
		}
		i = s.inner(i + 1)
	}
	s.depth--
	if !s.is(']', i) {
		return -1, 0
	}
	return i + 1, count
}

// free reads a value that no schema describes.
func (s *Scanner) free(i int) int {
	switch s.data[i] {
	case '"':
		end, _ := s.string(i, false)
		return end
	case '{':
		return s.object(anything, i)
	case '[':
		end, _ := s.elements(nil, 1, i)
		return end
	case 'n':
		return s.literal(true, "null", i)
	case 't':
		return s.literal(true, "true", i)
	case 'f':
		return s.literal(true, "false", i)
	}
	if n := strictjson.NumberLength(s.data[i:]); n > 0 {
		return i + n
	}
	return -1
}

// anything is the node of an object that no schema describes.
var anything = &Node{kinds: shape.AnyKind, text: textRules{max: unlimited}, maxMembers: math.MaxInt, unnamed: unnamedRules{weight: 1}}
