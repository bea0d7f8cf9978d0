package contract

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/content"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/headers"
)

// An exchange is a request and its response while they are checked. It is pooled, so that a handler that has returned must not
// have a reference to any part of it.
type exchange struct {
	c      *Contract
	op     *operation
	call   *Call
	r      *http.Request // the request that Admit returned
	given  *delivery
	scan   accept.Scanner
	before headers.Snapshot // the response's header before the handler ran
	sent   headers.Snapshot // and when the handler wrote the status

	dropped http.Header // takes what the handler sets after its response was refused
	sniffed []byte      // the beginning of the body when the handler first flushed

	found    Violations // so far, for Options.Done
	rejected int        // status of the contract's own response, if it has sent one
}

// A delivery is what the handler gets. It is one allocation, and never pooled, because goroutines, a proxy's transport and
// middleware keep parts of it after the handler has returned. It is most of what a small request allocates here, so that its
// size matters: it fills one of the runtime's size classes (TestSizes).
type delivery struct {
	context.Context // the request's; the delivery is itself a context, which adds the call
	r               http.Request
	call            Call
	values          [3]string
	body            content.Body
	rw              responseWriter
}

// Value returns the call for [FromContext].
func (d *delivery) Value(key any) any {
	if key == (callKey{}) {
		return &d.call
	}
	return d.Context.Value(key)
}

// String prevents fmt from printing the request, with its credentials, if a context is printed.
func (d *delivery) String() string { return "contract of " + d.call.ID }

var idleExchanges = sync.Pool{New: func() any { return new(exchange) }}

// release is not called if the handler panicked, because goroutines of it may still use the exchange.
func (ex *exchange) release() {
	ex.c, ex.op, ex.call, ex.r, ex.given = nil, nil, nil, nil, nil
	ex.dropped, ex.sniffed = nil, nil
	ex.found, ex.rejected = nil, 0
	ex.scan.Idle()
	ex.before.Forget()
	ex.sent.Forget()
	idleExchanges.Put(ex)
}

func (ex *exchange) tell(violations Violations) {
	for _, v := range violations {
		ex.c.options.Finding(ex.r, v)
	}
	if ex.c.options.Done != nil {
		ex.found = append(ex.found, violations...)
	}
}

// report reports a finding about the response.
func (ex *exchange) report(f explain.Finding) {
	var out explain.Report
	out.Add(f)
	ex.tell(violationsOf(ex.op.ID, ex.given.rw.status(), &out))
}

func (ex *exchange) reject(w http.ResponseWriter, rej *Rejection) {
	ex.rejected = rej.Status
	ex.c.options.Reject(w, ex.r, ex.call, rej)
}

// serve checks one exchange in the order of the package comment.
func (c *Contract) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	ex := idleExchanges.Get().(*exchange)
	ex.c = c
	if rej := ex.route(r); rej != nil {
		c.unrouted(w, r, rej, next)
	} else {
		ex.serve(w, next)
		ex.done()
	}
	ex.release()
}

// done tells Options.Done of the whole exchange.
func (ex *exchange) done() {
	if done := ex.c.options.Done; done != nil {
		done(ex.r, ex.call, cmp.Or(ex.rejected, ex.given.rw.status()), ex.found)
	}
}

func (ex *exchange) serve(w http.ResponseWriter, next http.Handler) {
	ex.r.Body = ex.limited(w)
	if !ex.admit(w) {
		return
	}
	body, rej := ex.read()
	if rej != nil {
		if !ex.op.observe {
			ex.tell(rej.Violations)
			ex.reject(w, rej)
			return
		}
		ex.observeUnread(body, rej)
		ex.r.Body = content.Rest(body, ex.r.Body)
		ex.run(w, next)
		return
	}
	if ex.check(w, body) {
		ex.run(w, next)
	}
}

// observeUnread checks everything but the schema of a body that is too large or was cut off.
func (ex *exchange) observeUnread(body []byte, rej *Rejection) {
	ck := ex.c.newRequestCheck(ex.op, ex.call, ex.r, body)
	ck.media()
	ck.parameters()
	ex.tell(violationsOf(ex.op.ID, 0, ck.out))
	ex.tell(rej.Violations)
}

// unrouted answers a request of which no operation is known: 404 or 405.
func (c *Contract) unrouted(w http.ResponseWriter, r *http.Request, rej *Rejection, next http.Handler) {
	for _, v := range rej.Violations {
		c.options.Finding(r, v)
	}
	status := 0
	switch {
	case c.options.Observe:
		next.ServeHTTP(w, r)
	default:
		if len(rej.Allow) > 0 {
			w.Header().Set("Allow", strings.Join(rej.Allow, ", "))
		}
		status = rej.Status
		c.options.Reject(w, r, nil, rej)
	}
	if c.options.Done != nil {
		c.options.Done(r, nil, status, rej.Violations)
	}
}

// route finds the operation and makes the copy of r that the handler gets, with the call in its context and, unless it is only
// observed, the path in the document's spelling. If the path has escapes, RawPath is set: a router that reads it (echo) then finds values escaped once,
// and its generated code unescapes them once.
func (ex *exchange) route(r *http.Request) *Rejection {
	given, u := &delivery{}, r.URL
	if found, values := ex.c.router.Quick(r.Method, u, given.values[:0]); found != nil {
		ex.op = found.Target
		given.call = ex.op.call(values)
	} else {
		call, m, rej := ex.c.route(r.Method, u)
		if rej != nil {
			return rej
		}
		given.call, ex.op = *call, m.Target
		if !ex.op.observe {
			respelt := *u
			respelt.RawPath, respelt.Path, _ = m.Canonical()
			u = &respelt
		}
	}
	ex.call, ex.given = &given.call, given
	given.Context = r.Context()
	given.r = *r.WithContext(given) // the copy that WithContext makes stays on the stack
	given.r.URL = u
	ex.r = &given.r
	return nil
}

// admit calls Options.Admit, and makes sure that the request it returns has the call in its context.
func (ex *exchange) admit(w http.ResponseWriter) bool {
	if ex.c.options.Admit == nil {
		return true
	}
	r := ex.c.options.Admit(w, ex.r, ex.call)
	if r == nil {
		return false // Admit has answered; what it wrote is not known
	}
	if r != ex.r && FromContext(r.Context()) != ex.call {
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, ex.call))
	}
	ex.r = r
	return true
}

// run calls the handler and checks its response.
func (ex *exchange) run(w http.ResponseWriter, next http.Handler) {
	rw := &ex.given.rw
	rw.start(w, ex)
	done := false
	defer func() {
		if !done {
			rw.abandon()
		}
	}()
	next.ServeHTTP(rw, ex.r)
	rw.finish()
	rw.close()
	done = true
}
