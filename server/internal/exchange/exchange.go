// Package exchange keeps HTTP exchanges with what a contract found about them: for a server that lists its recent traffic,
// and for a proxy. It works for any API, and what it shows holds no secrets.
//
// Most callers give every request an [Exchange] with [Exchange.Attach], wrap the response in a [Recorder], set [Find] as
// [contract.Options.Finding], and list the exchanges with [Log.After].
package exchange

import (
	"context"
	"net/http"
	"time"

	"github.com/resellerkit/resellerkit/server/contract"
)

// An Exchange is a request that is being served, and what was found about it. Only the goroutine that serves the request may
// use it.
type Exchange struct {
	// Contract redacts the exchange when it is listed. An exchange without a contract is not logged.
	Contract *contract.Contract
	// Started is when the request arrived, by the real clock; Time is the same moment by the clock that the list shows.
	Started, Time time.Time
	// Operation is the operationId, once the request is routed.
	Operation string
	// Findings are the departures from the contract, up to a hundred.
	Findings contract.Violations
	// CorrelationID is the id that the caller sent, if that is not in the header any more.
	CorrelationID string
	// Failure is the error behind a 500.
	Failure error
	// Truncated marks a response whose body is cut short on purpose, so that what is kept of it is only its beginning.
	Truncated bool
	// Value is for the server to find what it keeps of the request. It costs less than a context of its own.
	Value any

	media string // the request's Content-Type, as the contract reads it
	body  bodyTap
}

type contextKey struct{}

// Attach returns the request with the exchange in its context. The exchange keeps the beginning of the body as it is read.
func (x *Exchange) Attach(r *http.Request) *http.Request {
	r = r.WithContext(context.WithValue(r.Context(), contextKey{}, x))
	if x.Contract != nil && r.Body != nil && r.Body != http.NoBody {
		x.body.ReadCloser, x.body.exchange = r.Body, x
		r.Body = &x.body
	}
	return r
}

// FromContext returns the exchange of the request with this context, or nil.
func FromContext(ctx context.Context) *Exchange {
	x, _ := ctx.Value(contextKey{}).(*Exchange)
	return x
}

// Routed tells the exchange its operation. Call it as soon as the request is routed, before its body is read: the body of a
// request without an operation is not kept.
func (x *Exchange) Routed(r *http.Request, operation string) {
	x.Operation, x.media = operation, r.Header.Get("Content-Type")
}

// Find adds a finding to the exchange of a request. It is a [contract.Options.Finding].
func Find(r *http.Request, v contract.Violation) { FromContext(r.Context()).Find(v) }

// maxFindings limits what is kept of a request that departs from the contract in many places.
const maxFindings = 100

// Find adds a finding, up to a hundred of an exchange. On a nil exchange it does nothing.
func (x *Exchange) Find(v contract.Violation) {
	if x != nil && len(x.Findings) < maxFindings {
		x.Findings = append(x.Findings, v)
	}
}

// Fail keeps the error behind a 500 for the log of the request. It ignores the error if the caller is gone, because every
// operation that was under way fails then.
func Fail(r *http.Request, err error) {
	if x := FromContext(r.Context()); x != nil && r.Context().Err() == nil {
		x.Failure = err
	}
}
