package contract

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A router finds the operation of a path. It is a tree of path segments; where several branches fit, a literal segment goes
// before one that is partly a parameter, and that before one that is a parameter.
type router struct {
	ignoreCase bool
	root       *pathNode
	fast       *quickTree // the same

	nodes    slab[pathNode]
	routes   slab[route]
	segments slab[segment]
}

// A pathNode is reached by one path prefix.
type pathNode struct {
	literals map[string]*pathNode // by segment, folded where case is ignored
	exact    []exactStep          // the literals that every route through them spells alike, and nobody can escape
	partials []partial
	param    *pathNode
	routes   []*route // one for each method
	respelt  bool     // the literal that leads here has several spellings, or escapes
}

// An exactStep leads on from a node by a segment as the document has it.
type exactStep struct {
	segment string
	next    *pathNode
}

// A partial is a segment such as {name}.json.
type partial struct {
	template string
	pattern  *regexp.Regexp
	next     *pathNode
}

// A route is one operation below one base path.
type route struct {
	op       *operation
	segments []segment
}

// A segment is one step of a path template: a literal, or the names of the parameters in it. The pattern captures them, and
// is nil where the whole segment is one parameter.
type segment struct {
	template string // as the document has it
	literal  string // unescaped
	names    []string
	pattern  *regexp.Regexp
}

func newRouter(ignoreCase bool) *router {
	return &router{ignoreCase: ignoreCase, root: &pathNode{}}
}

var templateParam = regexp.MustCompile(`\{([^{}]+)\}`)

func (t *router) parse(template string) []segment {
	texts := strings.Split(strings.TrimPrefix(template, "/"), "/")
	segments := t.segments.list(len(texts))
	for i, text := range texts {
		segments[i] = t.segment(text)
	}
	return segments
}

func (t *router) segment(text string) segment {
	s := segment{template: text, literal: text}
	if plain, err := url.PathUnescape(text); err == nil {
		s.literal = plain
	}
	for _, match := range templateParam.FindAllStringSubmatch(text, -1) {
		s.names = append(s.names, match[1])
	}
	if len(s.names) > 0 && text != "{"+s.names[0]+"}" {
		s.pattern = t.pattern(text)
	}
	return s
}

func (t *router) pattern(text string) *regexp.Regexp {
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

// add fails where the path cannot be told from another one.
func (t *router) add(base string, op *operation) error {
	rt := t.routes.next()
	rt.op, rt.segments = op, t.parse(base+op.Template)
	n := t.root
	for _, s := range rt.segments {
		next := t.step(n, s)
		if len(s.names) == 0 {
			n.spell(s, next)
		}
		n = next
	}
	if other := n.route(op.Method); other != nil {
		return fmt.Errorf("contract: %s %s%s cannot be told from %s", op.Method, base, op.Template, other.op.Template)
	}
	n.routes = append(n.routes, rt)
	return nil
}

// route returns nil for a method that the path has not.
func (n *pathNode) route(method string) *route {
	for _, rt := range n.routes {
		if rt.op.Method == method {
			return rt
		}
	}
	return nil
}

// spell notes how a route spells the literal that leads to next. Where routes differ in that, or use escapes, nobody can tell
// from the segment alone whether it is spelt right.
func (n *pathNode) spell(s segment, next *pathNode) {
	at := slices.IndexFunc(n.exact, func(e exactStep) bool { return e.next == next })
	switch {
	case next.respelt || at >= 0 && n.exact[at].segment == s.template:
	case at < 0 && s.template == s.literal && valueLength(s.literal) == len(s.literal):
		n.exact = append(n.exact, exactStep{s.literal, next})
	default:
		next.respelt = true
		if at >= 0 {
			n.exact = slices.Delete(n.exact, at, at+1)
		}
	}
}

func (t *router) key(literal string) string {
	if t.ignoreCase {
		return fold(literal)
	}
	return literal
}

// step returns the node that a segment leads to from n, and makes it where there is none.
func (t *router) step(n *pathNode, s segment) *pathNode {
	switch {
	case s.pattern != nil:
		for _, p := range n.partials {
			if p.pattern.String() == s.pattern.String() {
				return p.next
			}
		}
		next := t.nodes.next()
		n.partials = append(n.partials, partial{s.template, s.pattern, next})
		return next
	case len(s.names) > 0:
		if n.param == nil {
			n.param = t.nodes.next()
		}
		return n.param
	}
	if n.literals == nil {
		n.literals = map[string]*pathNode{}
	}
	key := t.key(s.literal)
	if n.literals[key] == nil {
		n.literals[key] = t.nodes.next()
	}
	return n.literals[key]
}

// A match is a route and the path it was found for.
type match struct {
	*route
	raw     []string // segments, escaped
	plain   []string // segments, unescaped
	slashed bool     // with a slash at the end that the template does not have
}

var errNoPath = errors.New("no such path")

// find returns the match for a path, or errNoPath, or the methods that the path has if method is not among them.
func (t *router) find(method, escapedPath string) (m *match, allow []string, err error) {
	m = &match{raw: strings.Split(strings.TrimPrefix(escapedPath, "/"), "/")}
	m.plain = make([]string, len(m.raw))
	for i, raw := range m.raw {
		if m.plain[i], err = url.PathUnescape(raw); err != nil {
			return nil, nil, errNoPath
		}
	}
	methods := map[string]bool{}
	m.route = t.search(t.root, m.plain, method, methods)
	if last := len(m.raw) - 1; m.route == nil && t.ignoreCase && last > 0 && m.raw[last] == "" {
		m.slashed = true
		m.raw, m.plain = m.raw[:last], m.plain[:last]
		m.route = t.search(t.root, m.plain, method, methods)
	}
	if m.route != nil {
		return m, nil, nil
	}
	for name := range methods {
		allow = append(allow, name)
	}
	if slices.Sort(allow); len(allow) == 0 {
		err = errNoPath
	}
	return nil, allow, err
}

// search looks for the method below n, and notes the methods of each path that matches. Each node of the tree is visited
// once at most.
func (t *router) search(n *pathNode, rest []string, method string, methods map[string]bool) *route {
	if len(rest) == 0 {
		for _, rt := range n.routes {
			methods[rt.op.Method] = true
		}
		return n.route(method)
	}
	if next := n.literals[t.key(rest[0])]; next != nil {
		if rt := t.search(next, rest[1:], method, methods); rt != nil {
			return rt
		}
	}
	for _, p := range n.partials {
		if p.pattern.MatchString(rest[0]) {
			if rt := t.search(p.next, rest[1:], method, methods); rt != nil {
				return rt
			}
		}
	}
	if n.param == nil || rest[0] == "" {
		return nil
	}
	return t.search(n.param, rest[1:], method, methods)
}

// values returns the path parameters in the template's order.
func (m *match) values() []string {
	var values []string
	for i, s := range m.segments {
		switch {
		case s.pattern != nil:
			captured := s.pattern.FindStringSubmatch(m.plain[i])
			values = append(values, captured[1:]...)
		case len(s.names) > 0:
			values = append(values, m.plain[i])
		}
	}
	return values
}

// canonical returns the path in the document's spelling, escaped and not, and whether that is what was asked for.
func (m *match) canonical() (escaped, plain string, same bool) {
	same = !m.slashed
	var e, p strings.Builder
	for i, s := range m.segments {
		raw, text := m.raw[i], m.plain[i]
		if len(s.names) == 0 {
			same = same && text == s.literal
			raw, text = s.template, s.literal
		}
		e.WriteString("/" + raw)
		p.WriteString("/" + text)
	}
	return e.String(), p.String(), same
}
