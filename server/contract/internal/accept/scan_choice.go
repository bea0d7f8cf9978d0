package accept

// choiceRules are the oneOf, anyOf and not of one schema. Their branches are nodes that are asked only for kin-openapi's
// verdict.
type choiceRules struct {
	one, any []*Node
	not      *Node
	by       *discriminatorRules
}

// discriminatorRules say which member selects the branches.
type discriminatorRules struct {
	property string
	one, any map[string][]*Node // branches by the member's value; nil if it selects none
}

// A verdict says whether kin-openapi accepts a value.
type verdict int

const (
	unknown verdict = iota
	accepted
	refusedByKin
)

// choose reports whether the value from i to end, which the rest of the node accepts, matches the alternatives.
func (s *Scanner) choose(n *Node, i, end int) bool {
	for _, c := range n.choices {
		switch s.decide(c, i, end) {
		case unknown:
			return s.doubt() > 0
		case refusedByKin:
			return false
		}
	}
	return true
}

func (s *Scanner) decide(c *choiceRules, i, end int) verdict {
	one, any := c.one, c.any
	if c.by != nil && s.data[i] == '{' {
		value, v := s.discriminating(c.by.property, i)
		if v != accepted {
			return v
		}
		if c.by.one != nil {
			branches, known := c.by.one[string(value)]
			if !known {
				return refusedByKin
			}
			one, any = branches, c.by.any[string(value)]
		}
	}
	worst := accepted
	for _, v := range [...]verdict{s.exactlyOne(c, one, i, end), s.atLeastOne(c, any, i, end), s.none(c, i, end)} {
		if v == refusedByKin {
			return v
		}
		worst = min(worst, v)
	}
	return worst
}

func (s *Scanner) exactlyOne(c *choiceRules, branches []*Node, i, end int) verdict {
	if c.one == nil {
		return accepted
	}
	matches, doubts := 0, 0
	for _, b := range branches {
		switch s.branch(b, i, end) {
		case accepted:
			matches++
		case unknown:
			doubts++
		}
	}
	switch {
	case matches > 1 || matches+doubts == 0:
		return refusedByKin
	case doubts > 0:
		return unknown
	}
	return accepted
}

func (s *Scanner) atLeastOne(c *choiceRules, branches []*Node, i, end int) verdict {
	if c.any == nil {
		return accepted
	}
	result := refusedByKin
	for _, b := range branches {
		switch s.branch(b, i, end) {
		case accepted:
			return accepted
		case unknown:
			result = unknown
		}
	}
	return result
}

func (s *Scanner) none(c *choiceRules, i, end int) verdict {
	if c.not == nil {
		return accepted
	}
	switch s.branch(c.not, i, end) {
	case accepted:
		return refusedByKin
	case refusedByKin:
		return accepted
	}
	return unknown
}

// branch returns the verdict of a branch on the value from i to end.
func (s *Scanner) branch(n *Node, i, end int) verdict {
	if s.budget -= end - i; s.budget < 0 {
		return unknown
	}
	outer := *s
	s.verdict, s.unsure, s.weight = true, false, 1
	got := s.value(n, i)
	unsure := s.unsure
	s.depth, s.verdict, s.unsure = outer.depth, outer.verdict, outer.unsure
	s.weight, s.work = outer.weight, outer.work
	s.names = s.names[:len(outer.names)]
	switch {
	case got == end:
		return accepted
	case got < 0 && !unsure:
		return refusedByKin
	}
	return unknown
}

// discriminating returns the value of the member that selects a branch, in the object at i. Like kin-openapi it refuses an
// object in which the member is missing or not a string.
func (s *Scanner) discriminating(property string, i int) ([]byte, verdict) {
	i = s.space(i + 1)
	for !s.is('}', i) {
		end, extra := s.string(i, false)
		if extra < 0 {
			return nil, unknown
		}
		name := s.data[i+1 : end-1]
		i = s.space(s.space(end) + 1)
		if string(name) == property {
			return s.textAt(i)
		}
		if i = s.space(s.skip(i)); s.is(',', i) {
			i = s.space(i + 1)
		}
	}
	return nil, refusedByKin
}

func (s *Scanner) textAt(i int) ([]byte, verdict) {
	if s.data[i] != '"' {
		return nil, refusedByKin
	}
	end, extra := s.string(i, false)
	if extra < 0 {
		return nil, unknown
	}
	return s.data[i+1 : end-1], accepted
}

// skip returns the index after a value that was accepted as JSON before.
func (s *Scanner) skip(i int) int {
	for depth := 0; ; {
		switch s.data[i] {
		case '"':
			i, _ = s.string(i, false)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\t', '\n', '\r':
			i++
			continue
		default:
			i = s.scalarEnd(i)
		}
		if depth == 0 {
			return i
		}
	}
}

// scalarEnd returns the index after a literal or a number.
func (s *Scanner) scalarEnd(i int) int {
	for i < len(s.data) {
		switch s.data[i] {
		case ',', ':', '}', ']', ' ', '\t', '\n', '\r':
			return i
		}
		i++
	}
	return i
}
