package document

import (
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// parameters checks a list of parameters, and returns those that exist.
func (c *checker) parameters(list openapi3.Parameters, at *shape.Node) openapi3.Parameters {
	var good openapi3.Parameters
	seen := map[[2]string]bool{}
	for i, ref := range list {
		here := at.In("parameters", strconv.Itoa(i))
		if ref == nil || ref.Value == nil {
			c.fail(here, "the parameter is missing or its reference is not resolved")
			continue
		}
		good = append(good, ref)
		p := ref.Value
		if key := [2]string{p.In, p.Name}; seen[key] {
			c.fail(here, "the parameter %q in %s is declared twice", p.Name, p.In)
		} else {
			seen[key] = true
		}
		c.parameter(p, where(ref.Ref, here))
	}
	return good
}

// styles are those that OpenAPI 3.0 defines for each place.
var styles = map[string][]string{
	openapi3.ParameterInPath:   {openapi3.SerializationSimple, openapi3.SerializationLabel, openapi3.SerializationMatrix},
	openapi3.ParameterInQuery:  {openapi3.SerializationForm, openapi3.SerializationSpaceDelimited, openapi3.SerializationPipeDelimited, openapi3.SerializationDeepObject},
	openapi3.ParameterInHeader: {openapi3.SerializationSimple},
	openapi3.ParameterInCookie: {openapi3.SerializationForm},
}

func (c *checker) parameter(p *openapi3.Parameter, at *shape.Node) {
	if !c.first(p) {
		return
	}
	places := []string{openapi3.ParameterInPath, openapi3.ParameterInQuery, openapi3.ParameterInHeader, openapi3.ParameterInCookie}
	switch {
	case p.Name == "":
		c.fail(at, "the parameter has no name")
	case !slices.Contains(places, p.In):
		c.fail(at, "a parameter cannot be in %q", p.In)
	default:
		c.value(p, at)
	}
}

// value checks what describes the value of a parameter or of a header.
func (c *checker) value(p *openapi3.Parameter, at *shape.Node) {
	switch {
	case p.Schema != nil && len(p.Content) > 0:
		c.fail(at, "schema and content exclude each other")
	case len(p.Content) > 1:
		c.fail(at, "content has more than one media type")
	case p.Schema == nil && len(p.Content) == 0:
		c.warn(at, "parameter "+strconv.Quote(p.Name), "its value is not checked, because it has neither schema nor content")
	}
	if p.Style != "" && !slices.Contains(styles[p.In], p.Style) {
		c.fail(at, "a parameter in %s cannot have the style %q", p.In, p.Style)
	}
	c.schema(p.Schema, at, "schema", "")
	c.content(p.Content, at)
	for key := range p.Content {
		if typ, _, err := mime.ParseMediaType(key); err == nil && !shape.IsJSON(typ) {
			c.warn(at.In("content", key), "parameter "+strconv.Quote(p.Name), "its value is not checked, because its media type is not JSON")
		}
	}
}

func (c *checker) body(ref *openapi3.RequestBodyRef, at *shape.Node) {
	switch {
	case ref == nil:
	case ref.Value == nil:
		c.fail(at, "the reference %q is not resolved", ref.Ref)
	case c.first(ref.Value):
		c.content(ref.Value.Content, where(ref.Ref, at))
	}
}

func (c *checker) response(ref *openapi3.ResponseRef, at *shape.Node) {
	if ref == nil || ref.Value == nil {
		c.fail(at, "the response is missing or its reference is not resolved")
		return
	}
	if !c.first(ref.Value) {
		return
	}
	at = where(ref.Ref, at)
	c.content(ref.Value.Content, at)
	for _, name := range shape.Names(ref.Value.Headers) {
		here, header := at.In("headers", name), ref.Value.Headers[name]
		if header == nil || header.Value == nil {
			c.fail(here, "the header is missing or its reference is not resolved")
			continue
		}
		if c.first(header.Value) {
			p := header.Value.Parameter
			p.Name, p.In = name, openapi3.ParameterInHeader
			c.value(&p, where(header.Ref, here))
		}
	}
}

func (c *checker) content(content openapi3.Content, at *shape.Node) {
	for _, key := range shape.Names(content) {
		here, media := at.In("content", key), content[key]
		if media == nil {
			c.fail(here, "the media type object is missing")
			continue
		}
		for one := range strings.SplitSeq(key, ",") {
			if _, _, err := mime.ParseMediaType(strings.TrimSpace(one)); err != nil {
				c.warn(here, "media type", "it is compared as it is, because it cannot be parsed: "+err.Error())
			}
		}
		c.schema(media.Schema, here, "schema", "")
		c.encoding(key, media, here)
	}
}

// encoding warns of a form that cannot be read, which is then not checked.
func (c *checker) encoding(key string, media *openapi3.MediaType, at *shape.Node) {
	if typ, _, _ := mime.ParseMediaType(key); !shape.IsForm(typ) || media.Schema == nil || media.Schema.Value == nil {
		return
	}
	for _, name := range shape.Names(media.Encoding) {
		if shape.Unreadable(media.Schema.Value.Properties[name], media.Encoding[name]) {
			c.warn(at.In("encoding", name), "body", "it is not checked, because a member of type "+media.Encoding[name].ContentType+" cannot be read")
		}
	}
}
