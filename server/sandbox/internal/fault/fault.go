// Package fault makes requests fail on purpose: with an error, a slow response or a connection that is cut. It also reports
// what callers do about it that they should not.
//
// Most callers wrap every response in a [Writer], call [Injector.Inject] as soon as a request is routed, and [Writer.Finish]
// after the handler has returned. [Injector.Set] sets the rules.
package fault

import (
	"net/http"
	"sync"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
)

// An Injector holds the rules, in memory like the clock. It is safe for concurrent use.
type Injector struct {
	// Now is the clock that Retry-After is measured by.
	Now func() time.Time
	// Operations are the operations that a rule may name. A rule without an operation is for those that are true.
	Operations func() (map[string]bool, error)

	mu      sync.Mutex
	rules   []*rule
	retries retries
}

// A Target is the API that a request is for.
type Target interface {
	// WriteFault writes an error with this status, in the envelope of the API.
	WriteFault(w http.ResponseWriter, status int)
	// ClientID is the client that sent the request, or "".
	ClientID(r *http.Request) string
}

// Inject applies the rules to a request that has just been routed. It returns the request to go on with, or nil after it has
// written a response. If the fault is about the response of a request that goes on, out does the rest.
func (f *Injector) Inject(w http.ResponseWriter, out *Writer, r *http.Request, operation string, target Target) *http.Request {
	f.retries.check(r, operation, target, f.Now)
	action, ok := f.pick(operation, correlationID(r))
	if !ok {
		return r
	}
	f.retries.expect(r, operation, target, f.Now, action)
	wait(r, time.Duration(action.Latency)*time.Millisecond)
	inject := injected{action, target}
	switch {
	case action.ExpiredToken:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="The token is expired"`)
		w.WriteHeader(http.StatusUnauthorized)
	case action.CommitThenFail || action.Cut == control.Within || action.Cut == control.After:
		out.fault = &inject
		exchange.FromContext(r.Context()).Truncated = action.Cut == control.Within
		return r
	case action.Cut != "" || action.Status != 0 || action.Gateway:
		inject.write(w)
	default:
		return r
	}
	return nil
}

// correlationID is the id that the caller sent, or "".
func correlationID(r *http.Request) string {
	if x := exchange.FromContext(r.Context()); x != nil && x.CorrelationID != "" {
		return x.CorrelationID
	}
	return r.Header.Get("X-Correlation-Id")
}

// wait waits in real time, or until the caller closes the connection.
func wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		cut()
	}
}

// cut closes the connection. net/http does so on this panic, and logs nothing.
func cut() { panic(http.ErrAbortHandler) }
