package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

const (
	entraPath  = "/portal.cloudcockpit.com/oauth2/v2.0/token"
	portalPath = "/connect/token"
)

// good are calls of the two APIs that a good token gets a 200 for.
var good = map[string]call{
	"cloudcockpit": cockpit("GET", "/customer/"+contoso+"/users", ""),
	"myreports":    reports("GET", "/accounts/"+account+"/users/"+accountUser, ""),
}

// Ensure golang.org/x/oauth2 gets tokens from both endpoints, and that the APIs take them.
func TestTokenEndpoint_OAuth2(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	for api, endpoint := range map[string]string{"cloudcockpit": entraPath, "myreports": portalPath} {
		for name, style := range map[string]oauth2.AuthStyle{"header": oauth2.AuthStyleInHeader, "params": oauth2.AuthStyleInParams} {
			t.Run(api+" in "+name, func(t *testing.T) {
				t.Parallel()
				c := good[api]
				config := clientcredentials.Config{
					ClientID: c.client, ClientSecret: "demo-secret", TokenURL: b.url + endpoint,
					Scopes: []string{"api://cloudcockpit/.default"}, AuthStyle: style,
				}
				ctx := context.WithValue(t.Context(), oauth2.HTTPClient, b.http)
				token, err := config.Token(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if got := token.Extra("expires_in"); got != 3599.0 || token.Expiry.IsZero() {
					t.Errorf("token expires in %v s, at %v, want 3599", got, token.Expiry)
				}
				if a := b.do(t, c.as("").with("Authorization", token.Type()+" "+token.AccessToken)); a.status != http.StatusOK {
					t.Errorf("with the token: got %d %s, want 200", a.status, a.body)
				}
			})
		}
	}
}

// form is a token request.
func form(endpoint, body string) call {
	return call{method: "POST", target: endpoint, header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, body: body}
}

const credentials = "grant_type=client_credentials&client_id=demo-csp&client_secret=demo-secret&scope=x"

// Ensure a response with a token is as Entra ID writes it, and is not cached.
func TestTokenEndpoint_Response(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	a := b.do(t, form(entraPath, credentials))
	body := decode[map[string]any](t, a)
	delete(body, "access_token")
	want := map[string]any{"token_type": "Bearer", "expires_in": 3599.0, "ext_expires_in": 3599.0}
	if diff := cmp.Diff(want, body); a.status != http.StatusOK || diff != "" {
		t.Errorf("got %d, and the body differs (-want +got):\n%s", a.status, diff)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Pragma": "no-cache", "Content-Type": "application/json"} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// Ensure any directory will do, and any spelling of the parts of the form that have several.
func TestTokenEndpoint_Accepts(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	for _, c := range []call{
		form("/common/oauth2/v2.0/token", credentials),
		form("/"+nowhere+"/oauth2/v2.0/token", credentials),
		form("/a%20b/oauth2/v2.0/token", credentials),
		form("/connect/oauth2/v2.0/token", credentials),
		form(entraPath+"?scope=in+the+query", credentials),
		form(entraPath, credentials+"&resource=ignored"),
		form(entraPath, "client_secret=&grant_type=client_credentials&scope=x").with("Authorization", "Basic ZGVtby1jc3A6ZGVtby1zZWNyZXQ="),
		form(entraPath, "client_id=demo-csp&grant_type=client_credentials&scope=x").with("Authorization", "basic ZGVtby1jc3A6ZGVtby1zZWNyZXQ="),
		form(entraPath, credentials).with("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"),
		form(entraPath, credentials+"&padding="+strings.Repeat("x", 1<<20-len(credentials)-len("&padding="))),
	} {
		if a := b.do(t, c); a.status != http.StatusOK {
			t.Errorf("%s %.80s: got %d %s, want 200", c.target, c.body, a.status, a.body)
		}
	}
}

// printable is what RFC 6749 section 5.2 allows in an error_description.
var printable = regexp.MustCompile(`^[\x20-\x21\x23-\x5B\x5D-\x7E]+$`)

// Ensure the errors are those of RFC 6749 section 5.2.
func TestTokenEndpoint_Refuses(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	basic := func(c call, pair string) call { return c.with("Authorization", "Basic "+pair) }
	const noClient = "grant_type=client_credentials&scope=x"
	for _, tt := range []struct {
		name   string
		call   call
		status int
		code   string
	}{
		{"an empty form", form(entraPath, ""), 400, "invalid_request"},
		{"no grant type", form(entraPath, "client_id=demo-csp&client_secret=demo-secret&scope=x"), 400, "invalid_request"},
		{"an empty grant type", form(entraPath, "grant_type=&client_id=demo-csp&client_secret=demo-secret&scope=x"), 400, "invalid_request"},
		{"the grant type in the query", form(entraPath+"?grant_type=client_credentials", "client_id=demo-csp&client_secret=demo-secret&scope=x"), 400, "invalid_request"},
		{"no scope", form(entraPath, "grant_type=client_credentials&client_id=demo-csp&client_secret=demo-secret"), 400, "invalid_request"},
		{"an empty scope", form(entraPath, "grant_type=client_credentials&client_id=demo-csp&client_secret=demo-secret&scope="), 400, "invalid_request"},
		{"no scope at the other endpoint", form(portalPath, "grant_type=client_credentials&client_id=demo-myreports&client_secret=demo-secret"), 400, "invalid_request"},
		{"the grant type twice", form(entraPath, credentials+"&grant_type=client_credentials"), 400, "invalid_request"},
		{"the scope twice", form(entraPath, credentials+"&scope=y"), 400, "invalid_request"},
		{"the secret twice", form(entraPath, credentials+"&client_secret=demo-secret"), 400, "invalid_request"},
		{"an unknown parameter twice, by a bad name", form(entraPath, credentials+"&%22%0A%C3%A9=1&%22%0A%C3%A9=2"), 400, "invalid_request"},
		{"a bad escape", form(entraPath, credentials+"&x=%zz"), 400, "invalid_request"},
		{"a semicolon", form(entraPath, credentials+";x=y"), 400, "invalid_request"},
		{"JSON", form(entraPath, `{"grant_type":"client_credentials"}`).with("Content-Type", "application/json"), 400, "invalid_request"},
		{"a multipart form", form(entraPath, credentials).with("Content-Type", "multipart/form-data; boundary=x"), 400, "invalid_request"},
		{"no media type", form(entraPath, credentials).with("Content-Type"), 400, "invalid_request"},
		{"a malformed media type", form(entraPath, credentials).with("Content-Type", "application/x-www-form-urlencoded; ="), 400, "invalid_request"},
		{"one byte over 1 MiB", form(entraPath, credentials+"&padding="+strings.Repeat("x", 1<<20-len(credentials)-len("&padding=")+1)), 400, "invalid_request"},
		{"the secret in header and body", basic(form(entraPath, credentials), "ZGVtby1jc3A6ZGVtby1zZWNyZXQ="), 400, "invalid_request"},
		{"two client ids", basic(form(entraPath, noClient+"&client_id=fabrikam-csp"), "ZGVtby1jc3A6ZGVtby1zZWNyZXQ="), 400, "invalid_request"},
		{"the password grant", form(entraPath, strings.Replace(credentials, "client_credentials", "password", 1)), 400, "unsupported_grant_type"},
		{"a grant type in capitals", form(entraPath, strings.Replace(credentials, "client_credentials", "CLIENT_CREDENTIALS", 1)), 400, "unsupported_grant_type"},
		{"an unknown client", form(entraPath, strings.Replace(credentials, "demo-csp", "nobody", 1)), 401, "invalid_client"},
		{"a client id with a zero byte", form(entraPath, strings.Replace(credentials, "demo-csp", "demo-csp%00", 1)), 401, "invalid_client"},
		{"a client id that is not UTF-8", form(entraPath, strings.Replace(credentials, "demo-csp", "%ff", 1)), 401, "invalid_client"},
		{"a wrong secret", form(entraPath, strings.Replace(credentials, "demo-secret", "demo-secre", 1)), 401, "invalid_client"},
		{"an empty secret", form(entraPath, strings.Replace(credentials, "demo-secret", "", 1)), 401, "invalid_client"},
		{"no client", form(entraPath, noClient), 401, "invalid_client"},
		{"an unknown client with an empty secret", form(entraPath, noClient+"&client_id=nobody"), 401, "invalid_client"},
		{"a wrong secret in the header", basic(form(entraPath, noClient), "ZGVtby1jc3A6d3Jvbmc="), 401, "invalid_client"},
		{"a malformed header", basic(form(entraPath, noClient), "!"), 401, "invalid_client"},
		{"a client of MyReports at Entra ID", form(entraPath, strings.Replace(credentials, "demo-csp", "demo-myreports", 1)), 401, "invalid_client"},
		{"a client of CloudCockpit at MyReports", form(portalPath, credentials), 401, "invalid_client"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := b.do(t, tt.call)
			body := decode[map[string]string](t, a)
			if a.status != tt.status || body["error"] != tt.code || len(body) != 2 {
				t.Errorf("got %d %v, want %d and the error %q with a description", a.status, body, tt.status, tt.code)
			}
			if !printable.MatchString(body["error_description"]) {
				t.Errorf("error_description: got %q, want what RFC 6749 allows", body["error_description"])
			}
			if strings.Contains(a.body, "demo-secret") || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("got %s, Cache-Control %q, want no secret and no-store", a.body, a.header.Get("Cache-Control"))
			}
			// RFC 9110 section 15.5.2 asks for a challenge, and RFC 7617 section 2 for a realm in it.
			if got := a.header.Get("WWW-Authenticate"); (a.status == 401) != (got == `Basic realm="sandbox"`) {
				t.Errorf("WWW-Authenticate: got %q with a %d", got, a.status)
			}
		})
	}
}

// Ensure the endpoints of the identity providers have one method each.
func TestIdentity_Methods(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	for path, allow := range map[string]string{
		entraPath: "POST", portalPath: "POST", "/.well-known/jwks.json": "GET", "/.well-known/openid-configuration": "GET",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
			if a := b.do(t, call{method: method, target: path}); (a.status == 405) != (method != allow) ||
				a.status == 405 && a.header.Get("Allow") != allow {
				t.Errorf("%s %s: got %d, Allow %q, want 405 and %s unless it is that", method, path, a.status, a.header.Get("Allow"), allow)
			}
		}
	}
}

