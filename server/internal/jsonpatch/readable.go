package jsonpatch

import (
	"bytes"
	"encoding/json"
)

// maxDepth is ASP.NET Core's limit for the depth of a document, 32, less the two
// levels of the patch and the operation. It also bounds the indentation of
// messages.
const maxDepth = 30

// readable reports whether Json.NET can read raw, which must be valid JSON: it
// checks the depth and the numbers.
func readable(raw json.RawMessage) bool {
	depth := 0
	for len(raw) > 0 {
		length := 1
		switch c := raw[0]; {
		case c == '"':
			length = stringLength(raw)
		case c == '-' || '0' <= c && c <= '9':
			length = numberLength(raw)
			if _, _, ok := number(string(raw[:length])); !ok {
				return false
			}
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		}
		if depth > maxDepth {
			return false
		}
		raw = raw[length:]
	}
	return true
}

// stringLength returns the length of the string at the start of raw.
func stringLength(raw []byte) int {
	i := 1
	for raw[i] != '"' {
		if raw[i] == '\\' {
			i++
		}
		i++
	}
	return i + 1
}

// numberLength returns the length of the number at the start of raw.
func numberLength(raw []byte) int {
	return len(raw) - len(bytes.TrimLeft(raw, "+-.0123456789eE"))
}
