package contract

import (
	"net/http"
	"slices"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A requestProgram accepts correct requests of one operation quickly.
type requestProgram struct {
	op     *operation
	query  *param.QueryProgram
	path   []param.Program
	header []param.Program
	known  []media.KnownType // for the body
}

// newRequestProgram returns nil if every request of an operation needs the full check.
func newRequestProgram(op *operation, policy shape.Policy) *requestProgram {
	program := &requestProgram{op: op, query: param.NewQueryProgram(&op.query, op.queryOrder, policy)}
	var path, header bool
	program.path, path = param.Programs(op.inPath())
	program.header, header = param.Programs(op.header)
	if !path || !header || program.query == nil {
		return nil
	}
	for _, p := range op.cookie {
		if p.Required {
			return nil
		}
	}
	if op.body != nil {
		program.known = media.KnownTypes(op.body.media)
	}
	return program
}

// inPath returns the path's parameters in the order of the template.
func (op *operation) inPath() []*param.Parameter {
	list := slices.Clone(op.path)
	slices.SortFunc(list, func(a, b *param.Parameter) int {
		return slices.Index(op.PathNames, a.Name) - slices.Index(op.PathNames, b.Name)
	})
	return list
}

// accepts reports whether the full check would find nothing in a request. False says nothing. What costs least is looked at
// first.
func (g *requestProgram) accepts(s *accept.Scanner, call *Call, r *http.Request, body []byte) bool {
	if g == nil || call.respelt || len(g.op.cookie) > 0 && len(r.Header["Cookie"]) > 0 {
		return false
	}
	s.Begin(nil)
	return g.acceptsParameters(s, call, r) && g.acceptsBody(s, r, body)
}

func (g *requestProgram) acceptsParameters(s *accept.Scanner, call *Call, r *http.Request) bool {
	if !g.op.headers.Accepts(r.Header) {
		return false
	}
	if len(g.path) != len(call.PathValues) {
		return false
	}
	for i := range g.path {
		if !g.path[i].AcceptsText(s, call.PathValues[i]) {
			return false
		}
	}
	for i := range g.header {
		p := &g.header[i]
		if text, lines := firstLine(r.Header, p.Key); !p.AcceptsLines(s, text, lines) {
			return false
		}
	}
	return g.query.Accepts(s, r.URL.RawQuery)
}

func (g *requestProgram) acceptsBody(s *accept.Scanner, r *http.Request, body []byte) bool {
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
	known := media.Usual(g.known, given)
	return known != nil && known.Accepts(s, body, nil)
}

// firstLine returns the first line of a header field, and the number of its lines.
func firstLine(header http.Header, key string) (text string, lines int) {
	values := header[key]
	if len(values) == 0 {
		return "", 0
	}
	return values[0], len(values)
}
