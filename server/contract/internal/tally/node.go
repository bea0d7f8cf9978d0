package tally

import (
	"math/bits"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// A node is the counters of one place in one shard.
type node struct {
	shape  *Shape // nil where the document asks nothing
	id     uint64 // a hash of the way to the place
	depth  int    // steps from the body
	secret bool   // or below a secret
	known  bool   // the document declares the place

	seen, absent int64
	kinds        [7]int64 // by the bit of Kind
	classes      [classes]int64
	longest      int
	values       []int64           // by index of shape.Enum
	unlisted     map[string]*int64 // nil until there is one
	others       int64             // values outside of the enumeration whose text is not kept
	members      []*node           // by index of shape.Members; nil until seen
	undeclared   map[string]*node
	other        *node // undeclared members whose name is not kept
	rest         *node
	items        *node
	misfits      misfits
}

func newNode(shape *Shape, id uint64, depth int, known, secret bool) *node {
	n := &node{shape: shape, id: id, depth: depth, known: known, secret: secret}
	if shape != nil {
		n.secret = secret || shape.Secret
		n.members = make([]*node, len(shape.Members))
		n.values = make([]int64, len(shape.Enum))
	}
	return n
}

// maxUndeclared bounds the undeclared places of one shard: a service that names its members at random must not fill the memory.
const maxUndeclared = 1 << 14

// maxDeclared is how deeply declared places are counted, which matters for recursive schemas alone.
const maxDeclared = 32

// hashOf extends the hash of a place by a step.
func hashOf[T string | []byte](id uint64, name T) uint64 {
	for i := range len(name) {
		id = (id ^ uint64(name[i])) * 0x100000001B3
	}
	return mix(id + 1)
}

// below makes a declared place below n, or returns nil where it is too deep.
func (n *node) below(shape *Shape, name string) *node {
	if n.depth >= maxDeclared {
		return nil
	}
	return newNode(shape, hashOf(n.id, name), n.depth+1, true, n.secret)
}

// member returns the place of the declared member with an index.
func (n *node) member(at int) *node {
	if n.members[at] == nil {
		m := &n.shape.Members[at]
		n.members[at] = n.below(m.Schema, m.Name)
	}
	return n.members[at]
}

// restNode returns the place of all members that only additionalProperties admits.
func (n *node) restNode() *node {
	if n.rest == nil {
		n.rest = n.below(n.shape.Rest, counts.Other)
	}
	return n.rest
}

// itemsNode returns the place of all elements.
func (s *scanner) itemsNode(n *node) *node {
	switch {
	case n.items != nil:
	case n.known:
		var shape *Shape
		if n.shape != nil {
			shape = n.shape.Items
		}
		n.items = n.below(shape, "*")
	default:
		n.items = s.undeclaredNode(n, "*")
	}
	return n.items
}

// undeclaredMember returns the place of a member that the document does not declare, or nil where there is no more room. Its name
// is kept only if it is none that can be data, and none below a secret.
func (s *scanner) undeclaredMember(n *node, name []byte) *node {
	if known := n.undeclared[string(name)]; known != nil {
		return known
	}
	if !n.secret && len(n.undeclared) < counts.MaxNames && counts.IsName(name) {
		if made := s.undeclaredNode(n, string(name)); made != nil {
			if n.undeclared == nil {
				n.undeclared = map[string]*node{}
			}
			n.undeclared[string(name)] = made
			return made
		}
	}
	if n.other == nil {
		n.other = s.undeclaredNode(n, counts.Other)
	}
	return n.other
}

func (s *scanner) undeclaredNode(n *node, name string) *node {
	if n.depth >= counts.MaxDepth || s.budget == 0 {
		return nil
	}
	s.budget--
	return newNode(nil, hashOf(n.id, name), n.depth+1, false, n.secret)
}

// count counts a value of a kind, and whether the document accepts it.
func (s *scanner) count(n *node, kind Kind) {
	if n == nil {
		return
	}
	n.seen++
	n.kinds[bits.TrailingZeros8(uint8(kind))]++
	if n.shape != nil && n.shape.Kinds&kind == 0 {
		s.misfit(&n.misfits, n.id, ruleFor(kind))
	}
}

func ruleFor(kind Kind) Rule {
	if kind == Null {
		return Nullable
	}
	return Type
}
