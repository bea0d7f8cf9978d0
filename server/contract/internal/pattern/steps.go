package pattern

import (
	"math"
	"regexp/syntax"
)

// A step matches bytes of a set. Every step but the last has a fixed length, so that backtracking is never needed.
type step struct {
	set      asciiSet
	min, max int
}

// An asciiSet is a set of ASCII characters.
type asciiSet [2]uint64

func (s *asciiSet) has(c byte) bool { return c < 0x80 && s[c>>6]&(1<<(c&63)) != 0 }

// stepsOfTree returns nil for an expression that is not an anchored sequence of ASCII classes.
func stepsOfTree(tree *syntax.Regexp) []step {
	last := len(tree.Sub) - 1
	if tree.Op != syntax.OpConcat || last < 2 || tree.Sub[0].Op != syntax.OpBeginText || tree.Sub[last].Op != syntax.OpEndText {
		return nil
	}
	var steps []step
	for _, sub := range tree.Sub[1:last] {
		of, ok := stepsOf(sub)
		if !ok {
			return nil
		}
		steps = append(steps, of...)
	}
	steps = merged(steps)
	for _, s := range steps[:len(steps)-1] {
		if s.min != s.max {
			return nil
		}
	}
	return steps
}

func stepsOf(re *syntax.Regexp) (steps []step, ok bool) {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass:
		sets, ok := setsOf(re)
		for _, set := range sets {
			steps = append(steps, step{set, 1, 1})
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
func repeated(re *syntax.Regexp, least, most int) (steps []step, ok bool) {
	sets, ok := setsOf(re)
	if !ok || len(sets) != 1 {
		return nil, false
	}
	if most < 0 {
		most = unlimited
	}
	return []step{{sets[0], least, most}}, true
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

// matchSteps reports the same as the expression that the steps were made of.
func matchSteps(steps []step, text []byte) bool {
	i := 0
	for k := range steps {
		s := &steps[k]
		from := i
		for i < len(text) && i-from < s.max && s.set.has(text[i]) {
			i++
		}
		if i-from < s.min {
			return false
		}
	}
	return i == len(text)
}

// merged joins neighbouring steps with the same set: a{1,1000}a{0,500} is a{1,1500}.
func merged(steps []step) []step {
	var list []step
	for _, s := range steps {
		last := len(list) - 1
		if last < 0 || list[last].set != s.set {
			list = append(list, s)
			continue
		}
		list[last].min += s.min
		if list[last].max += s.max; list[last].max < 0 || s.max == unlimited {
			list[last].max = unlimited
		}
	}
	return list
}

// unlimited is the maximum of a repetition without one.
const unlimited = math.MaxInt
