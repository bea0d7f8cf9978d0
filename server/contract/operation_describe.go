package contract

import (
	"iter"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// Operations returns all operations of the document, in the order of their paths and methods.
func (c *Contract) Operations() iter.Seq[*Operation] {
	all := make([]*Operation, len(c.operations))
	for _, op := range c.operations {
		all[op.index] = &op.Operation
	}
	return slices.Values(all)
}

// describe fills in what callers are told of an operation, and the checks do not need.
func (m *compiler) describe(op *operation, source *openapi3.Operation, parameters []*openapi3.Parameter) {
	op.Schema, op.Line = op.source.Node.String(), shape.SourceOf(nil, source.Origin).Line
	op.Schemes = m.schemes(op.Security)
	for _, p := range parameters {
		op.Parameters = append(op.Parameters, m.describeParameter(p.In, p.Name, p, p))
	}
	if op.body != nil {
		op.Media = describeMedia(op.body.media)
	}
	for i, key := range source.Responses.Keys() {
		response := source.Responses.Value(key).Value
		status := Status{
			Key: key, Schema: op.source.Node.At("responses", key).String(), Line: shape.SourceOf(nil, response.Origin).Line,
			Media: describeMedia(op.responses.keys[i].plan.media),
		}
		for _, name := range slices.Sorted(maps.Keys(response.Headers)) {
			header := response.Headers[name].Value
			status.Headers = append(status.Headers, m.describeParameter(openapi3.ParameterInHeader, name, header, &header.Parameter))
		}
		op.Statuses = append(op.Statuses, status)
	}
}

// describeParameter describes a parameter, or a header, which part is.
func (m *compiler) describeParameter(in, name string, part any, p *openapi3.Parameter) Parameter {
	src := m.nodes.Source(part, nil, p.Origin)
	return Parameter{In: in, Name: name, Required: p.Required, Schema: src.Node.String(), Line: src.Line}
}

func describeMedia(plans []*media.Plan) []Media {
	list := make([]Media, 0, len(plans))
	for _, plan := range plans {
		described := Media{Type: plan.Key()}
		if plan.Plan != nil {
			described.Schema = plan.Plan.Shape.Source.Node.String()
		}
		list = append(list, described)
	}
	return list
}

// schemes returns the schemes that requirements name.
func (m *compiler) schemes(requirements []SecurityRequirement) []SecurityScheme {
	known := map[string]SecurityScheme{}
	for _, requirement := range requirements {
		for id := range requirement {
			if scheme := m.scheme(id); scheme != nil {
				known[id] = describeScheme(id, scheme)
			}
		}
	}
	var list []SecurityScheme
	for _, id := range slices.Sorted(maps.Keys(known)) {
		list = append(list, known[id])
	}
	return list
}

// describeScheme says where a credential is sent: but for API keys it is the Authorization header (RFC 9110 section 11.6.2), and
// OAuth's tokens are bearer tokens (RFC 6750).
func describeScheme(id string, s *openapi3.SecurityScheme) SecurityScheme {
	scheme := SecurityScheme{ID: id, Type: s.Type, In: s.In, Name: s.Name, Scheme: s.Scheme}
	if s.Type != "apiKey" {
		scheme.In, scheme.Name = openapi3.ParameterInHeader, "Authorization"
	}
	if s.Type == "oauth2" || s.Type == "openIdConnect" {
		scheme.Scheme = "bearer"
	}
	return scheme
}