// Ensure a token is good for one API only.
func TestToken_OtherAPI(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	for _, c := range []call{good["cloudcockpit"].as("demo-myreports"), good["myreports"].as("demo-csp")} {
		wantUnauthorized(t, b.do(t, c))
	}
}

// wantUnauthorized checks the 401 of the two APIs, which has no body.
func wantUnauthorized(t *testing.T, a response) {
	t.Helper()
	if a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") != "Bearer" || a.body != "" {
		t.Errorf("got %d, WWW-Authenticate %q, body %q, want 401, Bearer and none", a.status, a.header.Get("WWW-Authenticate"), a.body)
	}
}

// Ensure a token outlives a restart on a file, and is worth nothing in another store.
func TestToken_Restart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tokens := map[string]string{}
	first, err := sandbox.New(t.Context(), sandbox.Options{Store: "sqlite:" + filepath.Join(dir, "a.db")})
	if err != nil {
		t.Fatal(err)
	}
	for api, c := range good {
		if tokens[api], err = first.Token(c.client); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	same := start(t, sandbox.Options{Store: "sqlite:" + filepath.Join(dir, "a.db")})
	other := start(t, sandbox.Options{Store: "sqlite:" + filepath.Join(dir, "b.db")})
	for api, c := range good {
		c = c.as("").with("Authorization", "Bearer "+tokens[api])
		if a := same.do(t, c); a.status != http.StatusOK {
			t.Errorf("%s, after a restart: got %d, want 200", api, a.status)
		}
		wantUnauthorized(t, other.do(t, c))
	}
}

