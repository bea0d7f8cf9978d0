package client

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Hooks are called for every attempt, in the goroutine that makes it: many goroutines call them at once, and each waits for
// them to return. Either may be nil. For tracing, wrap the transport of [WithHTTPClient] instead: it sees the requests.
type Hooks struct {
	// Before is called when a request is about to be sent. Status, Duration and Err are not known yet. If it returns an
	// error, the request is not sent, After is not called, and the operation fails with [ErrRefused] and this error as its
	// cause: for a circuit breaker, a budget of requests, or a run that must not write.
	Before func(context.Context, Attempt) error
	// After is called when the response has been read, or the attempt has failed without one.
	After func(context.Context, Attempt)
}

// An Attempt is one request and its outcome. It holds no token, query or body.
type Attempt struct {
	API           API
	Operation     string // the operationId in the contract
	Method        string
	Path          string // without e-mail addresses
	CorrelationID string
	Number        int // counted from 1

	Status   int // 0 without a response
	Duration time.Duration
	Err      error // an *Error; nil for a 2xx response, whose body is not decoded yet
	// AlreadyDone is set for the 404 that a repeated DELETE got and that counts as success; Err is nil then. See
	// [RetryPolicy].
	AlreadyDone bool
}

// A Checker examines each request before it is sent and each response, including error responses. Package checked has
// the one that knows the contracts; [WithChecker] installs it. An error of either method makes the operation fail with
// [ErrContract]. Many goroutines call the methods at once. A checker must neither change nor keep its arguments.
type Checker interface {
	CheckRequest(of Subject, req *http.Request, body []byte) error
	CheckResponse(of Subject, req *http.Request, status int, header http.Header, body []byte) error
}

// A Subject identifies what a [Checker] examines.
type Subject struct {
	API           API
	Operation     string // the operationId in the contract
	Path          string // escaped, below the base URL, such as "/v1/users/groups"
	CorrelationID string
	// Custom is set for a request of [CloudCockpit.Do] or [MyReports.Do], which the contract need not know.
	Custom bool
}

func (x *execution) observed(ctx context.Context) bool {
	return len(x.hooks) > 0 || x.log.Enabled(ctx, slog.LevelDebug)
}

// before calls the hooks. It returns the time, or zero if neither hooks nor log will need the duration.
func (x *execution) before(ctx context.Context, req *http.Request) (time.Time, error) {
	if !x.observed(ctx) {
		return time.Time{}, nil
	}
	a := x.describe(req)
	for _, h := range x.hooks {
		if h.Before == nil {
			continue
		}
		if err := h.Before(ctx, a); err != nil {
			return time.Time{}, err
		}
	}
	return time.Now(), nil
}

func (x *execution) after(ctx context.Context, req *http.Request, res *response, failure *Error, started time.Time, done bool) {
	if !x.observed(ctx) {
		return
	}
	a := x.describe(req)
	a.Duration, a.AlreadyDone = time.Since(started), done
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
		API: x.api, Operation: x.op.name, Method: req.Method, Path: withoutEmail(req.URL.EscapedPath()),
		CorrelationID: x.correlationID, Number: x.attempts,
	}
}

// withoutEmail replaces e-mail addresses in an escaped path, because they would identify people in logs that are kept for
// long. It must see the path escaped: an address can hold a slash.
func withoutEmail(path string) string {
	if !strings.Contains(path, "@") && !strings.Contains(path, "%40") {
		return path
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.Contains(s, "@") || strings.Contains(s, "%40") {
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
	if a.AlreadyDone {
		attrs = append(attrs, slog.Bool("already_done", true))
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
