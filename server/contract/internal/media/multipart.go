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

// multipart reads multipart/form-data. Parts are judged here: kin-openapi's decoder fails at the first that it does not know,
// also of an open object, takes the first of two with one name, and sees of JSON what encoding/json does.
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

// maxParts is how many parts net/http reads of a form. One that has more is an error to it, which http.Request.FormValue keeps
// to itself.
const maxParts = 1000

// A partsCheck is the checking of the parts of one body. It copies those that are for kin-openapi to decode.
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
		_, _ = w.Write(content) // a buffer takes all
	}
}

// judge returns whether kin-openapi shall see a part.
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

// content looks at what kin-openapi's decoders do not.
func (p *partsCheck) content(contentType string, content []byte, at explain.Place, s *shape.Shape) {
	typ, _, _ := mime.ParseMediaType(contentType)
	switch {
	case isJSON(typ):
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
