package tally

import (
	"math/bits"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// object reads an object, whose brace is at i.
func (s *scanner) object(n *node, i int) int {
	if s.depth == strictjson.MaxDepth {
		return -1
	}
	s.count(n, Object)
	before := len(s.seen)
	if n != nil && n.shape != nil {
		for range n.shape.required {
			s.seen = append(s.seen, 0)
		}
	}
	s.depth++
	if i = s.space(i + 1); s.is('}', i) {
		i++
	} else {
		i = s.membersAt(n, before, i)
	}
	s.depth--
	if i >= 0 && n != nil && n.shape != nil {
		s.missing(n, s.seen[before:])
	}
	s.seen = s.seen[:before]
	return i
}

// membersAt reads the members of an object, of which the first is at i, and its closing brace.
func (s *scanner) membersAt(n *node, set, i int) int {
	for {
		name, end := s.name(i)
		if end < 0 {
			return -1
		}
		if i = s.space(end); !s.is(':', i) {
			return -1
		}
		i = s.space(i + 1)
		var child *node
		if n != nil {
			child = s.memberNode(n, set, name, s.is('n', i))
		}
		if i = s.value(child, i); i < 0 {
			return -1
		}
		if i = s.space(i); s.is('}', i) {
			return i + 1
		}
		if !s.is(',', i) {
			return -1
		}
		i = s.space(i + 1)
	}
}

// memberNode returns the place of a member, and counts how its presence departs.
func (s *scanner) memberNode(n *node, set int, name []byte, null bool) *node {
	if n.shape == nil {
		return s.undeclaredMember(n, name)
	}
	if at, ok := n.shape.index[string(name)]; ok {
		return s.declaredMember(n, set, at, null)
	}
	if n.shape.Map {
		return n.restNode()
	}
	child := s.undeclaredMember(n, name)
	if child != nil {
		s.misfit(&child.misfits, child.id, n.shape.Undeclared)
	} else { // the place it would have is that of the object then
		s.misfit(&n.misfits, n.id, n.shape.Undeclared)
	}
	return child
}

func (s *scanner) declaredMember(n *node, set, at int, null bool) *node {
	child := n.member(at)
	if child == nil {
		return nil
	}
	word, bit := &s.seen[set+at>>6], uint64(1)<<(at&63)
	if *word&bit != 0 {
		s.misfit(&child.misfits, child.id, Duplicate)
	}
	*word |= bit
	if rule := n.shape.Members[at].Rule; rule == AdditionalProperties || !null { // null tells nothing of what travels the other way
		s.misfit(&child.misfits, child.id, rule)
	}
	return child
}

// missing counts the declared members that were not there.
func (s *scanner) missing(n *node, seen []uint64) {
	for word := range seen {
		all := ^uint64(0)
		if rest := len(n.shape.Members) - word*64; rest < 64 {
			all = 1<<rest - 1
		}
		for absent := all &^ seen[word]; absent != 0; absent &= absent - 1 {
			at := word*64 + bits.TrailingZeros64(absent)
			child := n.member(at)
			if child == nil {
				continue
			}
			child.absent++
			if n.shape.required[word]&absent&-absent != 0 {
				s.misfit(&child.misfits, child.id, Required)
			}
		}
	}
}
