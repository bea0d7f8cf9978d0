package client_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/gen/control"
)

// Ensure for every operation that each declared error status matches its kind, and that none of them is retried.
func TestFaults_EveryDocumentedError(t *testing.T) {
	t.Parallel()
	kinds := map[int]error{
		400: client.ErrInvalid, 401: client.ErrUnauthorized, 402: client.ErrPaymentRequired, 403: client.ErrForbidden,
		404: client.ErrNotFound, 500: client.ErrServer,
	}
	b := newSandbox(t)
	for id, op := range declared(t) {
		t.Run(id, func(t *testing.T) {
			row := caseOf(t, id)
			for code := range op.Responses.Map() {
				status, err := strconv.Atoi(code)
				if err != nil || status < 400 {
					continue
				}
				b.fault(t, id, control.FaultAction{Status: int32(status)}, 0)
				failed := failure(t, row.do(t.Context(), b.cc, b.mr), kinds[status])
				if failed.Status != status || failed.Operation != id || failed.Attempts != 1 || failed.Header == nil {
					t.Errorf("status %d after %d attempts of %s, want %d", failed.Status, failed.Attempts, failed.Operation, status)
				}
				if bodyless := status == 401 || status == 403; !bodyless && status != 402 && failed.EnvelopeStatus != status {
					t.Errorf("the envelope of %d was not read: %+v", status, failed)
				}
			}
		})
	}
}

// Ensure for every operation that it is retried, or not, when it is throttled, when a gateway fails, and when the connection
// is cut before the response.
func TestFaults_EveryOperation(t *testing.T) {
	t.Parallel()
	operations := declared(t)
	b := newSandbox(t)
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		t.Run(id, func(t *testing.T) {
			b.reset(t)
			row := caseOf(t, id)
			if row.first != nil {
				if err := row.first(t.Context(), b.cc, b.mr); err != nil {
					t.Fatal(err)
				}
			}
			once, deletes := operations[id].once(), operations[id].method == http.MethodDelete

			b.fault(t, id, control.FaultAction{Gateway: true, Status: 503}, 1)
			err := row.do(t.Context(), b.cc, b.mr)
			switch {
			case once:
				wantFailure(t, err, client.ErrServer, client.ErrNotJSON)
			case err != nil:
				t.Errorf("after a gateway's 503: %v", err)
			}
			if deletes {
				return // the resource no longer exists
			}

			b.fault(t, id, control.FaultAction{Status: 429, RetryAfter: new(int32(0))}, 1)
			if err := row.do(t.Context(), b.cc, b.mr); err != nil {
				t.Errorf("after a 429: %v", err)
			}
			if once {
				return // a second call would have another effect
			}
			b.fault(t, id, control.FaultAction{Cut: control.Before}, 1)
			if err := row.do(t.Context(), b.cc, b.mr); err != nil {
				t.Errorf("after a cut: %v", err)
			}
		})
	}
}

// Ensure that a creation whose response was lost is neither sent again nor reported as a success.
func TestFaults_CommitThenFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		action control.FaultAction
		kind   error
	}{
		"500":             {control.FaultAction{CommitThenFail: true}, client.ErrServer},
		"503":             {control.FaultAction{CommitThenFail: true, Status: 503}, client.ErrServer},
		"a gateway's 502": {control.FaultAction{CommitThenFail: true, Gateway: true}, client.ErrNotJSON},
		"nothing":         {control.FaultAction{CommitThenFail: true, Cut: control.Before}, client.ErrConnection},
		"half a body":     {control.FaultAction{Cut: control.Within}, client.ErrTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newSandbox(t)
			b.fault(t, "createPortalUser", c.action, 1)
			if failed := failure(t, createGrace(t.Context(), b.cc, nil), c.kind); failed.Attempts != 1 {
				t.Errorf("%d attempts, want 1", failed.Attempts)
			}
			if list, err := b.cc.PortalUsers(contoso).List(t.Context()); err != nil || len(list) != 1 {
				t.Errorf("%d users, error %v; want the one that was created", len(list), err)
			}
			// With ContextWithReplay it is sent again, and refused because the e-mail exists.
			b.fault(t, "createPortalUser", c.action, 1)
			other := grace
			other.Email = new("other@contoso.example")
			_, err := b.cc.PortalUsers(contoso).Create(client.ContextWithReplay(t.Context()), other)
			if failed := failure(t, err); name != "500" && (failed.Status != 400 || failed.Attempts != 2) {
				t.Errorf("error %v, want a 400 at the second attempt", err)
			}
		})
	}
	b := newSandbox(t)
	b.fault(t, "updateCustomerUser", control.FaultAction{CommitThenFail: true, Cut: control.Before}, 1)
	if err := caseOf(t, "updateCustomerUser").do(t.Context(), b.cc, b.mr); err != nil {
		t.Errorf("a whole view is sent again: %v", err)
	}
}

