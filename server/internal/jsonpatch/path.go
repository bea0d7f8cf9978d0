package jsonpatch

import (
	"strconv"
	"strings"
)

// unescape undoes RFC 6901, section 4, in one pass: "~01" is "~1".
var unescape = strings.NewReplacer("~0", "~", "~1", "/")

// split parses a path as the library does, which skips empty segments: the RFC
// gives "/" one, empty, segment and the library none.
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

// hasBadEscape reports a "~" that neither "0" nor "1" follows.
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

// index parses a list index as .NET's int.TryParse does: blanks around it, a
// sign and leading zeros are fine, more than 32 bits are not.
func index(segment string) (int, error) {
	const blanks = " \t\n\v\f\r"
	i, err := strconv.ParseInt(strings.Trim(segment, blanks), 10, 32)
	if err != nil {
		return 0, invalidIndex(segment)
	}
	return int(i), nil
}

// indexBelow is index with the bounds check of every access to an element.
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
