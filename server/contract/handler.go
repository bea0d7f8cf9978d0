package contract

import (
	"bytes"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// An exchange is one request under way and what is told about it.
type exchange struct {
	c    *Contract
	op   *operation
	call *Call
	r    *http.Request // as Admit returned it
}

func (ex *exchange) observe() bool { return ex.c.options.Observe }

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
	call, m, rej := c.route(r.Method, r.URL)
	if rej != nil {
		c.unrouted(w, r, rej, next)
		return
	}
	ex := &exchange{c: c, op: call.op, call: call, r: routed(r, call, m)}
	ex.r.Body = ex.limited(w)
	if !ex.admit(w) {
		return
	}
	body, rej := ex.read()
	if rej != nil {
		ex.tell(rej.Violations)
		if !c.options.Observe {
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

// routed returns a copy of r that has the call in its context and the document's spelling in its path. RawPath is always
// set, so that a router that reads it (echo) finds values escaped once, and its generated code unescapes them once.
func routed(r *http.Request, call *Call, m *match) *http.Request {
	r = r.WithContext(withCall(r.Context(), call))
	u := *r.URL
	u.RawPath, u.Path, _ = m.canonical()
	r.URL = &u
	return r
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
		r = r.WithContext(withCall(r.Context(), ex.call))
	}
	ex.r = r
	return true
}

// limited puts the limit on the body before anybody reads of it. Where nothing is refused there is none.
func (ex *exchange) limited(w http.ResponseWriter) io.ReadCloser {
	if ex.r.Body == nil || ex.r.Body == http.NoBody {
		return http.NoBody
	}
	if ex.observe() {
		return ex.r.Body
	}
	return http.MaxBytesReader(w, ex.r.Body, ex.op.limit)
}

// maxGrow bounds what is allocated for a body before its bytes have come.
const maxGrow = 1 << 20

// read reads the body whole. With a rejection it returns what it read.
func (ex *exchange) read() ([]byte, *Rejection) {
	if ex.r.Body == nil || ex.r.Body == http.NoBody {
		return nil, nil
	}
	if ex.r.ContentLength > ex.op.limit {
		return nil, ex.tooLarge()
	}
	var body bytes.Buffer
	if n := ex.r.ContentLength; n > 0 { // a promise, not believed beyond a point
		body.Grow(int(min(n, maxGrow)) + bytes.MinRead)
	}
	_, err := body.ReadFrom(io.LimitReader(ex.r.Body, min(ex.op.limit, math.MaxInt64-1)+1))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || int64(body.Len()) > ex.op.limit:
		return body.Bytes(), ex.tooLarge()
	case err != nil:
		return body.Bytes(), ex.rejection(http.StatusBadRequest, "truncated", "a whole body")
	}
	return body.Bytes(), nil
}

func (ex *exchange) tooLarge() *Rejection {
	return ex.rejection(http.StatusRequestEntityTooLarge, "size", "at most "+strconv.FormatInt(ex.op.limit, 10)+" bytes")
}

func (ex *exchange) rejection(status int, rule, expected string) *Rejection {
	rej := rejection(status, place{"body", "", ex.op.grade}.finding(rule, expected))
	rej.Violations[0].Operation = ex.op.id
	return rej
}

// rest is the body that an observed request goes on with when it was too large to check.
func rest(read []byte, unread io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), unread), unread}
}

// check checks the request, and makes it what the handler shall get. It returns false after it has answered.
func (ex *exchange) check(w http.ResponseWriter, body []byte) bool {
	ck := ex.c.newRequestCheck(ex.op, ex.call, ex.r, body)
	ck.media()
	if !ck.unsupported || ex.observe() {
		ck.parameters()
		ck.body()
	}
	violations := ck.out.violations()
	ex.tell(violations)
	if bad := violations.Refused(); len(bad) > 0 && !ex.observe() {
		status := http.StatusBadRequest
		if ck.unsupported {
			status = http.StatusUnsupportedMediaType
		}
		ex.reject(w, &Rejection{Status: status, Violations: bad})
		return false
	}
	ex.r = ck.checked()
	return true
}

// checked returns the request that was checked, with its bytes, its query and its media type as the document spells them.
func (ck *requestCheck) checked() *http.Request {
	r := ck.r.WithContext(ck.r.Context())
	data := ck.data
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	r.ContentLength, r.TransferEncoding, r.Body = int64(len(data)), nil, http.NoBody
	if len(data) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(data))
	}
	if ck.query.rewritten {
		u := *r.URL
		u.RawQuery = ck.query.canonical
		r.URL = &u
	}
	if ck.readable && ck.content.header != r.Header.Get("Content-Type") {
		r.Header = r.Header.Clone()
		r.Header.Set("Content-Type", ck.content.header)
	}
	return r
}

// run calls the handler and checks what it answers.
func (ex *exchange) run(w http.ResponseWriter, next http.Handler) {
	rec := newRecorder(w, ex)
	next.ServeHTTP(rec, ex.r)
	rec.finish()
}
