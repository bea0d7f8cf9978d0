package media

import (
	"bytes"
	"net/http"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// Check decodes a body and checks its value. header is the message's.
func (m *Plan) Check(body []byte, header http.Header, at explain.Place, out *explain.Report) {
	at.Source = m.Source
	value, ok := m.decode(body, header, at, out)
	if ok {
		m.Plan.Check(value, at, out)
	}
}

// decode returns false if there is no value to check.
func (m *Plan) decode(body []byte, header http.Header, at explain.Place, out *explain.Report) (value any, ok bool) {
	switch m.Decoder {
	case JSONBody:
		return strictjson.Read(body, func(rule, expected string, steps []strictjson.Step) {
			out.Add(at.Below(m.root(), steps).Finding(rule, expected))
		})
	case StringBody:
		if !utf8.Valid(body) {
			out.Add(at.Finding("utf8", "valid UTF-8"))
			return nil, false
		}
		return string(body), true
	case formBody:
		return m.form(body, header, at, out)
	case multipartBody:
		return m.multipart(body, header, at, out)
	}
	return nil, false
}

// form reads application/x-www-form-urlencoded. Its fields are checked here, because kin-openapi's decoder drops those that it
// does not know.
func (m *Plan) form(body []byte, header http.Header, at explain.Place, out *explain.Report) (any, bool) {
	clean := true
	fields := param.SplitFields(string(body), func(rule, expected, name string) {
		clean = false
		here := at
		if name != "" {
			here = m.field(at, name)
		}
		out.Add(here.Finding(rule, expected))
	})
	seen := map[string]bool{}
	for _, f := range fields {
		here := m.field(at, f.Name)
		member, named := m.Plan.Shape.Members[f.Name]
		switch {
		case !named:
			m.unnamedField(f.Name, here, out)
		case seen[f.Name] && (member.Shape == nil || member.Shape.Items.Shape == nil):
			out.Add(here.Finding("duplicate", "each field once"))
		}
		seen[f.Name] = true
	}
	if !clean {
		return nil, false
	}
	return m.byKin(openapi3filter.UrlencodedBodyDecoder, body, header, at, out)
}

// root returns what is known of bodies of this type, which may be nil.
func (m *Plan) root() *shape.Shape {
	if m.Plan == nil {
		return nil
	}
	return m.Plan.Shape
}

// field returns the place of a field or part.
func (m *Plan) field(at explain.Place, name string) explain.Place {
	return at.Below(m.root(), []strictjson.Step{{Name: name}})
}

func (m *Plan) unnamedField(name string, at explain.Place, out *explain.Report) {
	s, policy := m.Plan.Shape, m.Plan.Direction.Undeclared
	switch _, twin := s.Folded[strictjson.Fold(name)]; {
	case twin:
		out.Add(at.Finding("case", "the declared name"))
	case len(s.Closed) > 0:
		out.Add(at.Finding("additionalProperties", "only declared members"))
	case s.Open && policy != shape.Ignore:
		f := at.Finding("undeclared", "only declared members").Silent()
		f.ReportOnly = policy == shape.Report
		out.Add(f)
	}
}

func (m *Plan) byKin(
	decode openapi3filter.BodyDecoder, body []byte, header http.Header, at explain.Place, out *explain.Report,
) (value any, ok bool) {
	encoding := func(name string) *openapi3.Encoding { return m.encode[name] }
	err := explain.Guard(func() (err error) {
		value, err = decode(bytes.NewReader(body), header, asObject(m.Schema), encoding)
		return err
	})
	if err != nil {
		out.Add(m.unreadable(at))
		return nil, false
	}
	return value, true
}

func (m *Plan) unreadable(at explain.Place) explain.Finding {
	return at.Finding("syntax", "a body of type "+m.key+" that can be decoded by its schema")
}
