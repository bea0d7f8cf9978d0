package accept

import (
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// plain returns the index of the first byte from i on that ends a run of plain characters: a quote, a backslash, a control
// character, or a byte of a character beyond ASCII.
func plain(data []byte, i int) int {
	for ; i+8 <= len(data); i += 8 {
		w := word(data, i)
		quote, slash := w^'"'*each, w^'\\'*each
		// The top bit of a byte is set if the byte is 0, or less than a blank. A borrow may also set it in bytes above such a
		// byte, but the lowest one is always right.
		if hits := ((quote-each)&^quote | (slash-each)&^slash | (w-' '*each)&^w | w) & high; hits != 0 {
			return i + bits.TrailingZeros64(hits)>>3
		}
	}
	for i < len(data) && data[i] != '"' && data[i] != '\\' && ' ' <= data[i] && data[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// text reads a string whose quote is at i.
func (s *Scanner) text(n *Node, i int) int {
	if n.kinds&shape.String == 0 {
		return -1
	}
	if uuid := n.text.uuid; uuid != nil && s.is('"', i+37) && uuid(s.data[i+1:i+37]) {
		return i + 38
	}
	if end := plain(s.data, i+1); s.is('"', end) { // nearly all strings have only plain characters
		length := end - i - 1
		if length < n.text.min || length > n.text.max || n.text.more && !n.takesMore(s.data[i+1:end]) {
			return -1
		}
		return end + 1
	}
	asked := n.text.asks()
	end, extra := s.string(i, asked)
	if end < 0 || !asked {
		return end
	}
	text := s.data[i+1 : end-1]
	if extra < 0 {
		text, extra = s.Scratch, len(s.Scratch)-utf8.RuneCount(s.Scratch)
	}
	if !n.takes(text, len(text)-extra) {
		return -1
	}
	return end
}

func (r *textRules) asks() bool { return r.more || r.min > 0 || r.max < unlimited }

func (r *textRules) onlyFormat() bool {
	return r.min == 0 && r.max == unlimited && len(r.patterns) == 0 && len(r.formats) == 1
}

// takes reports whether the schemas of a place accept a text. length is its number of code points.
func (n *Node) takes(text []byte, length int) bool {
	return n.text.min <= length && length <= n.text.max && (!n.text.more || n.takesMore(text))
}

func (n *Node) takesMore(text []byte) bool {
	for _, format := range n.text.formats {
		if !format(text) {
			return false
		}
	}
	for _, p := range n.text.patterns {
		if !p.Match(text) {
			return false
		}
	}
	for _, e := range n.enums {
		if !e.hasText(text) {
			return false
		}
	}
	return true
}

func (e *enumRules) hasText(text []byte) bool {
	for _, one := range e.texts {
		if one == string(text) {
			return true
		}
	}
	return false
}

// string returns the index after a string, and the number of its bytes minus the number of its code points. If the string has
// escapes, that number is -1, and Scratch has the text if keep is set.
func (s *Scanner) string(i int, keep bool) (end, extra int) {
	start := i + 1
	i = start
	for {
		if i = plain(s.data, i); i >= len(s.data) {
			return -1, 0
		}
		switch c := s.data[i]; {
		case c == '"':
			return i + 1, extra
		case c == '\\':
			return s.escaped(start, i, keep), -1
		case c < ' ':
			return -1, 0
		}
		var more int
		if i, more = s.beyondASCII(i); i < 0 {
			return -1, 0
		}
		extra += more
	}
}

// beyondASCII reads characters of more than one byte.
func (s *Scanner) beyondASCII(i int) (end, extra int) {
	for i < len(s.data) && s.data[i] >= utf8.RuneSelf {
		r, size := utf8.DecodeRune(s.data[i:])
		if r == utf8.RuneError && size == 1 {
			return -1, 0
		}
		i += size
		extra += size - 1
	}
	return i, extra
}

// escaped reads the rest of a string whose first backslash is at i.
func (s *Scanner) escaped(start, i int, keep bool) int {
	s.Scratch = s.Scratch[:0]
	if keep {
		s.Scratch = append(s.Scratch, s.data[start:i]...)
	}
	for i < len(s.data) {
		switch c := s.data[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c == '\\':
			var r rune
			if r, i = s.escape(i); i < 0 {
				return -1
			}
			if keep {
				s.Scratch = utf8.AppendRune(s.Scratch, r)
			}
		default:
			end := plain(s.data, i)
			if end < len(s.data) && s.data[end] >= utf8.RuneSelf {
				end, _ = s.beyondASCII(end)
			}
			if end < 0 {
				return -1
			}
			if keep {
				s.Scratch = append(s.Scratch, s.data[i:end]...)
			}
			i = end
		}
	}
	return -1
}

// escape reads one escape, or two that stand for one character. It does not accept U+0000 and lone surrogates.
func (s *Scanner) escape(i int) (rune, int) {
	if i+1 >= len(s.data) {
		return 0, -1
	}
	for k := range len(strictjson.Escapes) {
		if s.data[i+1] == strictjson.Escapes[k] {
			return rune(strictjson.Meaning[k]), i + 2
		}
	}
	switch r := s.unit(i); {
	case r <= 0:
		return 0, -1
	case utf16.IsSurrogate(r):
		r = utf16.DecodeRune(r, s.unit(i+6))
		if r == utf8.RuneError {
			return 0, -1
		}
		return r, i + 12
	default:
		return r, i + 6
	}
}

// unit reads \uXXXX, and returns -1 for anything else.
func (s *Scanner) unit(i int) rune {
	if i+6 > len(s.data) || s.data[i] != '\\' || s.data[i+1] != 'u' {
		return -1
	}
	r := rune(0)
	for _, c := range s.data[i+2 : i+6] {
		if !strictjson.IsHex(c) {
			return -1
		}
		digit := c - '0'
		if c > '9' {
			digit = c | 0x20 - 'a' + 10
		}
		r = r<<4 | rune(digit)
	}
	return r
}
