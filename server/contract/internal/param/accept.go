package param

import (
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A Program accepts correct values of a parameter quickly. It has copies of the fields that most parameters need.
type Program struct {
	Key      string            // of the values in a map of headers
	uuid     func([]byte) bool // the check that is all that is required of a value, or nil
	required bool
	*Parameter
}

// Programs returns false if a program cannot check one of the parameters.
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

// compiled reports whether a program can check the parameter. If it cannot, the whole request needs the full check.
func (p *Parameter) compiled() bool {
	switch p.Kind {
	case unchecked, SingleText:
		return true
	case Styled, ByKin:
		return false
	}
	if p.Plan == nil {
		return true
	}
	return !p.Plan.Program.Never() && (p.Kind != list || p.Plan.Program.Root.Singly())
}

// root returns the node of the parameter's value, which may be nil.
func (p *Parameter) root() *accept.Node {
	if p.Plan == nil {
		return nil
	}
	return p.Plan.Program.Root
}

// accepts reports whether the full check would find nothing in the single text given for p. The text must be valid UTF-8
// without U+0000.
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

// acceptsPrimitive decides like Parameter.primitive and the check of its result.
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

// acceptsElements checks the elements of an array that is one text, and returns their number.
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

// AcceptsText is accepts for any text.
func (g *Program) AcceptsText(s *accept.Scanner, text string) bool {
	s.Scratch = append(s.Scratch[:0], text...)
	if g.uuid != nil {
		return g.uuid(s.Scratch) // it accepts only ASCII
	}
	return isText(s.Scratch) && g.accepts(s, s.Scratch)
}

// AcceptsLines is accepts for a header with a number of lines, of which text is the first.
func (g *Program) AcceptsLines(s *accept.Scanner, text string, lines int) bool {
	switch {
	case lines == 0:
		return !g.required
	case g.uuid == nil && (g.Kind == unchecked || g.Kind == SingleText):
		return true
	}
	return lines == 1 && g.AcceptsText(s, text)
}
