// Package depart gives the canonical form of what departs from a document in a way that many services accept: True for true, a
// member's name in another case, a lone % in a query. A [Rule] names each way. Nothing here decides whether it is accepted.
package depart

import (
	"bytes"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/format"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A Rule is a way to depart.
type Rule string

// Rules.
const (
	Case      Rule = "case"      // a member's name in another case
	Boolean   Rule = "boolean"   // a boolean parameter in another case, with white space around
	Enum      Rule = "enum"      // a query parameter's value of an enumeration in another case
	Integer   Rule = "integer"   // an integer of the query with zeros or a sign before, with white space around
	Empty     Rule = "empty"     // an optional query parameter of type string without a value
	Body      Rule = "body"      // a body where none is declared
	UUID      Rule = "uuid"      // a UUID of path or query without dashes, or in braces or parentheses
	Escape    Rule = "escape"    // a lone % or a semicolon in a query
	BOM       Rule = "bom"       // a byte order mark before JSON
	MediaType Rule = "mediaType" // another JSON media type than the one that is declared
)

// blanks are what .NET and others strip from numbers and booleans.
const blanks = " \t\r\n\v\f"

// BooleanOf returns true or false for a text that reads as one.
func BooleanOf(text string) (string, bool) {
	for _, value := range []string{"true", "false"} {
		if strings.EqualFold(strings.Trim(text, blanks), value) {
			return value, true
		}
	}
	return "", false
}

// IntegerOf returns the digits of an integer.
func IntegerOf(text string) (string, bool) {
	digits := strings.Trim(text, blanks)
	sign := ""
	if digits != "" && (digits[0] == '+' || digits[0] == '-') {
		sign, digits = strings.TrimPrefix(digits[:1], "+"), digits[1:]
	}
	if digits == "" || strictjson.Digits(digits, 0) != len(digits) {
		return "", false
	}
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return "0", true
	}
	return sign + digits, true
}

// UUIDOf returns the canonical form of a UUID in one of .NET's other forms: N has no dashes, B has braces and P parentheses around.
func UUIDOf(text string) (string, bool) {
	const dashed, plain = len("00000000-0000-0000-0000-000000000000"), 32
	switch {
	case len(text) == plain:
		text = text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
	case len(text) == dashed+2 && (text[0] == '{' && text[dashed+1] == '}' || text[0] == '(' && text[dashed+1] == ')'):
		text = text[1 : dashed+1]
	}
	return text, format.IsUUID([]byte(text))
}

// EnumOf returns the one value of an enumeration that a text is but for its case.
func EnumOf(listed []string, text string) (value string, ok bool) {
	for _, one := range listed {
		if strictjson.Fold(one) != strictjson.Fold(text) {
			continue
		}
		if ok {
			return "", false
		}
		value, ok = one, true
	}
	return value, ok
}

// EscapesOf returns a field of a query in which each % that begins no escape, and each semicolon, is escaped.
func EscapesOf(field string) (escaped string, changed bool) {
	var b strings.Builder
	for i := range len(field) {
		switch c := field[i]; {
		case c == ';':
			b.WriteString("%3B")
		case c == '%' && !(i+2 < len(field) && strictjson.IsHex(field[i+1]) && strictjson.IsHex(field[i+2])):
			b.WriteString("%25")
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), b.Len() != len(field)
}

var bom = []byte("\xEF\xBB\xBF")

// WithoutBOM returns a body without its byte order mark.
func WithoutBOM(body []byte) (rest []byte, changed bool) { return bytes.CutPrefix(body, bom) }
