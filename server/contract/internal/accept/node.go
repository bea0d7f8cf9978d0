package accept

import (
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A Node is compiled from a shape: what a program asks of a value at one place. A nil node takes any JSON. What is asked of
// strings, which most values are, is in its first cache line.
type Node struct {
	never         bool // nothing is accepted here, for something about the schemas is beyond a program
	simple        bool // there is nothing here but what the type of a value asks
	null, yes, no bool // whether null, true and false are accepted: kin-openapi was asked
	kinds         shape.Kind
	finite        bool // a number must fit a float64
	integer       bool // a number must be an integer, and one that Go's decoders take
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
	oneWay        map[string]bool // the direction's
	members       MemberTable
	unnamed       unnamedRules
	choices       []*choiceRules
}

// textRules are what the schemas of a place ask of a string.
type textRules struct {
	uuid     func([]byte) bool // the one format, if that is all that is asked: what it accepts has no escapes
	min, max int               // code points
	more     bool              // there is more than that
	patterns []*pattern
	formats  []func([]byte) bool
}

// unnamedRules say what becomes of members that no schema of the place names.
type unnamedRules struct {
	closed bool // kin-openapi refuses them
	open   bool // they are undeclared
	allow  bool // and that is ignored
	node   *Node
	weight float64
}

// enumRules are one enumeration.
type enumRules struct {
	texts   []string
	numbers []float64
	nested  bool // arrays or objects are among the values
}

// numberRules are what one schema asks of a number.
type numberRules struct {
	integer  bool
	low      float64
	high     float64
	above    bool // low itself is excluded
	below    bool // high itself is excluded
	multiple float64
}
