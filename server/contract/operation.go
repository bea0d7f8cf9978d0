package contract

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/judge"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
	"github.com/resellerkit/resellerkit/server/contract/internal/route"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A bodyPlan is compiled from a requestBody, and checks bodies.
type bodyPlan struct {
	required bool
	source   shape.Source
	media    []*media.Plan
}

// An operation is compiled from an operation of the document, and has all that is needed to check its exchanges.
type operation struct {
	Operation
	responses            responsePlans
	program              *requestProgram
	body                 *bodyPlan
	headers              *param.HeaderNames
	limit                int64
	observe              bool
	cookie, path, header []*param.Parameter
	query                param.QueryPlan
	queryOrder           []*param.Parameter
	source               shape.Source
	keyHeaders           []string // in which its security takes API keys
	index                int      // among all operations, for tallies
}

func (op *operation) secured() bool {
	return slices.ContainsFunc(op.Security, func(r SecurityRequirement) bool { return len(r) > 0 })
}

// A compiler makes the operations of a Contract from a document. They keep copies of its schemas, and nothing else of it; see
// [shape.Pruner].
type compiler struct {
	doc               *openapi3.T
	options           Options
	nodes             *shape.Nodes
	request, response *judge.Planner
	parameters        map[compiled]*param.Parameter
	responsePlans     map[compiled]*responsePlan
}

// compiled is the key of something that is compiled once: a parameter or response of the document, with the evidence around
// it.
type compiled struct {
	node   any
	source shape.Source
}

func newCompiler(doc *openapi3.T, opts Options, patterns *pattern.Set) *compiler {
	p, nodes := shape.NewPruner(patterns), shape.NewNodes(doc)
	rules := judge.Rules{Undeclared: opts.Undeclared.undeclared(), Formats: opts.Formats, Charsets: opts.Charsets}
	request, response := judge.NewPlanners(rules, p, nodes)
	return &compiler{
		doc: doc, options: opts, nodes: nodes, request: request, response: response,
		parameters: map[compiled]*param.Parameter{}, responsePlans: map[compiled]*responsePlan{},
	}
}

// document adds all operations to c.
func (m *compiler) document(c *Contract) []error {
	var errs []error
	for _, template := range m.doc.Paths.Keys() {
		item := m.doc.Paths.Value(template)
		operations := item.Operations()
		for _, method := range shape.Names(operations) {
			source := operations[method]
			op := m.operation(template, method, item, source)
			op.index = len(c.operations)
			c.operations[op.ID] = op
			for _, base := range m.bases(item, source) {
				if err := c.router.Add(base, op.Method, op.Template, op); err != nil {
					errs = append(errs, err)
				}
			}
		}
	}
	m.request.Finish()
	m.response.Finish()
	return errs
}

func (m *compiler) operation(template, method string, item *openapi3.PathItem, source *openapi3.Operation) *operation {
	op := &operation{limit: m.options.MaxRequestBody, Operation: Operation{
		ID: source.OperationID, Method: method, Template: template, PathNames: route.Names(template),
	}}
	if op.ID == "" {
		op.ID = method + " " + template
	}
	if limit, ok := m.options.RequestLimits[op.ID]; ok {
		op.limit = limit
	}
	op.observe = m.options.Observe || m.options.ObserveOperations[op.ID]
	op.source = shape.OrElse(m.nodes.Source(source, source.Extensions, source.Origin),
		shape.OrElse(shape.SourceOf(item.Extensions, item.Origin), shape.SourceOf(m.doc.Extensions, m.doc.Origin)))
	op.Security = m.security(source)
	op.query.IgnoreCase = m.options.IgnoreCase
	parameters := parametersOf(op.PathNames, item, source)
	for _, p := range append(parameters, m.keys(op, parameters)...) {
		op.add(m.parameter(p, op.source))
	}
	op.keyHeaders = m.keyHeaders(op)
	op.headers = param.NewHeaderNames(m.options.UndeclaredHeaders.undeclared(), op.header, op.keyHeaders...)
	op.body = m.body(source, op.source)
	op.responses = m.responses(source, op.source)
	op.program = newRequestProgram(op, m.options.UndeclaredParameters.undeclared())
	m.describe(op, source, parameters)
	return op
}

// parameter compiles a parameter once for all operations that refer to it with the same evidence.
func (m *compiler) parameter(p *openapi3.Parameter, src shape.Source) *param.Parameter {
	src = shape.OrElse(m.nodes.Source(p, p.Extensions, p.Origin), src)
	key := compiled{p, src}
	if m.parameters[key] == nil {
		m.parameters[key] = param.New(m.request, p, src)
	}
	return m.parameters[key]
}

