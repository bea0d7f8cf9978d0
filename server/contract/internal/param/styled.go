package param

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// CheckGiven reports what is wrong with what a query has for p.
func (p *Parameter) CheckGiven(g *Group, out *explain.Report) {
	if g.given() && (p.Kind == Styled || p.Kind == list) {
		p.checkGiven(g, out)
		return
	}
	var texts []string
	if g != nil {
		for _, t := range g.texts {
			texts = append(texts, t.value)
		}
	}
	p.Check(texts, out)
}

func (p *Parameter) checkGiven(g *Group, out *explain.Report) {
	switch {
	case p.Kind == Styled:
		p.checkStyled(g, out)
	case p.explode || len(g.texts) != 1:
		p.checkList(g.values(), out)
	default:
		p.checkElements(p.Elements(g.texts[0].value, g.texts[0].raw), out)
	}
}

func (g *Group) values() []string {
	list := make([]string, len(g.texts))
	for i, t := range g.texts {
		list[i] = t.value
	}
	return list
}

// CheckSent is Check for a value of a path, of which sent is the form that was sent, or "".
func (p *Parameter) CheckSent(value, sent string, out *explain.Report) {
	if p.Kind != list {
		p.Check([]string{value}, out)
		return
	}
	p.checkElements(p.ElementsInPath(value, sent), out)
}

// ElementsInPath is Elements for a value of a path, where a plus sign is no blank.
func (p *Parameter) ElementsInPath(value, sent string) []string {
	return p.Elements(value, strings.ReplaceAll(sent, "+", "%2B"))
}

// Elements returns the elements of an array in one text, which was sent as raw in a query, or "" if that is not known: of the ways
// to split it, the first whose elements are accepted, or else the first.
func (p *Parameter) Elements(value, raw string) []string {
	ways := splits([]text{{value, raw}}, p.separator)
	if len(ways) == 1 {
		return ways[0]
	}
	for _, elements := range ways {
		var found explain.Report
		if p.checkElements(elements, &found); len(found.Findings()) == 0 {
			return elements
		}
	}
	return ways[0]
}

// HasEscapedComma reports whether an escaped text of a query or path has a comma that belongs to an element.
func HasEscapedComma(raw string) bool {
	return strings.Contains(raw, "%2C") || strings.Contains(raw, "%2c")
}

// checkStyled checks an object, or a value of one of several types.
func (p *Parameter) checkStyled(g *Group, out *explain.Report) {
	if len(g.texts) == 1 && len(g.members) == 0 && g.texts[0].value == "" && p.allowEmpty {
		return
	}
	e := Encoding{}
	if !p.explode && p.style != openapi3.SerializationDeepObject {
		e.Separator = SeparatorOf(p.style)
	}
	d := Decoder{p.Plan, out}
	if value, ok := d.Value(g, p.shape(), e, p.Place); ok {
		p.Plan.Check(value, p.Place, out)
	}
}

// spread reports whether the members of p are parameters of the query of their own names.
func (p *Parameter) spread() bool {
	return p.Kind == Styled && p.style == openapi3.SerializationForm && p.explode && p.shape().Admits(shape.Object) &&
		!p.shape().Admits(shape.Array|shape.Scalar)
}
