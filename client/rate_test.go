package client_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/time/rate"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/gen/control"
)

// Ensure that a limiter spaces requests, including retries, that its wait does not count as part of an attempt, and that
// two clients can share it.
func TestWithRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []step{{status: 503}, success, success, renamed}}
		cc, mr := onScript(t, s, client.WithTimeout(time.Second), client.WithRateLimit(rate.NewLimiter(rate.Every(10*time.Second), 1)))
		for _, do := range []operation{listUsers, listUsers, patchAccountUser} {
			if err := do(t.Context(), cc, mr); err != nil {
				t.Error(err)
			}
		}
		for i := 1; i < len(s.times); i++ {
			if d := s.times[i].Sub(s.times[i-1]); d < 10*time.Second-time.Millisecond || d > 11*time.Second {
				t.Errorf("request %d was sent %v after the one before", i, d)
			}
		}
		if len(s.times) != 4 {
			t.Errorf("%d requests, want 4", len(s.times))
		}
	})
}

// Ensure that the wait for a limiter ends with the context, and that nothing is sent then.
func TestWithRateLimit_Context(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []step{success}}
		cc, _ := onScript(t, s, client.WithRateLimit(rate.NewLimiter(rate.Every(time.Hour), 1)))
		if err := listUsers(t.Context(), cc, nil); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		if failed := failure(t, listUsers(ctx, cc, nil), client.ErrThrottled, context.Canceled); failed.Attempts != 0 || failed.Status != 0 {
			t.Errorf("%d attempts, status %d", failed.Attempts, failed.Status)
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("took %v, want 10s", took)
		}
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began = time.Now()
		if failed := failure(t, listUsers(ctx, cc, nil), client.ErrThrottled, context.DeadlineExceeded); failed.MaybeCarriedOut {
			t.Error("a request that was not sent may have been carried out")
		}
		if took := time.Since(began); took != 0 || len(s.times) != 1 {
			t.Errorf("took %v, %d requests", took, len(s.times))
		}
	})
	limit := client.WithRateLimit(rate.NewLimiter(1, 3))
	for _, r := range []client.Rate{newCloudCockpit(t, "https://cc.example", limit).Rate(), newMyReports(t, "https://mr.example", limit).Rate()} {
		if math.Round(r.Available) != 3 {
			t.Errorf("rate %+v, want 3 available", r)
		}
	}
}

// throttlingOnce responds with 429 to the first request, and records the times of all requests.
type throttlingOnce struct {
	retryAfter string
	mu         sync.Mutex
	times      []time.Duration
	begun      time.Time
}

func (s *throttlingOnce) RoundTrip(*http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = append(s.times, time.Since(s.begun))
	resp := &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(`{"items":[]}`))}
	if len(s.times) == 1 {
		resp.StatusCode = 429
		resp.Header.Set("Retry-After", s.retryAfter)
	}
	return resp, nil
}

// Ensure that a 429 holds back later calls until its Retry-After has passed, for MaxRetryAfter at most, that the wait ends
// with the context, and that it can be turned off.
func TestRate_Shared(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		retryAfter string
		opts       []client.Option
		want       time.Duration // when the call that begins after one second is sent
		sent       int
	}{
		{"held back", "30", nil, 30 * time.Second, 3},
		{"a date", "Sat, 01 Jan 2000 00:00:20 GMT", nil, 20 * time.Second, 3},
		{"the cap", "3600", nil, time.Minute, 2},
		{"a cap of the caller's own", "30", []client.Option{client.WithRetry(client.RetryPolicy{MaxRetryAfter: 5 * time.Second})}, 5 * time.Second, 2},
		{"turned off", "30", []client.Option{client.WithoutSharedBackoff()}, time.Second, 3},
		{"no Retry-After", "", []client.Option{client.WithRetry(client.RetryPolicy{MinDelay: 10 * time.Second})}, time.Second, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &throttlingOnce{retryAfter: c.retryAfter, begun: time.Now()}
				cc := newCloudCockpit(t, "https://cc.example", append([]client.Option{
					client.WithHTTPClient(&http.Client{Transport: s}), client.WithRetry(client.RetryPolicy{}),
				}, c.opts...)...)
				var wg sync.WaitGroup
				wg.Go(func() {
					if err := listGroups(t.Context(), cc); err != nil && c.sent == 3 {
						t.Error(err)
					}
				})
				wg.Go(func() {
					time.Sleep(time.Second)
					began := time.Now()
					if err := listGroups(t.Context(), cc); err != nil {
						t.Error(err)
					}
					if got := time.Since(began) + time.Second; got != c.want {
						t.Errorf("sent after %v, want %v", got, c.want)
					}
				})
				time.Sleep(2 * time.Second)
				if held := c.want > time.Second; held {
					r := cc.Rate()
					if r.Throttled != 1 || r.Waiting != 1 || r.HeldUntil.Sub(s.begun) != c.want || !math.IsInf(r.Available, 1) {
						t.Errorf("rate %+v, held for %v", r, r.HeldUntil.Sub(s.begun))
					}
					ctx, cancel := context.WithTimeout(t.Context(), time.Second)
					failed := failure(t, listGroups(ctx, cc), client.ErrThrottled, context.DeadlineExceeded)
					if failed.RetryAfter != c.want-2*time.Second || failed.Attempts != 0 || !strings.Contains(failed.Error(), "held back") {
						t.Errorf("Retry-After %v after %d attempts: %v", failed.RetryAfter, failed.Attempts, failed)
					}
					cancel()
					ctx, cancel = context.WithCancel(t.Context())
					time.AfterFunc(time.Second, cancel)
					wantFailure(t, listGroups(ctx, cc), client.ErrThrottled, context.Canceled)
				}
				wg.Wait()
				if len(s.times) != c.sent {
					t.Errorf("%d requests at %v, want %d", len(s.times), s.times, c.sent)
				}
				if r := cc.Rate(); !r.HeldUntil.IsZero() || r.Waiting != 0 {
					t.Errorf("rate %+v at the end", r)
				}
			})
		})
	}
}