func (m *compiler) security(source *openapi3.Operation) []SecurityRequirement {
	requirements := m.doc.Security
	if source.Security != nil {
		requirements = *source.Security
	}
	var list []SecurityRequirement
	for _, r := range requirements {
		list = append(list, SecurityRequirement(r))
	}
	return list
}

// parametersOf returns the operation's parameters and those of the path item that it does not override. Of the path's they are
// those that the template has: all of these, with any value if the document does not describe them.
func parametersOf(names []string, item *openapi3.PathItem, source *openapi3.Operation) []*openapi3.Parameter {
	var list []*openapi3.Parameter
	for _, ref := range item.Parameters {
		if source.Parameters.GetByInAndName(ref.Value.In, ref.Value.Name) == nil {
			list = append(list, ref.Value)
		}
	}
	for _, ref := range source.Parameters {
		list = append(list, ref.Value)
	}
	list = slices.DeleteFunc(list, func(p *openapi3.Parameter) bool {
		return p.In == openapi3.ParameterInPath && !slices.Contains(names, p.Name)
	})
	for _, name := range names {
		if !slices.ContainsFunc(list, func(p *openapi3.Parameter) bool { return p.In == openapi3.ParameterInPath && p.Name == name }) {
			list = append(list, openapi3.NewPathParameter(name))
		}
	}
	return list
}

// keys returns the API keys that the operation's security takes in the query, unless they are parameters of it, too. They
// count as declared parameters, and are optional, because Options.Admit decides about them.
func (m *compiler) keys(op *operation, parameters []*openapi3.Parameter) []*openapi3.Parameter {
	var keys []*openapi3.Parameter
	for _, requirement := range op.Security {
		for _, name := range shape.Names(requirement) {
			scheme := m.scheme(name)
			if scheme == nil || scheme.Type != "apiKey" || scheme.In != openapi3.ParameterInQuery {
				continue
			}
			named := func(p *openapi3.Parameter) bool { return p.In == scheme.In && p.Name == scheme.Name }
			if !slices.ContainsFunc(parameters, named) && !slices.ContainsFunc(keys, named) {
				keys = append(keys, openapi3.NewQueryParameter(scheme.Name).WithSchema(openapi3.NewStringSchema()))
			}
		}
	}
	return keys
}

// keyHeaders returns the headers in which the operation's security takes API keys.
func (m *compiler) keyHeaders(op *operation) []string {
	var names []string
	for _, requirement := range op.Security {
		for name := range requirement {
			if scheme := m.scheme(name); scheme != nil && scheme.In == openapi3.ParameterInHeader {
				names = append(names, scheme.Name)
			}
		}
	}
	return names
}

func (m *compiler) scheme(name string) *openapi3.SecurityScheme {
	if m.doc.Components == nil || m.doc.Components.SecuritySchemes[name] == nil {
		return nil
	}
	return m.doc.Components.SecuritySchemes[name].Value
}

// add appends a parameter to the list of its place. OpenAPI says that header parameters with three names are ignored.
func (op *operation) add(p *param.Parameter) {
	switch p.In {
	case openapi3.ParameterInPath:
		op.path = append(op.path, p)
	case openapi3.ParameterInQuery:
		op.query.Add(p)
		op.queryOrder = append(op.queryOrder, p)
	case openapi3.ParameterInCookie:
		op.cookie = append(op.cookie, p)
	case openapi3.ParameterInHeader:
		switch http.CanonicalHeaderKey(p.Name) {
		case "Accept", "Content-Type", "Authorization":
		default:
			op.header = append(op.header, p)
		}
	}
}

// bases returns the base paths of an operation: those of its own servers, else of its path item's, else of the document's.
func (m *compiler) bases(item *openapi3.PathItem, source *openapi3.Operation) []route.Base {
	switch {
	case source.Servers != nil && len(*source.Servers) > 0:
		return route.Bases(*source.Servers)
	case len(item.Servers) > 0:
		return route.Bases(item.Servers)
	}
	return route.Bases(m.doc.Servers)
}

// find returns the operation of a call, which may come from another Contract for the same document.
func (c *Contract) find(call *Call) (*operation, error) {
	if call == nil || call.Operation == nil {
		return nil, errors.New("contract: no call")
	}
	if op := c.operations[call.ID]; op != nil {
		return op, nil
	}
	return nil, fmt.Errorf("contract: no operation %q", call.ID)
}

// body returns nil for an operation without one.
func (m *compiler) body(source *openapi3.Operation, src shape.Source) *bodyPlan {
	if source.RequestBody == nil || source.RequestBody.Value == nil {
		return nil
	}
	body := source.RequestBody.Value
	src = shape.OrElse(m.nodes.Source(body, body.Extensions, body.Origin), src)
	return &bodyPlan{body.Required, src, media.NewPlans(m.request, body.Content, src)}
}
