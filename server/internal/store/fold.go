package store

import (
	"strings"
	"unicode"
)

// Fold returns s with every code point replaced by its simple case folding (Unicode's CaseFolding.txt, status C and S). Two
// texts are equal in any case if their foldings are equal, and lists are sorted by the code points of the folding. Fold does
// not change İ, ı and ß; it replaces ẞ by ß and ſ by s.
func Fold(s string) string {
	return strings.Map(foldRune, s)
}

func foldRune(r rune) rune {
	switch {
	case r < unicode.MaxASCII:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case unicode.SimpleFold(r) == r:
		return r
	case unicode.Is(unicode.Cherokee, r):
		// Cherokee folds to upper case, because Unicode got its lower case later.
		return unicode.ToUpper(r)
	}
	return unicode.ToLower(unicode.ToUpper(r))
}
