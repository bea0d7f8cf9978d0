package client_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/resellerkit/resellerkit/client"
)

// A script is a transport that responds with the steps in turn, then with the last one, and records times and bodies.
type script struct {
	steps  []step
	bodies []string
	times  []time.Time
}

type step struct {
	status    int
	header    http.Header
	mediaType string // application/json if empty
	body      string
	err       error
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	at := s.steps[min(len(s.times), len(s.steps)-1)]
	s.bodies, s.times = append(s.bodies, string(body)), append(s.times, time.Now())
	if at.err != nil {
		return nil, at.err
	}
	h := at.header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set("Content-Type", cmp.Or(at.mediaType, "application/json"))
	return &http.Response{StatusCode: at.status, Header: h, Body: io.NopCloser(strings.NewReader(at.body)), ContentLength: int64(len(at.body))}, nil
}

var (
	success = step{status: 200, body: page(1, 1, false, adaJSON)}
	done    = step{status: 200}
	renamed = step{status: 200, body: `{"status":"success","timestamp":""}`}
)

func after(status int, retryAfter string) step {
	return step{status: status, header: http.Header{"Retry-After": {retryAfter}}}
}

func onScript(t *testing.T, s *script, opts ...client.Option) (*client.CloudCockpit, *client.MyReports) {
	t.Helper()
	opts = append([]client.Option{
		client.WithHTTPClient(&http.Client{Transport: s}), client.WithRetry(client.RetryPolicy{}), client.WithTimeout(30 * time.Second),
	}, opts...)
	return newCloudCockpit(t, "https://cc.example", opts...), newMyReports(t, "https://mr.example", opts...)
}

// Ensure which operations are sent again after which failure, how often, and with the same body.
func TestRetry_WhatIsSentAgain(t *testing.T) {
	t.Parallel()
	dial := step{err: errDial}
	reset := step{err: syscall.ECONNRESET}
	for _, c := range []struct {
		name  string
		do    operation
		first step
		then  step
		sent  int
		ok    bool
	}{
		{"a list after 503", listUsers, step{status: 503}, success, 2, true},
		{"a list after 502", listUsers, step{status: 502}, success, 2, true},
		{"a list after 504", listUsers, step{status: 504}, success, 2, true},
		{"a list after a reset", listUsers, reset, success, 2, true},
		{"not a list after 500", listUsers, step{status: 500}, success, 1, false},
		{"not a list after 400", listUsers, step{status: 400}, success, 1, false},
		{"an update after 503", updateUser, step{status: 503}, done, 2, true},
		{"an update after a reset", updateUser, reset, done, 2, true},
		{"a create after 429", createUser, step{status: 429}, step{status: 201, body: `"40000000-0000-4000-8000-000000000001"`}, 2, true},
		{"a create after no connection", createUser, dial, step{status: 201, body: `"40000000-0000-4000-8000-000000000001"`}, 2, true},
		{"not a create after 503", createUser, step{status: 503}, done, 1, false},
		{"not a create after a reset", createUser, reset, done, 1, false},
		{"not a create after a timeout", createUser, step{err: context.DeadlineExceeded}, done, 1, false},
		{"a JSON Patch after 429", patchAccountUser, step{status: 429}, renamed, 2, true},
		{"not a JSON Patch after 502", patchAccountUser, step{status: 502}, renamed, 1, false},
		{"not a JSON Patch after a reset", patchAccountUser, reset, renamed, 1, false},
		{"a create after 503 if the caller allows it", replayed(createUser), step{status: 503}, step{status: 201, body: `"40000000-0000-4000-8000-000000000001"`}, 2, true},
		{"a JSON Patch after a reset if the caller allows it", replayed(patchAccountUser), reset, renamed, 2, true},
		{"four times at most", listUsers, step{status: 503}, step{status: 503}, 4, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []step{c.first, c.then}}
				cc, mr := onScript(t, s)
				err := c.do(t.Context(), cc, mr)
				if (err == nil) != c.ok || len(s.times) != c.sent {
					t.Errorf("sent %d times, error %v; want %d times, success %t", len(s.times), err, c.sent, c.ok)
				}
				for _, body := range s.bodies {
					if body != s.bodies[0] {
						t.Errorf("body %q, first it was %q", body, s.bodies[0])
					}
				}
				if err != nil && failure(t, err).Attempts != c.sent {
					t.Errorf("%d attempts in the error, want %d", failure(t, err).Attempts, c.sent)
				}
			})
		})
	}
}

