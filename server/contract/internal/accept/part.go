package accept

import (
	"strconv"
)

// A Part is a text that was accepted at one place.
type Part struct {
	Text  []byte
	node  *Node
	depth int // of its nesting, at most
}

// NewPart checks text for the place of a node, and reports whether it was accepted there.
func NewPart(n *Node, text []byte) (Part, bool) {
	p := Part{Text: append([]byte(nil), text...), node: n, depth: nesting(text)}
	return p, n != nil && Program{n}.Accepts(p.Text)
}

// Step returns what is asked of a member or an element.
func (n *Node) Step(token string) *Node {
	if at := n.members.Find([]byte(token)); at >= 0 {
		return n.members.list[at].node
	}
	if _, err := strconv.ParseUint(token, 10, 32); err == nil {
		return n.items
	}
	return nil
}

// nesting is how deeply text is nested at most, brackets within strings included.
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

// A PlacedPart is a Part and where in a text it should begin.
type PlacedPart struct {
	From int
	Part
}
