package client

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Where CloudCockpit's tokens come from, as the authentication guide prints it (developer.cloudcockpit.com,
// topic-authentication-guide). One token serves all tenants that its API Access may see: a source of your own, given to
// several clients by [WithTokenSource], fetches it once.
const (
	CloudCockpitTokenURL = "https://login.microsoftonline.com/4e806121-ff28-4286-ab4e-3be0a08f9ce0/oauth2/v2.0/token"
	CloudCockpitScope    = "api://b92a36a4-feb8-4f47-a69c-29a180aa6d0a/.default"
)

// Where MyReports' tokens come from, as the authentication process page prints it (docs.na.xarios.cloud).
const (
	myReportsAuthorizeURL = "https://login.xarios.cloud/connect/authorize"
	myReportsTokenURL     = "https://login.xarios.cloud/connect/token"
)

// A credential makes the source of tokens when all options are known.
type credential func(s *settings, rt http.RoundTripper) (fetch fetchToken, first *oauth2.Token)

// WithToken authenticates with an access token. It is not renewed: when it has expired, operations fail with
// [ErrUnauthorized].
func WithToken(accessToken string) Option {
	return func(s *settings) {
		if accessToken == "" || !isHeaderValue(accessToken) || strings.Contains(accessToken, " ") {
			s.mistake("WithToken: the token is empty, or holds characters that no token has")
		}
		s.credentials["WithToken"] = func(*settings, http.RoundTripper) (fetchToken, *oauth2.Token) {
			return nil, &oauth2.Token{AccessToken: accessToken}
		}
	}
}

// WithTokenSource authenticates with the tokens of ts. A token is used until ten seconds before it expires, or until a 401
// refuses it. Then ts is asked for another one, by one goroutine at a time; if it returns the refused token again, the
// operation fails with [ErrUnauthorized].
func WithTokenSource(ts oauth2.TokenSource) Option {
	return func(s *settings) {
		if ts == nil {
			s.mistake("WithTokenSource: the source is nil")
			return
		}
		s.credentials["WithTokenSource"] = func(*settings, http.RoundTripper) (fetchToken, *oauth2.Token) {
			return func(context.Context) (*oauth2.Token, error) { return ts.Token() }, nil
		}
	}
}

// WithClientCredentials gets tokens with the client credentials grant, which CloudCockpit requires: id and secret are those
// of an API Access, created on the portal's settings page. Token endpoint and scope are [CloudCockpitTokenURL] and
// [CloudCockpitScope]; [WithTokenURL] and [WithScopes] change them.
//
// MyReports documents the authorization code grant only (see [WithAuthorization]); the sandbox of this module also takes
// this one.
func WithClientCredentials(clientID, clientSecret string) Option {
	return func(s *settings) {
		if clientID == "" || clientSecret == "" {
			s.mistake("WithClientCredentials: client id and client secret must both be given")
		}
		s.credentials["WithClientCredentials"] = func(s *settings, rt http.RoundTripper) (fetchToken, *oauth2.Token) {
			config := clientcredentials.Config{
				ClientID: clientID, ClientSecret: clientSecret, AuthStyle: oauth2.AuthStyleInParams,
				TokenURL: CloudCockpitTokenURL, Scopes: []string{CloudCockpitScope},
			}
			if s.api == APIMyReports {
				config.TokenURL, config.Scopes = myReportsTokenURL, []string{"onboarding"}
			}
			if s.has.tokenURL {
				config.TokenURL = s.tokenURL
			}
			if s.has.scopes {
				config.Scopes = s.scopes
			}
			hc := tokenClient(rt)
			return func(ctx context.Context) (*oauth2.Token, error) {
				return config.Token(context.WithValue(ctx, oauth2.HTTPClient, hc))
			}, nil
		}
	}
}

