package tally

import (
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// query counts the parameters of a query string. What cannot be read departs as a whole.
func (s *scanner) query(m *message, text string) {
	for text != "" {
		var part string
		part, text, _ = strings.Cut(text, "&")
		if part == "" {
			continue
		}
		rawName, raw, _ := strings.Cut(part, "=")
		name, ok1 := s.unescape(rawName)
		value, ok2 := s.unescape(raw)
		if !ok1 || !ok2 || strings.IndexByte(rawName, ';') >= 0 || strings.IndexByte(raw, ';') >= 0 && !m.reserves(name) {
			s.misfit(&m.misfits, 0, Syntax)
			continue
		}
		s.queryParameter(m, name, value, raw)
	}
}

func (m *message) reserves(name string) bool {
	return m.declared.Reserves != nil && m.declared.Reserves(name)
}

func (s *scanner) queryParameter(m *message, name, value, raw string) {
	at, ok := m.named[name]
	if !ok && m.declared.FoldQuery != nil {
		at, ok = m.named[m.fold(name)]
	}
	if ok {
		s.parameter(m, at, value, raw)
		return
	}
	if m.declared.Declares != nil && m.declared.Declares(name) {
		return
	}
	n := s.undeclaredParameter(m, "query ", name, &m.otherQuery)
	if n != nil {
		s.scalar(n, value)
		s.misfit(&n.misfits, n.id, m.declared.UndeclaredQuery)
	}
}

// unescape reads a name or value of a query. It allocates only where there are escapes.
func (s *scanner) unescape(text string) (plain string, ok bool) {
	if strings.IndexByte(text, '%') < 0 && strings.IndexByte(text, '+') < 0 {
		return text, true
	}
	s.scratch = s.scratch[:0]
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if i+2 >= len(text) || !strictjson.IsHex(text[i+1]) || !strictjson.IsHex(text[i+2]) {
				return "", false
			}
			c = hexDigit(text[i+1])<<4 | hexDigit(text[i+2])
			i += 2
		}
		s.scratch = append(s.scratch, c)
	}
	return string(s.scratch), true
}

func hexDigit(c byte) byte {
	if c > '9' {
		return c | 0x20 - 'a' + 10
	}
	return c - '0'
}
