package client

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how fast a client may send at the moment. The services document neither a limit nor headers that tell one; see
// Sharing a quota in the package comment.
type Rate struct {
	HeldUntil time.Time // no request is sent before this time, because a 429 asked for it; zero if none is held back
	Throttled int64     // the 429 responses so far
	Waiting   int64     // the calls that wait, for HeldUntil or for the limiter
	Available float64   // the requests that the limiter of WithRateLimit allows at once; +Inf without one
}

// Rate returns the state of the client's limits.
func (cc *CloudCockpit) Rate() Rate { return cc.core.throttle.rate() }

// Rate returns the state of the client's limits.
func (mr *MyReports) Rate() Rate { return mr.core.throttle.rate() }

// A throttle delays the requests of a client. All its calls use the same one.
type throttle struct {
	limiter   *rate.Limiter // nil without WithRateLimit
	hold      *hold
	throttled atomic.Int64
	waiting   atomic.Int64
}

func (t *throttle) rate() Rate {
	r := Rate{Throttled: t.throttled.Load(), Waiting: t.waiting.Load(), Available: math.Inf(1)}
	if d := t.hold.remaining(); d > 0 {
		r.HeldUntil = time.Now().Add(d)
	}
	if t.limiter != nil {
		r.Available = t.limiter.Tokens()
	}
	return r
}

// note records a 429.
func (t *throttle) note(retryAfter time.Duration) {
	t.throttled.Add(1)
	t.hold.extend(retryAfter)
}

// wait returns when a request may be sent, or an error when the context ends before. Its time does not count towards the
// timeout of an attempt.
func (t *throttle) wait(ctx context.Context) error {
	t.waiting.Add(1)
	defer t.waiting.Add(-1)
	if err := t.hold.wait(ctx); err != nil {
		return err
	}
	if t.limiter == nil {
		return nil
	}
	if err := t.limiter.Wait(ctx); err != nil {
		if _, limited := ctx.Deadline(); limited && ctx.Err() == nil { // the limiter's own error does not wrap the context's
			err = fmt.Errorf("%w: %w", err, context.DeadlineExceeded)
		}
		return &heldError{0, err}
	}
	return t.hold.wait(ctx) // a 429 may have arrived during the wait for the limiter
}

// A hold keeps requests back until a time that a Retry-After named. A nil hold keeps nothing back.
type hold struct {
	mu    sync.Mutex
	until time.Time
	limit time.Duration // longer times are cut to it
}

func (h *hold) extend(d time.Duration) {
	if h == nil || d <= 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if until := time.Now().Add(min(d, h.limit)); until.After(h.until) {
		h.until = until
	}
}

func (h *hold) remaining() time.Duration {
	if h == nil {
		return 0
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(0, time.Until(h.until))
}

// wait does not begin a wait that the context's deadline would end.
func (h *hold) wait(ctx context.Context) error {
	for {
		d := h.remaining()
		if d == 0 {
			return nil
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
			return &heldError{d, context.DeadlineExceeded}
		}
		if err := sleep(ctx, d); err != nil {
			return &heldError{h.remaining(), err}
		}
	}
}

// A heldError is the error of a wait that the context ended. Trying again would end in the same way.
type heldError struct {
	remaining time.Duration
	err       error
}

func (e *heldError) Error() string { return "the request was held back: " + e.err.Error() }

func (e *heldError) Unwrap() error { return e.err }
