package jsonpatch

import (
	"strconv"
	"strings"
)

// unescape undoes RFC 6901, section 4, in one pass: "~01" is "~1".
var unescape = strings.NewReplacer("~0", "~", "~1", "/")

// split parses a path as the library does, which skips empty segments: in the RFC
// "/" has one empty segment, in the library it has none.
func split(path string) ([]string, error) {
	if hasBadEscape(path) {
		return nil, invalidPath(path)
	}
	var segments []string
	for segment := range strings.SplitSeq(path, "/") {
		if segment != "" {
			segments = append(segments, unescape.Replace(segment))
		}
	}
	return segments, nil
}

// hasBadEscape reports whether there is a "~" without a "0" or "1" behind it.
func hasBadEscape(path string) bool {
	for {
		_, rest, found := strings.Cut(path, "~")
		if !found {
			return false
		}
		if !strings.HasPrefix(rest, "0") && !strings.HasPrefix(rest, "1") {
			return true
		}
		path = rest
	}
}

// index parses a list index as .NET's int.TryParse does: it accepts blanks around
// it, a sign and leading zeros, but no more than 32 bits.
func index(segment string) (int, error) {
	const blanks = " \t\n\v\f\r"
	i, err := strconv.ParseInt(strings.Trim(segment, blanks), 10, 32)
	if err != nil {
		return 0, invalidIndex(segment)
	}
	return int(i), nil
}

// indexBelow parses an index that must be in bounds.
func indexBelow(segment string, limit int) (int, error) {
	i, err := index(segment)
	if err != nil {
		return 0, err
	}
	if i < 0 || i >= limit {
		return 0, outOfBounds(segment)
	}
	return i, nil
}