// Ensure a token is good for 3599 seconds.
func TestToken_Expiry(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var now atomic.Int64
	now.Store(1_800_000_000)
	sb.SetNow(func() time.Time { return time.Unix(now.Load(), 0) })
	b := serve(t, sb)
	for _, c := range good {
		now.Store(1_800_000_000)
		token, err := sb.Token(c.client)
		if err != nil {
			t.Fatal(err)
		}
		c = c.as("").with("Authorization", "Bearer "+token)
		now.Add(3598)
		if a := b.do(t, c); a.status != http.StatusOK {
			t.Errorf("in its last second: got %d, want 200", a.status)
		}
		now.Add(1)
		wantUnauthorized(t, b.do(t, c))
	}
}

// serve is start for a sandbox that was changed first.
func serve(t testing.TB, sb *sandbox.Sandbox) *box {
	t.Helper()
	srv := httptest.NewServer(sb)
	t.Cleanup(func() {
		srv.Close()
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	})
	return &box{sb, srv.URL, srv.Client()}
}

// Ensure a token of a client whose tenant is gone opens nothing.
func TestToken_TenantGone(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	var calls []call
	for _, c := range good {
		token, err := b.Token(c.client)
		if err != nil {
			t.Fatal(err)
		}
		calls = append(calls, c.as("").with("Authorization", "Bearer "+token))
	}
	if a := b.do(t, call{method: "PUT", target: "/_sandbox/state", body: "{}"}); a.status != http.StatusNoContent {
		t.Fatalf("PUT state: got %d %s", a.status, a.body)
	}
	for _, c := range calls {
		// MyReports does not tell an account of another enterprise from one that does not exist.
		want := map[bool]int{true: http.StatusForbidden, false: http.StatusNotFound}[strings.HasPrefix(c.target, "/v1")]
		if a := b.do(t, c); a.status != want {
			t.Errorf("%s: got %d %s, want %d", c.target, a.status, a.body, want)
		}
	}
	if _, err := b.Token("demo-csp"); err == nil {
		t.Error("Token of a client that is gone: got no error")
	}
}

