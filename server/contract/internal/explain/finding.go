package explain

import (
	"cmp"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A Place says where in a message a value is, and where the document describes it.
type Place struct {
	In, Pointer string
	Where       string // Pointer with * for indices and {} for names that are data; the same as Pointer where it is ""
	Source      shape.Source
}

// Named returns the place of a parameter, header or field that the document does not declare.
func Named(in, name string, src shape.Source) Place {
	return Place{In: in, Pointer: strictjson.PointerTo("", name), Where: strictjson.PlaceOf(name), Source: src}
}

// Below returns the place of a value that the steps lead to, from a value of the shape.
func (p Place) Below(s *shape.Shape, steps []strictjson.Step) Place {
	below := p
	below.Pointer = strictjson.Pointer(p.Pointer, steps)
	below.Where = cmp.Or(p.Where, p.Pointer) + s.Place(steps)
	return below
}

// Finding returns a departure at the place that refuses the message.
func (p Place) Finding(rule, expected string) Finding {
	return Finding{In: p.In, Pointer: p.Pointer, Where: cmp.Or(p.Where, p.Pointer), Rule: rule, Expected: expected, Source: p.Source}
}

// Silent returns the finding without a grade, for the document says nothing of what departs: that there is no such member, header
// or status rests on no evidence.
func (f Finding) Silent() Finding {
	f.Source.Grade = ""
	return f
}

// A Finding is a departure of a message from the document at one place: in as many values as Count says.
type Finding struct {
	In, Pointer, Where string
	Rule, Expected     string
	Source             shape.Source
	Got                string // the kind of what was found
	ReportOnly         bool   // the message is not refused for it
	Strict             bool   // OpenAPI does not ask for it
	Count              int

	walked, explained int // values, as each of them counted
	visit             int // of the explainer, its last
}