// Ensure that a list continues after a page that is cut off, slow or throttled, and after a connection that was closed.
func TestFaults_Listing(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]control.FaultAction{
		"a cut page":      {Cut: control.Within},
		"a cut behind":    {Cut: control.After},
		"a slow page":     {Latency: 2000},
		"a busy service":  {Status: 429, RetryAfter: new(int32(0))},
		"a gateway's 502": {Gateway: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newSandbox(t, client.WithTimeout(time.Second))
			err := b.SetFaults(control.FaultRule{Operation: "listCustomerUsers", Match: &control.FaultMatch{Nth: 3}, Action: action})
			if err != nil {
				t.Fatal(err)
			}
			if got := names(t, b, client.ListCustomerUsers{PageSize: 10}); len(got) != 60 {
				t.Errorf("%d users, want 60", len(got))
			}
		})
	}
}

// Ensure that a token that expires during a list is renewed once, by its expiry or by a 401.
func TestFaults_ExpiredToken(t *testing.T) {
	t.Parallel()
	for name, expire := range map[string]func(*testSandbox) error{
		"the service says so": func(b *testSandbox) error {
			return b.SetFaults(control.FaultRule{Operation: "listCustomerUsers", Action: control.FaultAction{ExpiredToken: true}, Count: new(int32(1))})
		},
		"time has passed": func(b *testSandbox) error { return b.SetClock(control.ClockChange{Advance: new(7200.0)}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newSandbox(t)
			var tokens, refused int
			transport := roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := http.DefaultTransport.RoundTrip(r)
				if r.Method == http.MethodPost {
					tokens++
				} else if err == nil && resp.StatusCode == 401 {
					refused++
				}
				return resp, err
			})
			cc, err := client.NewCloudCockpit(client.WithBaseURL(b.url), client.WithTenant(tenant), client.WithRetry(quick),
				client.WithClientCredentials("demo-csp", "demo-secret"), client.WithTokenURL(b.url+"/any/oauth2/v2.0/token"),
				client.WithHTTPClient(&http.Client{Transport: transport}))
			if err != nil {
				t.Fatal(err)
			}
			users := 0
			for _, err := range cc.CustomerUsers(contoso, contosoProvider).All(t.Context(), client.ListCustomerUsers{PageSize: 20}) {
				if err != nil {
					t.Fatal(err)
				}
				if users++; users == 20 {
					if err := expire(b); err != nil {
						t.Fatal(err)
					}
				}
			}
			if users != 60 || tokens != 2 || refused != 1 {
				t.Errorf("%d users with %d tokens, %d refused; want 60 with 2, 1", users, tokens, refused)
			}
		})
	}
}

// Ensure that the client credentials grant works with the sandbox's identity servers.
func TestSandbox_Tokens(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	mr, err := client.NewMyReports(client.WithBaseURL(b.url), client.WithTokenURL(b.url+"/connect/token"),
		client.WithClientCredentials("demo-myreports", "demo-secret"))
	if err != nil {
		t.Fatal(err)
	}
	if err := listAccountUsers(t.Context(), nil, mr); err != nil {
		t.Error(err)
	}
	wrong, err := client.NewCloudCockpit(client.WithBaseURL(b.url), client.WithTenant(tenant), client.WithTokenURL(b.url+"/any/oauth2/v2.0/token"),
		client.WithClientCredentials("demo-csp", "wrong"))
	if err != nil {
		t.Fatal(err)
	}
	wantFailure(t, listGroups(context.Background(), wrong), client.ErrToken)
}

// Ensure that the authorization code grant is renewed several times, each time with a new refresh token.
func TestSandbox_Authorization(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	config := client.MyReportsAuthorization("demo-myreports", "demo-secret", "http://127.0.0.1:8000")
	config.Endpoint.AuthURL, config.Endpoint.TokenURL = b.url+"/connect/authorize", b.url+"/connect/token"
	verifier := oauth2.GenerateVerifier()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req) // in place of a browser
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	back, err := resp.Location()
	if err != nil || back.Query().Get("state") != "state" {
		t.Fatalf("%d to %v, error %v", resp.StatusCode, back, err)
	}
	token, err := config.Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	saved := map[string]bool{token.RefreshToken: true}
	mr, err := client.NewMyReports(client.WithBaseURL(b.url), client.WithAuthorization(config, token),
		client.WithTokenSaver(func(t *oauth2.Token) { saved[t.RefreshToken] = true }))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := listAccountUsers(t.Context(), nil, mr); err != nil {
			t.Error(err)
		}
		if err := b.SetClock(control.ClockChange{Advance: new(7200.0)}); err != nil {
			t.Fatal(err)
		}
	}
	if len(saved) != 3 {
		t.Errorf("%d refresh tokens, want 3", len(saved))
	}
}
