package explain

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// WholeRunes cuts off the last rune if it is incomplete.
func WholeRunes(text []byte) []byte {
	for i := len(text) - 1; i >= 0 && i >= len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return text[:i]
			}
			break
		}
	}
	return text
}

// Redacted replaces values that may not be shown.
const Redacted = "[redacted]"

// kindAt returns the type of a value by its first byte.
func kindAt(c byte) shape.Kind {
	switch c {
	case '{':
		return shape.Object
	case '[':
		return shape.Array
	case '"':
		return shape.String
	case 't', 'f':
		return shape.Boolean
	}
	return shape.Number
}

// A redactor copies JSON text and replaces the values that may not be shown.
type redactor struct {
	strictjson.Reader
	out    []byte
	copied int // bytes before it are in out
	sure   int // bytes before it may be shown or are replaced
	Hidden []string
	known  []string // strings that contain one of these are replaced, too
	all    bool     // all strings and numbers are replaced, and names that are data
}

// NewRedactor returns a redactor for a body. With all it replaces every string and number.
func NewRedactor(body []byte, known []string, all bool) *redactor {
	return &redactor{Reader: strictjson.Reader{Data: body, Found: func(string, string, []strictjson.Step) {}}, known: known, all: all}
}

// Text returns the redacted text, or nil if it is not JSON; of a text that was cut, what was read completely.
func (r *redactor) Text(s *shape.Shape, cut bool) []byte {
	r.Space()
	r.value(s)
	if !r.Failed {
		r.Space()
		r.judged()
	}
	if (r.Failed || r.Pos < len(r.Data)) && !cut {
		return nil
	}
	return append(r.out, r.Data[r.copied:r.sure]...)
}

func (r *redactor) value(s *shape.Shape) {
	switch c := r.Peek(); {
	case c == 'n':
		r.Literal("null", nil)
	case s == nil || s.Secret || s.Said&kindAt(c) == 0, r.all && kindAt(c)&(shape.String|shape.Number) != 0:
		r.hide()
	case c == '{':
		r.Nested(func() any { return r.object(s) })
	case c == '[':
		r.Nested(func() any { return r.array(s) })
	case c == '"':
		r.shownString()
	default:
		r.Reader.ReadValue(nil)
	}
	r.judged()
}

func (r *redactor) judged() {
	if !r.Failed {
		r.sure = r.Pos
	}
}

func (r *redactor) hide() {
	start := r.Pos
	value := r.Reader.ReadValue(nil)
	if !r.Failed {
		r.replace(start)
		r.remember(value)
	}
}

func (r *redactor) shownString() {
	start := r.Pos
	text := r.ReadString(nil)
	repeats := func(secret string) bool { return strings.Contains(text, secret) }
	if !r.Failed && slices.ContainsFunc(r.known, repeats) {
		r.replace(start)
	}
}

// replace replaces the text from start to the reader's position.
func (r *redactor) replace(start int) {
	r.out = append(r.out, r.Data[r.copied:start]...)
	r.out = append(r.out, `"`+Redacted+`"`...)
	r.copied = r.Pos
}

// remember keeps the strings and numbers of a value that was replaced, but not "", which every string contains.
func (r *redactor) remember(value any) {
	switch value := value.(type) {
	case string:
		if value != "" {
			r.Hidden = append(r.Hidden, value)
		}
	case json.Number:
		r.Hidden = append(r.Hidden, value.String())
	case []any:
		for _, element := range value {
			r.remember(element)
		}
	case map[string]any:
		for name, member := range value {
			r.remember(name)
			r.remember(member)
		}
	}
}

func (r *redactor) array(s *shape.Shape) any {
	r.judged()
	if r.Space(); r.Accept(']') {
		return nil
	}
	for !r.Failed {
		r.Space()
		r.value(s.Items.Shape)
		if r.Space(); r.Accept(']') {
			break
		}
		if !r.Accept(',') {
			r.Fail()
		}
	}
	return nil
}

func (r *redactor) object(s *shape.Shape) any {
	r.judged()
	if r.Space(); r.Accept('}') {
		return nil
	}
	for !r.Failed {
		r.Space()
		r.member(s)
		if r.Space(); r.Accept('}') {
			break
		}
		if !r.Accept(',') {
			r.Fail()
		}
	}
	return nil
}

func (r *redactor) member(s *shape.Shape) {
	if r.Peek() != '"' {
		r.Fail()
		return
	}
	start := r.Pos
	name := r.ReadString(nil)
	if r.all && !r.Failed && s.Place([]strictjson.Step{{Name: name}}) == "/"+strictjson.AnyName {
		r.replace(start)
	}
	if r.Space(); r.Failed || !r.Accept(':') {
		r.Fail()
		return
	}
	r.Space()
	r.value(s.MemberShape(name))
}
