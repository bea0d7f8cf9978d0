package accept

import (
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// The methods of a node in this file decide about text that is no JSON, such as a parameter's. They accept nothing of a node
// that is beyond a program.

// beyondText reports whether more is asked of a value than a look at one text can tell.
func (n *Node) beyondText() bool { return n.never || len(n.choices) > 0 }

// AcceptsString decides about a string.
func (n *Node) AcceptsString(text []byte) bool {
	return n == nil || !n.beyondText() && n.kinds&shape.String != 0 && n.takes(text, utf8.RuneCount(text))
}

// AcceptsBoolean decides about true or false.
func (n *Node) AcceptsBoolean(value bool) bool {
	return n == nil || !n.beyondText() && (value && n.yes || !value && n.no)
}

// AcceptsNumber decides about the text of a JSON number.
func (n *Node) AcceptsNumber(s *Scanner, text []byte) bool {
	return n == nil || !n.beyondText() && n.kinds&shape.Number != 0 && s.takesNumber(n, text)
}

// AcceptsCount decides about the number of an array's elements.
func (n *Node) AcceptsCount(count int) bool {
	return n == nil || n.kinds&shape.Array != 0 && n.minItems <= count && count <= n.maxItems
}

// Element returns the node of an array's elements.
func (n *Node) Element() *Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Singly reports whether an array is accepted if each element and their number are.
func (n *Node) Singly() bool { return n == nil || !n.unique && len(n.enums)+len(n.choices) == 0 }

// OnlyUUID returns the check of UUIDs if nothing else is asked of a string, or nil.
func (n *Node) OnlyUUID() func([]byte) bool {
	if n == nil {
		return nil
	}
	return n.text.uuid
}
