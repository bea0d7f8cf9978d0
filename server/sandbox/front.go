package sandbox

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
)

// maxState limits a state document, in bytes.
const maxState = 256 << 20

// The contracts are compiled once a process, and serve all its sandboxes: their hooks find the API that is asked in the
// request's exchange.
var (
	cockpitContract = perPolicy(openapi.CloudCockpit)
	reportsContract = perPolicy(openapi.MyReports)
	controlContract = sync.OnceValues(func() (*contract.Contract, error) {
		return compile(openapi.Sandbox, contract.Options{
			Undeclared: contract.Reject, RequestLimits: map[string]int64{"replaceState": maxState}, MaxResponseBody: 2 * maxState,
		})
	})
)

// perPolicy gives a function that compiles an API's document when it is first asked for a policy.
func perPolicy(document func() (*openapi3.T, error)) func(contract.Policy) (*contract.Contract, error) {
	var mu sync.Mutex
	compiled := map[contract.Policy]*contract.Contract{}
	return func(policy contract.Policy) (*contract.Contract, error) {
		mu.Lock()
		defer mu.Unlock()
		if c := compiled[policy]; c != nil {
			return c, nil
		}
		c, err := compile(document, contract.Options{Finding: find, Undeclared: policy, IgnoreCase: true})
		if err == nil {
			compiled[policy] = c
		}
		return c, err
	}
}

func compile(document func() (*openapi3.T, error), opts contract.Options) (*contract.Contract, error) {
	doc, err := document()
	if err != nil {
		return nil, err
	}
	opts.Admit = func(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
		return exchangeOf(r.Context()).gate.admit(w, r, call)
	}
	opts.Reject = func(w http.ResponseWriter, r *http.Request, call *contract.Call, rej *contract.Rejection) {
		x := exchangeOf(r.Context())
		if rej.Status == http.StatusInternalServerError && x.failure == nil {
			x.failure = fmt.Errorf("the answer breaks the contract: %w", rej.Violations)
		}
		x.gate.reject(w, r, call, rej)
	}
	return contract.New(doc, opts)
}

// gate is what stands in front of an API's handlers: its answers to the contract's questions ([contract.Options]), and to
// errors.
type gate interface {
	admit(http.ResponseWriter, *http.Request, *contract.Call) *http.Request
	reject(http.ResponseWriter, *http.Request, *contract.Call, *contract.Rejection)
	// fail writes the answer for an error, and keeps an unexpected one for the log.
	fail(http.ResponseWriter, *http.Request, error)
}

// door is the way into one of the three APIs.
type door struct {
	http.Handler
	gate     gate
	contract *contract.Contract // nil where exchanges are not remembered
}

// wire puts each API behind its contract. The contract wraps the whole of echo, which writes errors after its own
// middleware has returned.
func (s *Sandbox) wire() error {
	cockpitContract, err := cockpitContract(s.opts.Undeclared)
	if err != nil {
		return fmt.Errorf("cloudcockpit.yaml: %w", err)
	}
	reportsContract, err := reportsContract(s.opts.Undeclared)
	if err != nil {
		return fmt.Errorf("myreports.yaml: %w", err)
	}
	controlContract, err := controlContract()
	if err != nil {
		return fmt.Errorf("sandbox.yaml: %w", err)
	}
	cockpit, reports, plane := &cloudCockpit{s}, &myReports{s}, &controlPlane{s}
	s.doors = map[string]door{
		"v1":       {cockpit.correlate(cockpitContract.Handler(cockpit.routes())), cockpit, cockpitContract},
		"api":      {asJSON(reportsContract.Handler(reports.routes())), reports, reportsContract},
		"_sandbox": {controlContract.Handler(plane.routes()), plane, nil},
	}
	return nil
}

// ServeHTTP answers a request, remembers it and logs it.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{started: time.Now(), time: s.now()}
	first := firstSegment(r.URL.Path)
	rec := &recorder{ResponseWriter: w, log: &s.exchanges}
	rec.head = func(status int) { rec.record = s.remember(r, x, status, w.Header()) }
	defer s.finish(rec, r, x)
	defer func() { s.recover(rec, r, x, recover()) }()
	out := &stage{ResponseWriter: rec, x: x}
	s.handler(first, r, x).ServeHTTP(out, withExchange(r, x))
	out.finish()
}

func (s *Sandbox) handler(first string, r *http.Request, x *exchange) http.Handler {
	if d, ok := s.doors[first]; ok {
		x.gate, x.contract = d.gate, d.contract
		return d
	}
	if h := s.identityHandler(r.URL.Path); h != nil {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, http.StatusNotFound, "Nothing is here. The APIs are below /v1 and /api/v1.0.", nil)
	})
}

// firstSegment is the first segment of a path, in lower case: paths are matched as ASP.NET matches them.
func firstSegment(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return strings.ToLower(first)
}

// recover turns a panic of a handler into a 500, and cuts the connection where an answer was under way.
func (s *Sandbox) recover(rec *recorder, r *http.Request, x *exchange, panicked any) {
	switch {
	case panicked == nil && rec.status == 0:
		rec.WriteHeader(http.StatusOK)
		return
	case panicked == nil:
		return
	case panicked == http.ErrAbortHandler:
		panic(panicked)
	}
	x.failure = fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())
	switch {
	case rec.status != 0:
		panic(http.ErrAbortHandler)
	case x.gate != nil:
		x.gate.fail(rec, r, x.failure)
	default:
		writeProblem(rec, http.StatusInternalServerError, "", nil)
	}
}

// remember keeps an exchange with one of the two APIs, or returns nil. It runs before the answer goes out, so that whoever has
// the answer finds the exchange.
func (s *Sandbox) remember(r *http.Request, x *exchange, status int, answer http.Header) *record {
	if x.contract == nil {
		return nil
	}
	rec := newRecord(r, x, status, answer)
	rec.Time = x.time
	s.exchanges.add(rec)
	return rec
}

// finish logs an exchange. A status of 0 is a connection that was cut without an answer.
func (s *Sandbox) finish(rec *recorder, r *http.Request, x *exchange) {
	if rec.status == 0 {
		rec.head(0)
	}
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("method", r.Method), slog.String("path", path(r)), slog.Int("status", rec.status),
		slog.Duration("duration", time.Since(x.started)),
	}
	if x.operation != "" {
		attrs = append(attrs, slog.String("operation", x.operation))
	}
	if len(x.findings) > 0 {
		attrs = append(attrs, slog.String("findings", contract.Violations(x.findings).Error()))
	}
	if x.failure != nil {
		level, attrs = slog.LevelError, append(attrs, slog.String("error", x.failure.Error()))
	}
	s.log.LogAttrs(r.Context(), level, "request", attrs...)
}

// note keeps a handler's error for the log of the request. That the caller left in the middle is none.
func note(r *http.Request, err error) {
	if x := exchangeOf(r.Context()); x != nil && r.Context().Err() == nil {
		x.failure = err
	}
}

// recorder remembers the status that was written, and calls head before. What follows goes to the record that head made.
type recorder struct {
	http.ResponseWriter
	status int
	head   func(status int)
	log    *exchangeLog
	record *record
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
		r.head(status)
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	if r.record != nil {
		r.log.answered(r.record, b)
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach what the server's writer can do.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
