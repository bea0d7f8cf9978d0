package tally

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// name reads the name of a member, whose quote is at i.
func (s *scanner) name(i int) (name []byte, end int) {
	if !s.is('"', i) {
		return nil, -1
	}
	end, escaped := s.stringAt(i)
	if end < 0 {
		return nil, -1
	}
	return s.unescaped(i, end, escaped), end
}

func (s *scanner) stringValue(n *node, i int) int {
	end, escaped := s.stringAt(i)
	if end >= 0 && n != nil {
		s.textValue(n, s.unescaped(i, end, escaped))
	}
	return end
}

// unescaped returns the text of the string from i to end. With escapes it is in scratch.
func (s *scanner) unescaped(i, end int, escaped bool) []byte {
	if !escaped {
		return s.data[i+1 : end-1]
	}
	s.scratch, _ = jsontext.AppendUnquote(s.scratch[:0], s.data[i:end]) // what is no Unicode is replaced; the contract reports it
	return s.scratch
}

// textValue counts a string.
func (s *scanner) textValue(n *node, text []byte) {
	s.count(n, String)
	if !n.secret {
		n.classes[classOf(text)]++
	}
	if n.shape == nil || n.shape.Kinds&String == 0 {
		return
	}
	if !n.secret {
		n.longest = max(n.longest, utf8.RuneCount(text))
	}
	if len(n.shape.Formats) > 0 && !hasFormats(n.shape.Formats, text) {
		s.misfit(&n.misfits, n.id, Format)
	}
	if len(n.values) > 0 {
		s.enumerate(n, text)
	}
}

// hasFormats asks about a text as the checks read it: with U+FFFD for each byte that is no UTF-8.
func hasFormats(formats []func([]byte) bool, text []byte) bool {
	if !utf8.Valid(text) {
		text = []byte(string([]rune(string(text))))
	}
	for _, has := range formats {
		if !has(text) {
			return false
		}
	}
	return true
}

// enumerate counts a value of a place with an enumeration.
func (s *scanner) enumerate(n *node, text []byte) {
	for i, value := range n.shape.Enum {
		if value == string(text) {
			n.listed(i)
			return
		}
	}
	n.keepUnlisted(text)
	s.misfit(&n.misfits, n.id, Enum)
}

// listed counts a value that the enumeration has at an index. Which one a secret has is not told.
func (n *node) listed(at int) {
	if !n.secret {
		n.values[at]++
	}
}

// keepUnlisted keeps a value that an enumeration does not list, if it is a name, no secret, and not one too many.
func (n *node) keepUnlisted(text []byte) {
	if known := n.unlisted[string(text)]; known != nil {
		*known++
		return
	}
	if n.secret || len(n.unlisted) == counts.MaxUnlisted || !counts.IsName(text) {
		n.others++
		return
	}
	if n.unlisted == nil {
		n.unlisted = map[string]*int64{}
	}
	one := int64(1)
	n.unlisted[string(text)] = &one
}

// stringAt returns where the string at i ends, or -1, and whether it has escapes.
func (s *scanner) stringAt(i int) (end int, escaped bool) {
	for i++; ; {
		if i = plainUntil(s.data, i); i >= len(s.data) {
			return -1, false
		}
		switch s.data[i] {
		case '"':
			return i + 1, escaped
		case '\\':
			n := escapeLength(s.data[i:])
			if n == 0 {
				return -1, false
			}
			i += n
			escaped = true
		default:
			return -1, false
		}
	}
}

// escapeLength returns the length of the escape that text begins with, or 0.
func escapeLength(text []byte) int {
	if len(text) < 2 {
		return 0
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		const length = len(`\u0000`)
		if len(text) < length {
			return 0
		}
		for _, c := range text[2:length] {
			if !strictjson.IsHex(c) {
				return 0
			}
		}
		return length
	}
	return 0
}

// plainUntil returns the index of the first quote, backslash or control character from i on. It looks at eight bytes together: the
// top bit of a byte is set where the byte is what is looked for. Borrows may set it wrongly above the first hit, which is right.
func plainUntil(data []byte, i int) int {
	const (
		each = 0x0101010101010101
		high = 0x80 * each
	)
	for ; i+8 <= len(data); i += 8 {
		w := binary.LittleEndian.Uint64(data[i:])
		quote, slash := w^'"'*each, w^'\\'*each
		if hits := ((quote-each)&^quote | (slash-each)&^slash | (w-' '*each)&^w) & high; hits != 0 {
			return i + bits.TrailingZeros64(hits)>>3
		}
	}
	for i < len(data) && data[i] != '"' && data[i] != '\\' && data[i] >= ' ' {
		i++
	}
	return i
}
