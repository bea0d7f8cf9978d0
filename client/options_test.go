package client_test

import (
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/time/rate"

	"github.com/resellerkit/resellerkit/client"
)

// Ensure that all mistakes are reported at once, each naming its option.
func TestNewCloudCockpit_Mistakes(t *testing.T) {
	t.Parallel()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		opts []client.Option
		want []string
	}{
		"nothing given": {nil, []string{"WithTenant", "no credentials"}},
		"everything wrong at once": {
			[]client.Option{
				client.WithBaseURL("http://api.cloudcockpit.com"), client.WithTenant(""), client.WithRegion(client.Europe), nil,
				client.WithToken("a b"), client.WithTokenSource(nil), client.WithHTTPClient(&http.Client{Jar: jar}),
				client.WithUserAgent("a\nb"), client.WithLogger(nil), client.WithRetry(client.RetryPolicy{Attempts: -1}),
				client.WithTimeout(0), client.WithMaxResponseBody(-1), client.WithMaxPages(0), client.WithChecker(nil),
				client.WithTokenSaver(nil), client.WithScopes(""), client.WithTokenURL("ftp://x"), client.WithRateLimit(nil),
			},
			[]string{
				"WithBaseURL and WithRegion", "WithTenant", "WithRegion: CloudCockpit", "an option is nil", "WithToken:", "WithTokenSource", "cookie jar",
				"WithUserAgent", "WithLogger", "WithRetry", "WithTimeout", "WithMaxResponseBody", "WithMaxPages", "WithChecker",
				"WithTokenSaver", "WithScopes", "WithTokenURL", "WithRateLimit",
			},
		},
		"a secret that is missing": {
			[]client.Option{client.WithTenant(tenant), client.WithClientCredentials("id", ""), client.WithHTTPClient(nil)},
			[]string{"WithClientCredentials", "WithHTTPClient: the client is nil"},
		},
		"two credentials": {
			[]client.Option{client.WithTenant(tenant), client.WithToken("t"), client.WithoutToken()},
			[]string{"WithToken and WithoutToken"},
		},
		"an authorization without a token": {
			[]client.Option{client.WithTenant(tenant), client.WithAuthorization(nil, nil)},
			[]string{"WithAuthorization"},
		},
		"a limiter that allows nothing": {
			[]client.Option{client.WithTenant(tenant), client.WithToken("t"), client.WithRateLimit(rate.NewLimiter(1, 0))},
			[]string{"WithRateLimit"},
		},
		"pauses that shrink": {
			[]client.Option{client.WithTenant(tenant), client.WithToken("t"), client.WithRetry(client.RetryPolicy{MinDelay: 2, MaxDelay: 1})},
			[]string{"MinDelay"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client.NewCloudCockpit(c.opts...)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not speak of %q", err, want)
				}
			}
		})
	}
}

func TestNewMyReports_Mistakes(t *testing.T) {
	t.Parallel()
	token := client.WithToken("t")
	for want, opts := range map[string][]client.Option{
		"MyReports needs WithRegion or WithBaseURL": {token},
		`"mars" is no region`:                       {token, client.WithRegion("mars")},
		"WithTenant: MyReports":                     {token, client.WithRegion(client.Europe), client.WithTenant(tenant)},
		"no absolute":                               {token, client.WithBaseURL("api.eu.myreports.cloud")},
		"no user, query or fragment":                {token, client.WithBaseURL("https://u:p@host")},
		"is no URL":                                 {token, client.WithBaseURL("https://[")},
		"in the clear":                              {token, client.WithBaseURL("http://192.0.2.1")},
	} {
		_, err := client.NewMyReports(opts...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that speaks of %q", err, want)
		}
	}
}

// Ensure that the options determine the URL of a request.
func TestOptions_Address(t *testing.T) {
	t.Parallel()
	for want, opts := range map[string][]client.Option{
		"https://api.na.myreports.cloud/api/v1.0": {client.WithRegion(client.NorthAmerica)},
		"https://api.au.myreports.cloud/api/v1.0": {client.WithRegion(client.Australia)},
		"https://proxy.example/api/v1.0":          {client.WithBaseURL("https://proxy.example")},
		"https://proxy.example/my/api/v1.0":       {client.WithBaseURL("https://proxy.example/my/api/")},
		"http://localhost:8080/api/v1.0":          {client.WithBaseURL("http://localhost:8080/api")},
		"http://sandbox/api/v1.0":                 {client.WithBaseURL("http://sandbox"), client.WithPlainHTTP()},
	} {
		var got string
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			got = r.URL.String()
			return nil, http.ErrHandlerTimeout
		})
		mr, err := client.NewMyReports(append(opts, client.WithToken("t"), client.WithRetry(client.RetryPolicy{Attempts: 1}), client.WithHTTPClient(&http.Client{Transport: transport}))...)
		if err != nil {
			t.Fatal(err)
		}
		_, err = mr.AccountUsers(account).List(t.Context())
		wantFailure(t, err, client.ErrConnection, http.ErrHandlerTimeout)
		if want += "/accounts/" + account.String() + "/users"; got != want {
			t.Errorf("address %s, want %s", got, want)
		}
	}
}

// Ensure that the default host is CloudCockpit's, and that the documented headers are sent.
func TestOptions_Headers(t *testing.T) {
	t.Parallel()
	var got *http.Request
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		got = r
		return nil, http.ErrHandlerTimeout
	})
	cc, err := client.NewCloudCockpit(client.WithTenant("a.example"), client.WithTenant(tenant), client.WithUserAgent("acme-sync/1.4"), client.WithRetry(client.RetryPolicy{Attempts: 1}),
		client.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "abc"})), client.WithTimeout(time.Second),
		client.WithHTTPClient(&http.Client{Transport: transport, Timeout: time.Minute}))
	if err != nil {
		t.Fatal(err)
	}
	wantFailure(t, listGroups(t.Context(), cc), client.ErrConnection)
	for name, want := range map[string]string{
		"Authorization": "Bearer abc", "X-Tenant": tenant, "Accept": "application/json",
		"User-Agent": "acme-sync/1.4 resellerkit/devel (+https://github.com/resellerkit/resellerkit)",
	} {
		if v := got.Header.Get(name); v != want {
			t.Errorf("%s is %q, want %q", name, v, want)
		}
	}
	if got.URL.String() != "https://api.cloudcockpit.com/v1/users/groups" {
		t.Errorf("address %s", got.URL)
	}
	deadline, ok := got.Context().Deadline()
	if !ok || time.Until(deadline) > time.Second {
		t.Errorf("the attempt ends at %v", deadline)
	}
}
