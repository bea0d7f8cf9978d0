package client_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/resellerkit/resellerkit/client"
)

var errDial = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}

// A tokenSource counts its calls, and returns tokens named after the count.
type tokenSource struct {
	asked  atomic.Int32
	pause  time.Duration
	expiry time.Duration
	same   bool
}

func (s *tokenSource) Token() (*oauth2.Token, error) {
	n := s.asked.Add(1)
	time.Sleep(s.pause)
	token := &oauth2.Token{AccessToken: fmt.Sprintf("token-%d", n)}
	if s.same {
		token.AccessToken = "token-1"
	}
	if s.expiry != 0 {
		token.Expiry = time.Now().Add(s.expiry)
	}
	return token, nil
}

// accepting responds with 401 to every token but the given ones.
func accepting(asked *atomic.Int32, tokens ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		for _, token := range tokens {
			if r.Header.Get("Authorization") == "Bearer "+token {
				respondJSON(200, `{"items":[],"totalPages":0}`)(w, r)
				return
			}
		}
		w.WriteHeader(http.StatusUnauthorized)
	}
}

func withSource(t *testing.T, url string, ts oauth2.TokenSource, opts ...client.Option) *client.CloudCockpit {
	t.Helper()
	cc, err := client.NewCloudCockpit(append([]client.Option{
		client.WithBaseURL(url), client.WithTenant(tenant), client.WithTokenSource(ts), client.WithRetry(quick),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return cc
}

// Ensure that all goroutines that need a token wait for a single fetch, at the start and when the token is refused.
func TestTokens_OnceUnderConcurrency(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	ts := &tokenSource{pause: 50 * time.Millisecond}
	cc := withSource(t, serve(t, accepting(&asked, "token-2")), ts)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := listGroups(t.Context(), cc); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := ts.asked.Load(); n != 2 {
		t.Errorf("asked for %d tokens, want 2", n)
	}
}

// Ensure that a 401 renews the token once, and that a token that is the same again is not sent.
func TestTokens_Unauthorized(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		source       *tokenSource
		tokens, sent int32
	}{
		{"every token is refused", &tokenSource{}, 2, 2},
		{"the source gives the same again", &tokenSource{same: true}, 2, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			cc := withSource(t, serve(t, accepting(&asked)), c.source)
			failed := failure(t, listGroups(t.Context(), cc), client.ErrUnauthorized)
			if n := c.source.asked.Load(); n != c.tokens || asked.Load() != c.sent || failed.Attempts != int(c.sent) {
				t.Errorf("%d tokens, %d requests, %d attempts; want %d, %d", n, asked.Load(), failed.Attempts, c.tokens, c.sent)
			}
		})
	}
	var asked atomic.Int32
	cc := newCloudCockpit(t, serve(t, accepting(&asked)))
	wantFailure(t, listGroups(t.Context(), cc), client.ErrUnauthorized)
	if asked.Load() != 1 {
		t.Errorf("a token that cannot be renewed was sent %d times", asked.Load())
	}
}

// Ensure that a creation that got a 401 is sent again, because it was not carried out.
func TestTokens_UnauthorizedCreate(t *testing.T) {
	t.Parallel()
	var bodies sync.Map
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		bodies.Store(r.Header.Get("Authorization"), string(body))
		if r.Header.Get("Authorization") == "Bearer token-1" {
			w.WriteHeader(401)
			return
		}
		respondJSON(201, `"40000000-0000-4000-8000-000000000001"`)(w, r)
	})
	if err := createUser(t.Context(), withSource(t, url, &tokenSource{}), nil); err != nil {
		t.Fatal(err)
	}
	first, _ := bodies.Load("Bearer token-1")
	second, _ := bodies.Load("Bearer token-2")
	if first == "" || first != second {
		t.Errorf("bodies %q and %q, want the same", first, second)
	}
}

// Ensure that a token is kept until shortly before it expires.
func TestTokens_Expiry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expiry time.Duration
		want   int32
	}{{0, 1}, {time.Hour, 1}, {5 * time.Second, 3}} {
		var asked atomic.Int32
		ts := &tokenSource{expiry: c.expiry}
		cc := withSource(t, serve(t, accepting(&asked, "token-1", "token-2", "token-3")), ts)
		for range 3 {
			if err := listGroups(t.Context(), cc); err != nil {
				t.Error(err)
			}
		}
		if n := ts.asked.Load(); n != c.want {
			t.Errorf("expiry in %v: asked for %d tokens, want %d", c.expiry, n, c.want)
		}
	}
}

