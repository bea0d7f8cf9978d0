package client

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// API names one of the two services.
type API string

// The services.
const (
	APICloudCockpit API = "CloudCockpit"
	APIMyReports    API = "MyReports"
)

// core is what both clients have in common. It does not change after construction.
type core struct {
	api       API
	base      string // ends in a slash, which the generated request builders expect
	basePath  string // the escaped path of base, without that slash
	transport http.RoundTripper
	tokens    *tokens // nil if the transport authenticates the requests
	throttle  *throttle
	retry     RetryPolicy
	timeout   time.Duration
	maxBody   int64
	maxPages  int
	userAgent []string
	log       *slog.Logger
	hooks     []Hooks
	checker   Checker
}

// An execution is one call of an operation, with all its attempts.
type execution struct {
	*core
	op            *operation
	req           *http.Request
	correlationID string
	rounds        int    // attempts, including those that failed before sending because there was no token
	attempts      int    // requests sent
	authorization string // the Authorization header of the last attempt
	refused       string // the Authorization header that got a 401
	renewed       bool
	replay        bool
	uncertain     bool // an attempt that failed may have been carried out
}

// The values of headers that never change are shared by all requests.
var (
	acceptJSON = []string{"application/json"}
	acceptAny  = []string{"*/*"}
)

// do sends an operation until it succeeds or another attempt is not worth it. The caller must release the response.
func (c *core) do(ctx context.Context, op *operation) (*execution, *response, error) {
	x := &execution{core: c, op: op, correlationID: correlationID(ctx), replay: mayReplay(ctx)}
	if err := x.prepare(); err != nil {
		return nil, nil, x.refuse(err)
	}
	for {
		res, failure := x.attempt(ctx)
		if failure == nil {
			return x, res, nil
		}
		if x.renew(ctx, failure) {
			continue
		}
		if !x.wait(ctx, failure) {
			return nil, nil, failure
		}
	}
}

// prepare builds the request that every attempt sends.
func (x *execution) prepare() error {
	var errs []error
	for _, id := range x.op.need {
		errs = append(errs, id.check())
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	req, err := x.op.build(x.base)
	if err != nil {
		return err
	}
	h := req.Header
	h["Accept"] = acceptJSON
	if x.op.accept != nil {
		h["Accept"] = x.op.accept
	}
	h["User-Agent"] = x.userAgent
	h["X-Correlation-Id"] = []string{x.correlationID}
	x.req = req
	return nil
}

// request returns the request for the next attempt. From the second attempt on it is a deep copy, because the transport
// may still be reading the headers and the body of an attempt that was abandoned.
func (x *execution) request(ctx context.Context) (*http.Request, error) {
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

// renew reports whether a request that got a 401 can be sent again with another token. That happens once per execution.
func (x *execution) renew(ctx context.Context, failure *Error) bool {
	if failure.Status != http.StatusUnauthorized || x.renewed || !x.tokens.renewable() {
		return false
	}
	x.renewed, x.refused = true, x.authorization
	for {
		authorization, err := x.tokens.authorization(ctx, x.refused)
		if err == nil {
			return authorization != x.refused
		}
		x.rounds++
		if !x.wait(ctx, x.fail(ErrToken, nil, err)) {
			failure.Err = errors.Join(failure.Err, err)
			return false
		}
	}
}

// wait pauses before the next attempt, and reports whether there is to be one.
func (x *execution) wait(ctx context.Context, failure *Error) bool {
	if ctx.Err() != nil {
		return false
	}
	d, again := x.retry.pause(x.rounds, failure, x.op.once && !x.replay)
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

// refuse returns the error of an operation that is not begun.
func (c *core) refuse(ctx context.Context, operationID string, err error) *Error {
	return (&execution{core: c, op: &operation{name: operationID}, correlationID: correlationID(ctx)}).refuse(err)
}

// refuse returns the error of an execution that ends before its request is sent.
func (x *execution) refuse(err error) *Error {
	return x.newError(ErrInvalid, err)
}

// misshapen returns the error of an operation whose responses are valid one by one and still cannot be used.
func (c *core) misshapen(ctx context.Context, operationID string, err error) *Error {
	e := c.refuse(ctx, operationID, err)
	e.Attempts, e.Status, e.kind = 1, http.StatusOK, ErrShape
	return e
}

func (x *execution) newError(kind, err error) *Error {
	return &Error{
		API: x.api, Operation: x.op.name, CorrelationID: x.correlationID, Attempts: x.attempts, MaybeCarriedOut: x.uncertain,
		kind: kind, Err: err,
	}
}

// fail returns the error of an attempt. res is nil if no response arrived.
func (x *execution) fail(kind error, res *response, err error) *Error {
	e := x.newError(kind, err)
	if res == nil {
		e.unsent = !errors.Is(kind, ErrConnection) || neverSent(err)
		e.MaybeCarriedOut, e.RetryAfter = x.uncertain || !e.unsent, waitFor(err)
		return e
	}
	e.Status, e.Header, e.RetryAfter = res.status, res.header, retryAfter(res.header, time.Now())
	e.Body = append([]byte(nil), res.body[:min(len(res.body), maxErrorBody)]...)
	if kind == nil && len(res.body) > 0 && !isJSON(res.header) {
		e.kind = ErrNotJSON
	}
	e.MaybeCarriedOut = x.uncertain || res.status < 300 || res.status >= 500
	e.readBody(res.header, res.body)
	e.scrub(x.authorization[strings.LastIndexByte(x.authorization, ' ')+1:], x.op.secret)
	return e
}
