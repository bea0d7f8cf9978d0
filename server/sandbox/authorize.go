package sandbox

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// codeLifetime is how long an authorization code is good. RFC 6749 section 4.1.2 allows ten minutes.
const codeLifetime = 5 * time.Minute

// defaultRedirect is where the documented authorization request goes back to when it names no address (AU1).
const defaultRedirect = "http://127.0.0.1:8000"

// authorize answers an authorization request: RFC 6749 section 4.1.1, with RFC 7636. It approves at once, for the enterprise
// of the client: nobody is asked.
func (s *Sandbox) authorize(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		s.writeOAuthError(w, r, invalidRequest("the query is malformed"))
		return
	}
	// Section 4.1.2.1: as long as it is not sure who asks, and where the answer shall go, nobody is sent anywhere.
	back, err := s.redirectTarget(r, query)
	if err != nil {
		s.writeOAuthError(w, r, err)
		return
	}
	answer := url.Values{}
	if state := query.Get("state"); state != "" {
		answer.Set("state", state)
	}
	code, err := s.issueCode(r, query)
	var refused *oauthError
	switch {
	case errors.As(err, &refused):
		answer.Set("error", refused.code)
		answer.Set("error_description", refused.description)
	case err != nil:
		s.log.ErrorContext(r.Context(), "authorization request failed", "error", err)
		answer.Set("error", "server_error")
	default:
		answer.Set("code", code)
	}
	if back.RawQuery != "" {
		back.RawQuery += "&"
	}
	back.RawQuery += answer.Encode()
	w.Header().Set("Location", back.String())
	w.WriteHeader(http.StatusFound)
}

// redirectTarget gives the address to go back to, of a client that may ask.
func (s *Sandbox) redirectTarget(r *http.Request, query url.Values) (*url.URL, error) {
	if len(query["client_id"]) != 1 || len(query["redirect_uri"]) > 1 {
		return nil, invalidRequest("give client_id once, and redirect_uri once at most")
	}
	var client store.Client
	err := s.store.View(r.Context(), func(tx *store.Tx) (err error) {
		client, err = tx.Client(query.Get("client_id"))
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && client.API != portal.api {
		return nil, invalidRequest("the client is unknown here")
	}
	if err != nil {
		return nil, err
	}
	return parseRedirect(query.Get("redirect_uri"))
}

// parseRedirect takes any address of the web, and private-use schemes, which have a dot: RFC 8252 section 7.1. A sandbox
// has no register of addresses to compare with.
func parseRedirect(raw string) (*url.URL, error) {
	if raw == "" {
		raw = defaultRedirect
	}
	u, err := url.Parse(raw)
	web := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	if err != nil || strings.Contains(raw, "#") || !web && !strings.Contains(u.Scheme, ".") {
		return nil, invalidRequest("redirect_uri is no absolute address without fragment")
	}
	return u, nil
}

// issueCode makes a code, bound to client, address and challenge.
func (s *Sandbox) issueCode(r *http.Request, query url.Values) (string, error) {
	if err := checkAuthorization(query); err != nil {
		return "", err
	}
	code, now := newSecret(), s.now()
	return code, s.store.Update(r.Context(), func(tx *store.Tx) error {
		return tx.AddGrant(store.Grant{
			ID: hashSecret(code), Kind: store.GrantCode, Family: hashSecret(newSecret()), Client: query.Get("client_id"),
			RedirectURI: query.Get("redirect_uri"), Challenge: query.Get("code_challenge"), Scope: query.Get("scope"),
			Expires: now.Add(codeLifetime),
		}, now)
	})
}

// challengeForm is a SHA-256 hash in base64url: RFC 7636 section 4.2.
var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

func checkAuthorization(query url.Values) error {
	for _, values := range query {
		if len(values) > 1 {
			return invalidRequest("a parameter is given twice")
		}
	}
	switch challenge, method := query.Get("code_challenge"), query.Get("code_challenge_method"); {
	case query.Get("response_type") == "":
		return invalidRequest("response_type is missing")
	case query.Get("response_type") != "code":
		return &oauthError{http.StatusBadRequest, "unsupported_response_type", "use code"}
	case query.Get("scope") == "":
		return &oauthError{http.StatusBadRequest, "invalid_scope", "scope is missing"}
	case challenge == "" && method == "":
		return nil // a client that has a secret may do without
	case method != "S256": // absent, it would be plain
		return invalidRequest("code_challenge_method is not S256")
	case !challengeForm.MatchString(challenge):
		return invalidRequest("code_challenge is no SHA-256 hash in base64url")
	}
	return nil
}
