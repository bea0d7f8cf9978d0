package contract

import (
	"cmp"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A decoder says how the bytes of a media type become a value.
type decoder int

const (
	opaque decoder = iota // not decoded, not checked
	jsonBody
	formBody
	multipartBody
	stringBody
)

// A mediaPlan is compiled from one entry of a content map.
type mediaPlan struct {
	key     string // as the document has it
	typ     string // type/subtype in lower case, perhaps with *
	params  map[string]string
	decoder decoder
	plan    *schemaPlan
	schema  *openapi3.SchemaRef
	encode  map[string]*openapi3.Encoding
	src     source
}

// newMedia compiles a content map; the more specific ranges come first.
func (d *direction) newMedia(content openapi3.Content, src source) []*mediaPlan {
	var list []*mediaPlan
	for keys, media := range content {
		for key := range strings.SplitSeq(keys, ",") {
			list = append(list, d.media(strings.TrimSpace(key), media, src))
		}
	}
	slices.SortFunc(list, func(a, b *mediaPlan) int {
		if a.rank() != b.rank() {
			return b.rank() - a.rank()
		}
		return strings.Compare(a.key, b.key)
	})
	return list
}

func (d *direction) media(key string, media *openapi3.MediaType, src source) *mediaPlan {
	m := d.pruner.media.next()
	*m = mediaPlan{key: key, src: orElse(sourceOf(media.Extensions, media.Origin), src), schema: d.pruner.ref(media.Schema), encode: media.Encoding}
	typ, params, err := mime.ParseMediaType(key)
	if err != nil {
		typ, params = strings.ToLower(key), nil
	}
	delete(params, "charset")
	m.typ = typ
	if len(params) > 0 {
		m.params = params
	}
	m.decoder = m.decoderFor(typ)
	if m.decoder != opaque || m.isRange() {
		m.plan = d.plan(media.Schema)
	}
	return m
}

// isRange holds for */* and the like, which say nothing yet of how a body is decoded.
func (m *mediaPlan) isRange() bool { return strings.Contains(m.typ, "*") }

func (m *mediaPlan) rank() int {
	switch {
	case m.typ == "*/*":
		return 0
	case strings.HasSuffix(m.typ, "/*"):
		return 1
	}
	return 2 + len(m.params)
}

// decoderFor returns the decoder for a body of a type that the plan is for.
func (m *mediaPlan) decoderFor(typ string) decoder {
	switch {
	case m.schema != nil && m.schema.Value != nil && m.schema.Value.Format == "binary":
		return opaque // a file, which may well be one of JSON
	case isJSON(typ):
		return jsonBody
	case m.schema == nil || m.schema.Value == nil || typ == "text/event-stream":
		return opaque // an event stream has no end that a check could wait for
	case typ == "application/x-www-form-urlencoded" && isForm(m.schema.Value):
		return formBody
	case typ == "multipart/form-data" && isMultipart(m.schema.Value):
		return multipartBody
	case typeOf(m.schema.Value) == "string" && m.schema.Value.Type != nil:
		return stringBody
	}
	return opaque
}

// isForm holds for a schema of objects, also where that is not said but by what it is made of.
func isForm(s *openapi3.Schema) bool {
	return s.Type.Is(openapi3.TypeObject) ||
		s.Type == nil && len(s.Properties)+len(s.AllOf)+len(s.AnyOf)+len(s.OneOf) > 0
}

// isMultipart leaves out what kin-openapi's decoder finds no members in.
func isMultipart(s *openapi3.Schema) bool {
	composed := func(ref *openapi3.SchemaRef) bool {
		return len(ref.Value.AllOf)+len(ref.Value.AnyOf)+len(ref.Value.OneOf) > 0
	}
	return s.Type.Is(openapi3.TypeObject) ||
		isForm(s) && len(s.AnyOf)+len(s.OneOf) == 0 && !slices.ContainsFunc(s.AllOf, composed)
}

// asObject is a schema with the type that kin-openapi's decoders of forms insist on.
func asObject(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	if ref.Value.Type != nil {
		return ref
	}
	s := *ref.Value
	s.Type = &openapi3.Types{openapi3.TypeObject}
	return openapi3.NewSchemaRef("", &s)
}

func isJSON(typ string) bool {
	return typ == "application/json" || typ == "text/json" || strings.HasSuffix(typ, "+json")
}

func (m *mediaPlan) matches(typ string, params map[string]string) bool {
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

// A mediaType is the Content-Type of a message, read.
type mediaType struct {
	plan   *mediaPlan
	header string // as it should be passed on, with the type in lower case
}

// readMedia finds what is declared for a message's Content-Type; found is told what is wrong with it. All returned findings
// refuse, and then there is no plan.
func readMedia(list []*mediaPlan, header http.Header, found func(rule, expected string)) (mediaType, bool) {
	given := header.Values("Content-Type")
	switch {
	case len(given) == 0 || len(given) == 1 && given[0] == "":
		found("mediaType", declared(list))
		return mediaType{}, false
	case len(given) > 1:
		found("duplicate", "one Content-Type")
		return mediaType{}, false
	}
	typ, params, err := mime.ParseMediaType(given[0])
	if err != nil || !strings.Contains(typ, "/") {
		found("mediaType", declared(list))
		return mediaType{}, false
	}
	if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		found("charset", "UTF-8")
		return mediaType{}, false
	}
	for _, m := range list {
		if m.matches(typ, params) {
			return mediaType{m.decodedAs(typ), canonicalType(given[0], typ, params)}, true
		}
	}
	found("mediaType", declared(list))
	return mediaType{}, false
}

// decodedAs returns the plan for a type that a range of the document, such as */*, admits.
func (m *mediaPlan) decodedAs(typ string) *mediaPlan {
	if !m.isRange() || m.decoder == m.decoderFor(typ) {
		return m
	}
	as := *m
	as.decoder = m.decoderFor(typ)
	return &as
}

// canonicalType leaves alone what is as it should be.
func canonicalType(given, typ string, params map[string]string) string {
	if head, _, _ := strings.Cut(given, ";"); head == typ {
		return given
	}
	return cmp.Or(mime.FormatMediaType(typ, params), typ)
}

func declared(list []*mediaPlan) string {
	keys := make([]string, len(list))
	for i, m := range list {
		keys[i] = m.key
	}
	return strings.Join(keys, " or ")
}

// encoded holds for a message with a Content-Encoding that hides its body.
func encoded(header http.Header) bool {
	for _, line := range header.Values("Content-Encoding") {
		for coding := range strings.SplitSeq(line, ",") {
			if coding = strings.TrimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
				return true
			}
		}
	}
	return false
}
