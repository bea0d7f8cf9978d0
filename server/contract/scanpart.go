package contract

// expect tells of parts that were checked before and that the data should have, in their order.
func (s *scanner) expect(parts []placedPart) {
	s.parts, s.stop = parts, len(s.data)
	if len(parts) > 0 {
		s.stop = parts[0].from
	}
}

// part reads the value at i, which is at or behind the next part, or behind the end.
func (s *scanner) part(n *node, i int) int {
	if i >= len(s.data) {
		return -1
	}
	for len(s.parts) > 0 && s.parts[0].from < i {
		s.expect(s.parts[1:])
	}
	if i < s.stop {
		return s.value(n, i)
	}
	p := &s.parts[0]
	s.expect(s.parts[1:])
	end := i + len(p.text)
	if p.node != n || s.weight != 1 || s.verdict || s.depth+p.depth > maxDepth || end > len(s.data) || string(s.data[i:end]) != string(p.text) {
		return s.value(n, i)
	}
	return end
}
