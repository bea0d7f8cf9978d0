package contract

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// Evidence is what a document's x-evidence says about what a fact rests on.
type Evidence struct {
	Schema string // pointer to the node that says it; "" if none does
	Grade  string
	Source string
	Reason string

	// Was, Seen, Of, Null, First and Last stand beside the grade observed: what the grade was before, how often the fact was seen, of
	// how many exchanges, how often null was, and on which days.
	Was         string
	Seen        int64
	Of          int64
	Null        int64
	First, Last string

	Sentences []Sentence // about behaviour that no schema can describe
}

// A Sentence says one thing about the behaviour of an operation.
type Sentence struct {
	ID    string // by which it is known in the document; "" if the document has a list
	Grade string
	Text  string
}

// Evidence returns what the document says about what stands at a JSON pointer, such as [Violation].Schema, or else about the
// nearest node around it. A response of an operation, as #/paths/~1users/get/responses/404, has the evidence that the operation
// gives for it, else that of the response it refers to.
func (c *Contract) Evidence(schema string) Evidence {
	for at := schema; at != ""; {
		if e, ok := c.evidence[at]; ok {
			return e
		}
		up := strings.LastIndexByte(at, '/')
		if up < 0 {
			break
		}
		at = at[:up]
	}
	return Evidence{}
}

// gradesOfSentences are the keys of x-evidence that hold sentences.
var gradesOfSentences = []string{"documented", "observed", "inferred", "decided"}

// evidenceOf reads the x-evidence among extensions. It returns false if there is none.
func evidenceOf(at string, extensions map[string]any) (Evidence, bool) {
	node, ok := extensions["x-evidence"].(map[string]any)
	if !ok {
		return Evidence{}, false
	}
	e := readEvidence(node)
	e.Schema = at
	return e, true
}

func readEvidence(node map[string]any) Evidence {
	text := func(key string) string {
		text, _ := node[key].(string)
		return text
	}
	number := func(key string) int64 {
		switch n := node[key].(type) {
		case float64: // as JSON has it
			return int64(n)
		case int: // as YAML has it
			return int64(n)
		}
		return 0
	}
	e := Evidence{
		Grade: text("grade"), Source: text("source"), Reason: text("reason"), Was: text("was"), First: text("first"), Last: text("last"),
		Seen: number("seen"), Of: number("of"), Null: number("null"),
	}
	for _, grade := range gradesOfSentences {
		e.Sentences = append(e.Sentences, sentences(grade, node[grade])...)
	}
	return e
}

// sentences reads a mapping of IDs to sentences, or a list of sentences.
func sentences(grade string, node any) []Sentence {
	var list []Sentence
	switch node := node.(type) {
	case map[string]any:
		for _, id := range slices.Sorted(maps.Keys(node)) {
			if text, ok := node[id].(string); ok {
				list = append(list, Sentence{id, grade, text})
			}
		}
	case []any:
		for _, item := range node {
			if text, ok := item.(string); ok {
				list = append(list, Sentence{"", grade, text})
			}
		}
	}
	return list
}

// collectEvidence reads the x-evidence of all nodes of a document.
func collectEvidence(doc *openapi3.T, nodes *shape.Nodes) map[string]Evidence {
	all := map[string]Evidence{}
	for node, extensions := range nodes.Extensions() {
		if e, ok := evidenceOf(node.String(), extensions); ok {
			all[e.Schema] = e
		}
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			collectResponses(all, op, nodes)
		}
	}
	return all
}

// collectResponses adds what an operation says of its responses, which may be components that other operations know better.
func collectResponses(all map[string]Evidence, op *openapi3.Operation, nodes *shape.Nodes) {
	own, _ := op.Extensions["x-evidence"].(map[string]any)
	responses, _ := own["responses"].(map[string]any)
	for _, key := range op.Responses.Keys() {
		at := nodes.Of(op).In("responses", key).String()
		if node, ok := responses[key].(map[string]any); ok {
			e := readEvidence(node)
			e.Schema = at
			all[at] = e
		} else if e, ok := all[nodes.Of(op.Responses.Value(key).Value).String()]; ok {
			all[at] = e
		}
	}
}

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
			Key: key, Schema: op.source.Node.In("responses", key).String(), Line: shape.SourceOf(nil, response.Origin).Line,
			Media: describeMedia(op.responses.keys[i].plan.media),
		}
		for _, name := range shape.Names(response.Headers) {
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