type sourceFunc func() (*oauth2.Token, error)

func (f sourceFunc) Token() (*oauth2.Token, error) { return f() }

// Ensure that a failure to get a token has a kind of its own, keeps the cause, and sends nothing.
func TestTokens_Failures(t *testing.T) {
	t.Parallel()
	mine := errors.New("mine")
	var sent atomic.Int32
	url := serve(t, accepting(&sent))
	for _, ts := range []sourceFunc{
		func() (*oauth2.Token, error) { return nil, mine },
		func() (*oauth2.Token, error) { return nil, nil },
		func() (*oauth2.Token, error) { return &oauth2.Token{}, nil },
	} {
		failed := failure(t, listGroups(t.Context(), withSource(t, url, ts)), client.ErrToken)
		if failed.Attempts != 0 || sent.Load() != 0 {
			t.Errorf("%d attempts, %d sent, want none", failed.Attempts, sent.Load())
		}
	}
	hangs := sourceFunc(func() (*oauth2.Token, error) { select {} })
	wantFailure(t, listGroups(t.Context(), withSource(t, url, hangs, client.WithTimeout(50*time.Millisecond))), client.ErrToken, context.DeadlineExceeded)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantFailure(t, listGroups(ctx, withSource(t, url, hangs)), client.ErrToken, context.Canceled)
	asked := 0
	flaky := sourceFunc(func() (*oauth2.Token, error) {
		if asked++; asked == 1 {
			return nil, errDial
		}
		return &oauth2.Token{AccessToken: "ok"}, nil
	})
	if err := listGroups(t.Context(), withSource(t, serve(t, accepting(&sent, "ok")), flaky)); err != nil {
		t.Error(err)
	}
}

// identityServer is a token endpoint that gives the responses in turn; forms returns what it was sent.
func identityServer(t *testing.T, answers ...http.HandlerFunc) (url string, forms func() []string) {
	t.Helper()
	var mu sync.Mutex
	var got []string
	url = serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		mu.Lock()
		got = append(got, r.PostForm.Encode())
		n := len(got)
		mu.Unlock()
		answers[min(n, len(answers))-1](w, r)
	})
	return url, func() []string { mu.Lock(); defer mu.Unlock(); return got }
}

func issued(access, refresh string) http.HandlerFunc {
	return respondJSON(200, fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer","expires_in":3599,"refresh_token":%q}`, access, refresh))
}

// Ensure that the client credentials are sent to the token endpoint only, and that its description is not in the text of
// the error.
func TestTokens_ClientCredentials(t *testing.T) {
	t.Parallel()
	var sent atomic.Int32
	api := serve(t, accepting(&sent, "abc"))
	withCredentials := func(tokenURL string) error {
		cc, err := client.NewCloudCockpit(client.WithBaseURL(api), client.WithTenant(tenant), client.WithRetry(quick),
			client.WithClientCredentials("id", "s3cret"), client.WithTokenURL(tokenURL))
		if err != nil {
			t.Fatal(err)
		}
		return listGroups(t.Context(), cc)
	}
	url, forms := identityServer(t, typed(503, "text/html", html), issued("abc", ""))
	if err := withCredentials(url); err != nil {
		t.Fatal(err)
	}
	want := "client_id=id&client_secret=s3cret&grant_type=client_credentials&scope=api%3A%2F%2Fb92a36a4-feb8-4f47-a69c-29a180aa6d0a%2F.default"
	if got := forms(); len(got) != 2 || got[1] != want {
		t.Errorf("forms %q, want two of %q", got, want)
	}

	url, forms = identityServer(t, respondJSON(401, `{"error":"invalid_client","error_description":"the secret s3cret is wrong"}`))
	err := withCredentials(url)
	failed := failure(t, err, client.ErrToken)
	if cause, ok := errors.AsType[*oauth2.RetrieveError](failed); !ok || cause.ErrorCode != "invalid_client" {
		t.Errorf("the cause is %v", failed.Err)
	}
	if strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "invalid_client") || len(forms()) != 1 {
		t.Errorf("error %q after %d requests", err, len(forms()))
	}

	elsewhere, seen := identityServer(t, issued("abc", ""))
	for _, status := range []int{302, 307} {
		wantFailure(t, withCredentials(serve(t, redirect(status, elsewhere))), client.ErrToken)
	}
	wantFailure(t, withCredentials(serve(t, typed(200, "text/html", html))), client.ErrToken)
	if len(seen()) != 0 {
		t.Errorf("the redirect's target was sent %q", seen())
	}
}

