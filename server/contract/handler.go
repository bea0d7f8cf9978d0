package contract

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// An exchange is one request under way and what is told about it. It holds what belongs to the request alone, so that it is
// one allocation.
type exchange struct {
	c    *Contract
	op   *operation
	call *Call
	r    *http.Request // as Admit returned it

	ctx    callContext
	own    Call
	values [4]PathValue
	url    url.URL
	body   checkedBody
	rec    recorder
}

func (ex *exchange) tell(violations Violations) {
	for _, v := range violations {
		ex.c.options.Finding(ex.r, v)
	}
}

func (ex *exchange) report(f finding) {
	out := report{operation: ex.op.id}
	out.add(f)
	ex.tell(out.violations())
}

func (ex *exchange) reject(w http.ResponseWriter, rej *Rejection) {
	ex.c.options.Reject(w, ex.r, ex.call, rej)
}

// serve is the whole of the contract in its order.
func (c *Contract) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	ex := &exchange{c: c}
	if rej := ex.route(r); rej != nil {
		c.unrouted(w, r, rej, next)
		return
	}
	ex.r.Body = ex.limited(w)
	if !ex.admit(w) {
		return
	}
	body, rej := ex.read()
	if rej != nil {
		ex.tell(rej.Violations)
		if !ex.op.observe {
			ex.reject(w, rej)
			return
		}
		ex.r.Body = rest(body, ex.r.Body)
		ex.run(w, next)
		return
	}
	if ex.check(w, body) {
		ex.run(w, next)
	}
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
// path. RawPath is always set, so that a router that reads it (echo) finds values escaped once, and its generated code
// unescapes them once.
func (ex *exchange) route(r *http.Request) *Rejection {
	ex.url = *r.URL
	if rt, values := ex.c.router.quick(r.Method, r.URL, ex.values[:0]); rt != nil {
		ex.own, ex.call = rt.op.call(values), &ex.own
		ex.url.RawPath = r.URL.Path
	} else {
		call, m, rej := ex.c.route(r.Method, r.URL)
		if rej != nil {
			return rej
		}
		ex.call = call
		ex.url.RawPath, ex.url.Path, _ = m.canonical()
	}
	ex.op = ex.call.op
	ex.ctx = callContext{r.Context(), ex.call}
	ex.r = r.WithContext(&ex.ctx)
	ex.r.URL = &ex.url
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
	if FromContext(r.Context()) != ex.call {
		r = r.WithContext(&callContext{r.Context(), ex.call})
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
	if ex.r.ContentLength > ex.op.limit {
		return nil, ex.tooLarge()
	}
	body, err := readBody(ex.r.Body, ex.r.ContentLength, ex.op.limit)
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil && int64(len(body)) <= ex.op.limit:
		return body, nil
	case err == nil || errors.As(err, &tooLarge):
		return body, ex.tooLarge()
	}
	return body, ex.rejection(http.StatusBadRequest, "truncated", "a whole body")
}

func (ex *exchange) tooLarge() *Rejection {
	return ex.rejection(http.StatusRequestEntityTooLarge, "size", "at most "+strconv.FormatInt(ex.op.limit, 10)+" bytes")
}

func (ex *exchange) rejection(status int, rule, expected string) *Rejection {
	rej := rejection(status, place{"body", "", ex.op.grade}.finding(rule, expected))
	rej.Violations[0].Operation = ex.op.id
	return rej
}

// check checks the request, and makes it what the handler shall get. It returns false after it has answered.
func (ex *exchange) check(w http.ResponseWriter, body []byte) bool {
	if ex.op.program.accepts(ex.call, ex.r, body) {
		ex.checked(body)
		return true
	}
	ck := ex.c.newRequestCheck(ex.op, ex.call, ex.r, body)
	ck.media()
	if !ck.unsupported || ex.op.observe {
		ck.parameters()
		ck.body()
	}
	violations := ck.out.violations()
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
	ex.body.data = body
	ex.body.Reset(body)
	r.Body = &ex.body
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
}

// respell gives the request its query and its media type as the document spells them.
func (ex *exchange) respell(ck *requestCheck) {
	r := ex.r
	if ck.query != nil && ck.query.rewritten {
		u := *r.URL
		u.RawQuery = ck.query.canonical
		r.URL = &u
	}
	if ck.readable && ck.content.header != r.Header.Get("Content-Type") {
		r.Header = r.Header.Clone()
		r.Header.Set("Content-Type", ck.content.header)
	}
}

// run calls the handler and checks what it answers.
func (ex *exchange) run(w http.ResponseWriter, next http.Handler) {
	rec := &ex.rec
	rec.start(w, ex)
	done := false
	defer func() {
		if !done {
			rec.abandon()
		}
	}()
	next.ServeHTTP(rec, ex.r)
	rec.finish()
	done = true
}
