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

	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// multipart reads multipart/form-data. Parts are checked here, because kin-openapi's decoder fails at the first part that it
// does not know, even in an open object, ignores the second of two parts with one name, and decodes JSON as encoding/json
// does.
func (m *Plan) multipart(body []byte, header http.Header, at explain.Place, out *explain.Report) (any, bool) {
	p := &partsCheck{m: m, at: at, out: out, seen: map[string]bool{}, clean: true}
	p.known = multipart.NewWriter(&p.text)
	_, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err == nil {
		err = p.all(multipart.NewReader(bytes.NewReader(body), params["boundary"]))
	}
	switch {
	case err != nil:
		out.Add(m.unreadable(at))
		return nil, false
	case !p.clean:
		return nil, false
	}
	header = http.Header{"Content-Type": {p.known.FormDataContentType()}}
	return m.byKin(openapi3filter.MultipartBodyDecoder, p.text.Bytes(), header, at, out)
}

// maxParts is the number of parts of a form that net/http reads. For a form with more, http.Request.FormValue returns nothing
// and no error.
const maxParts = 1000

// A partsCheck checks the parts of one body. It copies those that kin-openapi is to decode.
type partsCheck struct {
	m     *Plan
	at    explain.Place
	out   *explain.Report
	seen  map[string]bool
	clean bool
	known *multipart.Writer
	text  bytes.Buffer
}

func (p *partsCheck) all(parts *multipart.Reader) error {
	for count := 0; ; count++ {
		part, err := parts.NextPart()
		if err == nil && count == maxParts {
			p.fault(p.at, "size", "at most "+strconv.Itoa(maxParts)+" parts")
			return nil
		}
		if err == io.EOF { //nolint:errorlint // a wrapped one is an end that came too soon
			return p.known.Close()
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if !p.judge(part, content) {
			continue
		}
		w, err := p.known.CreatePart(part.Header)
		if err != nil {
			return err
		}
		_, _ = w.Write(content) // a bytes.Buffer returns no error
	}
}

// judge checks a part, and reports whether kin-openapi is to decode it.
func (p *partsCheck) judge(part *multipart.Part, content []byte) bool {
	name := part.FormName()
	at, s := p.m.field(p.at, name), p.m.Plan.Shape
	member, named := s.Members[name]
	if !named {
		before := len(p.out.Refused)
		p.m.unnamedField(name, at, p.out)
		p.clean = p.clean && len(p.out.Refused) == before
		return !s.Open
	}
	list := member.Shape != nil && member.Shape.Items.Shape != nil
	if p.seen[name] && !list {
		p.fault(at, "duplicate", "each part once")
	}
	p.seen[name] = true
	if list {
		member = member.Shape.Items
	}
	if !isFile(member) {
		p.content(part.Header.Get("Content-Type"), content, at, member.Shape)
	}
	return true
}

// isFile reports whether a part is a file, whose bytes are not text.
func isFile(c shape.Child) bool {
	return c.Shape != nil && slices.ContainsFunc(c.Shape.All, func(a shape.Applied) bool { return a.Schema.Format == "binary" })
}

// content makes the checks that kin-openapi's decoders do not make.
func (p *partsCheck) content(contentType string, content []byte, at explain.Place, s *shape.Shape) {
	typ, _, _ := mime.ParseMediaType(contentType)
	switch {
	case shape.IsJSON(typ):
		strictjson.Read(content, func(rule, expected string, steps []strictjson.Step) {
			p.fault(at.Below(s, steps), rule, expected)
		})
	case typ != "" && !strings.HasPrefix(typ, "text/"):
	case !utf8.Valid(content):
		p.fault(at, "utf8", "valid UTF-8")
	case bytes.IndexByte(content, 0) >= 0:
		p.fault(at, "nul", "no U+0000")
	}
}

func (p *partsCheck) fault(at explain.Place, rule, expected string) {
	p.clean = false
	p.out.Add(at.Finding(rule, expected))
}
