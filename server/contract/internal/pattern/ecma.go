package pattern

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// compileECMA compiles an expression that Go's regexp refuses, if it differs from Go's dialect only in what can be rewritten:
// look-ahead at its beginning, \u escapes, needless escapes, and repetitions of more than 1,000.
func compileECMA(expr string) (*Pattern, error) {
	ahead, rest := lookaheads(expr)
	text, err := rewrite(rest)
	if err != nil {
		return nil, err
	}
	p, err := compileGo(text)
	if err != nil {
		return nil, err
	}
	for _, a := range ahead {
		if text, err = rewrite(a.expr); err != nil {
			return nil, err
		}
		re, err := regexp.Compile("^(?:" + text + ")")
		if err != nil {
			return nil, err
		}
		if a.negative {
			p.none = append(p.none, re)
		} else {
			p.all = append(p.all, re)
		}
	}
	return p, nil
}

// A lookahead is what has to follow the beginning of a text, or must not.
type lookahead struct {
	expr     string
	negative bool
}

// lookaheads takes the look-ahead from behind the ^ at the beginning of an expression. There the text that it looks at is the
// whole text, so that ^(?=a)(?!b)c matches if ^a and ^c match and ^b does not.
func lookaheads(expr string) (ahead []lookahead, rest string) {
	rest, anchored := strings.CutPrefix(expr, "^")
	if !anchored || alternates(expr) {
		return nil, expr
	}
	for {
		negative := strings.HasPrefix(rest, "(?!")
		if !negative && !strings.HasPrefix(rest, "(?=") {
			break
		}
		end := groupEnd(rest)
		if end < 0 {
			return nil, expr
		}
		ahead = append(ahead, lookahead{rest[len("(?!") : end-1], negative})
		rest = rest[end:]
	}
	return ahead, "^" + rest
}

// alternates reports whether an expression has alternatives that are not in a group.
func alternates(expr string) bool {
	depth := 0
	for i := 0; i < len(expr); i = next(expr, i) {
		switch expr[i] {
		case '(':
			depth++
		case ')':
			depth--
		case '|':
			if depth == 0 {
				return true
			}
		}
	}
	return false
}

// groupEnd returns the index after the group at the beginning of an expression, or -1.
func groupEnd(expr string) int {
	depth := 0
	for i := 0; i < len(expr); i = next(expr, i) {
		switch expr[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// next returns the index after the character, escape or class at i.
func next(expr string, i int) int {
	switch expr[i] {
	case '\\':
		if i+1 < len(expr) {
			_, size := utf8.DecodeRuneInString(expr[i+1:])
			return i + 1 + size
		}
	case '[':
		return classEnd(expr, i)
	}
	_, size := utf8.DecodeRuneInString(expr[i:])
	return i + size
}

// classEnd returns the index after the class at i. As ECMA has it, a ] at its beginning ends it.
func classEnd(expr string, i int) int {
	if i++; i < len(expr) && expr[i] == '^' {
		i++
	}
	for i < len(expr) {
		switch expr[i] {
		case ']':
			return i + 1
		case '\\':
			i++
		}
		i++
	}
	return len(expr)
}

// rewrite returns an expression in Go's dialect.
func rewrite(expr string) (string, error) {
	var out strings.Builder
	atom := 0 // where the last atom begins in out
	groups := []int{}
	for i := 0; i < len(expr); {
		end := next(expr, i)
		text, begin := expr[i:end], out.Len()
		var err error
		switch c := expr[i]; c {
		case '\\':
			if text, end, err = escape(expr, i, false); err != nil {
				return "", err
			}
		case '[':
			if text, err = class(text); err != nil {
				return "", err
			}
		case '(':
			groups = append(groups, begin)
		case ')':
			if len(groups) > 0 {
				begin, groups = groups[len(groups)-1], groups[:len(groups)-1]
			}
		case '{':
			if least, most, length, ok := repetition(expr[i:]); ok {
				if text, err = repeat(out.String()[atom:], least, most); err != nil {
					return "", err
				}
				done := out.String()[:atom]
				out.Reset()
				out.WriteString(done + text)
				i += length
				continue
			}
		}
		atom = begin
		out.WriteString(text)
		i = end
	}
	return out.String(), nil
}

// escape returns the escape at i in Go's dialect, and the index after it.
func escape(expr string, i int, inClass bool) (text string, end int, err error) {
	end = next(expr, i)
	switch c := expr[i+1 : end]; {
	case c == "u":
		return codePoint(expr, i)
	case c == "e" || c == "i" || c == "y" || c >= "\u0080":
		return c, end, nil // without the u flag, a needless escape stands for the character
	case inClass && c == "b":
		return `\x08`, end, nil
	}
	return expr[i:end], end, nil
}

// errSurrogate is returned for half of a surrogate pair. ECMA matches those of UTF-16, which Go's text does not have.
var errSurrogate = errors.New("a surrogate")

// codePoint rewrites \u00e9, a surrogate pair of these, and \u{1f600}.
func codePoint(expr string, i int) (text string, end int, err error) {
	if digits, _, ok := strings.Cut(expr[i+2:], "}"); ok && strings.HasPrefix(digits, "{") {
		return `\x` + digits + "}", i + 2 + len(digits) + 1, nil
	}
	r, ok := unit(expr[i:])
	if !ok {
		return "", 0, fmt.Errorf("bad escape at %d", i)
	}
	end = i + 6
	if utf16.IsSurrogate(r) {
		second, _ := unit(expr[end:])
		if r = utf16.DecodeRune(r, second); r == utf8.RuneError {
			return "", 0, errSurrogate
		}
		end += 6
	}
	return fmt.Sprintf(`\x{%X}`, r), end, nil
}

// unit reads \u00e9.
func unit(text string) (rune, bool) {
	if len(text) < 6 || !strings.HasPrefix(text, `\u`) {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(n), err == nil
}

// class rewrites a class. Those that are empty, and those that exclude nothing, are errors to Go.
func class(text string) (string, error) {
	switch text {
	case "[]":
		return `[^\x00-\x{10FFFF}]`, nil
	case "[^]":
		return `[\x00-\x{10FFFF}]`, nil
	}
	var out strings.Builder
	out.WriteByte('[')
	for i := 1; i < len(text); {
		switch text[i] {
		case '\\':
			escaped, end, err := escape(text, i, true)
			if err != nil {
				return "", err
			}
			out.WriteString(escaped)
			i = end
		case '[':
			out.WriteString(`\[`) // or Go would read [: as the beginning of a named class
			i++
		default:
			out.WriteByte(text[i])
			i++
		}
	}
	return out.String(), nil
}