// Ensure the discovery document names what works, and that go-jose verifies a token with the keys found there.
func TestConfiguration(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	config := decode[struct {
		Issuer        string   `json:"issuer"`
		TokenEndpoint string   `json:"token_endpoint"`
		JWKSURI       string   `json:"jwks_uri"`
		Grants        []string `json:"grant_types_supported"`
		Methods       []string `json:"token_endpoint_auth_methods_supported"`
	}](t, b.do(t, call{method: "GET", target: "/.well-known/openid-configuration"}))

	values := url.Values{"grant_type": {config.Grants[0]}, "client_id": {"demo-myreports"}, "client_secret": {"demo-secret"}, "scope": {"x"}}
	raw := fetch[struct {
		AccessToken string `json:"access_token"`
	}](t, b, "POST", config.TokenEndpoint, values.Encode()).AccessToken
	if a := b.do(t, good["myreports"].as("").with("Authorization", "Bearer "+raw)); a.status != http.StatusOK {
		t.Errorf("with the token: got %d, want 200", a.status)
	}
	set := fetch[jose.JSONWebKeySet](t, b, "GET", config.JWKSURI, "")
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	keys := set.Key(signed.Signatures[0].Header.KeyID)
	if len(keys) != 1 || !keys[0].IsPublic() {
		t.Fatalf("keys of the token's kid: got %d, want one, public", len(keys))
	}
	payload, err := signed.Verify(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct{ Iss, Sub string }
	if err := json.Unmarshal(payload, &claims); err != nil || claims.Iss != config.Issuer || claims.Sub != "demo-myreports" {
		t.Errorf("claims: got %s, %v, want the issuer %q and the client", payload, err, config.Issuer)
	}
}

// fetch sends a request to an address that a document names, and decodes the response.
func fetch[T any](t *testing.T, b *box, method, address, body string) (v T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := b.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("got %s", resp.Status)
	}
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	return v
}
