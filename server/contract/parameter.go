package contract

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// A parameterKind is how the text of a parameter becomes a value.
type parameterKind int

const (
	primitive  parameterKind = iota // text is a string, integer, number or boolean
	list                            // an array of those
	jsonText                        // content: application/json
	unchecked                       // content of another type, or no schema
	byKin                           // objects and the rarer styles: kin-openapi's decoders
	singleText                      // a Set-Cookie header: any text, any number of times
)

// A parameter is compiled from a parameter of a request, or from a header of a response.
type parameter struct {
	place
	name, in   string
	required   bool
	allowEmpty bool
	kind       parameterKind
	typ        string // of the value, or of an element of a list
	style      string
	explode    bool
	separator  string
	plan       *schemaPlan
	source     *openapi3.Parameter // where kin-openapi decides
}

// newParameter compiles p. In responses style and explode of a header are those of a request's header.
func newParameter(d *direction, p *openapi3.Parameter, src source) *parameter {
	q := d.pruner.parameters.next()
	*q = parameter{
		name: p.Name, in: p.In, required: p.Required, allowEmpty: p.AllowEmptyValue,
		place: place{p.In, pointerTo("", p.Name), orElse(sourceOf(p.Extensions, p.Origin), src)},
	}
	if sm, err := p.SerializationMethod(); err == nil {
		q.style, q.explode = sm.Style, sm.Explode
	}
	switch media := p.Content["application/json"]; {
	case media != nil && len(p.Content) == 1:
		q.kind, q.plan = jsonText, d.plan(media.Schema)
	case p.Schema == nil || p.Schema.Value == nil:
		q.kind = unchecked
	default:
		q.plan = d.plan(p.Schema)
		q.kind, q.typ = q.kindOf(p.Schema.Value)
	}
	if q.kind == byKin {
		q.source = p
	}
	return q
}

func (p *parameter) kindOf(s *openapi3.Schema) (parameterKind, string) {
	typ := typeOf(s)
	switch {
	case p.in == "path" && p.style != "simple":
		return byKin, ""
	case isPrimitive(typ):
		return primitive, typ
	case typ == "array" && s.Items != nil && s.Items.Value != nil && isPrimitive(typeOf(s.Items.Value)):
		p.separator = map[string]string{"spaceDelimited": " ", "pipeDelimited": "|"}[p.style]
		if p.separator == "" {
			p.separator = ","
		}
		return list, typeOf(s.Items.Value)
	}
	return byKin, ""
}

func isPrimitive(typ string) bool {
	return slices.Contains([]string{"string", "integer", "number", "boolean"}, typ)
}

// typeOf returns the one type of a schema, also where it is written as allOf around a reference.
func typeOf(s *openapi3.Schema) string {
	for depth := 0; s != nil && depth < 8; depth++ {
		if types := s.Type.Slice(); len(types) == 1 {
			return types[0]
		}
		if len(s.AllOf) != 1 || s.AllOf[0].Value == nil {
			break
		}
		s = s.AllOf[0].Value
	}
	if s != nil && s.Type == nil && len(s.AnyOf)+len(s.OneOf)+len(s.AllOf) == 0 && s.Not == nil {
		return "string" // a parameter is text, and any is fine
	}
	return ""
}

// check reports what is wrong with the texts given for p; none says that it is absent.
func (p *parameter) check(texts []string, out *report) {
	switch {
	case len(texts) == 0:
		if p.required {
			out.add(p.finding("required", "a value"))
		}
	case p.kind == unchecked || p.kind == byKin || p.kind == singleText:
	case p.kind == list:
		p.checkList(texts, out)
	case len(texts) > 1:
		out.add(p.finding("duplicate", "one value"))
	case texts[0] == "" && p.allowEmpty:
	case p.clean(texts[0], out):
		p.checkOne(texts[0], out)
	}
}

// clean holds for text of whole characters. Queries have been looked at already.
func (p *parameter) clean(text string, out *report) bool {
	switch {
	case !utf8.ValidString(text):
		out.add(p.finding("utf8", "valid UTF-8"))
	case strings.Contains(text, "\x00"):
		out.add(p.finding("nul", "no U+0000"))
	default:
		return true
	}
	return false
}

