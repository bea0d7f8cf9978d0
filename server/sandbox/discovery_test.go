package sandbox_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// using returns a context in which go-oidc and oauth2 use the client of a sandbox, which trusts its certificate.
func (b *box) using(t *testing.T) context.Context { return oidc.ClientContext(t.Context(), b.http) }

// overTLS starts a sandbox behind a TLS listener.
func overTLS(t *testing.T) *box {
	t.Helper()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewTLSServer(sb)
	t.Cleanup(func() {
		srv.Close()
		_ = sb.Close()
	})
	return &box{sb, srv.URL, srv.Client()}
}

// Ensure that go-oidc discovers the identity server of MyReports at any origin, and accepts the id_token of the code flow.
func TestDiscovery_Portal(t *testing.T) {
	t.Parallel()
	direct(t, "the configuration has URLs of the sandbox, and a proxy does not change bodies")
	for name, b := range map[string]*box{"http": start(t, sandbox.Options{}), "https": overTLS(t)} {
		ctx := b.using(t)
		provider, err := oidc.NewProvider(ctx, b.url)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		config := flow(b, "demo-myreports")
		config.Endpoint, config.Scopes = provider.Endpoint(), []string{oidc.ScopeOpenID, "onboarding"}
		const nonce = "n-0S6_WzA2Mj ü"
		pkce := oauth2.GenerateVerifier()
		token, err := config.Exchange(ctx, code(t, b, config, oidc.Nonce(nonce), oauth2.S256ChallengeOption(pkce)), oauth2.VerifierOption(pkce))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		raw, _ := token.Extra("id_token").(string)
		verifier := provider.Verifier(&oidc.Config{ClientID: config.ClientID})
		id, err := verifier.Verify(ctx, raw)
		if err != nil {
			t.Fatalf("%s: the id_token: %v", name, err)
		}
		if id.Nonce != nonce || id.Subject != config.ClientID || !slices.Equal(id.Audience, []string{config.ClientID}) || id.Issuer != b.url {
			t.Errorf("%s: got the id_token %+v", name, id)
		}
		access, err := provider.Verifier(&oidc.Config{ClientID: "myreports"}).Verify(ctx, token.AccessToken)
		if err != nil || access.Issuer != b.url {
			t.Errorf("%s: the access token: got %+v and %v", name, access, err)
		}
		if a := b.do(t, userList.as("").with("Authorization", "Bearer "+token.AccessToken)); a.status != http.StatusOK {
			t.Errorf("%s: the access token: got %d, want 200", name, a.status)
		}
		if a := b.do(t, userList.as("").with("Authorization", "Bearer "+raw)); a.status != http.StatusUnauthorized {
			t.Errorf("%s: the id_token as an access token: got %d, want 401", name, a.status)
		}
		fresh, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
		if err != nil {
			t.Fatalf("%s: refresh: %v", name, err)
		}
		if raw, _ := fresh.Extra("id_token").(string); raw == "" {
			t.Errorf("%s: a refresh gives no id_token", name)
		}
		config.Scopes = []string{"onboarding"}
		plain, err := config.Exchange(ctx, code(t, b, config))
		if err != nil || plain.Extra("id_token") != nil {
			t.Errorf("%s: without the scope openid: got the id_token %v and %v", name, plain.Extra("id_token"), err)
		}
	}
}

// Ensure that Entra ID's discovery works below any directory, as msal asks for it, and that its tokens carry that issuer.
func TestDiscovery_Entra(t *testing.T) {
	t.Parallel()
	direct(t, "the configuration has URLs of the sandbox, and a proxy does not change bodies")
	for name, b := range map[string]*box{"http": start(t, sandbox.Options{}), "https": overTLS(t)} {
		ctx := b.using(t)
		for _, directory := range []string{"common", "contoso.onmicrosoft.com", "72f988bf-86f1-41af-91ab-2d7cd011db47"} {
			issuer := b.url + "/" + directory + "/v2.0"
			a := b.do(t, call{method: "GET", target: "/" + directory + "/v2.0/.well-known/openid-configuration?client-request-id=x", header: http.Header{}})
			var config map[string]any
			if err := json.Unmarshal([]byte(a.body), &config); err != nil || a.status != http.StatusOK {
				t.Fatalf("%s, %s: got %d %s", name, directory, a.status, a.body)
			}
			for _, member := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri"} {
				if text, _ := config[member].(string); !strings.HasPrefix(text, b.url+"/") {
					t.Errorf("%s, %s: %s is %v", name, directory, member, config[member])
				}
			}
			provider, err := oidc.NewProvider(ctx, issuer)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, directory, err)
			}
			credentials := clientcredentials.Config{
				ClientID: "demo-csp", ClientSecret: "demo-secret", TokenURL: provider.Endpoint().TokenURL, Scopes: []string{"x/.default"},
			}
			token, err := credentials.Token(ctx)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, directory, err)
			}
			access, err := provider.Verifier(&oidc.Config{ClientID: "api://cloudcockpit"}).Verify(ctx, token.AccessToken)
			if err != nil || access.Issuer != issuer {
				t.Errorf("%s, %s: the token: got %+v and %v", name, directory, access, err)
			}
			if a := b.do(t, groupList.as("").with("Authorization", "Bearer "+token.AccessToken)); a.status != http.StatusOK {
				t.Errorf("%s, %s: the token: got %d, want 200", name, directory, a.status)
			}
		}
	}
}

// Ensure a token is good at another origin of the sandbox: after a restart on another port, and behind another name.
func TestDiscovery_AnotherOrigin(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	second := httptest.NewServer(b.Sandbox)
	t.Cleanup(second.Close)
	for endpoint, c := range map[string]call{entraPath: groupList, portalPath: userList} {
		grant := strings.Replace(credentials, "demo-csp", c.client, 1)
		token := decode[map[string]any](t, b.do(t, form(endpoint, grant)))["access_token"].(string)
		other := &box{b.Sandbox, second.URL, second.Client()}
		if a := other.do(t, c.as("").with("Authorization", "Bearer "+token)); a.status != http.StatusOK {
			t.Errorf("%s: got %d, want 200", endpoint, a.status)
		}
	}
}
