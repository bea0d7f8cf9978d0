package store_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// Ensure the folding is Unicode's simple one: it maps one code point to one, whatever the language and the neighbours are.
func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":              "",
		"Ann O'Neil_5%": "ann o'neil_5%",
		"@[`{":          "@[`{",
		"ſK\u212a":      "skk",
		"Å\u212b":       "åå",
		"ΣΑΣσς":         "σασσσ",
		"ẞßSS":          "ßßss",
		"İıIi":          "İıii",
		"ǅǄǆ":           "ǆǆǆ",
		"\u0345\u1fbe":  "ιι",
		"\u03f4\u03d1":  "θθ",
		"ᏸꭰᎠ":           "ᏰᎠᎠ",
		"ᲐაႠⴀ":          "ააⴀⴀ",
		"ÀÉ日本😀":         "àé日本😀",
	} {
		if got := store.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// Ensure texts that differ only in case have the same folding: all members of an orbit of unicode.SimpleFold have it, and a
// second folding changes nothing.
func TestFold_Orbits(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		want := store.Fold(string(r))
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			if got := store.Fold(string(o)); got != want {
				t.Errorf("Fold(%U) = %q, but Fold(%U) = %q", o, got, r, want)
			}
		}
		if got := store.Fold(want); got != want {
			t.Errorf("Fold(Fold(%U)) = %q, want %q", r, got, want)
		}
	}
}
