package contract

import (
	"strings"
	"unicode"
)

// fold maps names that encoding/json takes for the same name to one string.
func fold(name string) string {
	return strings.Map(foldRune, name)
}

func foldRune(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}
