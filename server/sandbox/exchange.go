package sandbox

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
)

// exchange is a request on its way through the sandbox, and what was found about it. One goroutine writes to it.
type exchange struct {
	gate      gate               // of the API that is asked, or nil
	contract  *contract.Contract // of the API whose exchanges are remembered, or nil
	started   time.Time          // by the real clock
	time      time.Time          // by the sandbox's
	operation string
	media     string // of the request's body, as the contract reads it
	findings  []contract.Violation
	failure   error
	spoil     *spoiler // what shall go wrong with the answer, or nil
	in        tap
}

type exchangeKey struct{}

// withExchange is the request with the exchange in its context. What is read of its body, the exchange sees.
func withExchange(r *http.Request, x *exchange) *http.Request {
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
	if x.contract != nil && r.Body != nil && r.Body != http.NoBody {
		x.in.ReadCloser, x.in.x = r.Body, x
		r.Body = &x.in
	}
	return r
}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// routed notes the operation, for which the contract's gate calls it.
func routed(r *http.Request, call *contract.Call) {
	if x := exchangeOf(r.Context()); x != nil {
		x.operation, x.media = call.ID, r.Header.Get("Content-Type")
	}
}

// find is the contract's hook for findings.
func find(r *http.Request, v contract.Violation) {
	if x := exchangeOf(r.Context()); x != nil {
		x.findings = append(x.findings, v)
	}
}

func findingsOf(list []contract.Violation) []control.Finding {
	out := make([]control.Finding, len(list))
	for i, v := range list {
		// A caller's name for a member may hold what this list's own contract refuses.
		pointer := strings.ReplaceAll(v.Pointer, "\x00", "\uFFFD")
		out[i] = control.Finding{Where: v.In, Pointer: pointer, Rule: v.Rule, Expected: v.Expected, Grade: v.Grade}
	}
	return out
}
