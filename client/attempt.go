package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
)

// attempt sends the request once. Everything but a 2xx response with a complete body is an error.
func (x *execution) attempt(ctx context.Context) (*response, *Error) {
	x.rounds++
	if err := x.throttle.wait(ctx); err != nil {
		return nil, x.fail(ErrThrottled, nil, err)
	}
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
	started, err := x.before(ctx, req)
	if err != nil {
		x.attempts-- // it is not sent
		return nil, x.fail(ErrRefused, nil, err)
	}
	res, failure := x.roundTrip(req)
	done := failure != nil && x.alreadyDone(failure)
	if done {
		failure, res.body = nil, res.body[:0]
	}
	if failure != nil && failure.Status == http.StatusTooManyRequests {
		x.throttle.note(failure.RetryAfter)
	}
	x.after(ctx, req, res, failure, started, done)
	if failure != nil {
		x.uncertain = failure.MaybeCarriedOut
		if res != nil {
			res.release()
		}
	}
	return res, failure
}

// alreadyDone reports whether a 404 means that an earlier attempt, whose response was lost, has deleted the resource. An
// HTML page does not: a gateway that knows no route sends it, too.
func (x *execution) alreadyDone(failure *Error) bool {
	return x.req.Method == http.MethodDelete && x.uncertain && failure.Status == http.StatusNotFound &&
		!failure.contract && !errors.Is(failure, ErrNotJSON)
}

func (x *execution) authorize(ctx context.Context) (err error) {
	if x.tokens != nil {
		x.authorization, err = x.tokens.authorization(ctx, x.refused)
	}
	return err
}

// roundTrip returns the response, if one arrived, even beside an error.
func (x *execution) roundTrip(req *http.Request) (*response, *Error) {
	// The transport is called directly. An http.Client around it would parse Location on a redirect, and discard the
	// response if that fails.
	resp, err := x.transport.RoundTrip(req)
	if err == nil && (resp == nil || resp.Body == nil) {
		err = errors.New("the transport returned neither a response nor an error")
	}
	if err != nil {
		return nil, x.fail(ErrConnection, nil, err)
	}
	res, err := readResponse(resp, x.maxBody)
	capture(req.Context(), res)
	failure := x.judge(res, err)
	return res, x.checkResponse(req, res, failure)
}

func (x *execution) judge(res *response, err error) *Error {
	switch {
	case errors.Is(err, errBodyTooLarge):
		return x.fail(ErrTooLarge, res, nil)
	case err != nil:
		return x.fail(ErrTruncated, res, err)
	case res.status < 200: // 101: the connection speaks another protocol from here on
		return x.fail(ErrConnection, res, nil)
	case res.status >= 300:
		return x.fail(nil, res, nil)
	}
	return nil
}

// checkRequest asks the checker, if there is one, whether the request may be sent.
func (x *execution) checkRequest(req *http.Request) *Error {
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
		x.attempts-- // it is not sent
		failure := x.fail(nil, nil, err)
		failure.contract = true
		return failure
	}
	return nil
}

// checkResponse asks the checker about a response whose body is complete. The meaning of the status is kept, because it
// decides about retries.
func (x *execution) checkResponse(req *http.Request, res *response, failure *Error) *Error {
	if x.checker == nil || failure != nil && (errors.Is(failure, ErrTruncated) || errors.Is(failure, ErrTooLarge)) {
		return failure
	}
	err := x.checker.CheckResponse(x.subject(req), req, res.status, res.header, res.body)
	if err == nil {
		return failure
	}
	if failure == nil {
		failure = x.fail(nil, res, nil)
	}
	failure.contract, failure.Err = true, errors.Join(failure.Err, err)
	return failure
}

func (x *execution) subject(req *http.Request) Subject {
	return Subject{
		API: x.api, Operation: x.op.name, CorrelationID: x.correlationID,
		Path: strings.TrimPrefix(req.URL.EscapedPath(), x.basePath), Custom: x.op.custom,
	}
}
