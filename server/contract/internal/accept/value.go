package accept

import (
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// The methods of a node in this file check text that is not JSON, such as a parameter's value. They accept nothing if a
// program cannot check the node.

// beyondText reports whether one text alone cannot decide.
func (n *Node) beyondText() bool { return n.never || len(n.choices) > 0 }

// AcceptsString checks a string.
func (n *Node) AcceptsString(text []byte) bool {
	return n == nil || !n.beyondText() && n.kinds&shape.String != 0 && n.takes(text, utf8.RuneCount(text))
}

// AcceptsBoolean checks true or false.
func (n *Node) AcceptsBoolean(value bool) bool {
	return n == nil || !n.beyondText() && (value && n.yes || !value && n.no)
}

// AcceptsNumber checks the text of a JSON number.
func (n *Node) AcceptsNumber(s *Scanner, text []byte) bool {
	return n == nil || !n.beyondText() && n.kinds&shape.Number != 0 && s.takesNumber(n, text)
}

// AcceptsCount checks the number of an array's elements.
func (n *Node) AcceptsCount(count int) bool {
	return n == nil || n.kinds&shape.Array != 0 && n.minItems <= count && count <= n.maxItems
}

// Element returns the node of an array's elements.
func (n *Node) Element() *Node {
	switch {
	case n == nil:
		return nil
	case n.never:
		return unknowable
	}
	return n.items
}

// Singly reports whether an array can be checked by its elements, one at a time, and their number.
func (n *Node) Singly() bool { return n == nil || !n.unique && len(n.enums)+len(n.choices) == 0 }

// OnlyUUID returns the check of the format uuid if nothing else is required of a string, or nil.
func (n *Node) OnlyUUID() func([]byte) bool {
	if n == nil {
		return nil
	}
	return n.text.uuid
}
