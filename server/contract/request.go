package contract

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
)

// Route finds the operation for a method and a URL, of which only the path counts. Where there is none it returns a
// Rejection of 404 or 405 instead, and no Call.
func (c *Contract) Route(method string, u *url.URL) (*Call, *Rejection) {
	if rt, values := c.router.quick(method, u, nil); rt != nil {
		call := rt.op.call(values)
		return &call, nil
	}
	call, _, rej := c.route(method, u)
	return call, rej
}

func (c *Contract) route(method string, u *url.URL) (*Call, *match, *Rejection) {
	m, allow, err := c.router.find(method, u.EscapedPath())
	switch {
	case err != nil:
		return nil, nil, rejection(http.StatusNotFound, place{in: "path"}.finding("path", "a path of the document"))
	case m == nil:
		rej := rejection(http.StatusMethodNotAllowed, place{in: "path"}.finding("method", strings.Join(allow, " or ")))
		rej.Allow = allow
		return nil, nil, rej
	}
	call := m.op.call(m.values())
	if _, _, same := m.canonical(); !same {
		call.respelt = true
	}
	return &call, m, nil
}

func (op *operation) call(values []string) Call {
	return Call{Operation: &op.Operation, PathValues: values}
}

func rejection(status int, f finding) *Rejection {
	var out report
	out.add(f)
	return &Rejection{Status: status, Violations: out.refused}
}

// CheckRequest checks what [Contract.Route] does not: the media type, all parameters and body, which is the request's whole
// body as it was received; r's own Body is not touched. It returns everything it found, and nothing about the body's schema
// if the media type is not declared.
func (c *Contract) CheckRequest(call *Call, r *http.Request, body []byte) Violations {
	op, err := c.find(call)
	if err != nil {
		return unknownCall()
	}
	s := newScanner()
	defer s.release()
	if call.Operation == &op.Operation && op.program.accepts(s, call, r, body) { // its values are in the order of its names
		return nil
	}
	ck := c.newRequestCheck(op, call, r, body)
	ck.media()
	ck.parameters()
	ck.body()
	return ck.out.violations()
}

func unknownCall() Violations {
	return rejection(0, place{in: "path"}.finding("path", "a call that Route returned")).Violations
}

// A requestCheck is the checking of one request.
type requestCheck struct {
	op     *operation
	call   *Call
	r      *http.Request
	data   []byte
	policy Policy
	out    *report

	query       *query
	content     mediaType
	readable    bool // content is known
	unsupported bool // 415
}

func (c *Contract) newRequestCheck(op *operation, call *Call, r *http.Request, body []byte) *requestCheck {
	ck := &requestCheck{op: op, call: call, r: r, data: body, policy: c.options.UndeclaredParameters}
	ck.out = &report{operation: op.ID}
	if call.respelt {
		ck.out.add(place{"path", "", op.src}.canonical(op.Template))
	}
	return ck
}

// media checks type, charset and encoding of a body where one is declared and there.
func (ck *requestCheck) media() {
	plan := ck.op.body
	if plan == nil || len(ck.data) == 0 {
		return
	}
	at := place{"header", "/Content-Type", plan.src}
	ck.content, ck.readable = readMedia(plan.media, ck.r.Header, func(rule, expected string) {
		ck.out.add(at.finding(rule, expected))
	})
	if encoded(ck.r.Header) {
		ck.readable = false
		ck.out.add(place{"header", "/Content-Encoding", plan.src}.finding("encoding", "identity"))
	}
	ck.unsupported = !ck.readable
}

func (ck *requestCheck) parameters() {
	ck.query = ck.op.query.read(ck.r.URL.RawQuery, ck)
	for _, p := range ck.op.path {
		ck.parameter(p, []string{ck.call.PathValue(p.name)})
	}
	for _, p := range ck.op.queryOrder {
		if !ck.query.unread[p] {
			ck.parameter(p, ck.query.values[p])
		}
	}
	for _, p := range ck.op.header {
		ck.parameter(p, ck.r.Header.Values(p.name))
	}
	for _, name := range ck.op.headers.strangers(ck.r.Header) {
		f := place{"header", pointerTo("", name), ck.op.src}.finding("undeclared", "only declared headers")
		f.reportOnly = ck.op.headers.policy == Report
		ck.out.add(f)
	}
	for _, p := range ck.op.cookie {
		var texts []string
		for _, cookie := range ck.r.CookiesNamed(p.name) {
			texts = append(texts, cookie.Value)
		}
		ck.parameter(p, texts)
	}
}

func (ck *requestCheck) parameter(p *parameter, texts []string) {
	if p.kind == byKin {
		if len(texts) > 1 {
			ck.out.add(p.finding("duplicate", "one value"))
		}
		p.checkByKin(ck.r, ck.call, ck.query.all, ck.out)
		return
	}
	p.check(texts, ck.out)
}

func (ck *requestCheck) body() {
	plan := ck.op.body
	switch {
	case plan == nil:
		if len(ck.data) > 0 {
			ck.out.add(place{"body", "", ck.op.src}.finding("body", "no body"))
		}
	case len(ck.data) == 0 || ck.readable && ck.content.plan.decoder == jsonBody && len(bytes.Trim(ck.data, " \t\r\n")) == 0:
		if plan.required {
			ck.out.add(place{"body", "", plan.src}.finding("required", "a body"))
		} else if len(ck.data) > 0 {
			ck.out.add(place{"body", "", plan.src}.finding("syntax", "JSON or nothing"))
		}
	case ck.readable:
		ck.content.plan.check(ck.data, ck.r.Header, place{"body", "", plan.src}, ck.out)
	}
}
