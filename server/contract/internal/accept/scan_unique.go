package accept

// maxUnique is how many elements a program compares with each other.
const maxUnique = 128

// distinct holds if the elements of the array at i surely differ, as kin-openapi compares them: numbers by their text. It was
// accepted as JSON before.
func (s *Scanner) distinct(i, count int) bool {
	if count > maxUnique {
		return s.doubt() > 0
	}
	var starts [maxUnique]int
	i = s.space(i + 1)
	for k := range count {
		starts[k] = i
		i = s.space(s.space(s.skip(i)) + 1)
	}
	for k := range count {
		for _, earlier := range starts[:k] {
			switch s.differ(earlier, starts[k]) {
			case unknown:
				return s.doubt() > 0
			case refusedByKin:
				return false
			}
		}
	}
	return true
}

// differ walks along two values until they differ. It says accepted if they surely do, refusedByKin if they surely do not.
// Members in another order and strings with escapes are beyond it.
func (s *Scanner) differ(a, b int) verdict {
	for depth := 0; ; {
		x, y := s.token(a), s.token(b)
		same := string(s.data[a:x]) == string(s.data[b:y])
		switch s.data[a] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if s.hasEscape(a, x) || s.hasEscape(b, y) {
			if !same {
				return unknown
			}
		} else if !same {
			if s.isName(x) && s.isName(y) {
				return unknown
			}
			return accepted // a value, or how many there are
		}
		if depth == 0 {
			return refusedByKin
		}
		if s.budget -= x - a; s.budget < 0 {
			return unknown
		}
		a, b = s.space(x), s.space(y)
	}
}

// token returns the index after a bracket, a comma, a colon, a string or another scalar.
func (s *Scanner) token(i int) int {
	switch s.data[i] {
	case '"':
		end, _ := s.string(i, false)
		return end
	case '{', '}', '[', ']', ',', ':':
		return i + 1
	}
	return s.scalarEnd(i)
}

func (s *Scanner) hasEscape(from, to int) bool {
	if s.data[from] != '"' {
		return false
	}
	for _, c := range s.data[from:to] {
		if c == '\\' {
			return true
		}
	}
	return false
}

// isName holds if the token that ends at i is followed by a colon.
func (s *Scanner) isName(i int) bool { return s.is(':', s.space(i)) }
