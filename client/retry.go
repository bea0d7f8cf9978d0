package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

// A RetryPolicy is how often and after what pause an operation is sent again. Zero fields have the defaults.
//
// Every operation is sent again if no service has seen it (the connection could not be made) or if it was throttled
// (429). An operation that may have been carried out (the connection broke, a timeout, 502, 503, 504) is sent again only
// if carrying it out twice has the effect of once: reading, deleting, and CloudCockpit's PATCH, which sends the whole
// user. Creating, sending an e-mail and a JSON Patch are not, unless the context allows it; see [ContextWithReplay]. A 401
// is sent again once, with a new token.
//
// A DELETE that is sent again after it may have been carried out, and then gets a 404, has succeeded: the resource is
// gone, which is what was asked for. [Attempt.AlreadyDone] tells hooks and the log about it. A 404 to the first attempt, or
// after attempts that cannot have been carried out, is [ErrNotFound], and so is one with an HTML page.
//
// The pause doubles from MinDelay to MaxDelay, and is drawn between half of that and all of it. A Retry-After that asks
// for more is obeyed up to MaxRetryAfter; one beyond it ends the operation at once, with the time in [Error.RetryAfter].
// The Retry-After of a 429 also holds back the client's other calls, for MaxRetryAfter at most; see
// [WithoutSharedBackoff]. That of the token endpoint holds back the calls that need a new token.
type RetryPolicy struct {
	Attempts      int           // how often an operation is sent at most; default 4; 1 disables retries
	MinDelay      time.Duration // default 250 ms
	MaxDelay      time.Duration // default 10 s
	MaxRetryAfter time.Duration // default 1 min
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.Attempts == 0 {
		p.Attempts = 4
	}
	if p.MinDelay == 0 {
		p.MinDelay = 250 * time.Millisecond
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = max(10*time.Second, p.MinDelay)
	}
	if p.MaxRetryAfter == 0 {
		p.MaxRetryAfter = time.Minute
	}
	return p
}

func (p RetryPolicy) validate() error {
	if p.Attempts < 0 || p.MinDelay < 0 || p.MaxDelay < 0 || p.MaxRetryAfter < 0 {
		return errors.New("WithRetry: no field may be negative")
	}
	if p.MaxDelay != 0 && p.MinDelay > p.MaxDelay {
		return fmt.Errorf("WithRetry: MinDelay %v is more than MaxDelay %v", p.MinDelay, p.MaxDelay)
	}
	return nil
}

// pause returns how long to wait after the given attempt, and whether to send the operation again at all.
func (p RetryPolicy) pause(attempt int, e *Error, once bool) (time.Duration, bool) {
	if attempt >= p.Attempts || e.RetryAfter > p.MaxRetryAfter || !repeatable(e, once) {
		return 0, false
	}
	d := p.MaxDelay
	if shift := attempt - 1; shift < 32 && p.MinDelay<<shift < d && p.MinDelay<<shift > 0 {
		d = p.MinDelay << shift
	}
	if half := d / 2; half > 0 {
		d = half + rand.N(half+1)
	}
	return max(d, e.RetryAfter), true
}

// repeatable reports whether an operation that failed with e may be sent again. once is set for operations that must not
// be carried out twice.
func repeatable(e *Error, once bool) bool {
	switch {
	case errors.Is(e.Err, context.Canceled), hopeless(e.Err), wasHeld(e.Err):
		return false
	case errors.Is(e, ErrToken):
		return temporaryTokenFailure(e.Err)
	case e.Status == http.StatusTooManyRequests, errors.Is(e, ErrConnection) && e.unsent:
		return true
	case once:
		return false
	case errors.Is(e, ErrConnection), errors.Is(e, ErrTruncated):
		return true
	}
	return e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
}

// hopeless reports whether another attempt would fail in the same way.
func hopeless(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	return certificate || noTLS || errors.Is(err, http.ErrSchemeMismatch)
}

// neverSent reports whether err is a failure to connect: a name that does not resolve, a refused connection. It looks at
// the error and not at net/http/httptrace: a RoundTripper that does not support traces would seem to have sent nothing.
func neverSent(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	_, dns := errors.AsType[*net.DNSError](err)
	return dns
}

// retryAfter parses Retry-After, which is a number of seconds or a date (RFC 9110, section 10.2.3). A date in the past and
// a value of neither form are 0.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		return time.Duration(min(seconds, 1<<33)) * time.Second // 272 years, which a Duration can hold
	} else if errors.Is(err, strconv.ErrRange) {
		return time.Duration(1<<33) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// waitFor returns how long to wait before trying again, if err says so.
func waitFor(err error) time.Duration {
	if held, ok := errors.AsType[*heldError](err); ok {
		return held.remaining
	}
	return tokenRetryAfter(err)
}

func wasHeld(err error) bool {
	_, held := errors.AsType[*heldError](err)
	return held
}

// sleep waits for d, or until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
