// Package param reads parameters and headers and checks them against their schemas. A [Parameter] reports every fault, a
// [Program] accepts correct values quickly.
package param

import (
	"encoding/json"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/judge"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A parameterKind says how the text of a parameter becomes a value.
type parameterKind int

const (
	Primitive  parameterKind = iota // the text is a string, integer, number or boolean
	list                            // an array of those
	jsonText                        // content: application/json
	unchecked                       // content of another type, or without a schema
	Styled                          // of a query: an object, or one of several types
	ByKin                           // elsewhere: objects and the less common styles, which kin-openapi decodes
	SingleText                      // a Set-Cookie header: any text, on any number of lines
)

// A Parameter is compiled from a parameter of a request, or from a header of a response.
type Parameter struct {
	explain.Place
	Name, In   string
	Required   bool
	allowEmpty bool
	Kind       parameterKind
	typ        string // of the value, or of the elements of an array
	style      string
	explode    bool
	separator  string
	reserved   bool // a query's text may have reserved characters as they are
	Plan       *judge.Plan
	source     *openapi3.Parameter // for kin-openapi's decoder
}

// New compiles p, which the document describes at src. Headers of a response have the style of a request's headers.
func New(d *judge.Planner, p *openapi3.Parameter, src shape.Source) *Parameter {
	q := new(Parameter)
	*q = Parameter{
		Name: p.Name, In: p.In, Required: p.Required, allowEmpty: p.AllowEmptyValue,
		Place: explain.Place{In: p.In, Pointer: strictjson.PointerTo("", p.Name), Source: src},
	}
	if sm, err := p.SerializationMethod(); err == nil {
		q.style, q.explode = sm.Style, sm.Explode
	}
	q.reserved = p.AllowReserved && p.In == openapi3.ParameterInQuery
	switch media := jsonContent(p.Content); {
	case media != nil:
		q.Kind, q.Plan = jsonText, d.Plan(media.Schema)
	case p.Schema == nil || p.Schema.Value == nil:
		q.Kind = unchecked
	default:
		q.Plan = d.Plan(p.Schema)
		q.Kind, q.typ = q.kindOf(p.Schema.Value)
	}
	if q.Kind == ByKin {
		q.source = p
	}
	return q
}

// jsonContent returns the one entry of a content map if its media type is JSON, or nil.
func jsonContent(content openapi3.Content) *openapi3.MediaType {
	for key, media := range content {
		if typ, _, err := mime.ParseMediaType(key); err == nil && len(content) == 1 && shape.IsJSON(typ) {
			return media
		}
	}
	return nil
}

func (p *Parameter) kindOf(s *openapi3.Schema) (parameterKind, string) {
	typ := shape.TypeOf(s)
	switch {
	case p.In == "path" && p.style != "simple":
		return ByKin, ""
	case p.In == openapi3.ParameterInQuery && p.style == openapi3.SerializationDeepObject:
		return Styled, ""
	case isPrimitive(typ):
		return Primitive, typ
	case typ == "array" && s.Items != nil && s.Items.Value != nil && isPrimitive(shape.TypeOf(s.Items.Value)):
		p.separator = SeparatorOf(p.style)
		return list, shape.TypeOf(s.Items.Value)
	case p.In == openapi3.ParameterInQuery:
		return Styled, ""
	}
	return ByKin, ""
}

// SeparatorOf returns what separates the elements of an array in one text.
func SeparatorOf(style string) string {
	switch style {
	case openapi3.SerializationSpaceDelimited:
		return " "
	case openapi3.SerializationPipeDelimited:
		return "|"
	}
	return ","
}

func isPrimitive(typ string) bool {
	return slices.Contains([]string{"string", "integer", "number", "boolean"}, typ)
}

// Check reports what is wrong with the texts given for p. Without texts the parameter is absent.
func (p *Parameter) Check(texts []string, out *explain.Report) {
	switch {
	case len(texts) == 0:
		if p.Required {
			out.Add(p.Finding("required", "a value"))
		}
	case p.Kind == unchecked || p.Kind == Styled || p.Kind == ByKin || p.Kind == SingleText:
	case p.Kind == list:
		p.checkList(texts, out)
	case len(texts) > 1:
		out.Add(p.Finding("duplicate", "one value"))
	case texts[0] == "" && p.allowEmpty:
	case p.clean(texts[0], out):
		p.checkOne(texts[0], out)
	}
}

// shape returns what is known of the value, which may be nil.
func (p *Parameter) shape() *shape.Shape {
	if p.Plan == nil {
		return nil
	}
	return p.Plan.Shape
}

// clean reports whether text is valid UTF-8 without U+0000. In a query, SplitFields has checked that before.
func (p *Parameter) clean(text string, out *explain.Report) bool {
	switch {
	case !utf8.ValidString(text):
		out.Add(p.Finding("utf8", "valid UTF-8"))
	case strings.Contains(text, "\x00"):
		out.Add(p.Finding("nul", "no U+0000"))
	default:
		return true
	}
	return false
}

func (p *Parameter) checkOne(text string, out *explain.Report) {
	if p.Kind == jsonText {
		value, ok := strictjson.Read([]byte(text), func(rule, expected string, steps []strictjson.Step) {
			out.Add(p.Below(p.shape(), steps).Finding(rule, expected))
		})
		if ok {
			p.Plan.Check(value, p.Place, out)
		}
		return
	}
	if value, ok := p.primitive(text, p.Place, out); ok {
		p.Plan.Check(value, p.Place, out)
	}
}

func (p *Parameter) checkList(texts []string, out *explain.Report) {
	exploded := p.In == "query" && p.explode
	if !exploded && p.In != "header" && len(texts) > 1 {
		out.Add(p.Finding("duplicate", "one value"))
		return
	}
	elements := texts
	if !exploded {
		elements = strings.Split(strings.Join(texts, p.separator), p.separator)
	}
	p.checkElements(elements, out)
}

func (p *Parameter) checkElements(elements []string, out *explain.Report) {
	if len(elements) == 1 && elements[0] == "" && p.allowEmpty {
		return
	}
	values := make([]any, 0, len(elements))
	for i, text := range elements {
		if p.In == "header" {
			text = strings.Trim(text, " \t")
		}
		here := p.Below(p.shape(), []strictjson.Step{{Index: i, Array: true}})
		if value, ok := p.element(text, here, out); ok {
			values = append(values, value)
		}
	}
	if len(values) == len(elements) {
		p.Plan.Check(values, p.Place, out)
	}
}

func (p *Parameter) element(text string, at explain.Place, out *explain.Report) (any, bool) {
	if !p.clean(text, out) {
		return nil, false
	}
	return p.primitive(text, at, out)
}

// primitive decodes text by the type. Numbers are JSON's, booleans are true and false.
func (p *Parameter) primitive(text string, at explain.Place, out *explain.Report) (value any, ok bool) {
	switch {
	case p.typ == "string":
		return text, true
	case text == "":
		out.Add(p.wrong(at, "empty"))
		return nil, false
	case p.typ == "boolean" && (text == "true" || text == "false"):
		return text == "true", true
	case p.typ != "boolean" && strictjson.NumberLength(text) == len(text):
		return json.Number(text), true
	}
	out.Add(p.wrong(at, "type"))
	return nil, false
}

// wrong is the finding for a text that is not of the type. It stands at the schema, which says the type.
func (p *Parameter) wrong(at explain.Place, rule string) explain.Finding {
	if s := p.schema(); s != nil {
		at.Source = shape.OrElse(s.Source, at.Source)
	}
	f := at.Finding(rule, explain.ExpectedType(p.typ))
	f.Got = "string"
	return f
}

// schema returns the shape of a value that is read from one text: that of an element of a list.
func (p *Parameter) schema() *shape.Shape {
	s := p.shape()
	if p.Kind == list && s != nil {
		return s.Items.Shape
	}
	return s
}
