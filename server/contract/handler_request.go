package contract

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/resellerkit/resellerkit/server/contract/internal/content"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
)

// limited sets the limit on the body before Admit can read it, unless Content-Length shows that the body is within it. In
// observed operations nothing is refused, so that there is no limit.
func (ex *exchange) limited(w http.ResponseWriter) io.ReadCloser {
	switch n := ex.r.ContentLength; {
	case ex.r.Body == nil || ex.r.Body == http.NoBody:
		return http.NoBody
	case ex.op.observe || 0 < n && n <= ex.op.limit:
		return ex.r.Body
	}
	return http.MaxBytesReader(w, ex.r.Body, ex.op.limit)
}

// read reads the whole body. With a rejection it returns what it has read so far.
func (ex *exchange) read() ([]byte, *Rejection) {
	if ex.r.Body == nil || ex.r.Body == http.NoBody {
		return nil, nil
	}
	if ex.r.ContentLength > ex.op.limit && !ex.op.observe {
		return nil, ex.tooLarge()
	}
	body, err := content.Read(ex.r.Body, ex.r.ContentLength, ex.op.limit)
	switch {
	case err == nil && int64(len(body)) <= ex.op.limit:
		_ = ex.r.Body.Close() // all of it was read, and the server need not look for more
		return body, nil
	case err == nil || isTooLarge(err):
		return body, ex.tooLarge()
	}
	return body, ex.rejection(http.StatusBadRequest, "truncated", "a whole body")
}

// isTooLarge is a function of its own so that the target of errors.As, which escapes, is allocated only when a body cannot be
// read.
func isTooLarge(err error) bool {
	var tooLarge *http.MaxBytesError
	return errors.As(err, &tooLarge)
}

func (ex *exchange) tooLarge() *Rejection {
	return ex.rejection(http.StatusRequestEntityTooLarge, "size", "at most "+strconv.FormatInt(ex.op.limit, 10)+" bytes")
}

func (ex *exchange) rejection(status int, rule, expected string) *Rejection {
	rej := rejection(status, explain.Place{In: "body", Pointer: "", Source: ex.op.source}.Finding(rule, expected))
	rej.Violations[0].Operation = ex.op.ID
	return rej
}

// check checks the request and prepares it for the handler. It returns false if it has refused it.
func (ex *exchange) check(w http.ResponseWriter, body []byte) bool {
	if ex.op.program.accepts(&ex.scan, ex.call, ex.r, body) {
		ex.checked(body)
		return true
	}
	read, violations := ex.c.read(ex.op, ex.call, ex.r, body, ex.op.observe)
	ex.tell(violations)
	if bad := violations.Refused(); len(bad) > 0 && !ex.op.observe {
		status := http.StatusBadRequest
		if read.check.unsupported {
			status = http.StatusUnsupportedMediaType
		}
		ex.reject(w, &Rejection{Status: status, Violations: bad})
		return false
	}
	if ex.op.observe { // a proxy hands on what it gets
		ex.checked(body)
		return true
	}
	ex.call.PathValues = read.call.PathValues
	ex.r.URL, ex.r.Header = read.r.URL, read.r.Header
	ex.checked(read.data)
	ex.respell(read.check)
	return true
}

// checked gives the request the bytes that were checked as its body. An observed one stays chunked if it was, because a proxy
// hands that on.
func (ex *exchange) checked(body []byte) {
	r := ex.r
	if !ex.op.observe {
		r.ContentLength, r.TransferEncoding = int64(len(body)), nil
	}
	if len(body) == 0 && r.ContentLength >= 0 {
		r.Body, r.GetBody = http.NoBody, content.None
		return
	}
	b := &ex.given.body
	b.Data = body
	r.Body, r.GetBody = b, b.Again
}

// respell writes the query and the media type as the document spells them, for routers and generated code that compare
// exactly.
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
