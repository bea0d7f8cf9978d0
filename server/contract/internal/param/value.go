package param

import (
	"encoding/json"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/judge"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// An Encoding says how the value of a parameter, or of a member of a form, is written.
type Encoding struct {
	Separator string // between the elements of an array that are in one text; "" if each has a text of its own
	JSON      bool   // one text is JSON
	Loose     bool   // one text may be JSON, if it has to be an object or an array of objects
}

// A Decoder makes values of texts. Text does not say of which type it is, so that the decoder asks the schemas: of the values
// that a text may stand for, it takes the first that they accept, and the most obvious if they accept none.
type Decoder struct {
	Plan *judge.Plan
	Out  *explain.Report
}

// Value returns the value of a group, for which the schemas of s have to apply. It reports false if there is none, because
// the texts cannot be read; the fault has then been reported.
func (d *Decoder) Value(g *Group, s *shape.Shape, e Encoding, at explain.Place) (value any, ok bool) {
	switch {
	case len(g.members) > 0:
		return d.nested(g, s, at)
	case e.JSON:
		return d.json(g, s, at)
	}
	if s.Admits(shape.Array) {
		if list, is := d.list(g, s, e); is {
			return list, true
		}
	}
	if len(g.texts) > 1 {
		d.Out.Add(at.Finding("duplicate", "one value"))
	}
	switch {
	case !onlyNested(s):
		return d.Scalar(g.texts[0].value, s), true
	case e.Loose:
		return d.json(g, s, at)
	}
	return d.pairs(g.texts[0], s, e, at)
}

// onlyNested reports whether the schemas accept only objects and arrays.
func onlyNested(s *shape.Shape) bool {
	return s != nil && s.Said != 0 && s.Said&^(shape.Object|shape.Array) == 0
}

// json reads one text as JSON.
func (d *Decoder) json(g *Group, s *shape.Shape, at explain.Place) (any, bool) {
	if len(g.texts) > 1 {
		d.Out.Add(at.Finding("duplicate", "one value"))
	}
	return strictjson.Read([]byte(g.texts[0].value), func(rule, expected string, steps []strictjson.Step) {
		d.Out.Add(at.Below(s, steps).Finding(rule, expected))
	})
}

// nested reads names in brackets: the members of an object, or the elements of an array.
func (d *Decoder) nested(g *Group, s *shape.Shape, at explain.Place) (any, bool) {
	if s.Admits(shape.Array) {
		if list, isList := g.elements(); isList {
			return d.elements(list, s, at)
		}
	}
	if len(g.texts) > 0 {
		d.Out.Add(at.Finding("duplicate", "either one value or its members"))
	}
	object, good := make(map[string]any, len(g.members)), true
	for _, m := range g.members {
		here := at.Below(s, []strictjson.Step{{Name: m.name}})
		value, ok := d.Value(m.Group, s.Member(m.name), Encoding{}, here)
		object[m.name], good = value, good && ok
	}
	return object, good
}

// pairs reads an object from one text: names and values in turn.
func (d *Decoder) pairs(t text, s *shape.Shape, e Encoding, at explain.Place) (any, bool) {
	parts := strings.Split(t.value, e.Separator)
	if e.Separator == "" || len(parts)%2 != 0 {
		d.Out.Add(at.Finding("type", "a value in the style of the parameter"))
		return nil, false
	}
	object := map[string]any{}
	for i := 0; i < len(parts); i += 2 {
		if _, twice := object[parts[i]]; twice {
			d.Out.Add(at.Below(s, []strictjson.Step{{Name: parts[i]}}).Finding("duplicate", "each member once"))
			continue
		}
		object[parts[i]] = d.Scalar(parts[i+1], s.Member(parts[i]))
	}
	return object, true
}

func (d *Decoder) elements(list []*Group, s *shape.Shape, at explain.Place) (any, bool) {
	values, good := make([]any, len(list)), true
	for i, g := range list {
		value, ok := d.Value(g, s.Items.Shape, Encoding{}, at.Below(s, []strictjson.Step{{Index: i, Array: true}}))
		values[i], good = value, good && ok
	}
	return values, good
}

// list reads the elements of an array. It reports false if the texts are rather one value, because the schemas accept that, or
// do not accept an array of one.
func (d *Decoder) list(g *Group, s *shape.Shape, e Encoding) ([]any, bool) {
	one := len(g.texts) == 1
	if e.Loose && one && strings.HasPrefix(strings.TrimSpace(g.texts[0].value), "[") && onlyNested(s.Items.Shape) {
		return nil, false // JSON
	}
	var first []any
	for i, elements := range splits(g.texts, e.Separator) {
		values := make([]any, len(elements))
		for k, element := range elements {
			values[k] = d.Scalar(element, s.Items.Shape)
		}
		if d.Plan.Direction.Accepts(s, values) {
			return values, !one || !s.Admits(shape.Scalar) || !d.Plan.Direction.Accepts(s, d.Scalar(g.texts[0].value, s))
		}
		if i == 0 {
			first = values
		}
	}
	return first, !one || !s.Admits(shape.Scalar)
}

// splits returns the elements that texts may stand for. A separator that is escaped belongs to its element, but a pipe and a
// blank are escaped by many clients, and by some the comma.
func splits(texts []text, separator string) [][]string {
	var plain []string
	for _, t := range texts {
		plain = append(plain, t.value)
	}
	if separator == "" {
		return [][]string{plain}
	}
	decoded := strings.Split(strings.Join(plain, separator), separator)
	if separator != "," || len(texts) != 1 || !HasEscapedComma(texts[0].raw) {
		return [][]string{decoded}
	}
	var raw []string
	for element := range strings.SplitSeq(texts[0].raw, ",") {
		raw = append(raw, unescaped(element))
	}
	return [][]string{raw, decoded}
}

// Scalar returns the value of a text.
func (d *Decoder) Scalar(text string, s *shape.Shape) any {
	if s != nil && s.Said == 0 && d.Plan.Direction.Accepts(s, text) {
		return text
	}
	var candidates []any
	number, boolean := s != nil && s.Said == 0 || s.Admits(shape.Number), s != nil && s.Said == 0 || s.Admits(shape.Boolean)
	if number && text != "" && strictjson.NumberLength(text) == len(text) {
		candidates = append(candidates, json.Number(text))
	}
	if boolean && (text == "true" || text == "false") {
		candidates = append(candidates, text == "true")
	}
	if len(candidates) == 0 {
		return text
	}
	for _, value := range append(candidates, text) {
		if d.Plan.Direction.Accepts(s, value) {
			return value
		}
	}
	return candidates[0]
}
