package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// attempt sends the request once. What is not a 2xx with a whole body is an error.
func (x *exchange) attempt(ctx context.Context) (*answer, *Error) {
	x.rounds++
	if err := x.authorize(ctx); err != nil {
		return nil, x.fail(ErrToken, nil, err)
	}
	ctx, cancel := context.WithTimeout(ctx, x.timeout)
	defer cancel()
	x.attempts++
	req, err := x.request(ctx)
	if err != nil {
		return nil, x.refuse(err)
	}
	if failure := x.checkRequest(req); failure != nil {
		return nil, failure
	}
	started := x.before(ctx, req)
	ans, failure := x.roundTrip(req)
	x.after(ctx, req, ans, failure, started)
	if failure != nil && ans != nil {
		ans.release()
	}
	return ans, failure
}

func (x *exchange) authorize(ctx context.Context) (err error) {
	if x.tokens != nil {
		x.authorization, err = x.tokens.authorization(ctx, x.refused)
	}
	return err
}

// roundTrip gives the answer, if one came, also beside an error.
func (x *exchange) roundTrip(req *http.Request) (*answer, *Error) {
	// The transport, not an http.Client around it: that one would read Location on a redirect, and lose the answer if it
	// cannot.
	resp, err := x.transport.RoundTrip(req)
	if err == nil && (resp == nil || resp.Body == nil) {
		err = errors.New("the transport gave neither an answer nor an error")
	}
	if err != nil {
		failure := x.fail(ErrConnection, nil, err)
		failure.unsent = neverSent(err)
		return nil, failure
	}
	ans, err := readAnswer(resp, x.maxBody)
	capture(req.Context(), ans)
	failure := x.judge(ans, err)
	return ans, x.checkResponse(req, ans, failure)
}

func (x *exchange) judge(ans *answer, err error) *Error {
	switch {
	case errors.Is(err, errBodyTooLarge):
		return x.fail(ErrTooLarge, ans, nil)
	case err != nil:
		return x.fail(ErrTruncated, ans, err)
	case ans.status < 200: // 101: the connection is something else now
		return x.fail(ErrConnection, ans, nil)
	case ans.status >= 300:
		return x.fail(nil, ans, nil)
	}
	return nil
}

// checkRequest asks the checker, where there is one, whether the request may leave.
func (x *exchange) checkRequest(req *http.Request) *Error {
	if x.checker == nil {
		return nil
	}
	var body []byte
	if req.GetBody != nil {
		r, err := req.GetBody()
		if err == nil {
			body, err = io.ReadAll(r)
		}
		if err != nil {
			return x.refuse(err)
		}
	}
	if err := x.checker.CheckRequest(x.subject(req), req, body); err != nil {
		x.attempts-- // it never left
		failure := x.fail(nil, nil, err)
		failure.contract = true
		return failure
	}
	return nil
}

// checkResponse asks the checker about an answer that came whole. What the status says stays: it decides about retries.
func (x *exchange) checkResponse(req *http.Request, ans *answer, failure *Error) *Error {
	if x.checker == nil || failure != nil && (errors.Is(failure, ErrTruncated) || errors.Is(failure, ErrTooLarge)) {
		return failure
	}
	err := x.checker.CheckResponse(x.subject(req), req, ans.status, ans.header, ans.body)
	if err == nil {
		return failure
	}
	if failure == nil {
		failure = x.fail(nil, ans, nil)
	}
	failure.contract, failure.Err = true, errors.Join(failure.Err, err)
	return failure
}

func (x *exchange) subject(req *http.Request) Subject {
	return Subject{
		API: x.api, Operation: x.call.operation, CorrelationID: x.correlationID,
		Path: strings.TrimPrefix(req.URL.EscapedPath(), x.basePath),
	}
}

// cutLast splits "Bearer token" at its last space.
func cutLast(s string) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, ' '); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// since is a time that was not taken where nobody asks for it.
func since(started time.Time) time.Duration {
	if started.IsZero() {
		return 0
	}
	return time.Since(started)
}
