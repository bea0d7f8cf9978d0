package strictjson

import (
	"fmt"
	"unicode/utf8"
)

// Depth returns how many arrays and objects are open.
func (r *Reader) Depth() int { return r.depth }

// LastName returns where the text of the last member's name is, with its quotes.
func (r *Reader) LastName() (from, to int) { return r.name.from, r.name.to }

// Elements reads the elements of an array and its closing bracket, of which Nested has read the opening one. It calls element with
// the place of each element, to read it. The place is valid until element returns.
func (r *Reader) Elements(at *Path, element func(here *Path)) {
	if r.Space(); r.Accept(']') {
		return
	}
	for here := (&Path{Parent: at, Array: true}); !r.Failed; here.Index++ {
		r.Space()
		element(here)
		if r.Space(); r.Accept(']') {
			return
		}
		if !r.Accept(',') {
			r.Fail()
		}
	}
}

// Members reads the members of an object and its closing brace, of which Nested has read the opening one. It calls value with the
// place of each member, to read its value, and returns what these calls returned. The place is valid until value returns.
func (r *Reader) Members(at *Path, value func(here *Path) any) any {
	if r.Space(); r.Accept('}') {
		return map[string]any{}
	}
	members := map[string]any{}
	for here := (&Path{Parent: at}); !r.Failed; {
		if r.Space(); r.Peek() != '"' {
			r.Fail()
			return nil
		}
		r.member(here, members, value)
		if r.Space(); r.Accept('}') {
			return members
		}
		if !r.Accept(',') {
			r.Fail()
		}
	}
	return nil
}

func (r *Reader) member(here *Path, members map[string]any, read func(here *Path) any) {
	from := r.Pos
	here.Name = r.ReadString(here.Parent)
	r.name.from, r.name.to = from, r.Pos
	if r.Space(); !r.Accept(':') {
		r.Fail()
		return
	}
	r.Space()
	value := read(here)
	if r.Failed {
		return
	}
	if _, twice := members[here.Name]; twice {
		r.fault("duplicate", "each member once", here)
		return
	}
	if len(members) == MaxMembers {
		r.Failed = true
		r.Found("members", fmt.Sprintf("an object of at most %d members", MaxMembers), here.Parent.Steps())
		return
	}
	members[here.Name] = value
}

// Skip reads a value and reports the same faults as ReadValue, but keeps nothing of it.
func (r *Reader) Skip(at *Path) {
	switch c := r.Peek(); {
	case c == '{':
		r.Nested(func() any {
			return r.Members(at, func(here *Path) any {
				r.Skip(here)
				return nil
			})
		})
	case c == '[':
		r.Nested(func() any {
			r.Elements(at, r.Skip)
			return nil
		})
	case c == '"' && r.skipString():
	case c == '-' || '0' <= c && c <= '9':
		n := NumberLength(r.Data[r.Pos:])
		if r.Pos += n; n == 0 {
			r.Fail()
		}
	default:
		r.ReadValue(at)
	}
}

// skipString reads a string without escapes, if there is nothing to report.
func (r *Reader) skipString() bool {
	start := r.Pos + 1
	for i := start; i < len(r.Data) && r.Data[i] >= ' ' && r.Data[i] != '\\'; i++ {
		if r.Data[i] == '"' {
			if !utf8.Valid(r.Data[start:i]) {
				return false
			}
			r.Pos = i + 1
			return true
		}
	}
	return false
}
