// Package media selects the schema for a body by its media type, decodes the body and checks it. [Read] selects, [Plan.Check]
// checks, [KnownType] accepts quickly.
package media

import (
	"cmp"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/judge"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A decoder says how the bytes of a body become a value.
type decoder int

const (
	Opaque decoder = iota // not decoded and not checked
	JSONBody
	formBody
	multipartBody
	StringBody
)

// A Plan is compiled from one entry of a content map.
type Plan struct {
	key     string // as in the document
	typ     string // type/subtype in lower case, possibly with *
	params  map[string]string
	Decoder decoder
	Plan    *judge.Plan
	Schema  *openapi3.SchemaRef
	encode  map[string]*openapi3.Encoding
	Source  shape.Source

	charsets []string
}

// NewPlans compiles a content map. More specific media types come first.
func NewPlans(d *judge.Planner, content openapi3.Content, src shape.Source) []*Plan {
	var list []*Plan
	for keys, media := range content {
		for key := range strings.SplitSeq(keys, ",") {
			list = append(list, newMediaPlan(d, strings.TrimSpace(key), media, src))
		}
	}
	slices.SortFunc(list, func(a, b *Plan) int {
		if a.rank() != b.rank() {
			return b.rank() - a.rank()
		}
		return strings.Compare(a.key, b.key)
	})
	return list
}

func newMediaPlan(d *judge.Planner, key string, media *openapi3.MediaType, src shape.Source) *Plan {
	m := new(Plan)
	*m = Plan{key: key, Source: shape.OrElse(d.Source(media, media.Extensions, media.Origin), src), Schema: d.Keep(media.Schema), encode: media.Encoding, charsets: d.Charsets}
	typ, params, err := mime.ParseMediaType(key)
	if err != nil {
		typ, params = strings.ToLower(key), nil
	}
	delete(params, "charset")
	m.typ = typ
	if len(params) > 0 {
		m.params = params
	}
	m.Decoder = m.decoderFor(typ)
	if m.Decoder != Opaque || m.isRange() {
		m.Plan = d.Plan(media.Schema)
	}
	return m
}

// isRange reports whether a media type is a range such as */*, which does not say how a body is decoded.
func (m *Plan) isRange() bool { return strings.Contains(m.typ, "*") }

func (m *Plan) rank() int {
	switch {
	case m.typ == "*/*":
		return 0
	case strings.HasSuffix(m.typ, "/*"):
		return 1
	}
	return 2 + len(m.params)
}

// decoderFor returns the decoder for bodies of a type that the plan matches.
func (m *Plan) decoderFor(typ string) decoder {
	switch {
	case m.Schema != nil && m.Schema.Value != nil && m.Schema.Value.Format == "binary":
		return Opaque // a file, even if it contains JSON
	case shape.IsJSON(typ):
		return JSONBody
	case m.Schema == nil || m.Schema.Value == nil || typ == "text/event-stream":
		return Opaque // a check would wait for the end of the event stream
	case shape.IsForm(typ) && m.unreadable():
		return Opaque // New warns of it
	case typ == "application/x-www-form-urlencoded" && isForm(m.Schema.Value):
		return formBody
	case typ == "multipart/form-data" && isForm(m.Schema.Value):
		return multipartBody
	case shape.TypeOf(m.Schema.Value) == "string" && m.Schema.Value.Type != nil:
		return StringBody
	}
	return Opaque
}

// unreadable reports whether a member of a form cannot be read.
func (m *Plan) unreadable() bool {
	for name, encoding := range m.encode {
		if shape.Unreadable(m.Schema.Value.Properties[name], encoding) {
			return true
		}
	}
	return false
}

// isForm reports whether a schema describes objects, also if only its composition implies that.
func isForm(s *openapi3.Schema) bool {
	return s.Type.Is(openapi3.TypeObject) ||
		s.Type == nil && len(s.Properties)+len(s.AllOf)+len(s.AnyOf)+len(s.OneOf) > 0
}

func (m *Plan) matches(typ string, params map[string]string) bool {
	for name, value := range m.params {
		if params[name] != value {
			return false
		}
	}
	if m.typ == typ || m.typ == "*/*" {
		return true
	}
	major, _, _ := strings.Cut(typ, "/")
	return m.typ == major+"/*"
}

// A Type is the Content-Type of a message and what the document has for it.
type Type struct {
	Plan   *Plan
	Header string // the Content-Type with the type in lower case, for the handler
}

// Read selects the plan for a message's Content-Type. It calls found with what is wrong; the message is refused for each of
// these, and then there is no plan.
func Read(list []*Plan, header http.Header, found func(rule, expected string)) (Type, bool) {
	given := header.Values("Content-Type")
	switch {
	case len(given) == 0 || len(given) == 1 && given[0] == "":
		found("mediaType", DeclaredTypes(list))
		return Type{}, false
	case len(given) > 1:
		found("duplicate", "one Content-Type")
		return Type{}, false
	}
	typ, params, err := mime.ParseMediaType(given[0])
	if err != nil || !strings.Contains(typ, "/") {
		found("mediaType", DeclaredTypes(list))
		return Type{}, false
	}
	for _, m := range list {
		if charset, given := params["charset"]; given && !m.accepts(charset) {
			found("charset", strings.Join(m.charsets, " or "))
			return Type{}, false
		}
		if m.matches(typ, params) {
			return Type{m.decodedAs(typ), canonicalType(given[0], typ, params)}, true
		}
	}
	found("mediaType", DeclaredTypes(list))
	return Type{}, false
}

// Got says of a finding of Read what media type was found. The document is silent about a type that it does not declare.
func Got(f explain.Finding, header http.Header) explain.Finding {
	given := header.Get("Content-Type")
	if f.Rule != "mediaType" || given == "" {
		return f
	}
	f.Got = counts.MediaName(given)
	return f.Silent()
}

// accepts reports whether bodies with a charset are accepted.
func (m *Plan) accepts(charset string) bool {
	return slices.ContainsFunc(m.charsets, func(one string) bool { return strings.EqualFold(one, charset) })
}

// decodedAs returns the plan for a type that matches a range of the document, such as */*.
func (m *Plan) decodedAs(typ string) *Plan {
	if !m.isRange() || m.Decoder == m.decoderFor(typ) {
		return m
	}
	as := *m
	as.Decoder = m.decoderFor(typ)
	return &as
}

// canonicalType returns the Content-Type with the type in lower case. It leaves a correct one unchanged.
func canonicalType(given, typ string, params map[string]string) string {
	if head, _, _ := strings.Cut(given, ";"); head == typ {
		return given
	}
	return cmp.Or(mime.FormatMediaType(typ, params), typ)
}

func DeclaredTypes(list []*Plan) string {
	keys := make([]string, len(list))
	for i, m := range list {
		keys[i] = m.key
	}
	return strings.Join(keys, " or ")
}

// Encoded reports whether a message has a Content-Encoding other than identity.
func Encoded(header http.Header) bool {
	for _, line := range header.Values("Content-Encoding") {
		for coding := range strings.SplitSeq(line, ",") {
			if coding = strings.TrimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
				return true
			}
		}
	}
	return false
}
