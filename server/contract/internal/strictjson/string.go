package strictjson

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func IsHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// ReadString reads a string. The next byte is its opening quote.
func (r *Reader) ReadString(at *Path) string {
	r.Pos++
	start := r.Pos
	for r.Pos < len(r.Data) {
		switch c := r.Data[r.Pos]; {
		case c == '"':
			text := r.Data[start:r.Pos]
			r.Pos++
			return r.text(string(text), at)
		case c == '\\':
			return r.escaped(start, at)
		case c < ' ':
			r.Fail()
			return ""
		default:
			r.Pos++
		}
	}
	r.Fail()
	return ""
}

// text checks the encoding of a string.
func (r *Reader) text(s string, at *Path) string {
	if utf8.ValidString(s) {
		return s
	}
	r.fault("utf8", "valid UTF-8", at)
	return strings.ToValidUTF8(s, "\uFFFD")
}

// escaped reads the rest of a string that began at start. The next byte is its first backslash.
func (r *Reader) escaped(start int, at *Path) string {
	text := bytes.Clone(r.Data[start:r.Pos])
	for r.Pos < len(r.Data) {
		c := r.Data[r.Pos]
		r.Pos++
		switch {
		case c == '"':
			return r.text(string(text), at)
		case c < ' ':
			r.Pos--
			r.Fail()
			return ""
		case c == '\\':
			text = r.escape(text, at)
		default:
			text = append(text, c)
		}
		if r.Failed {
			return ""
		}
	}
	r.Fail()
	return ""
}

const (
	Escapes = `"\/bfnrt`
	Meaning = "\"\\/\b\f\n\r\t"
)

func (r *Reader) escape(text []byte, at *Path) []byte {
	c := r.Peek()
	if i := strings.IndexByte(Escapes, c); i >= 0 {
		r.Pos++
		return append(text, Meaning[i])
	}
	unit, ok := r.unit()
	if !ok {
		r.Fail()
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

// surrogate returns the code point of a surrogate pair whose first half was read.
func (r *Reader) surrogate(first rune, at *Path) rune {
	back := r.Pos
	if r.Accept('\\') {
		if second, ok := r.unit(); ok {
			if c := utf16.DecodeRune(first, second); c != utf8.RuneError {
				return c
			}
		}
	}
	r.Pos = back
	r.fault("utf8", "no lone surrogates", at)
	return utf8.RuneError
}

// unit reads uXXXX.
func (r *Reader) unit() (rune, bool) {
	if r.Peek() != 'u' || r.Pos+5 > len(r.Data) {
		return 0, false
	}
	digits := r.Data[r.Pos+1 : r.Pos+5]
	for _, c := range digits {
		if !IsHex(c) {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(digits), 16, 16)
	r.Pos += 5
	return rune(n), err == nil
}
