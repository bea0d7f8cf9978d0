package contract

import (
	"net/http"
	"slices"
)

// A requestProgram decides about a whole request. It accepts what the slow half has nothing to say about.
type requestProgram struct {
	op     *operation
	query  *queryProgram
	path   []parameterProgram
	header []parameterProgram
	known  []knownType // for the body
}

// newRequestProgram returns nil where every request has to go the slow way.
func (s *slabs) newRequestProgram(op *operation, policy Policy) *requestProgram {
	program := &requestProgram{op: op, query: s.newQueryProgram(&op.query, op.queryOrder, policy)}
	var path, header bool
	program.path, path = s.parameterPrograms(op.inPath())
	program.header, header = s.parameterPrograms(op.header)
	if !path || !header || program.query == nil {
		return nil
	}
	for _, p := range op.cookie {
		if p.required {
			return nil
		}
	}
	if op.body != nil {
		program.known = s.knownTypes(op.body.media)
	}
	return program
}

// inPath returns the path's parameters in the order of the template.
func (op *operation) inPath() []*parameter {
	list := slices.Clone(op.path)
	slices.SortFunc(list, func(a, b *parameter) int {
		return slices.Index(op.PathNames, a.name) - slices.Index(op.PathNames, b.name)
	})
	return list
}

// accepts decides about the parts of a request in the order of what costs least.
func (g *requestProgram) accepts(s *scanner, call *Call, r *http.Request, body []byte) bool {
	if g == nil || call.respelt || len(g.op.cookie) > 0 && len(r.Header["Cookie"]) > 0 {
		return false
	}
	s.begin(nil)
	return g.acceptsParameters(s, call, r) && g.acceptsBody(s, r, body)
}

func (g *requestProgram) acceptsParameters(s *scanner, call *Call, r *http.Request) bool {
	if !g.op.headers.accepts(r.Header) {
		return false
	}
	if len(g.path) != len(call.PathValues) {
		return false
	}
	for i := range g.path {
		if !g.path[i].acceptsText(s, call.PathValues[i]) {
			return false
		}
	}
	for i := range g.header {
		p := &g.header[i]
		if text, lines := firstLine(r.Header, p.key); !p.acceptsLines(s, text, lines) {
			return false
		}
	}
	return g.query.accepts(s, r.URL.RawQuery)
}

func (g *requestProgram) acceptsBody(s *scanner, r *http.Request, body []byte) bool {
	plan := g.op.body
	if len(body) == 0 {
		return plan == nil || !plan.required
	}
	if plan == nil {
		return false
	}
	given, lines := firstLine(r.Header, "Content-Type")
	if lines != 1 || len(r.Header["Content-Encoding"]) > 0 {
		return false
	}
	known := acceptedType(g.known, given)
	return known != nil && known.accepts(s, body, nil)
}

// firstLine returns the first of a header's lines, and how many there are.
func firstLine(header http.Header, key string) (text string, lines int) {
	values := header[key]
	if len(values) == 0 {
		return "", 0
	}
	return values[0], len(values)
}
