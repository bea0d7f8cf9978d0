package accept

import (
	"strconv"
)

// A Part is a text that was accepted for one place.
type Part struct {
	Text  []byte
	node  *Node
	depth int // upper bound of its nesting
}

// NewPart checks text for the place of a node, and reports whether it is accepted there.
func NewPart(n *Node, text []byte) (Part, bool) {
	p := Part{Text: append([]byte(nil), text...), node: n, depth: nesting(text)}
	return p, n != nil && Program{n}.Accepts(p.Text)
}

// Step returns the node of a member or of an element.
func (n *Node) Step(token string) *Node {
	if at := n.members.Find([]byte(token)); at >= 0 {
		return n.members.list[at].node
	}
	if _, err := strconv.ParseUint(token, 10, 32); err == nil {
		return n.items
	}
	return nil
}

// nesting returns an upper bound of the depth of nesting: brackets within strings count.
func nesting(text []byte) int {
	depth, deepest := 0, 0
	for _, c := range text {
		switch c {
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		}
	}
	return deepest
}

// A PlacedPart is a Part and the index in a text where it is expected.
type PlacedPart struct {
	From int
	Part
}
