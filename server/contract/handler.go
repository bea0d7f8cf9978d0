package contract

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
)

// An exchange is one request under way and what is told about it. It is used again for another one, so that nothing of it may
// be in the hands of a handler that has returned.
type exchange struct {
	c      *Contract
	op     *operation
	call   *Call
	r      *http.Request // as Admit returned it
	given  *delivery
	scan   accept.Scanner
	before snapshot // what the answer's header held at first
	sent   snapshot // and when the handler wrote the status

	awaited *Answer     // which the handler is about to write
	dropped http.Header // what it sets after it was refused
}

// A delivery is what the handler gets: in one piece, to be one allocation, and never used again, for much of it outlives the
// handler. Goroutines keep its context, a proxy's transport its body, and middleware its ResponseWriter. It is most of what
// a small request allocates here, so that its size tells: it fills one of the runtime's size classes (TestSizes).
type delivery struct {
	context.Context // the request's; with the call, the delivery is one, too
	r               http.Request
	call            Call
	values          [3]string
	body            checkedBody
	rec             recorder
}

// Value gives the call to [FromContext].
func (d *delivery) Value(key any) any {
	if key == (callKey{}) {
		return &d.call
	}
	return d.Context.Value(key)
}

// String keeps a context that is printed from showing the request.
func (d *delivery) String() string { return "contract of " + d.call.ID }

var idleExchanges = sync.Pool{New: func() any { return new(exchange) }}

// release is not called where a handler panicked: nobody knows then what still runs.
func (ex *exchange) release() {
	ex.c, ex.op, ex.call, ex.r, ex.given = nil, nil, nil, nil, nil
	ex.awaited, ex.dropped = nil, nil
	ex.scan.Idle()
	ex.before.forget()
	ex.sent.forget()
	idleExchanges.Put(ex)
}

func (ex *exchange) tell(violations Violations) {
	for _, v := range violations {
		ex.c.options.Finding(ex.r, v)
	}
}

func (ex *exchange) report(f explain.Finding) {
	var out explain.Report
	out.Add(f)
	ex.tell(violationsOf(ex.op.ID, &out))
}

func (ex *exchange) reject(w http.ResponseWriter, rej *Rejection) {
	ex.c.options.Reject(w, ex.r, ex.call, rej)
}

// serve is the whole of the contract in its order.
func (c *Contract) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	ex := idleExchanges.Get().(*exchange)
	ex.c = c
	if rej := ex.route(r); rej != nil {
		c.unrouted(w, r, rej, next)
	} else {
		ex.serve(w, next)
	}
	ex.release()
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
		ex.r.Body = rest(body, ex.r.Body)
		ex.run(w, next)
		return
	}
	if ex.check(w, body) {
		ex.run(w, next)
	}
}

// observeUnread reports what can be said of a request whose body is too large to check, or broken off.
func (ex *exchange) observeUnread(body []byte, rej *Rejection) {
	ck := ex.c.newRequestCheck(ex.op, ex.call, ex.r, body)
	ck.media()
	ck.parameters()
	ex.tell(violationsOf(ex.op.ID, ck.out))
	ex.tell(rej.Violations)
}

// unrouted answers 404 and 405.
func (c *Contract) unrouted(w http.ResponseWriter, r *http.Request, rej *Rejection, next http.Handler) {
	for _, v := range rej.Violations {
		c.options.Finding(r, v)
	}
	if c.options.Observe {
		next.ServeHTTP(w, r)
		return
	}
	if len(rej.Allow) > 0 {
		w.Header().Set("Allow", strings.Join(rej.Allow, ", "))
	}
	c.options.Reject(w, r, nil, rej)
}

// route finds the operation, and makes the copy of r that has the call in its context and the document's spelling in its
// path. Where that has escapes, RawPath is set, so that a router that reads it (echo) finds values escaped once, and its
// generated code unescapes them once.
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
		respelt := *u
		respelt.RawPath, respelt.Path, _ = m.Canonical()
		given.call, ex.op, u = *call, m.Target, &respelt
	}
	ex.call, ex.given = &given.call, given
	given.Context = r.Context()
	given.r = *r.WithContext(given) // whose own copy stays on the stack
	given.r.URL = u
	ex.r = &given.r
	return nil
}

