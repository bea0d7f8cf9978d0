package sandbox_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

const callback = "http://127.0.0.1:8000/callback?from=here"

// flow is golang.org/x/oauth2's configuration for a sandbox.
func flow(b *box, client string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: client, ClientSecret: "demo-secret", RedirectURL: callback, Scopes: []string{"openid", "offline_access", "onboarding"},
		Endpoint: oauth2.Endpoint{AuthURL: b.url + "/connect/authorize", TokenURL: b.url + "/connect/token"},
	}
}

// visit opens an authorization request, and returns where the response redirects to.
func visit(t *testing.T, b *box, address string) (status int, to *url.URL) {
	t.Helper()
	client := *b.http
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	to, err = url.Parse(resp.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, to
}

func code(t *testing.T, b *box, config *oauth2.Config, opts ...oauth2.AuthCodeOption) string {
	t.Helper()
	status, to := visit(t, b, config.AuthCodeURL("the state", opts...))
	if status != http.StatusFound || to.Query().Get("state") != "the state" || !strings.HasPrefix(to.String(), callback+"&") {
		t.Fatalf("authorize: got %d to %s", status, to)
	}
	return to.Query().Get("code")
}

// wantOAuthError holds an error to its code.
func wantOAuthError(t *testing.T, name string, err error, want string) {
	t.Helper()
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.ErrorCode != want {
		t.Errorf("%s: got error %v, want %s", name, err, want)
	}
}

// Ensure that golang.org/x/oauth2 goes through the whole flow unchanged, and that refresh tokens rotate and outlive a restart.
func TestAuthorizationCode(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	opts := sandbox.Options{Store: newStore(t)}
	sb, err := sandbox.New(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	b := serving(t, sb)
	config, verifier := flow(b, "demo-myreports"), oauth2.GenerateVerifier()
	first := code(t, b, config, oauth2.S256ChallengeOption(verifier))
	token, err := config.Exchange(ctx, first, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if token.RefreshToken == "" || token.Extra("scope") != "openid offline_access onboarding" || token.Type() != "Bearer" || time.Until(token.Expiry) < 59*time.Minute {
		t.Errorf("got token %+v", token)
	}
	get := func(b *box, token *oauth2.Token) int {
		return b.do(t, userList.as("").with("Authorization", "Bearer "+token.AccessToken)).status
	}
	if got := get(b, token); got != http.StatusOK {
		t.Errorf("with the token: got %d", got)
	}
	if err := b.Reset(ctx); err != nil {
		t.Fatal(err)
	}

	again, err := sandbox.New(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	b = serving(t, again)
	config = flow(b, "demo-myreports")
	old := *token
	token.Expiry = time.Now().Add(-time.Minute)
	fresh, err := config.TokenSource(ctx, token).Token()
	if err != nil {
		t.Fatal(err)
	}
	if fresh.RefreshToken == old.RefreshToken || fresh.AccessToken == old.AccessToken || get(b, fresh) != http.StatusOK {
		t.Errorf("got token %+v after %+v", fresh, old)
	}

	// The second use of a refresh token revokes its family.
	old.Expiry = time.Now().Add(-time.Minute)
	_, err = config.TokenSource(ctx, &old).Token()
	wantOAuthError(t, "an old refresh token", err, "invalid_grant")
	fresh.Expiry = time.Now().Add(-time.Minute)
	_, err = config.TokenSource(ctx, fresh).Token()
	wantOAuthError(t, "the newest of its family", err, "invalid_grant")
}

// Ensure that a code is good once, for a short time, for its client, address and verifier.
func TestAuthorizationCode_Refused(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := start(t, sandbox.Options{})
	config, verifier := flow(b, "demo-myreports"), oauth2.GenerateVerifier()
	pkce, verified := oauth2.S256ChallengeOption(verifier), oauth2.VerifierOption(verifier)
	good := code(t, b, config, pkce)

	_, err := config.Exchange(ctx, good)
	wantOAuthError(t, "no verifier", err, "invalid_grant")
	_, err = config.Exchange(ctx, good, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	wantOAuthError(t, "another verifier", err, "invalid_grant")
	_, err = flow(b, "other-myreports").Exchange(ctx, good, verified)
	wantOAuthError(t, "another client", err, "invalid_grant")
	elsewhere := *config
	elsewhere.RedirectURL = "http://127.0.0.1:8000/other"
	_, err = elsewhere.Exchange(ctx, good, verified)
	wantOAuthError(t, "another address", err, "invalid_grant")
	elsewhere.RedirectURL = ""
	_, err = elsewhere.Exchange(ctx, good, verified)
	wantOAuthError(t, "no address", err, "invalid_grant")
	_, err = config.Exchange(ctx, "garbage", verified)
	wantOAuthError(t, "garbage", err, "invalid_grant")
	_, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: good}).Token()
	wantOAuthError(t, "a code as a refresh token", err, "invalid_grant")
	wrong := *config
	wrong.ClientSecret = "wrong"
	_, err = wrong.Exchange(ctx, good, verified)
	wantOAuthError(t, "a wrong secret", err, "invalid_client")
	_, err = config.Exchange(ctx, code(t, b, config), verified)
	wantOAuthError(t, "a verifier without a challenge", err, "invalid_grant")

	token, err := config.Exchange(ctx, good, verified)
	if err != nil {
		t.Fatalf("the code is good still: %v", err)
	}
	_, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: "garbage"}).Token()
	wantOAuthError(t, "a refresh token of garbage", err, "invalid_grant")
	_, err = config.Exchange(ctx, good, verified)
	wantOAuthError(t, "a second time", err, "invalid_grant")
	_, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	wantOAuthError(t, "what came of a code that was used twice", err, "invalid_grant")

	late, token := code(t, b, config, pkce), mustExchange(t, b, config)
	if err := b.SetClock(control.ClockChange{Advance: new(300.0)}); err != nil {
		t.Fatal(err)
	}
	_, err = config.Exchange(ctx, late, verified)
	wantOAuthError(t, "too late", err, "invalid_grant")
	if err := b.SetClock(control.ClockChange{Advance: new(30 * 24 * 3600.0)}); err != nil {
		t.Fatal(err)
	}
	_, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	wantOAuthError(t, "a refresh token after a month", err, "invalid_grant")
}

// mustExchange goes through the flow without PKCE, which a client with a secret may.
func mustExchange(t *testing.T, b *box, config *oauth2.Config) *oauth2.Token {
	t.Helper()
	token, err := config.Exchange(t.Context(), code(t, b, config))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestAuthorize_Refused(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	challenge := strings.Repeat("a", 43)
	base := url.Values{"client_id": {"demo-myreports"}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"onboarding"}, "state": {"s&t"}}
	for _, row := range []struct{ name, changes, want string }{
		{"another response type", "response_type=token", "unsupported_response_type"},
		{"no response type", "response_type=", "invalid_request"},
		{"no scope", "scope=", "invalid_scope"},
		{"a plain challenge", "code_challenge_method=plain&code_challenge=" + challenge, "invalid_request"},
		{"a challenge without method", "code_challenge=" + challenge, "invalid_request"},
		{"a method without challenge", "code_challenge_method=S256", "invalid_request"},
		{"a short challenge", "code_challenge_method=S256&code_challenge=" + challenge[1:], "invalid_request"},
		{"a parameter twice", "scope=a&scope=b", "invalid_request"},
		{"an unknown client", "client_id=nobody", ""},
		{"a client of the other API", "client_id=demo-csp", ""},
		{"two clients", "client_id=demo-myreports&client_id=demo-myreports", ""},
		{"a relative address", "redirect_uri=/callback", ""},
		{"an address with a fragment", "redirect_uri=http://x/%23f", ""},
		{"a script for an address", "redirect_uri=javascript:alert(1)", ""},
		{"two addresses", "redirect_uri=http://x&redirect_uri=http://y", ""},
	} {
		query := url.Values{}
		for name, values := range base {
			query[name] = values
		}
		changes, _ := url.ParseQuery(row.changes)
		for name, values := range changes {
			query[name] = values
		}
		status, to := visit(t, b, b.url+"/connect/authorize?"+query.Encode())
		got := to.Query()
		if row.want == "" {
			if status != http.StatusBadRequest || to.String() != "" {
				t.Errorf("%s: got %d to %s", row.name, status, to)
			}
			continue
		}
		if status != http.StatusFound || got.Get("error") != row.want || got.Get("state") != "s&t" || got.Get("from") != "here" || got.Has("code") {
			t.Errorf("%s: got %d to %s", row.name, status, to)
		}
	}
	if status, _ := visit(t, b, b.url+"/connect/authorize?%zz"); status != http.StatusBadRequest {
		t.Errorf("a query that cannot be read: got %d", status)
	}
	if status, to := visit(t, b, b.url+"/connect/authorize?client_id=demo-myreports&response_type=code&scope=x"); status != http.StatusFound || to.Host != "127.0.0.1:8000" || to.Query().Has("state") {
		t.Errorf("without address and state: got %d to %s", status, to)
	}
	if status, to := visit(t, b, b.url+"/connect/authorize?client_id=demo-myreports&response_type=code&scope=x&redirect_uri=com.example.app:/cb"); status != http.StatusFound || to.Scheme != "com.example.app" {
		t.Errorf("a private-use scheme: got %d to %s", status, to)
	}
}

func TestTokenEndpoint_GrantTypes(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	post := func(target, form string) call {
		return call{"POST", target, "", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form}
	}
	const client = "&client_id=demo-myreports&client_secret=demo-secret"
	refresh := mustExchange(t, b, flow(b, "demo-myreports")).RefreshToken
	b.play(t,
		turn{name: "no code", call: post("/connect/token", "grant_type=authorization_code"+client), status: 400, has: []string{`"error":"invalid_request"`}},
		turn{name: "no refresh token", call: post("/connect/token", "grant_type=refresh_token"+client), status: 400, has: []string{`"error":"invalid_request"`}},
		turn{name: "a refresh token of garbage", call: post("/connect/token", "grant_type=refresh_token&refresh_token=x"+client), status: 400,
			has: []string{`"error":"invalid_grant","error_description":"the refresh token is not one of this client's"`}},
		turn{name: "a password", call: post("/connect/token", "grant_type=password"+client), status: 400, has: []string{`"error":"unsupported_grant_type"`}},
		turn{name: "a code at Entra ID", call: post("/x/oauth2/v2.0/token", "grant_type=authorization_code&code=x&client_id=demo-csp&client_secret=demo-secret"), status: 400, has: []string{`"error":"unsupported_grant_type"`}},
		turn{name: "a greater scope", call: post("/connect/token", "grant_type=refresh_token&scope=openid+admin&refresh_token="+refresh+client), status: 400, has: []string{`"error":"invalid_scope"`}},
		turn{name: "a smaller one", call: post("/connect/token", "grant_type=refresh_token&scope=openid&refresh_token="+refresh+client), status: 200, has: []string{`"scope":"openid"`, `"refresh_token":"`}},
		turn{name: "the configuration", call: call{method: "GET", target: "/.well-known/openid-configuration"}, status: 200, has: []string{
			`/connect/authorize"`, `"code_challenge_methods_supported":["S256"]`, `"refresh_token"`, `"response_types_supported":["code"]`}},
		turn{name: "a posted request", call: post("/connect/authorize", "x=y"), status: 405},
	)
}

// Ensure that 10,000 codes that no client redeems are the most, and that a client is told so, until they expire.
func TestAuthorize_OpenCodes(t *testing.T) {
	t.Parallel()
	dsn := newStore(t)
	b := start(t, sandbox.Options{Store: dsn})
	addCodes(t, dsn, 9_999, time.Now().Add(4*time.Minute))
	config := flow(b, "demo-myreports")
	last := code(t, b, config)
	for range 2 {
		status, to := visit(t, b, config.AuthCodeURL("the state"))
		if got := to.Query(); status != http.StatusFound || got.Get("error") != "temporarily_unavailable" || got.Get("state") != "the state" || got.Has("code") {
			t.Errorf("a code too many: got %d to %s, want temporarily_unavailable", status, to)
		}
	}
	if _, err := config.Exchange(t.Context(), last); err != nil {
		t.Errorf("the last code: %v", err)
	}
	code(t, b, config) // in the place of the one that was redeemed
	if err := b.SetClock(control.ClockChange{Advance: new(5 * time.Minute.Seconds())}); err != nil {
		t.Fatal(err)
	}
	code(t, b, config)
}

// addCodes adds codes to the store of a sandbox that runs.
func addCodes(t *testing.T, dsn string, count int, expires time.Time) {
	t.Helper()
	if strings.HasPrefix(dsn, "postgres") { // where as many statements take half a minute
		storetest.Exec(t, dsn, fmt.Sprintf(`INSERT INTO grants (id, kind, family, client, redirect_uri, challenge, scope, expires, used)
			SELECT n, 'code', '', 'demo-myreports', '', '', '', %d, FALSE FROM generate_series(1, %d) n`, expires.Unix(), count))
		return
	}
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		for n := range count {
			g := store.Grant{ID: fmt.Sprint(n), Kind: store.GrantCode, Client: "demo-myreports", Expires: expires}
			if err := tx.AddGrant(g, time.Time{}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
