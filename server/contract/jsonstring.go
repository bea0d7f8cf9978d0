package contract

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// string reads a string whose opening quote is next.
func (r *jsonReader) string(at *jsonPath) string {
	r.pos++
	start := r.pos
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; {
		case c == '"':
			text := r.data[start:r.pos]
			r.pos++
			return r.text(string(text), at)
		case c == '\\':
			return r.escaped(start, at)
		case c < ' ':
			r.fail()
			return ""
		default:
			r.pos++
		}
	}
	r.fail()
	return ""
}

// text checks the encoding of what came without escapes.
func (r *jsonReader) text(s string, at *jsonPath) string {
	if utf8.ValidString(s) {
		return s
	}
	r.fault("utf8", "valid UTF-8", at)
	return strings.ToValidUTF8(s, "\uFFFD")
}

// escaped reads the rest of a string that began at start and has its first backslash next.
func (r *jsonReader) escaped(start int, at *jsonPath) string {
	text := bytes.Clone(r.data[start:r.pos])
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		r.pos++
		switch {
		case c == '"':
			return r.text(string(text), at)
		case c < ' ':
			r.pos--
			r.fail()
			return ""
		case c == '\\':
			text = r.escape(text, at)
		default:
			text = append(text, c)
		}
		if r.failed {
			return ""
		}
	}
	r.fail()
	return ""
}

const (
	escapes = `"\/bfnrt`
	meaning = "\"\\/\b\f\n\r\t"
)

func (r *jsonReader) escape(text []byte, at *jsonPath) []byte {
	c := r.peek()
	if i := strings.IndexByte(escapes, c); i >= 0 {
		r.pos++
		return append(text, meaning[i])
	}
	unit, ok := r.unit()
	if !ok {
		r.fail()
		return text
	}
	if unit == 0 {
		r.fault("nul", "no U+0000", at)
	}
	if utf16.IsSurrogate(unit) {
		unit = r.surrogate(unit, at)
	}
	return utf8.AppendRune(text, unit)
}

// surrogate returns the code point of a pair, whose first half was read.
func (r *jsonReader) surrogate(first rune, at *jsonPath) rune {
	back := r.pos
	if r.accept('\\') {
		if second, ok := r.unit(); ok {
			if c := utf16.DecodeRune(first, second); c != utf8.RuneError {
				return c
			}
		}
	}
	r.pos = back
	r.fault("utf8", "no lone surrogates", at)
	return utf8.RuneError
}

// unit reads uXXXX.
func (r *jsonReader) unit() (rune, bool) {
	if r.peek() != 'u' || r.pos+5 > len(r.data) {
		return 0, false
	}
	digits := r.data[r.pos+1 : r.pos+5]
	for _, c := range digits {
		if !isHex(c) {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(digits), 16, 16)
	r.pos += 5
	return rune(n), err == nil
}
