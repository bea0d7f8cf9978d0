package client_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
)

// Ids of the demo data, and one that is not in it.
var (
	contoso         = uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	northwind       = uuid.MustParse("c0000000-0000-4000-8000-000000000002")
	contosoProvider = uuid.MustParse("b0000000-0000-4000-8000-000000000001")
	ada             = uuid.MustParse("a0000000-0000-4000-8000-000000000001")
	alpine          = uuid.MustParse("d0000000-0000-4000-8000-000000000001")
	viewers         = uuid.MustParse("90000000-0000-4000-8000-000000000002")
	account         = uuid.MustParse("e0000000-0000-4000-8000-000000000001")
	bakery          = uuid.MustParse("e1000000-0000-4000-8000-000000000001")
	uma             = uuid.MustParse("f0000000-0000-4000-8000-000000000001")
	xavier          = uuid.MustParse("f1000000-0000-4000-8000-000000000001")
	unknownID       = uuid.MustParse("00000000-0000-4000-8000-0000000000ff")
)

const tenant = "portal.cloudcockpit.com"

// quick retries once, without a noticeable pause.
var quick = client.RetryPolicy{Attempts: 2, MinDelay: time.Millisecond, MaxDelay: time.Millisecond}

func newCloudCockpit(t testing.TB, url string, opts ...client.Option) *client.CloudCockpit {
	t.Helper()
	cc, err := client.NewCloudCockpit(append([]client.Option{
		client.WithBaseURL(url), client.WithTenant(tenant), client.WithToken("secret-token"), client.WithRetry(quick),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return cc
}

func newMyReports(t testing.TB, url string, opts ...client.Option) *client.MyReports {
	t.Helper()
	mr, err := client.NewMyReports(append([]client.Option{
		client.WithBaseURL(url), client.WithToken("secret-token"), client.WithRetry(quick),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return mr
}

func serve(t testing.TB, handler http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	return srv.URL
}

// respondJSON responds with the same JSON to every request.
func respondJSON(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// failure fails the test unless err is a *client.Error that matches all kinds.
func failure(t testing.TB, err error, kinds ...error) *client.Error {
	t.Helper()
	failed, ok := errors.AsType[*client.Error](err)
	if !ok {
		t.Fatalf("error %v (%T), want a *client.Error", err, err)
	}
	for _, kind := range kinds {
		if !errors.Is(err, kind) {
			t.Errorf("error %v does not match %q", err, kind)
		}
	}
	return failed
}

// wantFailure is failure for tests that do not look at the error's fields.
func wantFailure(t testing.TB, err error, kinds ...error) {
	t.Helper()
	_ = failure(t, err, kinds...)
}

// roundTripper is a transport without a network.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func listGroups(ctx context.Context, cc *client.CloudCockpit) error {
	_, err := cc.Groups().List(ctx, client.ListGroups{})
	return err
}
