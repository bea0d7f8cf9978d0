package accept

// A text that is too large to be explained as a whole is read piece by piece: its reader goes into the containers that the program
// does not accept, and asks about the values in them one by one.

// Piece returns the index after the value at i if the program accepts it there, and -1 if it does not. Begin has been called for the
// text. depth is how many arrays and objects are around the value.
func (s *Scanner) Piece(n *Node, i, depth int) int {
	s.depth, s.verdict, s.unsure, s.weight, s.work = depth, false, false, 1, 0
	s.names = s.names[:0]
	return s.value(n, i)
}

// unknowable is the node of values below one for which there is no program.
var unknowable = &Node{never: true}

// Member returns the node of an object's member.
func (n *Node) Member(name string) *Node {
	switch {
	case n == nil:
		return nil
	case n.never:
		return unknowable
	}
	if at := n.members.Find([]byte(name)); at >= 0 {
		return n.members.list[at].node
	}
	return n.unnamed.node
}