// Ensure that the latest refresh token is used and passed to the saver.
func TestTokens_Authorization(t *testing.T) {
	t.Parallel()
	url, forms := identityServer(t, issued("access-2", "refresh-2"), issued("access-3", ""))
	config := client.MyReportsAuthorization("id", "s3cret", "http://127.0.0.1:8000")
	if address := config.AuthCodeURL("state"); !strings.HasPrefix(address, "https://login.xarios.cloud/connect/authorize?client_id=id") ||
		!strings.Contains(address, "scope=openid+offline_access+onboarding") {
		t.Errorf("the address to send people to is %s", address)
	}
	var saved []string
	accepted := "access-2"
	api := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+accepted {
			w.WriteHeader(401)
			return
		}
		respondJSON(200, `{"data":[],"page_size":0,"status":"success","timestamp":""}`)(w, r)
	})
	mr, err := client.NewMyReports(client.WithBaseURL(api), client.WithTokenURL(url), client.WithRetry(quick),
		client.WithAuthorization(config, &oauth2.Token{AccessToken: "access-1", RefreshToken: "refresh-1"}),
		client.WithTokenSaver(func(t *oauth2.Token) { saved = append(saved, t.AccessToken+" "+t.RefreshToken) }))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := mr.AccountUsers(account).List(t.Context()); err != nil {
			t.Fatal(err)
		}
		accepted = "access-3"
	}
	if got := fmt.Sprint(saved); got != "[access-2 refresh-2 access-3 refresh-2]" {
		t.Errorf("saved %s", got)
	}
	if got := forms(); len(got) != 2 || !strings.Contains(got[0], "refresh_token=refresh-1") || !strings.Contains(got[1], "refresh_token=refresh-2") {
		t.Errorf("forms %q", got)
	}
}

// Ensure that WithoutToken sends no Authorization header.
func TestTokens_Without(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got, ok := r.Header["Authorization"]; ok {
			t.Errorf("Authorization is %q", got)
		}
		w.WriteHeader(401)
	})
	cc, err := client.NewCloudCockpit(client.WithBaseURL(url), client.WithTenant(tenant), client.WithoutToken())
	if err != nil {
		t.Fatal(err)
	}
	wantFailure(t, listGroups(t.Context(), cc), client.ErrUnauthorized)
}

// Ensure that one source of tokens serves the clients of several tenants with one request for a token.
func TestTokens_SharedByTenants(t *testing.T) {
	t.Parallel()
	url, forms := identityServer(t, issued("abc", ""))
	config := clientcredentials.Config{
		ClientID: "id", ClientSecret: "s3cret", TokenURL: client.CloudCockpitTokenURL, Scopes: []string{client.CloudCockpitScope}, AuthStyle: oauth2.AuthStyleInParams,
	}
	if !strings.HasPrefix(config.TokenURL, "https://login.microsoftonline.com/") {
		t.Errorf("the token endpoint is %s", config.TokenURL)
	}
	config.TokenURL = url
	tokens := config.TokenSource(t.Context())
	var tenants sync.Map
	api := serve(t, func(w http.ResponseWriter, r *http.Request) {
		tenants.Store(r.Header.Get("X-Tenant")+" "+r.Header.Get("Authorization"), true)
		respondJSON(200, `{"items":[]}`)(w, r)
	})
	for _, tenant := range []string{"a.example", "b.example"} {
		if err := listGroups(t.Context(), withSource(t, api, tokens, client.WithTenant(tenant))); err != nil {
			t.Error(err)
		}
		if _, ok := tenants.Load(tenant + " Bearer abc"); !ok {
			t.Errorf("%s was not asked with the token", tenant)
		}
	}
	if got := forms(); len(got) != 1 || !strings.Contains(got[0], "scope=api%3A%2F%2Fb92a36a4") {
		t.Errorf("forms %q, want one", got)
	}
}
