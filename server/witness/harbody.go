package witness

import (
	"bytes"
	"encoding/base64"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// A harBody is the member postData of a request or content of a response.
type harBody struct {
	present  bool
	mimeType string
	text     string
	hasText  bool
	cut      bool
	encoding string
	params   bool
	size     float64 // -1 if the tool that wrote the file did not know it
}

// sizeAbsent is the size of a body for which the file has no size.
const sizeAbsent = -2

func (h *harReader) bodyMember(b *harBody, name string) error {
	var err error
	switch name {
	case "mimeType":
		b.mimeType, _, _, err = h.text()
	case "text":
		b.text, b.hasText, b.cut, err = h.text()
	case "encoding", "_encoding":
		b.encoding, _, _, err = h.text()
	case "size":
		err = h.size(b)
	case "params":
		b.params = true
		err = h.dec.SkipValue()
	default:
		err = h.dec.SkipValue()
	}
	return err
}

func (h *harReader) size(b *harBody) error {
	n, ok, err := h.number()
	if ok {
		b.size = n
	}
	return err
}

// requestBody returns the body of a request. It is unknown if postData has parsed parameters instead of the text, or a multipart body,
// because browsers leave the files out of these.
func (m *harMessage) requestBody(method string) Body {
	m.header.Del("Content-Length") // the text may have another length than the bytes that were sent
	m.contentType()
	b := m.body
	switch {
	case b.present && b.hasText && !strings.HasPrefix(mediaType(m.header), "multipart/"):
		return b.decode(mediaType(m.header))
	case b.present && (b.params || b.hasText || b.mimeType != ""):
		return Body{}
	case b.size == 0, b.size < 0 && (method == http.MethodGet || method == http.MethodHead):
		return Body{Known: true}
	}
	return Body{}
}

// responseBody returns the body of a response. Most tools write decoded text although the header has a Content-Encoding, which is removed
// then. Some write the compressed bytes; for these it is kept.
func (m *harMessage) responseBody() Body {
	m.contentType()
	b := m.body
	var body Body
	switch {
	case b.text != "":
		body = b.decode(mediaType(m.header))
	case b.size == 0 || b.hasText && b.size == sizeAbsent:
		body = Body{Known: true}
	}
	m.header.Del("Content-Length")
	m.header.Del("Transfer-Encoding")
	if !stillCompressed(m.header, body.Data) {
		m.header.Del("Content-Encoding")
	}
	return body
}

// contentType sets a missing Content-Type header to mimeType.
func (m *harMessage) contentType() {
	if kind := m.body.mimeType; m.header.Get("Content-Type") == "" && strings.Contains(kind, "/") &&
		kind != "x-unknown" && m.body.hasText && m.body.text != "" {
		m.header.Set("Content-Type", kind)
	}
}

// mediaType returns the media type of a header, in lower case and without parameters.
func mediaType(h http.Header) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	if parsed, _, err := mime.ParseMediaType(h.Get("Content-Type")); err == nil {
		kind = parsed
	}
	return strings.ToLower(strings.TrimSpace(kind))
}

// stillCompressed reports whether the body begins like gzip data, and the header says that it is.
func stillCompressed(h http.Header, body []byte) bool {
	return len(body) > 2 && body[0] == 0x1F && body[1] == 0x8B && strings.Contains(strings.ToLower(h.Get("Content-Encoding")), "gzip")
}

// decode returns the bytes of the text. Tools mark base64 wrongly: Firefox marks plain text, and Charles does not mark base64. So text that
// is marked and cannot be decoded is taken as it is, and text that should be JSON and is not is decoded if that gives JSON.
func (b harBody) decode(kind string) Body {
	if strings.EqualFold(b.encoding, "base64") {
		if data, ok := decodeBase64(b.text, b.cut); ok {
			return Body{Data: data, Known: true, Cut: b.cut}
		}
		if !utf8.ValidString(b.text) {
			return Body{}
		}
	} else if isJSONType(kind) && !beginsJSON([]byte(b.text)) {
		if data, ok := decodeBase64(b.text, b.cut); ok && beginsJSON(data) {
			return Body{Data: data, Known: true, Cut: b.cut}
		}
	}
	return Body{Data: []byte(b.text), Known: true, Cut: b.cut}
}

// decodeBase64 decodes base64. cut says that the text may end within a group of four characters.
func decodeBase64(s string, cut bool) ([]byte, bool) {
	if cut {
		s = s[:len(s)/4*4]
	}
	data, err := base64.StdEncoding.DecodeString(s)
	return data, err == nil && len(data) > 0
}

func isJSONType(kind string) bool {
	return strings.HasSuffix(kind, "/json") || strings.HasSuffix(kind, "+json")
}

// beginsJSON reports whether data begins like a JSON value.
func beginsJSON(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && (strings.IndexByte(`{["-0123456789`, data[0]) >= 0 ||
		bytes.HasPrefix(data, []byte("true")) || bytes.HasPrefix(data, []byte("false")) || bytes.HasPrefix(data, []byte("null")))
}