func (p *parameter) checkOne(text string, out *report) {
	if p.kind == jsonText {
		value, ok := readJSON([]byte(text), func(rule, expected, pointer string) {
			out.add(finding{p.place.in, p.pointer + pointer, rule, expected, p.src, false})
		})
		if ok {
			p.plan.check(value, p.place, out)
		}
		return
	}
	if value, ok := p.primitive(text, p.place, out); ok {
		p.plan.check(value, p.place, out)
	}
}

func (p *parameter) checkList(texts []string, out *report) {
	exploded := p.in == "query" && p.explode
	if !exploded && p.in != "header" && len(texts) > 1 {
		out.add(p.finding("duplicate", "one value"))
		return
	}
	elements := texts
	if !exploded {
		elements = strings.Split(strings.Join(texts, p.separator), p.separator)
	}
	if len(elements) == 1 && elements[0] == "" && p.allowEmpty {
		return
	}
	values := make([]any, 0, len(elements))
	for i, text := range elements {
		if p.in == "header" {
			text = strings.Trim(text, " \t")
		}
		path := &jsonPath{index: i, array: true}
		here := place{p.place.in, path.pointer(p.pointer), p.src}
		if value, ok := p.element(text, here, out); ok {
			values = append(values, value)
		}
	}
	if len(values) == len(elements) {
		p.plan.check(values, p.place, out)
	}
}

func (p *parameter) element(text string, at place, out *report) (any, bool) {
	if !p.clean(text, out) {
		return nil, false
	}
	return p.primitive(text, at, out)
}

// primitive reads text as the type says. Numbers are JSON's, booleans are true and false.
func (p *parameter) primitive(text string, at place, out *report) (value any, ok bool) {
	switch {
	case p.typ == "string":
		return text, true
	case text == "":
		out.add(at.finding("empty", expectedType(p.typ)))
		return nil, false
	case p.typ == "boolean" && (text == "true" || text == "false"):
		return text == "true", true
	case p.typ != "boolean" && numberLength(text) == len(text):
		return json.Number(text), true
	}
	out.add(at.finding("type", expectedType(p.typ)))
	return nil, false
}

// openAPI30 tells kin-openapi of which version the document is.
var openAPI30 = &openapi3.T{OpenAPI: "3.0.3"}

// checkByKin decides a parameter that kin-openapi decodes. An answer's header has no call.
func (p *parameter) checkByKin(r *http.Request, call *Call, all url.Values, out *report) {
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: map[string]string{}, QueryParams: all,
		Route:   &routers.Route{Spec: openAPI30},
		Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true},
	}
	input.Options.SchemaValidationOptions = p.plan.options()
	if call != nil {
		for _, name := range call.PathNames {
			input.PathParams[name] = call.PathValue(name)
		}
	}
	err := guard(func() error { return openapi3filter.ValidateParameter(r.Context(), input, p.source) })
	p.kinError(err, out)
}

func (p *parameter) kinError(err error, out *report) {
	var refused *openapi3filter.RequestError
	switch {
	case err == nil:
		return
	case errors.Is(err, openapi3filter.ErrInvalidRequired):
		out.add(p.finding("required", "a value"))
		return
	case errors.Is(err, openapi3filter.ErrInvalidEmptyValue):
		out.add(p.finding("empty", "a value"))
		return
	case !errors.As(err, &refused):
		out.add(p.finding("syntax", "a value in the style of the parameter"))
		return
	}
	faults := schemaErrors(refused.Err)
	for _, fault := range faults {
		at := p.place
		for _, token := range fault.JSONPointer() {
			at.pointer = pointerTo(at.pointer, token)
		}
		out.add(at.finding(ruleOf(fault), expectedBy(fault)))
	}
	if len(faults) == 0 {
		out.add(p.finding("type", "a value in the style of the parameter"))
	}
}

func (p *schemaPlan) options() []openapi3.SchemaValidationOption {
	if p == nil {
		return nil
	}
	return p.direction.explain
}

// errPanic stands for a panic of kin-openapi's decoders, which hostile input has caused before.
var errPanic = errors.New("the decoder panicked")

func guard(decode func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return decode()
}
