package store

import (
	"strings"
	"unicode"
)

// Fold returns s with every code point replaced by its simple case folding (Unicode's CaseFolding.txt, status C and S). Two
// texts are equal but for case when their foldings are equal, and the folding's code points are the collation: İ, ı and ß
// stay what they are, ẞ becomes ß, ſ becomes s.
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
		// Cherokee folds to upper case, because its lower case came to Unicode later.
		return unicode.ToUpper(r)
	}
	return unicode.ToLower(unicode.ToUpper(r))
}
