package sandbox

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/internal/pace"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/fault"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// api is one of the three APIs of the sandbox, between its contract and its handlers.
type api interface {
	// Admit is a [contract.Options.Admit].
	Admit(http.ResponseWriter, *http.Request, *contract.Call) *http.Request
	// Reject is a [contract.Options.Reject].
	Reject(http.ResponseWriter, *http.Request, *contract.Call, *contract.Rejection)
	// Fail writes the response for an error, and keeps an unexpected one for the log.
	Fail(http.ResponseWriter, *http.Request, error)
}

// A route leads to one of the APIs.
type route struct {
	http.Handler
	api      api
	contract *contract.Contract // nil if the exchanges are not logged
	target   fault.Target       // nil if faults do not apply
}

// request is what the sandbox keeps of a request while it is served.
type request struct {
	exchange.Exchange
	route
	sandbox *Sandbox
	out     fault.Writer
	faulted bool // a fault wrote the response
}

// requestOf returns what the sandbox keeps of a request that has come through [Sandbox.ServeHTTP].
func requestOf(r *http.Request) *request { return exchange.FromContext(r.Context()).Value.(*request) }

// admit injects faults as soon as a request is routed, and then lets the API authenticate the caller.
func (req *request) admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	req.Routed(r, call.ID)
	if req.target != nil {
		if r = req.sandbox.faults.Inject(w, &req.out, r, call.ID, req.target); r == nil {
			req.faulted = true
			return nil
		}
	}
	return req.api.Admit(w, r, call)
}

// ServeHTTP serves a request to any part of the sandbox. A caller that stops sending its body or reading the response loses its
// connection after 30 s.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.pace.ServeHTTP(w, r) }

// serve serves a request and logs it.
func (s *Sandbox) serve(w http.ResponseWriter, r *http.Request) {
	req := &request{sandbox: s, route: s.route(r)}
	req.Exchange = exchange.Exchange{Contract: req.contract, Started: time.Now(), Time: s.time(), Value: req}
	rec := s.exchanges.Recorder(w, r, &req.Exchange)
	defer s.finish(rec, r, req)
	defer func() { s.recover(rec, r, req, recover()) }()
	if status := pace.HeadStatus(r); status != 0 {
		w.Header().Set("Connection", "close")
		rec.WriteHeader(status)
		return
	}
	req.out.ResponseWriter = rec
	req.Handler.ServeHTTP(&req.out, req.Attach(r))
	req.out.Finish()
}

// route finds the part of the sandbox that serves a path. ASP.NET matches paths without regard to case.
func (s *Sandbox) route(r *http.Request) route {
	if r.URL.Path == consolePath || strings.HasPrefix(r.URL.Path, consolePath+"/") {
		return route{Handler: s.console}
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if known, ok := s.routes[strings.ToLower(first)]; ok {
		return known
	}
	if h := s.identity.Handler(r.URL.Path, s.injectTokenFault); h != nil {
		return route{Handler: h}
	}
	return route{Handler: http.HandlerFunc(notFound)}
}

// injectTokenFault injects faults into a token request.
func (s *Sandbox) injectTokenFault(w http.ResponseWriter, r *http.Request, operation string) *http.Request {
	req := requestOf(r)
	req.Routed(r, operation)
	return s.faults.Inject(w, &req.out, r, operation, tokenTarget{})
}

// tokenTarget is the token endpoints as the target of a fault. Their caller is not known before the fault acts.
type tokenTarget struct{}

// WriteFault writes an OAuth error.
func (tokenTarget) WriteFault(w http.ResponseWriter, status int) { identity.WriteFault(w, status) }

// ClientID is unknown.
func (tokenTarget) ClientID(*http.Request) string { return "" }

func notFound(w http.ResponseWriter, _ *http.Request) {
	answer.Problem(w, http.StatusNotFound, "Nothing is here. The APIs are below /v1 and /api/v1.0.", nil)
}

// recover turns a panic of a handler into a 500. If a part of the response has been sent, it closes the connection instead.
func (s *Sandbox) recover(rec *exchange.Recorder, r *http.Request, req *request, panicked any) {
	switch {
	case panicked == nil && rec.Status() == 0:
		rec.WriteHeader(http.StatusOK)
		return
	case panicked == nil:
		return
	case panicked == http.ErrAbortHandler:
		panic(panicked)
	}
	req.Failure = fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())
	switch {
	case rec.Status() != 0:
		panic(http.ErrAbortHandler)
	case req.api != nil:
		req.api.Fail(rec, r, req.Failure)
	default:
		answer.Problem(rec, http.StatusInternalServerError, "", nil)
	}
}
