package accept

import (
	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A Node is compiled from a shape, and holds what a program requires of a value at one place. A nil Node accepts any JSON. The
// fields that decide about strings, which most values are, come first, to be in one cache line.
type Node struct {
	never         bool // no value is accepted, because a program cannot check the schemas
	simple        bool // the node has no choices
	null, yes, no bool // whether null, true and false are accepted; kin-openapi was asked
	kinds         shape.Kind
	nullEnum      bool // null is not listed in an enumeration, which the full check reports
	finite        bool // a number must be within the range of a float64
	integer       bool // a number must be an integer that Go's decoders accept
	text          textRules
	format        string
	numbers       []numberRules
	enums         []*enumRules
	minItems      int
	maxItems      int
	unique        bool
	items         *Node
	itemsWeight   float64
	minMembers    int
	maxMembers    int
	required      memberSet
	oneWay        map[string]bool // Compiler.oneWayNames
	members       MemberTable
	unnamed       unnamedRules
	choices       []*choiceRules
}

// textRules are what the schemas of a place require of a string.
type textRules struct {
	uuid     func([]byte) bool // our check of the format uuid if nothing else is required; it accepts no escapes
	min, max int               // in code points
	more     bool              // patterns, formats or enums are required, too
	patterns []*pattern.Pattern
	formats  []func([]byte) bool
}

// unnamedRules say what to do about members that no schema of the place names.
type unnamedRules struct {
	closed bool // kin-openapi refuses them
	open   bool // they are undeclared, see [shape.Shape].Open
	allow  bool // undeclared members are ignored
	node   *Node
	weight float64
}

// enumRules hold one enumeration.
type enumRules struct {
	texts   []string
	numbers []float64
	nested  bool // it contains arrays or objects
}

// numberRules are what one schema requires of a number.
type numberRules struct {
	integer  bool
	low      float64
	high     float64
	above    bool // low itself is excluded
	below    bool // high itself is excluded
	multiple float64
}
