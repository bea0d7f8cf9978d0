package contract

import "math/bits"

// maxStrangers is how many members that no schema names an object may have for a program to accept it: each is compared with
// those before it.
const maxStrangers = 64

// object reads an object, whose brace is at i.
func (s *scanner) object(n *node, i int) int {
	if n.kinds&objectKind == 0 {
		return -1
	}
	if s.depth == maxDepth {
		return s.doubt()
	}
	s.depth++
	before := len(s.names)
	var seen memberSet
	end, count := s.membersOf(n, &seen, i)
	s.depth--
	s.names = s.names[:before]
	if end < 0 || count < n.minMembers || count > n.maxMembers || !s.complete(n, &seen) {
		return -1
	}
	if len(n.enums) > 0 && !s.enumerated(n.enums) {
		return -1
	}
	return end
}

// membersOf returns the index after an object, and the number of its members.
func (s *scanner) membersOf(n *node, seen *memberSet, i int) (end, count int) {
	before := len(s.names)
	if i = s.space(i + 1); s.is('}', i) {
		return i + 1, 0
	}
	for {
		if i = s.member(n, seen, before, i); i < 0 {
			return -1, 0
		}
		count++
		i = s.space(i)
		switch {
		case s.is(',', i):
			i = s.space(i + 1)
		case s.is('}', i):
			return i + 1, count
		default:
			return -1, 0
		}
	}
}

// member reads a name and its value.
func (s *scanner) member(n *node, seen *memberSet, before, i int) int {
	if !s.is('"', i) {
		return -1
	}
	name := span{i + 1, plain(s.data, i+1)}
	at := -1
	ascii := s.is('"', name.to)
	if !ascii {
		end, extra := s.string(i, false)
		if end < 0 || extra < 0 {
			return s.doubt() // no string, or one with escapes, which may be another's name
		}
		name.to = end - 1
	}
	at = n.members.find(s.data[name.from:name.to])
	i = name.to + 1
	if !s.is(':', i) {
		if i = s.space(i); !s.is(':', i) {
			return -1
		}
	}
	if i = s.space(i + 1); i >= len(s.data) {
		return -1
	}
	if at < 0 {
		if !s.admits(n, name, ascii, before) {
			return -1
		}
		return s.child(n.strangers.node, n.strangers.weight, i)
	}
	return s.declared(&n.members.list[at], seen, at, i)
}

// declared reads the value of a member that a schema names.
func (s *scanner) declared(m *member, seen *memberSet, at, i int) int {
	if m.refused || seen.has(at) {
		return -1
	}
	seen.add(at)
	if !s.verdict && (m.reported || m.oneWay && s.data[i] != 'n') {
		return s.doubt()
	}
	return s.child(m.node, m.weight, i)
}

// admits decides about a name that no schema names.
func (s *scanner) admits(n *node, name span, ascii bool, before int) bool {
	rules := &n.strangers
	switch {
	case rules.closed:
		return false
	case s.verdict:
		return true
	case len(s.names)-before >= maxStrangers, rules.open && !rules.allow:
		return s.doubt() > 0
	case len(n.members.list) > 0 && (!ascii || n.members.twin(s.data[name.from:name.to])):
		return s.doubt() > 0
	}
	for _, other := range s.names[before:] {
		if s.sameName(other, name, rules.open) {
			return s.doubt() > 0
		}
	}
	s.names = append(s.names, name)
	return true
}

// sameName compares names, without regard to case where that matters. There they are of ASCII.
func (s *scanner) sameName(a, b span, fold bool) bool {
	if a.to-a.from != b.to-b.from {
		return false
	}
	x, y := s.data[a.from:a.to], s.data[b.from:b.to]
	if !fold {
		return string(x) == string(y)
	}
	for i, c := range x {
		if upper(c) != upper(y[i]) {
			return false
		}
	}
	return true
}

// complete holds if the members are there that have to be. What kin-openapi says to a missing one that some schema declares
// for one direction only depends on what it visits around it.
func (s *scanner) complete(n *node, seen *memberSet) bool {
	for i, need := range n.required {
		missing := need &^ seen[i]
		if missing == 0 {
			continue
		}
		for missing != 0 && s.verdict {
			at := 64*i + bits.TrailingZeros64(missing)
			if missing &= missing - 1; n.oneWay[n.members.list[at].name] {
				return s.doubt() > 0
			}
		}
		return false
	}
	return true
}
