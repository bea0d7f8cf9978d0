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
	m := &mediaPlan{key: key, src: orElse(sourceOf(media.Extensions, media.Origin), src), schema: media.Schema, encode: media.Encoding}
	typ, params, err := mime.ParseMediaType(key)
	if err != nil {
		typ, params = strings.ToLower(key), nil
	}
	delete(params, "charset")
	m.typ, m.params = typ, params
	m.decoder = m.decoderFor()
	if m.decoder != opaque {
		m.plan = d.plan(media.Schema)
	}
	return m
}

func (m *mediaPlan) rank() int {
	switch {
	case m.typ == "*/*":
		return 0
	case strings.HasSuffix(m.typ, "/*"):
		return 1
	}
	return 2 + len(m.params)
}

func (m *mediaPlan) decoderFor() decoder {
	switch {
	case isJSON(m.typ):
		return jsonBody
	case m.schema == nil || m.schema.Value == nil || m.typ == "text/event-stream":
		return opaque // an event stream has no end that a check could wait for
	case m.typ == "application/x-www-form-urlencoded" && m.schema.Value.Type.Is("object"):
		return formBody
	case m.typ == "multipart/form-data" && m.schema.Value.Type.Is("object"):
		return multipartBody
	case typeOf(m.schema.Value) == "string" && m.schema.Value.Format != "binary" && m.schema.Value.Type != nil:
		return stringBody
	}
	return opaque
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
	if !strings.Contains(m.typ, "*") || !isJSON(typ) {
		return m
	}
	as := *m
	as.decoder = jsonBody
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
