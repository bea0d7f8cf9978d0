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

// parse returns the segments of a template. Parameters that have values take only these.
func (t *Router[Target]) parse(template string, values map[string][]string) []segment {
	if template == "" {
		return nil
	}
	texts := strings.Split(strings.TrimPrefix(template, "/"), "/")
	segments := make([]segment, len(texts))
	for i, text := range texts {
		segments[i] = t.segment(text, values)
	}
	return segments
}

func (t *Router[Target]) segment(text string, values map[string][]string) segment {
	s := segment{template: text, literal: text, names: Names(text)}
	if plain, err := url.PathUnescape(text); err == nil {
		s.literal = plain
	}
	if len(s.names) > 0 && (text != "{"+s.names[0]+"}" || values[s.names[0]] != nil) {
		s.pattern = t.pattern(text, values)
	}
	return s
}

// pattern returns an expression that captures each parameter of a segment, as few characters as possible but the last.
func (t *Router[Target]) pattern(text string, values map[string][]string) *regexp.Regexp {
	expr := "(?s)^"
	if t.ignoreCase {
		expr = "(?is)^"
	}
	for {
		at := templateParam.FindStringIndex(text)
		if at == nil {
			return regexp.MustCompile(expr + regexp.QuoteMeta(text) + "$")
		}
		expr += regexp.QuoteMeta(text[:at[0]]) + "(" + oneOf(values[text[at[0]+1:at[1]-1]]) + ")"
		text = text[at[1]:]
	}
}

// oneOf returns the expression of a parameter that may have any value, or one of values.
func oneOf(values []string) string {
	if values == nil {
		return ".+?"
	}
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = regexp.QuoteMeta(value)
	}
	return strings.Join(quoted, "|")
}
