package strictjson

import (
	"strings"
	"unicode"
)

// Fold maps all names that encoding/json takes for the same name to one string.
func Fold(name string) string {
	return strings.Map(FoldRune, name)
}

func FoldRune(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}
