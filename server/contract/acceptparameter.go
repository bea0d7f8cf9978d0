package contract

import (
	"net/http"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// A parameterProgram decides about the texts of a parameter. It holds what most parameters need.
type parameterProgram struct {
	key      string            // by which its texts are found
	uuid     func([]byte) bool // all that is asked of a text, or nil
	required bool
	*parameter
}

// parameterPrograms returns false where one of the parameters is beyond a program.
func (s *slabs) parameterPrograms(list []*parameter) (programs []parameterProgram, ok bool) {
	programs = s.programs.list(len(list))[:0]
	for _, p := range list {
		if !p.compiled() {
			return nil, false
		}
		g := parameterProgram{key: p.name, required: p.required, parameter: p}
		if p.in == openapi3.ParameterInHeader {
			g.key = http.CanonicalHeaderKey(p.name)
		}
		if n := p.root(); n != nil && p.kind == primitive {
			g.uuid = n.text.uuid
		}
		programs = append(programs, g)
	}
	return programs, true
}

// compiled holds for a parameter whose texts a program can decide about. Others make their whole request go the slow way.
func (p *parameter) compiled() bool {
	switch p.kind {
	case unchecked, singleText:
		return true
	case byKin:
		return false
	}
	if p.plan == nil {
		return true
	}
	if p.plan.program.never() {
		return false
	}
	n := p.plan.program.root
	return p.kind != list || n == nil || !n.unique && len(n.enums)+len(n.choices) == 0
}

// root returns the rules for a parameter's value, which may be nil.
func (p *parameter) root() *node {
	if p.plan == nil {
		return nil
	}
	return p.plan.program.root
}

// accepts holds for the one text given for p, of whole characters and without U+0000, that the slow half would say nothing about.
func (p *parameter) accepts(s *scanner, text []byte) bool {
	switch {
	case p.kind == unchecked || p.kind == singleText || len(text) == 0 && p.allowEmpty:
		return true
	case p.kind == jsonText:
		return program{p.root()}.accepts(text)
	case p.kind == list:
		n, ok := p.acceptsElements(s, text)
		return ok && p.acceptsCount(n)
	}
	return p.acceptsPrimitive(s, p.root(), text)
}

// acceptsPrimitive is parameter.primitive and the check of what it returns.
func (p *parameter) acceptsPrimitive(s *scanner, n *node, text []byte) bool {
	switch {
	case n != nil && (n.never || len(n.choices) > 0):
		return false
	case p.typ == "string":
		return n == nil || n.kinds&stringKind != 0 && n.takes(text, utf8.RuneCount(text))
	case p.typ == "boolean":
		return string(text) == "true" && (n == nil || n.yes) || string(text) == "false" && (n == nil || n.no)
	case len(text) == 0 || numberLength(text) != len(text):
		return false
	}
	return n == nil || n.kinds&numberKind != 0 && s.takesNumber(n, text)
}

// acceptsElements reads the elements of a list that stand in one text.
func (p *parameter) acceptsElements(s *scanner, text []byte) (count int, ok bool) {
	for {
		element, rest, more := cutText(text, p.separator[0])
		if p.in == "header" {
			element = trimBlanks(element)
		}
		if !p.acceptsElement(s, element) {
			return 0, false
		}
		if count++; !more {
			return count, true
		}
		text = rest
	}
}

func (p *parameter) acceptsElement(s *scanner, text []byte) bool {
	n := p.root()
	if n != nil {
		n = n.items
	}
	return p.acceptsPrimitive(s, n, text)
}

func (p *parameter) acceptsCount(count int) bool {
	n := p.root()
	return n == nil || n.kinds&arrayKind != 0 && n.minItems <= count && count <= n.maxItems
}

func cutText(text []byte, separator byte) (head, rest []byte, more bool) {
	for i, c := range text {
		if c == separator {
			return text[:i], text[i+1:], true
		}
	}
	return text, nil, false
}

func trimBlanks(text []byte) []byte {
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
		text = text[1:]
	}
	for len(text) > 0 && (text[len(text)-1] == ' ' || text[len(text)-1] == '\t') {
		text = text[:len(text)-1]
	}
	return text
}

// acceptsText is accepts for a text that was not looked at yet.
func (g *parameterProgram) acceptsText(s *scanner, text string) bool {
	s.scratch = append(s.scratch[:0], text...)
	if g.uuid != nil {
		return g.uuid(s.scratch) // what it accepts is of ASCII
	}
	return isText(s.scratch) && g.accepts(s, s.scratch)
}

// acceptsLines is accepts for a header of so many lines, with the text of the first.
func (g *parameterProgram) acceptsLines(s *scanner, text string, lines int) bool {
	switch {
	case lines == 0:
		return !g.required
	case g.uuid == nil && (g.kind == unchecked || g.kind == singleText):
		return true
	}
	return lines == 1 && g.acceptsText(s, text)
}
