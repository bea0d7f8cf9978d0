package client

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Hooks are told of every attempt, in the goroutine that makes it: they are called from many at once, and what they take
// the caller waits for. Either may be nil. For tracing, wrap the transport of [WithHTTPClient] instead: it sees the
// requests.
type Hooks struct {
	// Before is called when a request is about to leave. Status, Duration and Err are not known yet.
	Before func(context.Context, Attempt)
	// After is called when the answer has been read, or none came.
	After func(context.Context, Attempt)
}

// An Attempt is one request on its way to a service, and what came of it. No token, query or body is in it.
type Attempt struct {
	API           API
	Operation     string // the operationId in the contract
	Method        string
	Path          string // e-mail addresses in it are left out
	CorrelationID string
	Number        int // counted from 1

	Status   int // 0 where no answer came
	Duration time.Duration
	Err      error // an *Error; nil for an answer of the 2xx class, whose body is not decoded yet
}

// A Checker looks at each request before it is sent and at each answer when it has come, error answers among them.
// Package checked has the one that knows the contracts; [WithChecker] is how it gets here. An error of either method
// makes the operation fail with [ErrContract]. Its methods are called from many goroutines at once, and must neither
// change nor keep what they are given.
type Checker interface {
	CheckRequest(of Subject, req *http.Request, body []byte) error
	CheckResponse(of Subject, req *http.Request, status int, header http.Header, body []byte) error
}

// A Subject says what a [Checker] is asked about.
type Subject struct {
	API           API
	Operation     string // the operationId in the contract
	Path          string // escaped, below the base URL, such as "/v1/users/groups"
	CorrelationID string
}

func (x *execution) observed(ctx context.Context) bool {
	return len(x.hooks) > 0 || x.log.Enabled(ctx, slog.LevelDebug)
}

// before tells the hooks, and returns the time if somebody wants to know how long the attempt takes.
func (x *execution) before(ctx context.Context, req *http.Request) time.Time {
	if !x.observed(ctx) {
		return time.Time{}
	}
	a := x.describe(req)
	for _, h := range x.hooks {
		if h.Before != nil {
			h.Before(ctx, a)
		}
	}
	return time.Now()
}

func (x *execution) after(ctx context.Context, req *http.Request, res *response, failure *Error, started time.Time) {
	if !x.observed(ctx) {
		return
	}
	a := x.describe(req)
	a.Duration = time.Since(started)
	if res != nil {
		a.Status = res.status
	}
	if failure != nil {
		a.Err = failure
	}
	for _, h := range x.hooks {
		if h.After != nil {
			h.After(ctx, a)
		}
	}
	x.logAttempt(ctx, a)
}

func (x *execution) describe(req *http.Request) Attempt {
	return Attempt{
		API: x.api, Operation: x.op.name, Method: req.Method, Path: withoutEmail(req.URL.Path),
		CorrelationID: x.correlationID, Number: x.attempts,
	}
}

// withoutEmail leaves e-mail addresses out of a path, for they name people in logs that live long.
func withoutEmail(path string) string {
	if !strings.Contains(path, "@") {
		return path
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.Contains(s, "@") {
			segments[i] = "{email}"
		}
	}
	return strings.Join(segments, "/")
}

func (x *execution) logAttempt(ctx context.Context, a Attempt) {
	if !x.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("api", string(a.API)), slog.String("operation", a.Operation), slog.String("method", a.Method),
		slog.String("path", a.Path), slog.String("correlation_id", a.CorrelationID), slog.Int("attempt", a.Number),
		slog.Int("status", a.Status), slog.Duration("duration", a.Duration),
	}
	if a.Err != nil {
		attrs = append(attrs, slog.String("error", a.Err.Error()))
	}
	x.log.LogAttrs(ctx, slog.LevelDebug, "attempt", attrs...)
}

func (x *execution) logRetry(ctx context.Context, pause time.Duration) {
	x.log.LogAttrs(ctx, slog.LevelDebug, "retry", slog.String("api", string(x.api)),
		slog.String("operation", x.op.name), slog.String("correlation_id", x.correlationID),
		slog.Int("attempt", x.attempts), slog.Duration("pause", pause))
}
