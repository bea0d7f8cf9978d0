// Package strictjson reads JSON as RFC 8259 and RFC 7493 (I-JSON) define it, and reports every deviation: duplicate names,
// invalid Unicode, bytes after the value. Most callers want [Read]. [Reader] is for callers that walk the text themselves.
package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MaxDepth is how deeply JSON may be nested.
const MaxDepth = 512

// MaxMembers is how many members an object may have. The only texts with more are those that are meant to cost time and memory: a
// map of four million members takes a gigabyte.
const MaxMembers = 100_000

// Read reads one JSON value strictly: by the grammar of RFC 8259, without duplicate names and invalid Unicode (RFC 7493),
// without U+0000, and with nothing after the value. It calls found with each fault and its place.
//
// It returns the value as encoding/json with UseNumber does, and whether data is JSON at all. It continues after a fault if
// the rest can still be read; of two members with one name it keeps the first.
func Read(data []byte, found Found) (value any, ok bool) {
	r := &Reader{Data: data, Found: found}
	ok = r.Whole(func() { value = r.ReadValue(nil) })
	return value, ok
}

// Whole calls value to read the one value of the text, and reports whether the text is JSON.
func (r *Reader) Whole(value func()) bool {
	if bytes.HasPrefix(r.Data, []byte("\xEF\xBB\xBF")) {
		r.Found("syntax", "JSON without a byte order mark", nil)
		return false
	}
	r.Space()
	if value(); r.Failed {
		return false
	}
	r.Space()
	if r.Pos < len(r.Data) {
		r.Found("trailing", "nothing after the JSON value", nil)
	}
	return true
}

// A Reader reads JSON forward from Pos. If Failed is set, what its methods return has no meaning.
type Reader struct {
	Data   []byte
	Pos    int
	depth  int
	Failed bool
	faults int
	name   struct{ from, to int }
	Found  Found
}

// Found is called with a fault and the steps to it.
type Found func(rule, expected string, at []Step)

// maxFaults bounds how many places are made for one text; many may be equal, and not kept by a report.
const maxFaults = 100 * MaxFindings

// fault reports a fault after which reading continues.
func (r *Reader) fault(rule, expected string, at *Path) {
	if r.faults++; r.faults <= maxFaults {
		r.Found(rule, expected, at.Steps())
	}
}

func (r *Reader) Fail() {
	if !r.Failed {
		r.Failed = true
		r.Found("syntax", fmt.Sprintf("JSON (RFC 8259): the error is at byte %d", r.Pos), nil)
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

// Peek returns the next byte, or 0 at the end: no JSON text contains the byte 0.
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
		return r.Nested(func() any { return r.Members(at, r.ReadValue) })
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
	r.Elements(at, func(here *Path) { elements = append(elements, r.ReadValue(here)) })
	return elements
}
