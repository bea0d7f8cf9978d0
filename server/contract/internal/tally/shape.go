package tally

import (
	"math"
	"strconv"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// A Kind is a set of kinds of JSON values. A number without fraction and exponent is an Integer.
type Kind uint8

// Kinds.
const (
	Null Kind = 1 << iota
	Boolean
	Integer
	Number
	String
	Array
	Object
	AnyKind = Null | Boolean | Integer | Number | String | Array | Object
)

// A Shape is what a document asks of the values at a place, as far as a Tally looks. The exported fields are set once, and then
// Compile is called; a Shape may be reached from itself.
type Shape struct {
	Declared *counts.Declared // for readers of the counts; Compile fills in Members, Rest and Items

	Kinds   Kind                // that are accepted
	Formats []func([]byte) bool // that strings must have
	Enum    []string            // the texts of strings, numbers and booleans that are accepted; empty if all are
	Secret  bool                // what strings look like is not counted

	Members    []Member
	Undeclared Rule   // how a member that is not listed departs; 0 if it does not
	Map        bool   // names that are not listed are data, and admitted; Rest says what is asked of them
	Rest       *Shape // nil takes anything
	Items      *Shape // of the elements; nil takes anything

	index    map[string]int // of Members
	numbers  []float64      // what Enum's texts are as numbers
	required []uint64       // a set of indexes
}

// A Member is a member that the document lists.
type Member struct {
	Name     string
	Schema   *Shape // nil takes anything
	Required bool
	Rule     Rule // how its presence departs: ReadOnly, WriteOnly or AdditionalProperties, or 0
}

// Compile makes what is needed to count.
func (s *Shape) Compile() {
	s.index = make(map[string]int, len(s.Members))
	s.required = make([]uint64, words(len(s.Members)))
	for i, m := range s.Members {
		s.index[m.Name] = i
		if m.Required {
			s.required[i>>6] |= 1 << (i & 63)
		}
	}
	for _, text := range s.Enum {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			f = math.NaN() // which equals no number
		}
		s.numbers = append(s.numbers, f)
	}
	s.declare()
}

// declare tells the readers of counts of the places below.
func (s *Shape) declare() {
	d := s.Declared
	if d == nil {
		return
	}
	d.Members = make(map[string]counts.Member, len(s.Members))
	for _, m := range s.Members {
		d.Members[m.Name] = counts.Member{Declared: m.Schema.declared(), Required: m.Required}
	}
	if d.Items = s.Items.declared(); s.Map {
		if d.Rest = s.Rest.declared(); d.Rest == nil {
			d.Rest = &counts.Declared{Kinds: AnyKind.Names()}
		}
	}
}

func (s *Shape) declared() *counts.Declared {
	if s == nil {
		return nil
	}
	return s.Declared
}

// words is how many words a set of n indexes has.
func words(n int) int { return (n + 63) / 64 }

// Names returns the names of the kinds as counts have them.
func (k Kind) Names() []string {
	var names []string
	for i, name := range []string{"null", "boolean", "integer", "number", "string", "array", "object"} {
		if k&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}
