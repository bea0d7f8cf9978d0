package tally

import (
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// parameters counts the parameters of a request, or the headers of a response.
func (s *scanner) parameters(m *message, in *Message) {
	clear(m.given)
	s.query(m, in.Query)
	for i := range m.declared.Parameters {
		p := &m.declared.Parameters[i]
		switch p.In {
		case "path":
			if p.Index < len(in.PathValues) {
				s.parameter(m, i, in.PathValues[p.Index], in.pathSent(p.Index))
			}
		case "header":
			for _, line := range in.Header[p.Name] {
				s.parameter(m, i, line, "")
			}
		case "cookie":
			if in.Cookies != nil {
				for _, value := range in.Cookies(p.Name) {
					s.parameter(m, i, value, "")
				}
			}
		}
	}
	s.missingParameters(m)
	s.undeclaredHeaders(m, in)
}

// missingParameters counts the declared parameters that were not given.
func (s *scanner) missingParameters(m *message) {
	for i, given := range m.given {
		if given > 0 {
			continue
		}
		n := m.parameters[i]
		n.absent++
		if m.declared.Parameters[i].Required {
			s.misfit(&n.misfits, n.id, Required)
		}
	}
}

func (s *scanner) undeclaredHeaders(m *message, in *Message) {
	if m.declared.IsUndeclared == nil {
		return
	}
	for name := range in.Header {
		if m.headers[name] || !m.declared.IsUndeclared(name) {
			continue
		}
		n := s.undeclaredParameter(m, "header ", name, &m.otherHeader)
		s.present(m, n, m.declared.UndeclaredHeader)
	}
}

// present counts that a parameter was there, and nothing of its value.
func (s *scanner) present(m *message, n *node, rule Rule) {
	if n == nil {
		s.misfit(&m.misfits, 0, rule)
		return
	}
	n.seen++
	s.misfit(&n.misfits, n.id, rule)
}

// undeclaredParameter returns the place of an undeclared parameter, whose key is prefix and name.
func (s *scanner) undeclaredParameter(m *message, prefix, name string, other **node) *node {
	s.scratch = append(append(s.scratch[:0], prefix...), name...)
	if known := m.undeclared[string(s.scratch)]; known != nil {
		return known
	}
	if len(m.undeclared) < counts.MaxNames && counts.IsName(name) && s.budget > 0 {
		if m.undeclared == nil {
			m.undeclared = map[string]*node{}
		}
		s.budget--
		key := string(s.scratch)
		m.undeclared[key] = newNode(nil, hashOf(3, key), 0, false, false)
		return m.undeclared[key]
	}
	if *other == nil {
		*other = newNode(nil, hashOf(3, prefix+counts.Other), 0, false, false)
	}
	return *other
}

// pathSent returns the path's value with an index as it was sent, or "".
func (in *Message) pathSent(at int) string {
	if at < len(in.PathSent) {
		return in.PathSent[at]
	}
	return ""
}

// parameter counts one text of a declared parameter, which was sent as raw in a query or path, or "".
func (s *scanner) parameter(m *message, at int, text, raw string) {
	p, n := &m.declared.Parameters[at], m.parameters[at]
	m.given[at]++
	switch {
	case p.Kind == Opaque:
		n.seen++
	case p.Kind == List:
		s.list(p, n, m.given[at] == 1, text, raw)
	case m.given[at] > 1:
		s.misfit(&n.misfits, n.id, Duplicate)
	case text == "" && p.AllowEmpty:
		n.seen++
		n.classes[classEmpty]++
	case p.Kind == JSON:
		s.scratch = append(s.scratch[:0], text...)
		data := s.scratch
		s.scratch = nil // which strings with escapes use
		if !s.text(n, data) {
			s.misfit(&n.misfits, n.id, Syntax)
		}
		s.scratch = data
	default:
		s.scalar(n, text)
	}
}

// list counts the elements in one text.
func (s *scanner) list(p *Parameter, n *node, first bool, text, raw string) {
	if first {
		s.count(n, Array)
	} else if !p.Exploded && p.In != "header" {
		s.misfit(&n.misfits, n.id, Duplicate)
		return
	}
	items := s.itemsNode(n)
	if items == nil || text == "" && p.AllowEmpty {
		return
	}
	if p.Elements != nil && strings.IndexByte(raw, '%') >= 0 {
		for _, element := range p.Elements(text, raw) {
			s.scalar(items, element)
		}
		return
	}
	for more := true; more; {
		element := text
		if !p.Exploded {
			element, text, more = strings.Cut(text, p.Separator)
		} else {
			more = false
		}
		if p.In == "header" {
			element = strings.Trim(element, " \t")
		}
		s.scalar(items, element)
	}
}

// scalar counts text as the kind that is declared, if it has its form.
func (s *scanner) scalar(n *node, text string) {
	kinds := AnyKind
	if n.shape != nil {
		kinds = n.shape.Kinds
	}
	s.scratch = append(s.scratch[:0], text...)
	switch {
	case kinds&String != 0:
		s.textValue(n, s.scratch)
	case text == "":
		n.seen++
		n.classes[classEmpty]++
		s.misfit(&n.misfits, n.id, Empty)
	case kinds&Boolean != 0 && (text == "true" || text == "false"):
		s.count(n, Boolean)
		if len(n.values) > 0 {
			s.enumerate(n, s.scratch)
		}
	case kinds&(Integer|Number) != 0 && isNumber(text):
		_, integer := numberAt(text, 0)
		s.numberValue(n, s.scratch, integer)
	default:
		s.textValue(n, s.scratch)
	}
}

func isNumber(text string) bool {
	end, _ := numberAt(text, 0)
	return end == len(text)
}
