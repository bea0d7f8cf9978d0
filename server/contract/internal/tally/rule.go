package tally

import "github.com/resellerkit/resellerkit/server/contract/counts"

// A Rule is how a value or message departs from the document. The zero Rule is that it does not.
type Rule uint8

// Rules.
const (
	Type Rule = iota + 1
	Nullable
	Enum
	Format
	Required
	Undeclared
	AdditionalProperties
	ReadOnly
	WriteOnly
	Duplicate
	Empty
	StatusRule
	MediaType
	Charset
	Encoding
	Body
	Syntax
)

var ruleNames = [...]string{
	Type: "type", Nullable: "nullable", Enum: "enum", Format: "format", Required: "required", Undeclared: "undeclared",
	AdditionalProperties: "additionalProperties", ReadOnly: "readOnly", WriteOnly: "writeOnly", Duplicate: "duplicate", Empty: "empty",
	StatusRule: "status", MediaType: "mediaType", Charset: "charset", Encoding: "encoding", Body: "body", Syntax: "syntax",
}

// String returns the rule's name as contract.Violation has it.
func (r Rule) String() string { return ruleNames[r] }

// RuleOf returns the Rule with a name, or 0 for a rule that a Tally does not know.
func RuleOf(name string) Rule {
	for r, known := range ruleNames {
		if known == name && name != "" {
			return Rule(r)
		}
	}
	return 0
}

func (r Rule) or(other Rule) Rule {
	if r == 0 {
		return other
	}
	return r
}

// A Fit is 0 for a message in which nothing departs. Else it is a hash of the set of places and rules that depart, the same for
// messages that depart in the same way.
type Fit uint64

// misfits count the departures at one place, of which there are few kinds.
type misfits []misfit

type misfit struct {
	rule     Rule
	n        counts.Misfit
	exchange uint64 // the last one that was counted
}

// misfit counts a departure at the place with an id.
func (s *scanner) misfit(m *misfits, id uint64, rule Rule) {
	if rule == 0 {
		return
	}
	at := 0
	for at < len(*m) && (*m)[at].rule != rule {
		at++
	}
	if at == len(*m) {
		*m = append(*m, misfit{rule: rule})
	}
	one := &(*m)[at]
	one.n.Values++
	if one.exchange != s.exchange {
		one.exchange = s.exchange
		one.n.Exchanges++
		s.fit ^= mix(id + uint64(rule))
		s.departs = true
	}
}

func (m misfits) counts() counts.Misfits {
	if len(m) == 0 {
		return nil
	}
	all := make(counts.Misfits, len(m))
	for _, one := range m {
		all[one.rule.String()] = one.n
	}
	return all
}

// mix is the finalizer of SplitMix64: it spreads sums of small numbers over all bits.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
