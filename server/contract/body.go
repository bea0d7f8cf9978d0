package contract

import (
	"bytes"
	"net/http"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// A bodyPlan is compiled from a requestBody.
type bodyPlan struct {
	required bool
	src      source
	media    []*mediaPlan
}

// body returns nil for an operation without one.
func (m *compiler) body(source *openapi3.Operation, src source) *bodyPlan {
	if source.RequestBody == nil || source.RequestBody.Value == nil {
		return nil
	}
	body := source.RequestBody.Value
	src = orElse(sourceOf(body.Extensions, body.Origin), src)
	return &bodyPlan{body.Required, src, m.request.newMedia(body.Content, src)}
}

// check decodes a body and checks what came out. header is the message's.
func (m *mediaPlan) check(body []byte, header http.Header, at place, out *report) {
	at.src = m.src
	value, ok := m.decode(body, header, at, out)
	if ok {
		m.plan.check(value, at, out)
	}
}

// decode returns false where there is nothing to check.
func (m *mediaPlan) decode(body []byte, header http.Header, at place, out *report) (value any, ok bool) {
	switch m.decoder {
	case jsonBody:
		return readJSON(body, func(rule, expected, pointer string) {
			out.add(finding{at.in, at.pointer + pointer, rule, expected, at.src, false})
		})
	case stringBody:
		if !utf8.Valid(body) {
			out.add(at.finding("utf8", "valid UTF-8"))
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

// form reads application/x-www-form-urlencoded. Members are judged here, for the decoder drops those it does not know.
func (m *mediaPlan) form(body []byte, header http.Header, at place, out *report) (any, bool) {
	clean := true
	fields := splitFields(string(body), func(rule, expected, name string) {
		clean = false
		here := at
		if name != "" {
			here.pointer = pointerTo(at.pointer, name)
		}
		out.add(here.finding(rule, expected))
	})
	seen := map[string]bool{}
	for _, f := range fields {
		here := at
		here.pointer = pointerTo(at.pointer, f.name)
		member, named := m.plan.shape.members[f.name]
		switch {
		case !named:
			m.strangeField(f.name, here, out)
		case seen[f.name] && (member.shape == nil || member.shape.items.shape == nil):
			out.add(here.finding("duplicate", "each field once"))
		}
		seen[f.name] = true
	}
	if !clean {
		return nil, false
	}
	return m.byKin(openapi3filter.UrlencodedBodyDecoder, body, header, at, out)
}

func (m *mediaPlan) strangeField(name string, at place, out *report) {
	s, policy := m.plan.shape, m.plan.direction.undeclared
	switch _, twin := s.folded[fold(name)]; {
	case twin:
		out.add(at.finding("case", "the declared name"))
	case len(s.closed) > 0:
		out.add(at.finding("additionalProperties", "only declared members"))
	case s.open && policy != Ignore:
		f := at.finding("undeclared", "only declared members")
		f.reportOnly = policy == Report
		out.add(f)
	}
}

func (m *mediaPlan) byKin(
	decode openapi3filter.BodyDecoder, body []byte, header http.Header, at place, out *report,
) (value any, ok bool) {
	encoding := func(name string) *openapi3.Encoding { return m.encode[name] }
	err := guard(func() (err error) {
		value, err = decode(bytes.NewReader(body), header, asObject(m.schema), encoding)
		return err
	})
	if err != nil {
		out.add(m.unreadable(at))
		return nil, false
	}
	return value, true
}

func (m *mediaPlan) unreadable(at place) finding {
	return at.finding("syntax", "a body of type "+m.key+" that its schema can be read from")
}
