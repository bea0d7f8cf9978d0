package pattern

import (
	"errors"
	"strings"
	"testing"
)

// Ensure what ECMA-262 has and Go's regexp lacks is rewritten to the same meaning, or refused.
func TestCompile_ecma(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 2048)
	for _, test := range []struct {
		expr      string
		good, bad []string
	}{
		{`^(?!bad).+$`, []string{"good", "abad"}, []string{"bad", "badcat", ""}},
		{`^(?=.*\d)(?=.*[a-z])(?!.*\s).{4,8}$`, []string{"abc1", "1aaaaaaa"}, []string{"abcd", "1234", "ab 1", "ab1", "abcdefgh1"}},
		{`^(?!a|b)[a-z]`, []string{"c", "cab"}, []string{"a", "b", "1"}},
		{`^(?!(x|y)\))[a-z]\)`, []string{"z)"}, []string{"x)", "y)", "z"}},
		{`^(?=[)(]\()`, []string{")(", "(("}, []string{"()", ""}},
		{`^[\u00e9\u00ea]$`, []string{"é", "ê"}, []string{"e", "ë", "éé"}},
		{`^\u00e9+\u00C9$`, []string{"éÉ", "ééÉ"}, []string{"É"}},
		{`^\ud83d\ude00$`, []string{"😀"}, []string{"", "😁"}},
		{`^[\u{1f600}-\u{1f602}]$`, []string{"😁"}, []string{"😃"}},
		{`^\é+\e$`, []string{"ée", "éée"}, []string{"é", "e"}},
		{`^a{1,2048}$`, []string{"a", long}, []string{"", long + "a", "b"}},
		{`^(ab){1001,}$`, []string{strings.Repeat("ab", 1001), strings.Repeat("ab", 2001)}, []string{strings.Repeat("ab", 1000), ""}},
		{`^[ab]{1500}$`, []string{strings.Repeat("ab", 750)}, []string{strings.Repeat("ab", 749), strings.Repeat("ab", 751)}},
		{`^x[^]{0,1200}y$`, []string{"xy", "x\ny", "xyy"}, []string{"x", "y"}},
		{`^a[]?\u00e9$`, []string{"aé"}, []string{"a]é"}},
		{`^[[:]+\u00e9$`, []string{":é", "[é"}, []string{"é"}},
		{`^[\b]\u00e9$`, []string{"\bé"}, []string{"bé"}},
		{`^{a}\u00e9$`, []string{"{a}é"}, []string{"a"}},
	} {
		p, err := Compile(test.expr, nil)
		if err != nil {
			t.Errorf("%s: %v", test.expr, err)
			continue
		}
		if p.Native {
			t.Errorf("%s: Go has it, and the test proves nothing", test.expr)
		}
		for _, text := range test.good {
			if !p.Match([]byte(text)) {
				t.Errorf("%s: %.20q does not match", test.expr, text)
			}
		}
		for _, text := range test.bad {
			if p.Match([]byte(text)) {
				t.Errorf("%s: %.20q matches", test.expr, text)
			}
		}
	}
}

// Ensure what cannot be rewritten is an error, also if a part of it can.
func TestCompile_beyond(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{
		`a(?=b)`, `(?!a)b`, `^(?=a)b|c`, `(a)\1`, `(?<=a)b`, `^(?!(a)\1)`, `^a{1,99999}$`, `^[\ud800-\udbff]$`, `\u00g0(?=a)`, `(`, `^(?!a`, `[\u00e9`, `\u00e9{2`, `\u00e9\`,
	} {
		if p, err := Compile(expr, nil); err == nil && expr != `\u00e9{2` {
			t.Errorf("%s is compiled: %+v", expr, p)
		}
	}
}

// Ensure an engine is asked for what cannot be rewritten, and for nothing else, and each pattern of a set only once.
func TestSet_engine(t *testing.T) {
	t.Parallel()
	var asked []string
	set := NewSet(func(expr string) (func(string) bool, error) {
		asked = append(asked, expr)
		if expr == "(" {
			return nil, errors.New("no")
		}
		return func(text string) bool { return text == "aa" }, nil
	})
	for range 2 {
		for _, expr := range []string{`a`, `^(?!b)`, `(a)\1`, `(`} {
			p, err := set.Compile(expr)
			if expr == "(" {
				if err == nil {
					t.Error("the engine's error is lost")
				}
			} else if err != nil || !p.Match([]byte("aa")) {
				t.Errorf("%s: %v", expr, err)
			}
		}
	}
	if got := strings.Join(asked, " "); got != `(a)\1 (` {
		t.Errorf("asked about %s", got)
	}
}

// FuzzCompile checks that no expression and no text causes a panic.
func FuzzCompile(f *testing.F) {
	f.Add(`^(?!a)[\u00e9]{1,2000}$`, "b")
	f.Add(`^(?=\`, "")
	f.Fuzz(func(t *testing.T, expr, text string) {
		if len(expr) > 200 {
			t.Skip("compiling takes long")
		}
		if p, err := Compile(expr, nil); err == nil {
			p.Match([]byte(text))
		}
	})
}
