package route

import (
	"net/url"
	"regexp"
	"strings"
)

// A segment is one step of a path template: a literal, or text with parameters in it.
type segment struct {
	template string // as the document has it
	literal  string // unescaped
	names    []string
	pattern  *regexp.Regexp // captures the parameters; nil if the whole segment is one parameter, or a literal
}

var templateParam = regexp.MustCompile(`\{([^{}]+)\}`)

// Names returns the names of the parameters of a template, in its order.
func Names(template string) []string {
	var names []string
	for _, match := range templateParam.FindAllStringSubmatch(template, -1) {
		names = append(names, match[1])
	}
	return names
}

func (t *Router[Target]) parse(template string) []segment {
	texts := strings.Split(strings.TrimPrefix(template, "/"), "/")
	segments := make([]segment, len(texts))
	for i, text := range texts {
		segments[i] = t.segment(text)
	}
	return segments
}

func (t *Router[Target]) segment(text string) segment {
	s := segment{template: text, literal: text, names: Names(text)}
	if plain, err := url.PathUnescape(text); err == nil {
		s.literal = plain
	}
	if len(s.names) > 0 && text != "{"+s.names[0]+"}" {
		s.pattern = t.pattern(text)
	}
	return s
}

// pattern returns an expression that captures each parameter of a segment, as few characters as possible but the last.
func (t *Router[Target]) pattern(text string) *regexp.Regexp {
	expr := "(?s)^"
	if t.ignoreCase {
		expr = "(?is)^"
	}
	for {
		at := templateParam.FindStringIndex(text)
		if at == nil {
			return regexp.MustCompile(expr + regexp.QuoteMeta(text) + "$")
		}
		expr += regexp.QuoteMeta(text[:at[0]]) + "(.+?)"
		text = text[at[1]:]
	}
}
