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

// Where tokens come from. CloudCockpit: the authentication guide (developer.cloudcockpit.com, topic-authentication-guide)
// prints the directory and the scope. MyReports: the authentication process page (docs.na.xarios.cloud).
const (
	cloudCockpitTokenURL  = "https://login.microsoftonline.com/4e806121-ff28-4286-ab4e-3be0a08f9ce0/oauth2/v2.0/token"
	cloudCockpitScope     = "api://b92a36a4-feb8-4f47-a69c-29a180aa6d0a/.default"
	myReportsAuthorizeURL = "https://login.xarios.cloud/connect/authorize"
	myReportsTokenURL     = "https://login.xarios.cloud/connect/token"
)

// A credential makes the source of tokens, once all options are known.
type credential func(s *settings, rt http.RoundTripper) (fetch fetchToken, first *oauth2.Token)

// WithToken signs with an access token that you have. It is not renewed: when it expires, operations fail with
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

// WithTokenSource signs with the tokens of ts. A token is used until ten seconds before it expires or until it is refused
// with 401; then ts is asked for another one, by one goroutine at a time. A source that gives the refused token again
// ends the operation with [ErrUnauthorized].
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

// WithClientCredentials gets tokens with the client credentials grant, as CloudCockpit asks for: the id and the secret
// are those of an API Access, made on the portal's settings page. The token endpoint is CloudCockpit's directory of Entra
// ID, and the scope CloudCockpit's; [WithTokenURL] and [WithScopes] change them.
//
// MyReports documents the authorization code grant only, see [WithAuthorization]; there this is for the sandbox.
func WithClientCredentials(clientID, clientSecret string) Option {
	return func(s *settings) {
		if clientID == "" || clientSecret == "" {
			s.mistake("WithClientCredentials: client id and client secret must both be given")
		}
		s.credentials["WithClientCredentials"] = func(s *settings, rt http.RoundTripper) (fetchToken, *oauth2.Token) {
			config := clientcredentials.Config{
				ClientID: clientID, ClientSecret: clientSecret, AuthStyle: oauth2.AuthStyleInParams,
				TokenURL: cloudCockpitTokenURL, Scopes: []string{cloudCockpitScope},
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

// MyReportsAuthorization is the authorization code grant of MyReports: send a person with a login to the reseller portal
// to config.AuthCodeURL(state), and change the code that comes back to redirectURL with config.Exchange(ctx, code). The
// token of that is for [WithAuthorization]. The vendor issues id and secret, and registers the redirect URL; the
// documented one is http://127.0.0.1:8000.
func MyReportsAuthorization(clientID, clientSecret, redirectURL string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: clientID, ClientSecret: clientSecret, RedirectURL: redirectURL,
		Endpoint: oauth2.Endpoint{AuthURL: myReportsAuthorizeURL, TokenURL: myReportsTokenURL, AuthStyle: oauth2.AuthStyleInParams},
		Scopes:   []string{"openid", "offline_access", "onboarding"},
	}
}

// WithAuthorization signs with the token of an authorization code grant, and renews it with its refresh token. Only the
// refresh token need be there. The service may change the refresh token at each renewal: keep it with [WithTokenSaver].
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

// refresher renews with the newest refresh token.
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
			refresh = next.RefreshToken // fetches never overlap
		}
		return next, err
	}
}

// WithTokenSaver is told of each token that was fetched, before it is used: the place to keep a refresh token for the
// next start. It is called by one goroutine at a time. The operations that need the token wait for it, so that it must
// not start one.
func WithTokenSaver(save func(*oauth2.Token)) Option {
	return func(s *settings) {
		if save == nil {
			s.mistake("WithTokenSaver: the function is nil")
			return
		}
		s.save = save
	}
}

// WithoutToken sends no Authorization header: the transport of [WithHTTPClient] signs.
func WithoutToken() Option {
	return func(s *settings) {
		s.credentials["WithoutToken"] = func(*settings, http.RoundTripper) (fetchToken, *oauth2.Token) { return nil, nil }
	}
}

// WithTokenURL says where tokens come from, for [WithClientCredentials] and [WithAuthorization].
func WithTokenURL(address string) Option {
	return func(s *settings) {
		s.tokenURL, s.has.tokenURL = address, true
	}
}

// WithScopes says what tokens are asked for, for [WithClientCredentials].
func WithScopes(scopes ...string) Option {
	return func(s *settings) {
		if len(scopes) == 0 || slices.Contains(scopes, "") {
			s.mistake("WithScopes: a scope is empty, or none is given")
		}
		s.scopes, s.has.scopes = scopes, true
	}
}

// tokens makes the source of tokens. It is nil where the transport signs.
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

// tokenClient follows no redirect: it would send the secret along.
func tokenClient(rt http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     rt,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
