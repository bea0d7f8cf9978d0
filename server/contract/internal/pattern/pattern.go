// Package pattern compiles the patterns of schemas. OpenAPI writes them in the dialect of ECMA-262, of which Go's regexp lacks
// parts; [Compile] translates what can be translated. A [Set] keeps the patterns of one document.
package pattern

import (
	"regexp"
	"regexp/syntax"
)

// A Pattern is a regular expression that must match somewhere in a text. Many are a sequence of classes of ASCII characters,
// anchored at both ends, such as those of times and codes. They are compared byte by byte, which is several times faster
// (BenchmarkPattern).
type Pattern struct {
	steps  []step
	all    []*regexp.Regexp // each has to match; used if there are no steps
	none   []*regexp.Regexp // none may match: negative look-ahead
	engine func(text string) bool

	// Native reports whether kin-openapi compiles the expression to the same.
	Native bool
}

// An Engine compiles a pattern that Go's regexp does not have. The function that it returns reports whether a text contains
// a match.
type Engine func(expr string) (matches func(text string) bool, err error)

// Compile returns an error for an expression that Go's regexp cannot represent, unless the engine, if there is one, compiles
// it.
func Compile(expr string, engine Engine) (*Pattern, error) {
	p, err := compileGo(codePoints.ReplaceAllString(expr, `\x{$1}`))
	if err == nil {
		p.Native = true
		return p, nil
	}
	if p, translated := compileECMA(expr); translated == nil {
		return p, nil
	}
	if engine == nil {
		return nil, err
	}
	matches, err := engine(expr)
	if err != nil {
		return nil, err
	}
	return &Pattern{engine: matches}, nil
}

// codePoints matches ECMA's \u00E9 as kin-openapi rewrites it for Go.
var codePoints = regexp.MustCompile(`\\u([0-9A-F]{4})`)

// compileGo compiles an expression of Go's dialect.
func compileGo(expr string) (*Pattern, error) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err == nil {
		if steps := stepsOfTree(tree); steps != nil {
			return &Pattern{steps: steps}, nil
		}
	}
	return &Pattern{all: []*regexp.Regexp{re}}, nil
}

// Match reports whether text contains a match.
func (p *Pattern) Match(text []byte) bool {
	switch {
	case p.engine != nil:
		return p.engine(string(text))
	case p.steps != nil && !matchSteps(p.steps, text):
		return false
	}
	for _, re := range p.all {
		if !re.Match(text) {
			return false
		}
	}
	for _, re := range p.none {
		if re.Match(text) {
			return false
		}
	}
	return true
}

// A Set compiles each pattern of a document once.
type Set struct {
	engine   Engine
	compiled map[string]result
}

type result struct {
	pattern *Pattern
	err     error
}

// NewSet returns a set that uses an engine, which may be nil.
func NewSet(engine Engine) *Set { return &Set{engine, map[string]result{}} }

// Compile is [Compile] with the engine of the set.
func (s *Set) Compile(expr string) (*Pattern, error) {
	done, ok := s.compiled[expr]
	if !ok {
		done.pattern, done.err = Compile(expr, s.engine)
		s.compiled[expr] = done
	}
	return done.pattern, done.err
}
