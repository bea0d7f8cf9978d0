package client

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// API names one of the two services.
type API string

// The services.
const (
	APICloudCockpit API = "CloudCockpit"
	APIMyReports    API = "MyReports"
)

// core is what both clients share. It does not change after construction.
type core struct {
	api       API
	base      string // ends in a slash, as the generated builders want it
	basePath  string // the escaped path of base, without that slash
	transport http.RoundTripper
	tokens    *tokens // nil: the transport signs
	retry     RetryPolicy
	timeout   time.Duration
	maxBody   int64
	maxPages  int
	userAgent []string
	log       *slog.Logger
	hooks     []Hooks
	checker   Checker
	envelope  func(body []byte, e *Error)
}

// An exchange is a call under way.
type exchange struct {
	*core
	call          *call
	req           *http.Request
	correlationID string
	rounds        int    // attempts, and failures to get a token for one
	attempts      int    // how often the request was sent
	authorization string // of the last attempt
	refused       string // the authorization that was answered with 401
	renewed       bool
	replay        bool
}

// Header values that never change are shared by all requests.
var acceptJSON = []string{"application/json"}

// do sends a call until it succeeds or is not worth another attempt. The caller releases the answer.
func (c *core) do(ctx context.Context, op *call) (*exchange, *answer, error) {
	x := &exchange{core: c, call: op, correlationID: correlationID(ctx), replay: mayReplay(ctx)}
	if err := x.prepare(); err != nil {
		return nil, nil, x.refuse(err)
	}
	for {
		ans, failure := x.attempt(ctx)
		if failure == nil {
			return x, ans, nil
		}
		if x.renew(ctx, failure) {
			continue
		}
		if !x.wait(ctx, failure) {
			return nil, nil, failure
		}
	}
}

// prepare makes the request that all attempts send.
func (x *exchange) prepare() error {
	var errs []error
	for _, id := range x.call.need {
		errs = append(errs, id.check())
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	req, err := x.call.build(x.base)
	if err != nil {
		return err
	}
	h := req.Header
	h["Accept"] = acceptJSON
	h["User-Agent"] = x.userAgent
	h["X-Correlation-Id"] = []string{x.correlationID}
	x.req = req
	return nil
}

// request returns the request for the next attempt. From the second on it is a copy: what is left of an attempt that was
// given up may still read the headers and the body of the one before.
func (x *exchange) request(ctx context.Context) (*http.Request, error) {
	var req *http.Request
	if x.attempts == 1 {
		req = x.req.WithContext(ctx)
	} else {
		req = x.req.Clone(ctx)
		if x.req.GetBody != nil {
			body, err := x.req.GetBody()
			if err != nil {
				return nil, err
			}
			req.Body = body
		}
	}
	if x.authorization != "" {
		req.Header["Authorization"] = []string{x.authorization}
	}
	return req, nil
}

// renew says whether a call that was answered with 401 is to be sent again, once, with a token that is not the one refused.
func (x *exchange) renew(ctx context.Context, failure *Error) bool {
	if failure.Status != http.StatusUnauthorized || x.renewed || !x.tokens.renewable() {
		return false
	}
	x.renewed, x.refused = true, x.authorization
	authorization, err := x.tokens.authorization(ctx, x.refused)
	if err != nil {
		failure.Err = errors.Join(failure.Err, err)
	}
	return err == nil && authorization != x.refused
}

// wait pauses before the next attempt, and says whether there is to be one.
func (x *exchange) wait(ctx context.Context, failure *Error) bool {
	if ctx.Err() != nil {
		return false
	}
	d, again := x.retry.pause(x.rounds, failure, x.call.once && !x.replay)
	if !again {
		return false
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return false
	}
	x.logRetry(ctx, d)
	if err := sleep(ctx, d); err != nil {
		failure.Err = errors.Join(failure.Err, err)
		return false
	}
	return true
}

// refuse is the error of an operation that is not even begun.
func (c *core) refuse(ctx context.Context, operation string, err error) *Error {
	return (&exchange{core: c, call: &call{operation: operation}, correlationID: correlationID(ctx)}).refuse(err)
}

// refuse is the error of a call that is not sent.
func (x *exchange) refuse(err error) *Error {
	return &Error{
		API: x.api, Operation: x.call.operation, CorrelationID: x.correlationID, Attempts: x.attempts, kind: ErrInvalid, Err: err,
	}
}

// fail is the error of a call that was answered, or not: ans is nil where nothing came.
func (x *exchange) fail(kind error, ans *answer, err error) *Error {
	e := &Error{
		API: x.api, Operation: x.call.operation, CorrelationID: x.correlationID, Attempts: x.attempts, kind: kind, Err: err,
	}
	if ans == nil {
		return e
	}
	e.Status, e.Header, e.RetryAfter = ans.status, ans.header, retryAfter(ans.header, time.Now())
	e.Body = append([]byte(nil), ans.body[:min(len(ans.body), maxErrorBody)]...)
	if isJSON(ans.header) {
		x.envelope(ans.body, e)
	} else if kind == nil && len(ans.body) > 0 {
		e.kind = ErrNotJSON
	}
	_, token, _ := cutLast(x.authorization)
	e.scrub(token, x.call.secret)
	return e
}
