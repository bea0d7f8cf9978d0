package accept

import (
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// expect sets the parts of the text that were checked before, in their order.
func (s *Scanner) expect(parts []PlacedPart) {
	s.parts, s.stop = parts, len(s.data)
	if len(parts) > 0 {
		s.stop = parts[0].From
	}
}

// part reads the value at i, which is at or after the beginning of the next part, or after the end of the text.
func (s *Scanner) part(n *Node, i int) int {
	if i >= len(s.data) {
		return -1
	}
	for len(s.parts) > 0 && s.parts[0].From < i {
		s.expect(s.parts[1:])
	}
	if i < s.stop {
		return s.value(n, i)
	}
	p := &s.parts[0]
	s.expect(s.parts[1:])
	end := i + len(p.Text)
	if p.node != n || s.weight != 1 || s.verdict || s.depth+p.depth > strictjson.MaxDepth || end > len(s.data) || string(s.data[i:end]) != string(p.Text) {
		return s.value(n, i)
	}
	return end
}