func replayed(do operation) operation {
	return func(ctx context.Context, cc *client.CloudCockpit, mr *client.MyReports) error {
		return do(client.ContextWithReplay(ctx), cc, mr)
	}
}

// Ensure that pauses grow within their bounds, and that Retry-After is obeyed up to the limit, in seconds and as a date.
func TestRetry_Pauses(t *testing.T) {
	t.Parallel()
	// Synctest's clock begins at midnight UTC 2000-01-01.
	for _, c := range []struct {
		name     string
		first    step
		min, max time.Duration // of the first pause; 0: the operation fails without one
	}{
		{"no Retry-After", step{status: 503}, 125 * time.Millisecond, 250 * time.Millisecond},
		{"seconds", after(429, "7"), 7 * time.Second, 7 * time.Second},
		{"a date", after(503, "Sat, 01 Jan 2000 00:00:20 GMT"), 20 * time.Second, 20 * time.Second},
		{"a date in the past", after(429, "Sun, 06 Nov 1994 08:49:37 GMT"), 125 * time.Millisecond, 250 * time.Millisecond},
		{"words", after(429, "soon"), 125 * time.Millisecond, 250 * time.Millisecond},
		{"the cap itself", after(429, "60"), time.Minute, time.Minute},
		{"a year", after(429, "31536000"), 0, 0},
		{"a date in a year", after(429, "Mon, 01 Jan 2001 00:00:00 GMT"), 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []step{c.first, success}}
				cc, _ := onScript(t, s)
				err := listUsers(t.Context(), cc, nil)
				if c.max == 0 {
					if failed := failure(t, err, client.ErrThrottled); failed.RetryAfter < 300*24*time.Hour || failed.Attempts != 1 {
						t.Errorf("Retry-After %v after %d attempts", failed.RetryAfter, failed.Attempts)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if d := s.times[1].Sub(s.times[0]); d < c.min || d > c.max {
					t.Errorf("paused %v, want %v to %v", d, c.min, c.max)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []step{{status: 503}}}
		cc, _ := onScript(t, s, client.WithRetry(client.RetryPolicy{Attempts: 9, MaxDelay: time.Second}))
		wantFailure(t, listUsers(t.Context(), cc, nil), client.ErrServer)
		for i, limit := range []time.Duration{250, 500, 1000, 1000, 1000, 1000, 1000, 1000} {
			limit *= time.Millisecond
			if d := s.times[i+1].Sub(s.times[i]); d < limit/2 || d > limit {
				t.Errorf("pause %d is %v, want %v to %v", i, d, limit/2, limit)
			}
		}
	})
}

// Ensure that the context ends a pause, that no pause begins that its deadline would end, and that the error wraps the
// context's.
func TestRetry_Context(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []step{after(429, "30")}}
		cc, _ := onScript(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		began := time.Now()
		wantFailure(t, listUsers(ctx, cc, nil), client.ErrThrottled, context.Canceled)
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("took %v, want 10s", took)
		}
		began = time.Now()
		ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		wantFailure(t, listUsers(ctx, cc, nil), client.ErrThrottled)
		if took := time.Since(began); took != 0 {
			t.Errorf("took %v, want 0s", took)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cc := newCloudCockpit(t, serve(t, respondJSON(200, "{}")))
	if failed := failure(t, listUsers(ctx, cc, nil), client.ErrConnection, context.Canceled); failed.Attempts != 1 {
		t.Errorf("%d attempts, want 1", failed.Attempts)
	}
}

// Ensure that each attempt has a timeout of its own.
func TestRetry_AttemptTimeout(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			<-r.Context().Done()
			return
		}
		respondJSON(200, success.body)(w, r)
	})
	if err := listUsers(t.Context(), newCloudCockpit(t, url, client.WithTimeout(100*time.Millisecond)), nil); err != nil {
		t.Error(err)
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("asked %d times, want 2", n)
	}
}

// Ensure that the transport's own error is the cause, and that a transport that returns nothing does not cause a panic.
func TestRetry_Transport(t *testing.T) {
	t.Parallel()
	mine := errors.New("mine")
	for _, c := range []struct {
		f    roundTripper
		want error
	}{
		{func(*http.Request) (*http.Response, error) { return nil, mine }, mine},
		{func(*http.Request) (*http.Response, error) { return nil, nil }, client.ErrConnection},
		{func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 200}, nil }, client.ErrConnection},
	} {
		cc := newCloudCockpit(t, "https://cc.example", client.WithHTTPClient(&http.Client{Transport: c.f}))
		wantFailure(t, listGroups(t.Context(), cc), client.ErrConnection, c.want)
	}
}
