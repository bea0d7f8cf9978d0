package media

import (
	"net/http"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// large is the size of a JSON body, in bytes, above which it is checked piece by piece: as a value in memory it may take hundreds of
// times its size.
const large = 64 << 10

// Check decodes a body and checks its value. header is the message's.
func (m *Plan) Check(body []byte, header http.Header, at explain.Place, out *explain.Report) {
	at.Source = m.Source
	if m.Decoder == JSONBody && len(body) > large {
		m.Plan.CheckText(body, at, out)
		return
	}
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
		return m.form(body, at, out)
	case multipartBody:
		return m.multipart(body, header, at, out)
	}
	return nil, false
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

// fault is the finding for a body that its media type does not allow.
func (m *Plan) fault(at explain.Place) explain.Finding {
	return at.Finding("syntax", "a body of type "+m.key+" that can be decoded by its schema")
}
