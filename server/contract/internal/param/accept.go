package param

import (
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A Program decides about the texts of a parameter. It holds what most parameters need.
type Program struct {
	Key      string            // by which its texts are found
	uuid     func([]byte) bool // all that is asked of a text, or nil
	required bool
	*Parameter
}

// Programs returns false where one of the parameters is beyond a program.
func Programs(list []*Parameter) (programs []Program, ok bool) {
	programs = make([]Program, 0, len(list))
	for _, p := range list {
		if !p.compiled() {
			return nil, false
		}
		g := Program{Key: p.Name, required: p.Required, Parameter: p}
		if p.In == openapi3.ParameterInHeader {
			g.Key = http.CanonicalHeaderKey(p.Name)
		}
		if p.Kind == Primitive {
			g.uuid = p.root().OnlyUUID()
		}
		programs = append(programs, g)
	}
	return programs, true
}

// compiled holds for a parameter whose texts a program can decide about. Others make their whole request go the slow way.
func (p *Parameter) compiled() bool {
	switch p.Kind {
	case unchecked, SingleText:
		return true
	case ByKin:
		return false
	}
	if p.Plan == nil {
		return true
	}
	return !p.Plan.Program.Never() && (p.Kind != list || p.Plan.Program.Root.Singly())
}

// root returns the rules for a parameter's value, which may be nil.
func (p *Parameter) root() *accept.Node {
	if p.Plan == nil {
		return nil
	}
	return p.Plan.Program.Root
}

// accepts holds for the one text given for p, of whole characters and without U+0000, that the slow half would say nothing about.
func (p *Parameter) accepts(s *accept.Scanner, text []byte) bool {
	switch {
	case p.Kind == unchecked || p.Kind == SingleText || len(text) == 0 && p.allowEmpty:
		return true
	case p.Kind == jsonText:
		return accept.Program{Root: p.root()}.Accepts(text)
	case p.Kind == list:
		n, ok := p.acceptsElements(s, text)
		return ok && p.root().AcceptsCount(n)
	}
	return p.acceptsPrimitive(s, p.root(), text)
}

// acceptsPrimitive is parameter.primitive and the check of what it returns.
func (p *Parameter) acceptsPrimitive(s *accept.Scanner, n *accept.Node, text []byte) bool {
	switch p.typ {
	case "string":
		return n.AcceptsString(text)
	case "boolean":
		value := string(text) == "true"
		return (value || string(text) == "false") && n.AcceptsBoolean(value)
	}
	return len(text) > 0 && strictjson.NumberLength(text) == len(text) && n.AcceptsNumber(s, text)
}

// acceptsElements reads the elements of a list that stand in one text.
func (p *Parameter) acceptsElements(s *accept.Scanner, text []byte) (count int, ok bool) {
	for {
		element, rest, more := cutText(text, p.separator[0])
		if p.In == "header" {
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

func (p *Parameter) acceptsElement(s *accept.Scanner, text []byte) bool {
	return p.acceptsPrimitive(s, p.root().Element(), text)
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

// AcceptsText is accepts for a text that was not looked at yet.
func (g *Program) AcceptsText(s *accept.Scanner, text string) bool {
	s.Scratch = append(s.Scratch[:0], text...)
	if g.uuid != nil {
		return g.uuid(s.Scratch) // what it accepts is of ASCII
	}
	return isText(s.Scratch) && g.accepts(s, s.Scratch)
}

// AcceptsLines is accepts for a header of so many lines, with the text of the first.
func (g *Program) AcceptsLines(s *accept.Scanner, text string, lines int) bool {
	switch {
	case lines == 0:
		return !g.required
	case g.uuid == nil && (g.Kind == unchecked || g.Kind == SingleText):
		return true
	}
	return lines == 1 && g.AcceptsText(s, text)
}