// admit asks Options.Admit, and keeps the call in the context of the request it returns.
func (ex *exchange) admit(w http.ResponseWriter) bool {
	if ex.c.options.Admit == nil {
		return true
	}
	r := ex.c.options.Admit(w, ex.r, ex.call)
	if r == nil {
		return false
	}
	if r != ex.r && FromContext(r.Context()) != ex.call {
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, ex.call))
	}
	ex.r = r
	return true
}

// limited puts the limit on the body before anybody reads of it, if its length is not announced to be less. Where nothing is
// refused there is none.
func (ex *exchange) limited(w http.ResponseWriter) io.ReadCloser {
	switch n := ex.r.ContentLength; {
	case ex.r.Body == nil || ex.r.Body == http.NoBody:
		return http.NoBody
	case ex.op.observe || 0 < n && n <= ex.op.limit:
		return ex.r.Body
	}
	return http.MaxBytesReader(w, ex.r.Body, ex.op.limit)
}

// read reads the body whole. With a rejection it returns what it read.
func (ex *exchange) read() ([]byte, *Rejection) {
	if ex.r.Body == nil || ex.r.Body == http.NoBody {
		return nil, nil
	}
	if ex.r.ContentLength > ex.op.limit && !ex.op.observe {
		return nil, ex.tooLarge()
	}
	body, err := readBody(ex.r.Body, ex.r.ContentLength, ex.op.limit)
	switch {
	case err == nil && int64(len(body)) <= ex.op.limit:
		_ = ex.r.Body.Close() // so that the server need not look for a rest; all of it was read
		return body, nil
	case err == nil || isTooLarge(err):
		return body, ex.tooLarge()
	}
	return body, ex.rejection(http.StatusBadRequest, "truncated", "a whole body")
}

// isTooLarge is apart because its variable is on the heap.
func isTooLarge(err error) bool {
	var tooLarge *http.MaxBytesError
	return errors.As(err, &tooLarge)
}

func (ex *exchange) tooLarge() *Rejection {
	return ex.rejection(http.StatusRequestEntityTooLarge, "size", "at most "+strconv.FormatInt(ex.op.limit, 10)+" bytes")
}

func (ex *exchange) rejection(status int, rule, expected string) *Rejection {
	rej := rejection(status, explain.Place{In: "body", Pointer: "", Source: ex.op.Source}.Finding(rule, expected))
	rej.Violations[0].Operation = ex.op.ID
	return rej
}

// check checks the request, and makes it what the handler shall get. It returns false after it has answered.
func (ex *exchange) check(w http.ResponseWriter, body []byte) bool {
	if ex.op.program.accepts(&ex.scan, ex.call, ex.r, body) {
		ex.checked(body)
		return true
	}
	ck := ex.c.newRequestCheck(ex.op, ex.call, ex.r, body)
	ck.media()
	if !ck.unsupported || ex.op.observe {
		ck.parameters()
		ck.body()
	}
	violations := violationsOf(ex.op.ID, ck.out)
	ex.tell(violations)
	if bad := violations.Refused(); len(bad) > 0 && !ex.op.observe {
		status := http.StatusBadRequest
		if ck.unsupported {
			status = http.StatusUnsupportedMediaType
		}
		ex.reject(w, &Rejection{Status: status, Violations: bad})
		return false
	}
	ex.checked(body)
	ex.respell(ck)
	return true
}

// checked gives the request the bytes that were checked.
func (ex *exchange) checked(body []byte) {
	r := ex.r
	r.ContentLength, r.TransferEncoding = int64(len(body)), nil
	if len(body) == 0 {
		r.Body, r.GetBody = http.NoBody, noBody
		return
	}
	b := &ex.given.body
	b.data = body
	r.Body, r.GetBody = b, b.again
}

// respell gives the request its query and its media type as the document spells them.
func (ex *exchange) respell(ck *requestCheck) {
	r := ex.r
	if ck.query != nil && ck.query.Rewritten {
		u := *r.URL
		u.RawQuery = ck.query.Canonical
		r.URL = &u
	}
	if ck.readable && ck.content.Header != r.Header.Get("Content-Type") {
		r.Header = r.Header.Clone()
		r.Header.Set("Content-Type", ck.content.Header)
	}
}

// run calls the handler and checks what it answers.
func (ex *exchange) run(w http.ResponseWriter, next http.Handler) {
	rec := &ex.given.rec
	rec.start(w, ex)
	done := false
	defer func() {
		if !done {
			rec.abandon()
		}
	}()
	next.ServeHTTP(rec, ex.r)
	rec.finish()
	rec.close()
	done = true
}
