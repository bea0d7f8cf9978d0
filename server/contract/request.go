package contract

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/headers"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
	"github.com/resellerkit/resellerkit/server/contract/internal/route"
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
		if text, lines := headers.First(r.Header, p.Key); !p.AcceptsLines(s, text, lines) {
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
	given, lines := headers.First(r.Header, "Content-Type")
	if lines != 1 || len(r.Header["Content-Encoding"]) > 0 {
		return false
	}
	known := media.Usual(g.known, given)
	return known != nil && known.Accepts(s, body)
}

// Route finds the operation for a method and a URL, of which only the path counts. If there is none it returns a Rejection
// with status 404 or 405 instead of a Call.
func (c *Contract) Route(method string, u *url.URL) (*Call, *Rejection) {
	if found, values := c.router.Quick(method, u, nil); found != nil {
		call := found.Target.call(values)
		return &call, nil
	}
	call, _, rej := c.route(method, u)
	return call, rej
}

func (c *Contract) route(method string, u *url.URL) (*Call, *route.Match[*operation], *Rejection) {
	m, allow := c.router.Find(method, u.EscapedPath())
	switch {
	case m == nil && len(allow) == 0:
		return nil, nil, rejection(http.StatusNotFound, explain.Place{In: "path"}.Finding("path", "a path of the document"))
	case m == nil:
		rej := rejection(http.StatusMethodNotAllowed, explain.Place{In: "path"}.Finding("method", strings.Join(allow, " or ")))
		rej.Allow = allow
		return nil, nil, rej
	}
	values, _ := m.Values()
	call := m.Target.call(values)
	if _, _, same := m.Canonical(); !same {
		call.respelt = true
	}
	return &call, m, nil
}

// sentValues returns a path's values with their escapes, in the order of the operation's PathNames, or nil if these do not matter:
// a comma that is escaped separates no elements.
func (c *Contract) sentValues(op *operation, u *url.URL) []string {
	if !param.HasEscapedComma(u.RawPath) {
		return nil
	}
	m, _ := c.router.Find(op.Method, u.EscapedPath())
	if m == nil || m.Target != op {
		return nil
	}
	_, sent := m.Values()
	return sent
}

func (op *operation) call(values []string) Call {
	return Call{Operation: &op.Operation, PathValues: values}
}

func rejection(status int, f explain.Finding) *Rejection {
	var out explain.Report
	out.Add(f)
	return &Rejection{Status: status, Violations: violationsOf("", 0, &out)}
}

// CheckRequest checks what [Contract.Route] does not: the media type, all parameters and the body. body is the whole body of
// the request; r.Body is not read. It returns all violations, but none of the body's schema if the media type is not declared.
func (c *Contract) CheckRequest(call *Call, r *http.Request, body []byte) Violations {
	op, err := c.find(call)
	if err != nil {
		return unknownCall()
	}
	call.asked = conditionsOf(r.Method, r.Header)
	s := accept.NewScanner()
	defer s.Release()
	if call.Operation == &op.Operation && op.program.accepts(s, call, r, body) { // the program reads its values in the order of its names
		return nil
	}
	_, found := c.read(op, call, r, body, true)
	return found
}

func unknownCall() Violations {
	return rejection(0, explain.Place{In: "path"}.Finding("path", "a call that Route returned")).Violations
}

// A requestCheck is the full check of one request.
type requestCheck struct {
	op     *operation
	call   *Call
	r      *http.Request
	data   []byte
	sent   []string // see sentValues
	policy shape.Policy
	out    *explain.Report

	query       *param.Query
	content     media.Type
	readable    bool // content is set
	unsupported bool // the response is a 415
}

func (c *Contract) newRequestCheck(op *operation, call *Call, r *http.Request, body []byte) *requestCheck {
	ck := &requestCheck{op: op, call: call, r: r, data: body, sent: c.sentValues(op, r.URL), policy: c.options.UndeclaredParameters.undeclared()}
	ck.out = &explain.Report{}
	if call.respelt {
		ck.out.Add(param.Canonical(explain.Place{In: "path", Pointer: "", Source: op.source}, op.Template))
	}
	return ck
}

// media checks type, charset and encoding of a body, if one is declared and sent.
func (ck *requestCheck) media() {
	plan := ck.op.body
	if plan == nil || len(ck.data) == 0 {
		return
	}
	at := explain.Place{In: "header", Pointer: "/Content-Type", Source: plan.source}
	ck.content, ck.readable = media.Read(plan.media, ck.r.Header, func(rule, expected string) {
		ck.out.Add(media.Got(at.Finding(rule, expected), ck.r.Header))
	})
	if media.Encoded(ck.r.Header) {
		ck.readable = false
		ck.out.Add(explain.Place{In: "header", Pointer: "/Content-Encoding", Source: plan.source}.Finding("encoding", "identity"))
	}
	ck.unsupported = !ck.readable
}

func (ck *requestCheck) parameters() {
	ck.query = ck.op.query.Read(ck.r.URL.RawQuery, ck.op.source, ck.policy, ck.out)
	for _, p := range ck.op.path {
		value := ck.call.PathValue(p.Name)
		if at := slices.Index(ck.op.PathNames, p.Name); at < len(ck.sent) && p.Kind != param.ByKin {
			p.CheckSent(value, ck.sent[at], ck.out)
		} else {
			ck.parameter(p, []string{value})
		}
	}
	for _, p := range ck.op.queryOrder {
		if !ck.query.Unread[p] {
			p.CheckGiven(ck.query.Given[p], ck.out)
		}
	}
	for _, p := range ck.op.header {
		ck.parameter(p, ck.r.Header.Values(p.Name))
	}
	for _, name := range ck.op.headers.Undeclared(ck.r.Header) {
		f := explain.Named("header", name, ck.op.source).Finding("undeclared", "only declared headers").Silent()
		f.ReportOnly = ck.op.headers.Policy == shape.Report
		ck.out.Add(f)
	}
	for _, p := range ck.op.cookie {
		var texts []string
		for _, cookie := range ck.r.CookiesNamed(p.Name) {
			texts = append(texts, cookie.Value)
		}
		ck.parameter(p, texts)
	}
}

func (ck *requestCheck) parameter(p *param.Parameter, texts []string) {
	if p.Kind == param.ByKin {
		if len(texts) > 1 {
			ck.out.Add(p.Finding("duplicate", "one value"))
		}
		p.CheckByKin(ck.r, ck.call.pathParams(), ck.query.All, ck.out)
		return
	}
	p.Check(texts, ck.out)
}

func (ck *requestCheck) body() {
	plan := ck.op.body
	switch {
	case plan == nil:
		if len(ck.data) > 0 {
			ck.out.Add(explain.Place{In: "body", Pointer: "", Source: ck.op.source}.Finding("body", "no body"))
		}
	case len(ck.data) == 0 || ck.readable && ck.content.Plan.Decoder == media.JSONBody && len(bytes.Trim(ck.data, " \t\r\n")) == 0:
		if plan.required {
			ck.out.Add(explain.Place{In: "body", Pointer: "", Source: plan.source}.Finding("required", "a body"))
		} else if len(ck.data) > 0 {
			ck.out.Add(explain.Place{In: "body", Pointer: "", Source: plan.source}.Finding("syntax", "JSON or nothing"))
		}
	case ck.readable:
		ck.content.Plan.Check(ck.data, ck.r.Header, explain.Place{In: "body", Pointer: "", Source: plan.source}, ck.out)
	}
}
