package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxDepth is how deeply JSON may be nested.
const maxDepth = 512

// readJSON reads one JSON value strictly: RFC 8259's grammar, I-JSON's (RFC 7493) prohibition of duplicate names and of
// invalid Unicode, one value and nothing after it, and no U+0000. found is told of each fault and where it is.
//
// It returns the value as encoding/json with UseNumber does, and whether data was JSON at all; it goes on after a fault that
// leaves no doubt about where the rest begins, and of two members with one name it keeps the first.
func readJSON(data []byte, found func(rule, expected, pointer string)) (value any, ok bool) {
	r := &jsonReader{data: data, found: found}
	if bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")) {
		found("syntax", "JSON without a byte order mark", "")
		return nil, false
	}
	r.space()
	value = r.value(nil)
	if r.failed {
		return nil, false
	}
	r.space()
	if r.pos < len(data) {
		found("trailing", "nothing after the JSON value", "")
	}
	return value, true
}

// A jsonReader reads forward; pos is at the next byte. After failed is set nothing that it returns has a meaning.
type jsonReader struct {
	data   []byte
	pos    int
	depth  int
	failed bool
	faults int
	found  func(rule, expected, pointer string)
}

// A jsonPath is where the reader or a walker is. It lives on their stack and becomes a pointer only when it has to.
type jsonPath struct {
	parent *jsonPath
	name   string
	index  int // for an element of an array, whose name is ""
	array  bool
}

func (p *jsonPath) pointer(base string) string {
	var steps []string
	for ; p != nil; p = p.parent {
		if p.array {
			steps = append(steps, "/"+strconv.Itoa(p.index))
		} else {
			steps = append(steps, pointerTo("", p.name))
		}
	}
	slices.Reverse(steps)
	return base + strings.Join(steps, "")
}

// fault reports what is wrong with JSON that can be read on. A hostile text is not worth more than a hundred pointers.
func (r *jsonReader) fault(rule, expected string, at *jsonPath) {
	if r.faults++; r.faults <= maxViolations {
		r.found(rule, expected, at.pointer(""))
	}
}

func (r *jsonReader) fail() {
	if !r.failed {
		r.failed = true
		r.found("syntax", fmt.Sprintf("JSON (RFC 8259), which it is not at byte %d", r.pos), "")
	}
}

func (r *jsonReader) space() {
	for r.pos < len(r.data) {
		switch r.data[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// peek returns the next byte, or 0, which is in no JSON text, at the end.
func (r *jsonReader) peek() byte {
	if r.pos < len(r.data) {
		return r.data[r.pos]
	}
	return 0
}

func (r *jsonReader) accept(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.pos++
	return true
}

func (r *jsonReader) value(at *jsonPath) any {
	switch c := r.peek(); c {
	case '{':
		return r.nested(func() any { return r.object(at) })
	case '[':
		return r.nested(func() any { return r.array(at) })
	case '"':
		return r.string(at)
	case 't':
		return r.literal("true", true)
	case 'f':
		return r.literal("false", false)
	case 'n':
		return r.literal("null", nil)
	default:
		return r.number()
	}
}

func (r *jsonReader) nested(read func() any) any {
	if r.depth == maxDepth {
		r.failed = true
		r.found("depth", fmt.Sprintf("JSON nested at most %d deep", maxDepth), "")
		return nil
	}
	r.depth++
	r.pos++
	value := read()
	r.depth--
	return value
}

func (r *jsonReader) literal(text string, value any) any {
	if !bytes.HasPrefix(r.data[r.pos:], []byte(text)) {
		r.fail()
		return nil
	}
	r.pos += len(text)
	return value
}

func (r *jsonReader) number() any {
	n := numberLength(r.data[r.pos:])
	if n == 0 {
		r.fail()
		return nil
	}
	text := json.Number(r.data[r.pos : r.pos+n])
	r.pos += n
	return text
}

func (r *jsonReader) array(at *jsonPath) any {
	elements := []any{}
	if r.space(); r.accept(']') {
		return elements
	}
	for !r.failed {
		r.space()
		elements = append(elements, r.value(&jsonPath{parent: at, index: len(elements), array: true}))
		if r.space(); r.accept(']') {
			return elements
		}
		if !r.accept(',') {
			r.fail()
		}
	}
	return nil
}

func (r *jsonReader) object(at *jsonPath) any {
	members := map[string]any{}
	if r.space(); r.accept('}') {
		return members
	}
	for !r.failed {
		if r.space(); r.peek() != '"' {
			r.fail()
			return nil
		}
		r.member(at, members)
		if r.space(); r.accept('}') {
			return members
		}
		if !r.accept(',') {
			r.fail()
		}
	}
	return nil
}

func (r *jsonReader) member(at *jsonPath, members map[string]any) {
	name := r.string(at)
	if r.space(); !r.accept(':') {
		r.fail()
		return
	}
	r.space()
	here := &jsonPath{parent: at, name: name}
	value := r.value(here)
	if r.failed {
		return
	}
	if _, twice := members[name]; twice {
		r.fault("duplicate", "each member once", here)
		return
	}
	members[name] = value
}
