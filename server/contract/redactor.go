package contract

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// boolKind is the type that nodes have no need of.
const boolKind = objectKind << 1

// isSecret holds for a schema whose values are never shown.
func isSecret(s *openapi3.Schema) bool { return s.WriteOnly || s.Format == "password" }

// said gives the types that a schema names. Where it has none, properties and items name them.
func said(s *openapi3.Schema) (k kind) {
	if s.Type != nil {
		k = kindsOf(s.Type)
		if s.Type.Includes(openapi3.TypeBoolean) {
			k |= boolKind
		}
		return k
	}
	if len(s.Properties) > 0 || s.AdditionalProperties.Schema != nil {
		k |= objectKind
	}
	if s.Items != nil {
		k |= arrayKind
	}
	return k
}

// kindAt is the type of a value, by its first byte.
func kindAt(c byte) kind {
	switch c {
	case '{':
		return objectKind
	case '[':
		return arrayKind
	case '"':
		return stringKind
	case 't', 'f':
		return boolKind
	}
	return numberKind
}

// memberShape is what is known about a member's value, or nil where that may not be shown. A name that differs in case from
// one that is declared is not declared. Where a secret is expected, a name that nothing lists may be that secret's, misspelt.
func (s *shape) memberShape(name string) *shape {
	if member, ok := s.members[name]; ok {
		return member.shape
	}
	if _, twin := s.folded[fold(name)]; twin || s.guarded {
		return nil
	}
	return s.rest.shape
}

// A redactor copies JSON text and leaves out what may not be shown.
type redactor struct {
	jsonReader
	out    []byte
	copied int // what comes before is in out
	sure   int // what comes before was read and judged
	hidden []string
	known  []string // strings with one of these in them are replaced, too
}

func newRedactor(body []byte, known []string) *redactor {
	return &redactor{jsonReader: jsonReader{data: body, found: func(string, string, string) {}}, known: known}
}

// text returns nil for what is not JSON, unless it was cut.
func (r *redactor) text(s *shape, cut bool) []byte {
	r.space()
	r.value(s)
	if !r.failed {
		r.space()
		r.judged()
	}
	if (r.failed || r.pos < len(r.data)) && !cut {
		return nil
	}
	return append(r.out, r.data[r.copied:r.sure]...)
}

func (r *redactor) value(s *shape) {
	switch c := r.peek(); {
	case c == 'n':
		r.literal("null", nil)
	case s == nil || s.secret || s.said&kindAt(c) == 0:
		r.hide()
	case c == '{':
		r.nested(func() any { return r.object(s) })
	case c == '[':
		r.nested(func() any { return r.array(s) })
	case c == '"':
		r.shownString()
	default:
		r.jsonReader.value(nil)
	}
	r.judged()
}

func (r *redactor) judged() {
	if !r.failed {
		r.sure = r.pos
	}
}

func (r *redactor) hide() {
	start := r.pos
	value := r.jsonReader.value(nil)
	if !r.failed {
		r.replace(start)
		r.remember(value)
	}
}

func (r *redactor) shownString() {
	start := r.pos
	text := r.string(nil)
	repeats := func(secret string) bool { return strings.Contains(text, secret) }
	if !r.failed && slices.ContainsFunc(r.known, repeats) {
		r.replace(start)
	}
}

// replace replaces what was read from start on.
func (r *redactor) replace(start int) {
	r.out = append(r.out, r.data[r.copied:start]...)
	r.out = append(r.out, `"`+redacted+`"`...)
	r.copied = r.pos
}

// remember takes the texts of a value that was replaced. The empty one is in every other.
func (r *redactor) remember(value any) {
	switch value := value.(type) {
	case string:
		if value != "" {
			r.hidden = append(r.hidden, value)
		}
	case json.Number:
		r.hidden = append(r.hidden, value.String())
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

func (r *redactor) array(s *shape) any {
	r.judged()
	if r.space(); r.accept(']') {
		return nil
	}
	for !r.failed {
		r.space()
		r.value(s.items.shape)
		if r.space(); r.accept(']') {
			break
		}
		if !r.accept(',') {
			r.fail()
		}
	}
	return nil
}

func (r *redactor) object(s *shape) any {
	r.judged()
	if r.space(); r.accept('}') {
		return nil
	}
	for !r.failed {
		r.space()
		r.member(s)
		if r.space(); r.accept('}') {
			break
		}
		if !r.accept(',') {
			r.fail()
		}
	}
	return nil
}

func (r *redactor) member(s *shape) {
	if r.peek() != '"' {
		r.fail()
		return
	}
	name := r.string(nil)
	if r.space(); r.failed || !r.accept(':') {
		r.fail()
		return
	}
	r.space()
	r.value(s.memberShape(name))
}
