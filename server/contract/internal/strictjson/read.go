// Package strictjson reads JSON as RFC 8259 and RFC 7493 (I-JSON) define it, and reports where a text is not so: duplicate
// names, invalid Unicode, bytes after the value. Most callers want [Read]; [Reader] is for those that walk the text themselves.
package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MaxDepth is how deeply JSON may be nested.
const MaxDepth = 512

// Read reads one JSON value strictly: RFC 8259's grammar, I-JSON's (RFC 7493) prohibition of duplicate names and of
// invalid Unicode, one value and nothing after it, and no U+0000. found is told of each fault and where it is.
//
// It returns the value as encoding/json with UseNumber does, and whether data was JSON at all; it goes on after a fault that
// leaves no doubt about where the rest begins, and of two members with one name it keeps the first.
func Read(data []byte, found Found) (value any, ok bool) {
	r := &Reader{Data: data, Found: found}
	if bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")) {
		found("syntax", "JSON without a byte order mark", nil)
		return nil, false
	}
	r.Space()
	value = r.ReadValue(nil)
	if r.Failed {
		return nil, false
	}
	r.Space()
	if r.Pos < len(data) {
		found("trailing", "nothing after the JSON value", nil)
	}
	return value, true
}

// A Reader reads forward; pos is at the next byte. After failed is set nothing that it returns has a meaning.
type Reader struct {
	Data   []byte
	Pos    int
	depth  int
	Failed bool
	faults int
	Found  Found
}

// Found is told of a fault, and by which steps one gets to where it is.
type Found func(rule, expected string, at []Step)

// maxFaults bounds the places made for one text, of which many may be the same.
const maxFaults = 100 * MaxFindings

// fault reports what is wrong with JSON that can be read on.
func (r *Reader) fault(rule, expected string, at *Path) {
	if r.faults++; r.faults <= maxFaults {
		r.Found(rule, expected, at.Steps())
	}
}

func (r *Reader) Fail() {
	if !r.Failed {
		r.Failed = true
		r.Found("syntax", fmt.Sprintf("JSON (RFC 8259), which it is not at byte %d", r.Pos), nil)
	}
}

func (r *Reader) Space() {
	for r.Pos < len(r.Data) {
		switch r.Data[r.Pos] {
		case ' ', '\t', '\n', '\r':
			r.Pos++
		default:
			return
		}
	}
}

// Peek returns the next byte, or 0, which is in no JSON text, at the end.
func (r *Reader) Peek() byte {
	if r.Pos < len(r.Data) {
		return r.Data[r.Pos]
	}
	return 0
}

func (r *Reader) Accept(c byte) bool {
	if r.Peek() != c {
		return false
	}
	r.Pos++
	return true
}

func (r *Reader) ReadValue(at *Path) any {
	switch c := r.Peek(); c {
	case '{':
		return r.Nested(func() any { return r.object(at) })
	case '[':
		return r.Nested(func() any { return r.array(at) })
	case '"':
		return r.ReadString(at)
	case 't':
		return r.Literal("true", true)
	case 'f':
		return r.Literal("false", false)
	case 'n':
		return r.Literal("null", nil)
	default:
		return r.number()
	}
}

func (r *Reader) Nested(read func() any) any {
	if r.depth == MaxDepth {
		r.Failed = true
		r.Found("depth", fmt.Sprintf("JSON nested at most %d deep", MaxDepth), nil)
		return nil
	}
	r.depth++
	r.Pos++
	value := read()
	r.depth--
	return value
}

func (r *Reader) Literal(text string, value any) any {
	if !bytes.HasPrefix(r.Data[r.Pos:], []byte(text)) {
		r.Fail()
		return nil
	}
	r.Pos += len(text)
	return value
}

func (r *Reader) number() any {
	n := NumberLength(r.Data[r.Pos:])
	if n == 0 {
		r.Fail()
		return nil
	}
	text := json.Number(r.Data[r.Pos : r.Pos+n])
	r.Pos += n
	return text
}

func (r *Reader) array(at *Path) any {
	elements := []any{}
	if r.Space(); r.Accept(']') {
		return elements
	}
	for !r.Failed {
		r.Space()
		elements = append(elements, r.ReadValue(&Path{Parent: at, Index: len(elements), Array: true}))
		if r.Space(); r.Accept(']') {
			return elements
		}
		if !r.Accept(',') {
			r.Fail()
		}
	}
	return nil
}

func (r *Reader) object(at *Path) any {
	members := map[string]any{}
	if r.Space(); r.Accept('}') {
		return members
	}
	for !r.Failed {
		if r.Space(); r.Peek() != '"' {
			r.Fail()
			return nil
		}
		r.member(at, members)
		if r.Space(); r.Accept('}') {
			return members
		}
		if !r.Accept(',') {
			r.Fail()
		}
	}
	return nil
}

func (r *Reader) member(at *Path, members map[string]any) {
	name := r.ReadString(at)
	if r.Space(); !r.Accept(':') {
		r.Fail()
		return
	}
	r.Space()
	here := &Path{Parent: at, Name: name}
	value := r.ReadValue(here)
	if r.Failed {
		return
	}
	if _, twice := members[name]; twice {
		r.fault("duplicate", "each member once", here)
		return
	}
	members[name] = value
}
