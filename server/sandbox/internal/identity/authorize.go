package identity

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// codeLifetime is how long an authorization code is good. RFC 6749 section 4.1.2 allows ten minutes.
const codeLifetime = 5 * time.Minute

// defaultRedirect is where the documented authorization request goes back to when it names no address (AU1).
const defaultRedirect = "http://127.0.0.1:8000"

// authorize serves an authorization request: RFC 6749 section 4.1.1, with RFC 7636. It approves at once, for the enterprise of
// the client, without a login page.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		writeError(w, r, invalidRequest("the query is malformed"))
		return
	}
	// Section 4.1.2.1: no redirection before the client and its address are known to be good, or any link could use this
	// endpoint to send a browser elsewhere.
	back, err := s.redirectTarget(r, query)
	if err != nil {
		writeError(w, r, err)
		return
	}
	result := url.Values{}
	if state := query.Get("state"); state != "" {
		result.Set("state", state)
	}
	code, err := s.issueCode(r, query)
	var refused *oauthError
	switch {
	case errors.As(err, &refused):
		result.Set("error", refused.code)
		result.Set("error_description", refused.description)
	case err != nil:
		s.Log.ErrorContext(r.Context(), "authorization request failed", "error", err)
		result.Set("error", "server_error")
	default:
		result.Set("code", code)
	}
	if back.RawQuery != "" {
		back.RawQuery += "&"
	}
	back.RawQuery += result.Encode()
	w.Header().Set("Location", back.String())
	w.WriteHeader(http.StatusFound)
}

// redirectTarget returns the address to redirect to, if the client may use this endpoint.
func (s *Server) redirectTarget(r *http.Request, query url.Values) (*url.URL, error) {
	if len(query["client_id"]) != 1 || len(query["redirect_uri"]) > 1 {
		return nil, invalidRequest("give client_id once, and redirect_uri once at most")
	}
	client, err := s.client(r.Context(), query.Get("client_id"))
	if errors.Is(err, store.ErrNotFound) || err == nil && client.API != Portal.API {
		return nil, invalidRequest("the client is unknown here")
	}
	if err != nil {
		return nil, err
	}
	return parseRedirect(query.Get("redirect_uri"))
}

// parseRedirect accepts any http or https address, and private-use schemes, which have a dot: RFC 8252 section 7.1. The
// sandbox has no register of addresses to compare with.
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

// issueCode makes a code that is bound to client, address and challenge.
func (s *Server) issueCode(r *http.Request, query url.Values) (string, error) {
	if err := checkAuthorization(query); err != nil {
		return "", err
	}
	code, now := newCode(query.Get("nonce")), s.Now()
	if err := s.checkRoom(r, now); err != nil {
		return "", err
	}
	return code, s.Store.Update(r.Context(), func(tx *store.Tx) error {
		return tx.AddGrant(store.Grant{
			ID: hashSecret(code), Kind: store.GrantCode, Family: hashSecret(newSecret()), Client: query.Get("client_id"),
			RedirectURI: query.Get("redirect_uri"), Challenge: query.Get("code_challenge"), Scope: query.Get("scope"),
			Expires: now.Add(codeLifetime),
		}, now)
	})
}

// maxOpenCodes bounds the codes that are neither used nor expired: no login keeps a caller from asking for them.
const maxOpenCodes = 10_000

// checkRoom refuses a code if there are too many. It counts in a transaction of its own: on PostgreSQL, codes that are issued at
// the same time would otherwise conflict with each other.
func (s *Server) checkRoom(r *http.Request, now time.Time) error {
	var open int
	err := s.Store.View(r.Context(), func(tx *store.Tx) (err error) {
		open, err = tx.OpenCodes(now, codeLifetime, maxOpenCodes)
		return err
	})
	if err == nil && open >= maxOpenCodes {
		err = &oauthError{http.StatusServiceUnavailable, "temporarily_unavailable", "too many codes wait to be redeemed"}
	}
	return err
}

// challengeForm is a SHA-256 hash in base64url: RFC 7636 section 4.2.
var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

func checkAuthorization(query url.Values) error {
	if err := checkParameters(query); err != nil {
		return err
	}
	for _, values := range query { // which the store keeps until the code is used
		if !utf8.ValidString(values[0]) || strings.Contains(values[0], "\x00") {
			return invalidRequest("a parameter is not valid text")
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
		return nil // PKCE is optional for a client with a secret
	case method != "S256": // absent means plain
		return invalidRequest("code_challenge_method is not S256")
	case !challengeForm.MatchString(challenge):
		return invalidRequest("code_challenge is no SHA-256 hash in base64url")
	}
	return nil
}
