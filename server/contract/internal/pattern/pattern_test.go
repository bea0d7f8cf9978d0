package pattern

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Ensure the comparison byte by byte accepts what Go's regexp accepts, and is used for the expressions that allow it.
func TestPattern(t *testing.T) {
	t.Parallel()
	texts := []string{
		"", "a", "b", "aa", "ab", "abc", "A", "AB1", "2019-01-01T10:00:00.2890319Z", "2019-01-01T10:00:00.2890319Z\n", "\n2019-01-01T10:00:00.2890319Z",
		"2019-01-01T10:00:00.289031Z", "2019-01-01T10:00:00.28903190Z", "２019-01-01T10:00:00.2890319Z", "é", "aé", "éa", "a\n", "K", "\u212a", "0", "999", "1000", "-",
	}
	for expr, quick := range map[string]bool{
		`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$`: true,
		`^[A-Za-z0-9]+$`: true, `^a*$`: true, `^ab?$`: true, `^a{2,3}$`: true, `^a{2}[bc]{0,2}$`: true, `^-?$`: true, `^[0-9]{1,3}$`: true,
		`^a*b$`: false, `^a+a$`: true, `a`: false, `^a`: false, `a$`: false, `^$`: false, `^(?i)k$`: false, `^(?i:k)$`: false, `^.$`: false, `^[^a]$`: false,
		`^é$`: false, `^[a-é]$`: false, `^(ab)+$`: false, `^a|b$`: false, `^(a)$`: false, `(?m)^a$`: false, `^a\b$`: false, `\Aa\z`: true,
	} {
		p, err := Compile(expr, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.steps != nil; got != quick {
			t.Errorf("%s: compared byte by byte is %t, want %t", expr, got, quick)
		}
		for _, text := range texts {
			if got, want := p.Match([]byte(text)), regexp.MustCompile(expr).MatchString(text); got != want {
				t.Errorf("%s: %q matches is %t, want %t", expr, text, got, want)
			}
		}
	}
	if _, err := Compile(`(`, nil); err == nil {
		t.Error("( is compiled")
	}
}

// Ensure the same for random expressions and texts.
func TestPattern_Random(t *testing.T) {
	t.Parallel()
	atom := rapid.SampledFrom([]string{`a`, `\d`, `[a-c]`, `[^a]`, `.`, `\.`, `é`, `\w`, `[0-9A-F]`, `-`, `(?:ab)`, `(a|b)`})
	count := rapid.SampledFrom([]string{"", "", "", "{2}", "{0}", "{1,3}", "{2,}", "*", "+", "?", "+?"})
	char := rapid.SampledFrom([]string{"a", "b", "c", "0", "9", "F", ".", "-", "é", "\n", "_"})
	rapid.Check(t, func(t *rapid.T) {
		var expr strings.Builder
		expr.WriteString(rapid.SampledFrom([]string{"^", "^", "^", "", "(?i)^", "(?m)^"}).Draw(t, "begin"))
		for range rapid.IntRange(0, 4).Draw(t, "atoms") {
			expr.WriteString(atom.Draw(t, "atom") + count.Draw(t, "count"))
		}
		expr.WriteString(rapid.SampledFrom([]string{"$", "$", "$", ""}).Draw(t, "end"))
		p, err := Compile(expr.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			text := strings.Join(rapid.SliceOfN(char, 0, 6).Draw(t, "text"), "")
			if got, want := p.Match([]byte(text)), regexp.MustCompile(expr.String()).MatchString(text); got != want {
				t.Fatalf("%s: %q matches is %t, want %t", expr.String(), text, got, want)
			}
		}
	})
}

func BenchmarkPattern(b *testing.B) {
	const expr = `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$`
	p, err := Compile(expr, nil)
	if err != nil {
		b.Fatal(err)
	}
	re := regexp.MustCompile(expr)
	text := []byte("2019-01-01T10:00:00.2890319Z")
	b.Run("steps", func(b *testing.B) {
		for b.Loop() {
			p.Match(text)
		}
	})
	b.Run("regexp", func(b *testing.B) {
		for b.Loop() {
			re.Match(text)
		}
	})
}
