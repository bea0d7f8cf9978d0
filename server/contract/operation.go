package contract

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// An operation is compiled from an operation of the document: all that is needed to check its exchanges.
type operation struct {
	Operation
	responses            responsePlans
	program              *requestProgram
	body                 *bodyPlan
	headers              *headerNames
	limit                int64
	observe              bool
	cookie, path, header []*parameter
	query                queryPlan
	queryOrder           []*parameter
	src                  source
}

func (op *operation) secured() bool {
	return slices.ContainsFunc(op.Security, func(r SecurityRequirement) bool { return len(r) > 0 })
}

// A compiler turns a document into the operations of a Contract. What it makes holds on to copies of the document's schemas, and
// to nothing else of it; see [pruner].
type compiler struct {
	doc               *openapi3.T
	options           Options
	request, response *direction
	parameters        map[compiled]*parameter
	responsePlans     map[compiled]*responsePlan
}

// compiled is what is compiled, a parameter or response of the document, and the evidence around it.
type compiled struct {
	node any
	src  source
}

func newCompiler(doc *openapi3.T, opts Options) *compiler {
	p := newPruner()
	return &compiler{
		doc: doc, options: opts, request: newDirection(false, opts.Undeclared, p), response: newDirection(true, opts.Undeclared, p),
		parameters: map[compiled]*parameter{}, responsePlans: map[compiled]*responsePlan{},
	}
}

// document adds all operations to c.
func (m *compiler) document(c *Contract) error {
	var errs []error
	for _, template := range m.doc.Paths.Keys() {
		item := m.doc.Paths.Value(template)
		operations := item.Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			source := operations[method]
			op := m.operation(template, method, item, source)
			c.operations[op.ID] = op
			for _, base := range m.bases(item, source) {
				errs = append(errs, c.router.add(base, op))
			}
		}
	}
	c.router.quicken()
	m.request.compiled()
	m.response.compiled()
	return errors.Join(errs...)
}

func (m *compiler) operation(template, method string, item *openapi3.PathItem, source *openapi3.Operation) *operation {
	op := &operation{Operation: Operation{ID: source.OperationID, Method: method, Template: template}, limit: m.options.MaxRequestBody}
	for _, match := range templateParam.FindAllStringSubmatch(template, -1) {
		op.PathNames = append(op.PathNames, match[1])
	}
	if op.ID == "" {
		op.ID = method + " " + template
	}
	if limit, ok := m.options.RequestLimits[op.ID]; ok {
		op.limit = limit
	}
	op.observe = m.options.Observe || m.options.ObserveOperations[op.ID]
	op.src = orElse(sourceOf(source.Extensions, source.Origin), orElse(sourceOf(item.Extensions, item.Origin), sourceOf(m.doc.Extensions, m.doc.Origin)))
	op.Security = m.security(source)
	op.query.ignoreCase = m.options.IgnoreCase
	parameters := parametersOf(item, source)
	for _, p := range append(parameters, m.keys(op, parameters)...) {
		op.add(m.parameter(p, op.src))
	}
	op.headers = m.requestHeaders(op)
	op.body = m.body(source, op.src)
	op.responses = m.responses(source, op.src)
	op.program = m.request.pruner.newRequestProgram(op, m.options.UndeclaredParameters)
	return op
}

// parameter compiles a component once for all operations that refer to it on the same evidence.
func (m *compiler) parameter(p *openapi3.Parameter, src source) *parameter {
	key := compiled{p, src}
	if m.parameters[key] == nil {
		m.parameters[key] = newParameter(m.request, p, src)
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

// parametersOf returns the operation's parameters and those of the path that it does not override.
func parametersOf(item *openapi3.PathItem, source *openapi3.Operation) []*openapi3.Parameter {
	var list []*openapi3.Parameter
	for _, ref := range item.Parameters {
		if source.Parameters.GetByInAndName(ref.Value.In, ref.Value.Name) == nil {
			list = append(list, ref.Value)
		}
	}
	for _, ref := range source.Parameters {
		list = append(list, ref.Value)
	}
	return list
}

// keys returns the API keys that the operation's security takes in the query, and that are not among its parameters. They are
// declared, too; whether one has to be there is Admit's to say.
func (m *compiler) keys(op *operation, parameters []*openapi3.Parameter) []*openapi3.Parameter {
	var keys []*openapi3.Parameter
	for _, requirement := range op.Security {
		for _, name := range slices.Sorted(maps.Keys(requirement)) {
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

func (m *compiler) scheme(name string) *openapi3.SecurityScheme {
	if m.doc.Components == nil || m.doc.Components.SecuritySchemes[name] == nil {
		return nil
	}
	return m.doc.Components.SecuritySchemes[name].Value
}

// add sorts a parameter to its place. OpenAPI says to ignore header parameters of three names.
func (op *operation) add(p *parameter) {
	switch p.in {
	case openapi3.ParameterInPath:
		op.path = append(op.path, p)
	case openapi3.ParameterInQuery:
		op.query.add(p)
		op.queryOrder = append(op.queryOrder, p)
	case openapi3.ParameterInCookie:
		op.cookie = append(op.cookie, p)
	case openapi3.ParameterInHeader:
		switch http.CanonicalHeaderKey(p.name) {
		case "Accept", "Content-Type", "Authorization":
		default:
			op.header = append(op.header, p)
		}
	}
}

// bases returns the paths of the servers' URLs, once each, the host ignored.
func (m *compiler) bases(item *openapi3.PathItem, source *openapi3.Operation) []string {
	servers := m.doc.Servers
	if len(item.Servers) > 0 {
		servers = item.Servers
	}
	if source.Servers != nil && len(*source.Servers) > 0 {
		servers = *source.Servers
	}
	if len(servers) == 0 {
		return []string{""}
	}
	var bases []string
	for _, server := range servers {
		for _, expanded := range expand(server) {
			if base := basePath(expanded); !slices.Contains(bases, base) {
				bases = append(bases, base)
			}
		}
	}
	return bases
}

// maxServerURLs bounds how many URLs a server with variables stands for.
const maxServerURLs = 256

// expand puts each value that the document lists for a variable in its place.
func expand(server *openapi3.Server) []string {
	urls := []string{server.URL}
	for _, name := range slices.Sorted(maps.Keys(server.Variables)) {
		variable := server.Variables[name]
		var next []string
		for _, value := range append([]string{variable.Default}, variable.Enum...) {
			for _, u := range urls {
				next = append(next, strings.ReplaceAll(u, "{"+name+"}", value))
			}
		}
		slices.Sort(next)
		urls = slices.Compact(next)
		urls = urls[:min(len(urls), maxServerURLs)]
	}
	return urls
}

func basePath(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return ""
	}
	base := strings.TrimRight(u.EscapedPath(), "/")
	if base != "" && base[0] != '/' {
		base = "/" + base
	}
	return base
}

// find returns the operation of a call, which need not come from this Contract.
func (c *Contract) find(call *Call) (*operation, error) {
	if call == nil || call.Operation == nil {
		return nil, errors.New("contract: no call")
	}
	if op := c.operations[call.ID]; op != nil {
		return op, nil
	}
	return nil, fmt.Errorf("contract: no operation %q", call.ID)
}