// MyReportsAuthorization returns the authorization code grant of MyReports. Send a person who has a login to the reseller
// portal to config.AuthCodeURL(state); exchange the code that is sent to redirectURL with config.Exchange(ctx, code); give
// the token to [WithAuthorization]. The vendor issues id and secret, and registers the redirect URL; the documented one is
// http://127.0.0.1:8000.
func MyReportsAuthorization(clientID, clientSecret, redirectURL string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: clientID, ClientSecret: clientSecret, RedirectURL: redirectURL,
		Endpoint: oauth2.Endpoint{AuthURL: myReportsAuthorizeURL, TokenURL: myReportsTokenURL, AuthStyle: oauth2.AuthStyleInParams},
		Scopes:   []string{"openid", "offline_access", "onboarding"},
	}
}

// WithAuthorization authenticates with the token of an authorization code grant, and renews it with its refresh token,
// which is all that t must have. The service may replace the refresh token at each renewal: store it with
// [WithTokenSaver].
func WithAuthorization(config *oauth2.Config, t *oauth2.Token) Option {
	return func(s *settings) {
		if config == nil || t == nil || t.AccessToken == "" && t.RefreshToken == "" {
			s.mistake("WithAuthorization: config, and a token with an access token or a refresh token, must be given")
			return
		}
		s.credentials["WithAuthorization"] = func(s *settings, rt http.RoundTripper) (fetchToken, *oauth2.Token) {
			return refresher(s, *config, t, rt), t
		}
	}
}

// refresher returns a function that renews with the latest refresh token.
func refresher(s *settings, config oauth2.Config, t *oauth2.Token, rt http.RoundTripper) fetchToken {
	if s.has.tokenURL {
		config.Endpoint.TokenURL = s.tokenURL
	}
	s.address("WithAuthorization", config.Endpoint.TokenURL)
	hc, refresh := tokenClient(rt), t.RefreshToken
	if refresh == "" {
		return nil
	}
	return func(ctx context.Context) (*oauth2.Token, error) {
		ctx = context.WithValue(ctx, oauth2.HTTPClient, hc)
		next, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
		if err == nil {
			refresh = next.RefreshToken // without a lock: fetches never overlap
		}
		return next, err
	}
}

// WithTokenSaver calls save with each token that was fetched, before it is used, so that a refresh token can be stored for
// the next start. One goroutine at a time calls it. The operations that need the token wait for save, so that it must not
// call an operation of the same client.
func WithTokenSaver(save func(*oauth2.Token)) Option {
	return func(s *settings) {
		if save == nil {
			s.mistake("WithTokenSaver: the function is nil")
			return
		}
		s.save = save
	}
}

// WithoutToken sends no Authorization header, for a transport of [WithHTTPClient] that authenticates.
func WithoutToken() Option {
	return func(s *settings) {
		s.credentials["WithoutToken"] = func(*settings, http.RoundTripper) (fetchToken, *oauth2.Token) { return nil, nil }
	}
}

// WithTokenURL sets the token endpoint of [WithClientCredentials] and [WithAuthorization].
func WithTokenURL(address string) Option {
	return func(s *settings) {
		s.tokenURL, s.has.tokenURL = address, true
	}
}

// WithScopes sets the scopes of [WithClientCredentials].
func WithScopes(scopes ...string) Option {
	return func(s *settings) {
		if len(scopes) == 0 || slices.Contains(scopes, "") {
			s.mistake("WithScopes: a scope is empty, or none is given")
		}
		s.scopes, s.has.scopes = scopes, true
	}
}

// tokens makes the source of tokens. It is nil if the transport authenticates.
func (s *settings) tokens(rt http.RoundTripper, timeout time.Duration) *tokens {
	if s.has.tokenURL {
		s.address("WithTokenURL", s.tokenURL)
	}
	names := slices.Sorted(maps.Keys(s.credentials))
	switch {
	case len(names) == 0:
		s.mistake("no credentials: give WithClientCredentials, WithAuthorization, WithTokenSource, WithToken or WithoutToken")
		return nil
	case len(names) > 1:
		s.mistake("%s: give one of them", strings.Join(names, " and "))
		return nil
	}
	fetch, first := s.credentials[names[0]](s, rt)
	if fetch == nil && first == nil {
		return nil
	}
	t := &tokens{fetch: fetch, timeout: timeout, save: s.save}
	t.set(first)
	return t
}

// tokenClient follows no redirect, because that would send the secret to another host.
func tokenClient(rt http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     rt,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
