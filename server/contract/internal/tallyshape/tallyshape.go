// Package tallyshape tells a tally what a document has for each place of a message. [Shapes.Of] makes the shape that package
// tally counts by from the shape that the checks are made from.
package tallyshape

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/tally"
)

// Shapes has one tally's shape for each shape of the document and direction, so that recursive schemas do not recurse without end.
type Shapes map[key]*tally.Shape

type key struct {
	of       *shape.Shape
	response bool
}

// Of returns the tally's shape of values, or nil if no schema describes them.
func (all Shapes) Of(s *shape.Shape, d *explain.Direction) *tally.Shape {
	if s == nil {
		return nil
	}
	if t := all[key{s, d.Response}]; t != nil {
		return t
	}
	t := &tally.Shape{Kinds: kindsOf(s, d), Enum: enumOf(s), Secret: s.Secret, Map: s.IsMap()}
	all[key{s, d.Response}] = t
	t.Undeclared = undeclaredRule(s, d)
	for _, schema := range s.FirmSchemas() {
		if has := d.Formats[schema.Format]; has != nil {
			t.Formats = append(t.Formats, has)
		}
	}
	t.Declared = declared(s, t, d)
	t.Members = all.members(s, d)
	t.Rest, t.Items = all.Of(s.Rest.Shape, d), all.Of(s.Items.Shape, d)
	t.Compile()
	return t
}

// undeclaredRule is how a member departs that the schemas do not name.
func undeclaredRule(s *shape.Shape, d *explain.Direction) tally.Rule {
	switch {
	case len(s.Closed) > 0:
		return tally.AdditionalProperties
	case s.Open && d.Undeclared != shape.Ignore:
		return tally.Undeclared
	}
	return 0
}

// kindsOf returns the kinds that the firm schemas accept together. kin-openapi decides about null, which depends on how they are
// composed.
func kindsOf(s *shape.Shape, d *explain.Direction) tally.Kind {
	kinds := tally.AnyKind
	for _, schema := range s.FirmSchemas() {
		kinds &= kindsOfTypes(schema.Type) | tally.Null
	}
	if s.Integer {
		kinds &^= tally.Number
	}
	if !d.Takes(s, nil) {
		kinds &^= tally.Null
	}
	return kinds
}

func kindsOfTypes(types *openapi3.Types) tally.Kind {
	if types == nil {
		return tally.AnyKind
	}
	var kinds tally.Kind
	for typ, kind := range map[string]tally.Kind{
		openapi3.TypeBoolean: tally.Boolean, openapi3.TypeInteger: tally.Integer, openapi3.TypeNumber: tally.Integer | tally.Number,
		openapi3.TypeString: tally.String, openapi3.TypeArray: tally.Array, openapi3.TypeObject: tally.Object,
	} {
		if types.Includes(typ) {
			kinds |= kind
		}
	}
	return kinds
}

// enumOf returns the texts of the values that all firm enumerations list; nil if there is none, or one with arrays or objects.
func enumOf(s *shape.Shape) []string {
	var texts []string
	found := false
	for _, schema := range s.FirmSchemas() {
		if len(schema.Enum) == 0 {
			continue
		}
		listed, ok := textsOf(schema.Enum)
		switch {
		case !ok:
			return nil
		case found:
			texts = slices.DeleteFunc(texts, func(text string) bool { return !slices.Contains(listed, text) })
		default:
			texts, found = listed, true
		}
	}
	return texts
}

func textsOf(values []any) (texts []string, ok bool) {
	for _, value := range values {
		switch value := value.(type) {
		case nil:
		case string:
			texts = append(texts, value)
		case map[string]any, []any:
			return nil, false
		default:
			text, err := json.Marshal(value)
			if err != nil {
				return nil, false
			}
			texts = append(texts, string(text))
		}
	}
	return texts, true
}

// members returns the members that the schemas name, and those that they only require.
func (all Shapes) members(s *shape.Shape, d *explain.Direction) []tally.Member {
	required := map[string]bool{}
	for _, part := range s.Parts(d.Response) {
		for _, name := range part.Schema.Required {
			required[name] = true
		}
	}
	var list []tally.Member
	for _, name := range slices.Sorted(maps.Keys(s.Members)) {
		list = append(list, tally.Member{
			Name: name, Schema: all.Of(s.Members[name].Shape, d), Required: required[name], Rule: presenceRule(s, name, d),
		})
		delete(required, name)
	}
	for _, name := range slices.Sorted(maps.Keys(required)) {
		list = append(list, tally.Member{Name: name, Schema: all.Of(s.Rest.Shape, d), Required: true, Rule: undeclaredRule(s, d)})
	}
	return list
}

// presenceRule is how the presence of a member departs that the schemas name.
func presenceRule(s *shape.Shape, name string, d *explain.Direction) tally.Rule {
	member := s.Members[name].Shape
	switch {
	case slices.ContainsFunc(s.Closed, func(schema *openapi3.Schema) bool { return schema.Properties[name] == nil }):
		return tally.AdditionalProperties
	case member != nil && member.ReadOnly && !d.Response:
		return tally.ReadOnly
	case member != nil && member.WriteOnly && d.Response:
		return tally.WriteOnly
	}
	return 0
}

// declared is what readers of counts are told of a shape.
func declared(s *shape.Shape, t *tally.Shape, d *explain.Direction) *counts.Declared {
	declared := &counts.Declared{
		Schema: s.Source.Node.String(), Line: s.Source.Line, Kinds: t.Kinds.Names(), Enum: t.Enum,
		ReadOnly: s.ReadOnly, WriteOnly: s.WriteOnly, Secret: s.Secret, Closed: len(s.Closed) > 0,
	}
	for _, schema := range s.FirmSchemas() {
		if d.Formats[schema.Format] != nil {
			declared.Format = schema.Format
		}
	}
	return declared
}
