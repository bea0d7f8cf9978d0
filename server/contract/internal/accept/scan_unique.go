package accept

// maxUnique is the number of elements up to which a program compares them with each other.
const maxUnique = 128

// distinct reports whether the elements of the array at i certainly differ, as kin-openapi compares them: numbers by their
// text. The array has been accepted as JSON before.
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

// differ compares two values token by token. It returns accepted if they certainly differ, refusedByKin if they are certainly
// equal, and unknown if members are in another order or strings have escapes.
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
			if s.isName(x) && s.isName(y) || !s.verdict && s.mayEqual(a, x, b, y) {
				return unknown
			}
			return accepted // different values, or a different number of them
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

// mayEqual reports whether two tokens are numbers that may have the same value, as 1 and 1.0 have.
func (s *Scanner) mayEqual(a, x, b, y int) bool {
	return isNumber(s.data[a]) && isNumber(s.data[b]) && !(isPlainInteger(s.data[a:x]) && isPlainInteger(s.data[b:y]))
}

func isNumber(c byte) bool { return c == '-' || '0' <= c && c <= '9' }

// isPlainInteger reports whether a number is an integer that has no other spelling in digits.
func isPlainInteger(text []byte) bool {
	if string(text) == "-0" {
		return false
	}
	if text[0] == '-' {
		text = text[1:]
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
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

// isName reports whether a colon follows the token that ends at i.
func (s *Scanner) isName(i int) bool { return s.is(':', s.space(i)) }
