package media

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// form reads application/x-www-form-urlencoded into an object. Members that are objects may be written with names in brackets,
// as in card[number]=42, or as JSON.
func (m *Plan) form(body []byte, at explain.Place, out *explain.Report) (any, bool) {
	clean := true
	fields := param.SplitFields(string(body), m.reserves, func(rule, expected, name string) {
		clean = false
		here := at
		if name != "" {
			here = m.field(at, name)
		}
		out.Add(here.Finding(rule, expected))
	})
	var given param.Group
	for _, f := range fields {
		given.Put(m.path(f.Name), f)
	}
	return m.object(&given, clean, at, out)
}

// path returns the names that lead to a field of a form. A declared member has its name; another may have the name of a
// declared member with more in brackets.
func (m *Plan) path(name string) []string {
	if _, declared := m.root().Members[name]; declared {
		return []string{name}
	}
	if base, path, ok := param.Brackets(name); ok {
		if _, declared := m.root().Members[base]; declared {
			return append([]string{base}, path...)
		}
	}
	return []string{name}
}

func (m *Plan) reserves(name string) bool {
	encoding := m.encode[m.path(name)[0]]
	return encoding != nil && encoding.AllowReserved
}

// object returns the value of a form.
func (m *Plan) object(given *param.Group, clean bool, at explain.Place, out *explain.Report) (any, bool) {
	d := param.Decoder{Plan: m.Plan, Out: out}
	object := map[string]any{}
	given.Each(func(name string, g *param.Group) {
		value, ok := d.Value(g, m.root().Member(name), m.encoding(name), m.field(at, name))
		object[name], clean = value, clean && ok
	})
	return object, clean
}

// encoding returns how the value of a member is written.
func (m *Plan) encoding(name string) param.Encoding {
	e := param.Encoding{Loose: true}
	encoding := m.encode[name]
	if encoding == nil {
		return e
	}
	e.JSON = shape.IsJSON(strings.ToLower(encoding.ContentType)) && !m.root().Member(name).Admits(shape.Array)
	if encoding.Explode != nil && !*encoding.Explode || encoding.Style != "" && encoding.Style != openapi3.SerializationForm {
		e.Separator = param.SeparatorOf(encoding.Style)
	}
	if encoding.Style == openapi3.SerializationDeepObject {
		e.Separator = ""
	}
	return e
}
