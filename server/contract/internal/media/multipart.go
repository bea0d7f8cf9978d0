package media

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// multipart reads multipart/form-data into an object: of a part that is JSON its value, of a file its bytes, of all others a
// text.
func (m *Plan) multipart(body []byte, header http.Header, at explain.Place, out *explain.Report) (any, bool) {
	p := &partsReader{m: m, at: at, out: out, object: map[string]any{}, seen: map[string]bool{}, clean: true}
	_, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err == nil {
		err = p.all(multipart.NewReader(bytes.NewReader(body), params["boundary"]))
	}
	if err != nil {
		out.Add(m.fault(at))
		return nil, false
	}
	return p.object, p.clean
}

// maxParts is the number of parts of a form that net/http reads. For a form with more, http.Request.FormValue returns nothing
// and no error.
const maxParts = 1000

// A partsReader reads the parts of one body.
type partsReader struct {
	m      *Plan
	at     explain.Place
	out    *explain.Report
	object map[string]any
	seen   map[string]bool
	clean  bool
}

func (p *partsReader) all(parts *multipart.Reader) error {
	for count := 0; ; count++ {
		part, err := parts.NextPart()
		if err == nil && count == maxParts {
			p.fault(p.at, "size", "at most "+strconv.Itoa(maxParts)+" parts")
			return nil
		}
		if err == io.EOF { //nolint:errorlint // a wrapped one is an end that came too soon
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		p.add(part.FormName(), part.Header.Get("Content-Type"), content)
	}
}

// add adds the value of a part. Parts with the name of an array are its elements.
func (p *partsReader) add(name, contentType string, content []byte) {
	at, s := p.m.field(p.at, name), p.m.root().Member(name)
	typ, _, _ := mime.ParseMediaType(contentType)
	p.allowed(name, typ, at)
	if s.Admits(shape.Array) && !wholeArray(s, typ, content) {
		list, _ := p.object[name].([]any)
		p.object[name] = append(list, p.value(typ, content, at, s.Items.Shape))
		return
	}
	if p.seen[name] {
		p.fault(at, "duplicate", "each part once")
		return
	}
	p.seen[name] = true
	p.object[name] = p.value(typ, content, at, s)
}

// wholeArray reports whether a part has all elements of an array, as JSON.
func wholeArray(s *shape.Shape, typ string, content []byte) bool {
	return shape.IsJSON(typ) && !s.Items.Shape.Admits(shape.Array) && bytes.HasPrefix(bytes.TrimLeft(content, " \t\r\n"), []byte("["))
}

// allowed checks the media type of a part, if the document has some for it. A part without one is text.
func (p *partsReader) allowed(name, typ string, at explain.Place) {
	encoding := p.m.encode[name]
	if encoding == nil || encoding.ContentType == "" || typ == "" {
		return
	}
	for one := range strings.SplitSeq(encoding.ContentType, ",") {
		pattern, _, _ := mime.ParseMediaType(strings.TrimSpace(one))
		major, _, _ := strings.Cut(typ, "/")
		if pattern == typ || pattern == "*/*" || pattern == major+"/*" {
			return
		}
	}
	p.fault(at, "mediaType", encoding.ContentType)
}

// value returns the value of a part.
func (p *partsReader) value(typ string, content []byte, at explain.Place, s *shape.Shape) any {
	if isFile(s) {
		return string(content)
	}
	if shape.IsJSON(typ) || typ == "" && s.Admits(shape.Object|shape.Array) && !s.Admits(shape.Scalar) {
		value, ok := strictjson.Read(content, func(rule, expected string, steps []strictjson.Step) {
			p.fault(at.Below(s, steps), rule, expected)
		})
		p.clean = p.clean && ok
		return value
	}
	switch {
	case typ != "" && !strings.HasPrefix(typ, "text/"):
		return string(content)
	case !utf8.Valid(content):
		p.fault(at, "utf8", "valid UTF-8")
	case bytes.IndexByte(content, 0) >= 0:
		p.fault(at, "nul", "no U+0000")
	}
	d := param.Decoder{Plan: p.m.Plan, Out: p.out}
	return d.Scalar(string(content), s)
}

// isFile reports whether a part is a file, whose bytes are looked at for their number only, whatever media type it has.
func isFile(s *shape.Shape) bool {
	return s != nil && slices.ContainsFunc(s.All, func(a shape.Applied) bool { return a.Schema.Format == "binary" })
}

func (p *partsReader) fault(at explain.Place, rule, expected string) {
	p.clean = false
	p.out.Add(at.Finding(rule, expected))
}
