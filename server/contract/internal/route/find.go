package route

import (
	"net/url"
	"strings"
)

// A Match is a route and the path that it was found for.
type Match[Target any] struct {
	*Route[Target]
	raw     []string // the path's segments, escaped
	plain   []string // and unescaped
	slashed bool     // the path has a slash at the end that the template does not have
}

// Find returns the match of a path, which is given as it is escaped. If no route has the method it returns nil and the
// methods that the path has, sorted; there are none if no template matches.
func (t *Router[Target]) Find(method, escapedPath string) (match *Match[Target], allow []string) {
	m := &Match[Target]{raw: strings.Split(strings.TrimPrefix(escapedPath, "/"), "/")}
	m.plain = make([]string, len(m.raw))
	for i, raw := range m.raw {
		plain, err := url.PathUnescape(raw)
		if err != nil {
			return nil, nil
		}
		m.plain[i] = plain
	}
	methods := map[string]bool{}
	m.Route = t.search(t.root, m.plain, method, methods)
	if last := len(m.raw) - 1; m.Route == nil && t.ignoreCase && last > 0 && m.raw[last] == "" {
		m.slashed = true
		m.raw, m.plain = m.raw[:last], m.plain[:last]
		m.Route = t.search(t.root, m.plain, method, methods)
	}
	if m.Route == nil {
		return nil, methodsOf(methods)
	}
	return m, nil
}

// search looks for the method below n, and adds the methods of each template that matches to methods. It visits each node
// once at most: a segment leads to a node by one literal, one partial or the parameter.
func (t *Router[Target]) search(n *node[Target], rest []string, method string, methods map[string]bool) *Route[Target] {
	if len(rest) == 0 {
		for _, rt := range n.routes {
			methods[rt.method] = true
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

// Values returns the path's parameters, unescaped, in the order of the template. sent are the same as they were sent.
func (m *Match[Target]) Values() (values, sent []string) {
	for i, s := range m.segments {
		switch raw, plain := m.raw[i], m.plain[i]; {
		case s.pattern != nil:
			at := s.pattern.FindStringSubmatchIndex(plain)
			for k := 2; k < len(at); k += 2 {
				from := escapedLength(raw, at[k])
				to := from + escapedLength(raw[from:], at[k+1]-at[k])
				values, sent = append(values, plain[at[k]:at[k+1]]), append(sent, raw[from:to])
			}
		case len(s.names) > 0:
			values, sent = append(values, plain), append(sent, raw)
		}
	}
	return values[m.inBase:], sent[m.inBase:]
}

// escapedLength returns the length of the part of an escaped text that stands for its first n bytes.
func escapedLength(raw string, n int) int {
	i := 0
	for range n {
		if raw[i] == '%' {
			i += 2
		}
		i++
	}
	return i
}

// Canonical returns the path as the document spells it, escaped and not, and reports whether it was sent in that spelling.
func (m *Match[Target]) Canonical() (escaped, plain string, same bool) {
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