// Ensure that several goroutines with one client obey Retry-After: the sandbox records a finding for every request that
// comes too early.
func TestRate_Sandbox(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	b.fault(t, "listGroups", control.FaultAction{Status: 429, RetryAfter: new(int32(1))}, 1)
	held := make(chan struct{})
	cc := newCloudCockpit(t, b.url, client.WithToken(b.token(t, "demo-csp")), client.WithHooks(client.Hooks{
		After: func(_ context.Context, a client.Attempt) {
			if a.Status == 429 {
				close(held)
			}
		},
	}))
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := listGroups(t.Context(), cc); err != nil {
			t.Error(err)
		}
	})
	<-held
	for range 3 {
		wg.Go(func() {
			if err := listGroups(t.Context(), cc); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, x := range b.Exchanges(0) {
		if len(x.Findings) > 0 {
			t.Errorf("the sandbox found %v", x.Findings)
		}
	}
}

// tokenThrottle is a token endpoint that responds with 429 to the first request, and a service that accepts its token.
func tokenThrottle(asked *[]time.Duration, begun time.Time) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		status, body := 200, `{"items":[]}`
		h := http.Header{"Content-Type": {"application/json"}}
		if r.URL.Host == "login.example" {
			body = `{"access_token":"fresh","token_type":"Bearer","expires_in":3600}`
			if *asked = append(*asked, time.Since(begun)); len(*asked) == 1 {
				status, body = 429, `{"error":"temporarily_unavailable"}`
				h.Set("Retry-After", "30")
			}
		} else if r.Header.Get("Authorization") != "Bearer fresh" {
			status, body = 401, ""
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// Ensure that all calls that need a token obey the Retry-After of the token endpoint, at the start and after a 401.
func TestRate_TokenEndpoint(t *testing.T) {
	t.Parallel()
	config := client.MyReportsAuthorization("id", "secret", "http://127.0.0.1:8000")
	for name, credentials := range map[string]client.Option{
		"at the start": client.WithClientCredentials("id", "secret"),
		"after a 401":  client.WithAuthorization(config, &oauth2.Token{AccessToken: "stale", RefreshToken: "r"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var asked []time.Duration
				mr, err := client.NewMyReports(client.WithBaseURL("https://mr.example"), client.WithTokenURL("https://login.example/token"), credentials,
					client.WithHTTPClient(&http.Client{Transport: tokenThrottle(&asked, time.Now())}))
				if err != nil {
					t.Fatal(err)
				}
				list := func(ctx context.Context) error {
					_, err := mr.AccountUsers(account).List(ctx)
					if errors.Is(err, client.ErrShape) {
						return nil // the service of this test does not return accounts
					}
					return err
				}
				var wg sync.WaitGroup
				for i := range 3 {
					wg.Go(func() {
						time.Sleep(time.Duration(i) * time.Second)
						if err := list(t.Context()); err != nil {
							t.Error(err)
						}
					})
				}
				time.Sleep(5 * time.Second)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				failed := failure(t, list(ctx))
				if !errors.Is(failed, context.DeadlineExceeded) || failed.Attempts > 1 {
					t.Errorf("error %v after %d attempts", failed, failed.Attempts)
				}
				wg.Wait()
				if len(asked) != 2 || asked[1] < 30*time.Second || asked[1] > 31*time.Second {
					t.Errorf("the token endpoint was asked at %v", asked)
				}
			})
		})
	}
}
