package accept

import (
	"regexp"
	"regexp/syntax"
)

// A pattern is a regular expression that must match somewhere in a text. Many are a sequence of classes of ASCII characters,
// anchored at both ends, such as those of times and codes. They are compared byte by byte, which is several times faster
// (BenchmarkPattern).
type pattern struct {
	steps  []patternStep
	regexp *regexp.Regexp // used if there are no steps
}

// A patternStep matches bytes of a set. Every step but the last has a fixed length, so that backtracking is never needed.
type patternStep struct {
	set      asciiSet
	min, max int
}

// An asciiSet is a set of ASCII characters.
type asciiSet [2]uint64

func (s *asciiSet) has(c byte) bool { return c < 0x80 && s[c>>6]&(1<<(c&63)) != 0 }

func compilePattern(expr string) (*pattern, error) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err == nil {
		if steps := patternSteps(tree); steps != nil {
			return &pattern{steps: steps}, nil
		}
	}
	return &pattern{regexp: re}, nil
}

// patternSteps returns nil for an expression that is not an anchored sequence of ASCII classes.
func patternSteps(tree *syntax.Regexp) []patternStep {
	last := len(tree.Sub) - 1
	if tree.Op != syntax.OpConcat || last < 2 || tree.Sub[0].Op != syntax.OpBeginText || tree.Sub[last].Op != syntax.OpEndText {
		return nil
	}
	var steps []patternStep
	for _, sub := range tree.Sub[1:last] {
		of, ok := stepsOf(sub)
		if !ok {
			return nil
		}
		steps = append(steps, of...)
	}
	for _, s := range steps[:len(steps)-1] {
		if s.min != s.max {
			return nil
		}
	}
	return steps
}

func stepsOf(re *syntax.Regexp) (steps []patternStep, ok bool) {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass:
		sets, ok := setsOf(re)
		for _, set := range sets {
			steps = append(steps, patternStep{set, 1, 1})
		}
		return steps, ok
	case syntax.OpRepeat:
		return repeated(re.Sub[0], re.Min, re.Max)
	case syntax.OpStar:
		return repeated(re.Sub[0], 0, -1)
	case syntax.OpPlus:
		return repeated(re.Sub[0], 1, -1)
	case syntax.OpQuest:
		return repeated(re.Sub[0], 0, 1)
	}
	return nil, false
}

// repeated returns the step for a repetition of one class. A maximum of -1 means none.
func repeated(re *syntax.Regexp, least, most int) (steps []patternStep, ok bool) {
	sets, ok := setsOf(re)
	if !ok || len(sets) != 1 {
		return nil, false
	}
	if most < 0 {
		most = unlimited
	}
	return []patternStep{{sets[0], least, most}}, true
}

// setsOf returns the set of a class, or the sets of the characters of a literal.
func setsOf(re *syntax.Regexp) (sets []asciiSet, ok bool) {
	if re.Op == syntax.OpLiteral {
		if re.Flags&syntax.FoldCase != 0 {
			return nil, false
		}
		for _, r := range re.Rune {
			if r >= 0x80 {
				return nil, false
			}
			sets = append(sets, asciiSet{}.with(r, r))
		}
		return sets, true
	}
	if re.Op != syntax.OpCharClass {
		return nil, false
	}
	var set asciiSet
	for i := 0; i+1 < len(re.Rune); i += 2 { // pairs of the first and last character of a range
		if re.Rune[i+1] >= 0x80 {
			return nil, false
		}
		set = set.with(re.Rune[i], re.Rune[i+1])
	}
	return []asciiSet{set}, true
}

func (s asciiSet) with(from, to rune) asciiSet {
	for r := from; r <= to; r++ {
		s[r>>6] |= 1 << (r & 63)
	}
	return s
}

// matches reports the same as regexp.Regexp.Match for the expression.
func (p *pattern) matches(text []byte) bool {
	if p.regexp != nil {
		return p.regexp.Match(text)
	}
	i := 0
	for k := range p.steps {
		step := &p.steps[k]
		from := i
		for i < len(text) && i-from < step.max && step.set.has(text[i]) {
			i++
		}
		if i-from < step.min {
			return false
		}
	}
	return i == len(text)
}
