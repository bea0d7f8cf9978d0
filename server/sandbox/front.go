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

	api "github.com/resellerkit/resellerkit/gen/sandbox"
	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
)

// maxState limits a state document, in bytes.
const maxState = 256 << 20

// The documents are loaded once a process; a contract does not change them.
var (
	cloudCockpitDocument = sync.OnceValues(openapi.CloudCockpit)
	myReportsDocument    = sync.OnceValues(openapi.MyReports)
	controlDocument      = sync.OnceValues(openapi.Sandbox)
)

// api is one of the three APIs: its contract's document, what the contract asks it, and what answers behind the contract.
type door struct {
	document func() (*openapi3.T, error)
	options  contract.Options
	routes   http.Handler
}

// wire puts each API behind its contract. The contract wraps the whole of echo, which writes errors after its own
// middleware has returned.
func (s *Sandbox) wire() error {
	cockpit, reports, plane := &cloudCockpit{s}, &myReports{s}, &control{s}
	cockpitHandler, _, err := door{cloudCockpitDocument, contract.Options{
		Admit: cockpit.admit, Reject: cockpit.reject, Finding: find, Undeclared: s.opts.Undeclared, IgnoreCase: true,
	}, cockpit.routes()}.open()
	if err != nil {
		return fmt.Errorf("cloudcockpit.yaml: %w", err)
	}
	reportsHandler, _, err := door{myReportsDocument, contract.Options{
		Admit: reports.admit, Reject: reports.reject, Finding: find, Undeclared: s.opts.Undeclared, IgnoreCase: true,
	}, reports.routes()}.open()
	if err != nil {
		return fmt.Errorf("myreports.yaml: %w", err)
	}
	planeHandler, planeContract, err := door{controlDocument, contract.Options{
		Admit: plane.admit, Reject: plane.reject, Undeclared: contract.Reject,
		RequestLimits: map[string]int64{"replaceState": maxState}, MaxResponseBody: 2 * maxState,
	}, plane.routes()}.open()
	if err != nil {
		return fmt.Errorf("sandbox.yaml: %w", err)
	}
	s.checkSeed = func(seed []byte) error { return checkSeed(planeContract, seed) }
	s.apis = map[string]http.Handler{
		"v1":       cockpit.correlate(cockpitHandler),
		"api":      asJSON(reportsHandler),
		"_sandbox": planeHandler,
	}
	return nil
}

func (d door) open() (http.Handler, *contract.Contract, error) {
	doc, err := d.document()
	if err != nil {
		return nil, nil, err
	}
	c, err := contract.New(doc, d.options)
	if err != nil {
		return nil, nil, err
	}
	return c.Handler(d.routes), c, nil
}

// ServeHTTP answers a request, remembers it and logs it.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{started: time.Now()}
	rec := &recorder{ResponseWriter: w}
	first := firstSegment(r.URL.Path)
	// A status of 0 is a connection that was cut before an answer.
	defer func() { s.finish(r, x, rec.status, first) }()
	defer func() { s.recover(rec, r, x, recover()) }()
	out := &stage{ResponseWriter: rec, x: x}
	s.handler(first, r).ServeHTTP(out, withExchange(r, x))
	out.finish()
	rec.status = rec.statusOrOK()
}

func (s *Sandbox) handler(first string, r *http.Request) http.Handler {
	if h, ok := s.apis[first]; ok {
		return h
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

// recover turns a panic of a handler into a 500, where nothing was written yet.
func (s *Sandbox) recover(rec *recorder, r *http.Request, x *exchange, panicked any) {
	switch {
	case panicked == nil:
		return
	case panicked == http.ErrAbortHandler:
		panic(panicked)
	}
	x.failure = fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())
	if rec.status != 0 {
		return
	}
	switch firstSegment(r.URL.Path) {
	case "v1":
		(&cloudCockpit{s}).write(rec, &refusal{status: http.StatusInternalServerError})
	case "api":
		(&myReports{s}).write(rec, titled(http.StatusInternalServerError))
	default:
		writeProblem(rec, http.StatusInternalServerError, "", nil)
	}
}

// finish remembers the exchange, where it was with one of the two APIs, and logs it.
func (s *Sandbox) finish(r *http.Request, x *exchange, status int, first string) {
	if first == "v1" || first == "api" {
		s.exchanges.add(api.Exchange{
			Operation: orNil(x.operation), Method: r.Method, Path: r.URL.Path, Status: int32(status), Findings: findingsOf(x.findings),
		})
	}
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", status),
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

// note keeps a handler's error for the log of the request.
func note(r *http.Request, err error) {
	if x := exchangeOf(r.Context()); x != nil {
		x.failure = err
	}
}

// recorder remembers the status that was written.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.status = r.statusOrOK()
	return r.ResponseWriter.Write(b)
}

func (r *recorder) statusOrOK() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// Unwrap lets http.ResponseController reach what the server's writer can do.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
