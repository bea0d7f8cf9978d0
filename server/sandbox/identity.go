package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/token"
)

// tokenLifetime is what Entra ID prints as expires_in.
const tokenLifetime = 3599 * time.Second

// maxForm limits the body of a token request, in bytes.
const maxForm = 1 << 20

// identity names one of the two identity providers that the sandbox stands in for. Issuer and audience differ, so that a
// token of one API is refused by the other. They do not name the sandbox's address: a token outlives a restart on another
// port. The domain is one that RFC 2606 keeps from existing.
type identity struct {
	api, issuer, audience string
}

var (
	entra  = identity{"cloudcockpit", "https://entra.sandbox.invalid", "api://cloudcockpit"}
	portal = identity{"myreports", "https://login.sandbox.invalid", "myreports"}
)

// oauthError is an error answer of a token endpoint: RFC 6749 section 5.2.
type oauthError struct {
	status      int
	code        string
	description string
}

func (e *oauthError) Error() string { return e.code + ": " + e.description }

func invalidRequest(description string) *oauthError {
	return &oauthError{http.StatusBadRequest, "invalid_request", description}
}

// identityHandler gives the handler of a path of the identity providers, or nil.
func (s *Sandbox) identityHandler(path string) http.Handler {
	directory, ok := strings.CutSuffix(strings.TrimPrefix(path, "/"), "/oauth2/v2.0/token")
	switch {
	case ok && directory != "" && !strings.Contains(directory, "/"):
		return only(http.MethodPost, s.tokenEndpoint(entra))
	case path == "/connect/token":
		return only(http.MethodPost, s.tokenEndpoint(portal))
	case path == "/connect/authorize":
		return only(http.MethodGet, http.HandlerFunc(s.authorize))
	case path == "/.well-known/jwks.json":
		return only(http.MethodGet, http.HandlerFunc(s.serveKeys))
	case path == "/.well-known/openid-configuration":
		return only(http.MethodGet, http.HandlerFunc(serveConfiguration))
	}
	return nil
}

// only refuses every other method.
func only(method string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method {
			w.Header().Set("Allow", method)
			writeProblem(w, http.StatusMethodNotAllowed, "Use "+method+".", nil)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Sandbox) tokenEndpoint(idp identity) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// RFC 6749 section 5.1: an answer with a token must not be cached.
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Pragma", "no-cache")
		answer, err := s.grant(w, r, idp)
		if err != nil {
			s.writeOAuthError(w, r, err)
			return
		}
		answer.TokenType = "Bearer"
		answer.ExpiresIn = int(tokenLifetime.Seconds())
		answer.ExtExpiresIn = answer.ExpiresIn
		writeJSON(w, http.StatusOK, answer)
	})
}

// tokenAnswer is what a token endpoint gives: RFC 6749 section 5.1, and a member of Entra ID's.
type tokenAnswer struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	ExtExpiresIn int    `json:"ext_expires_in"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
}

// grant answers a token request. Only the identity server of MyReports knows codes and refresh tokens.
func (s *Sandbox) grant(w http.ResponseWriter, r *http.Request, idp identity) (answer tokenAnswer, err error) {
	form, err := readForm(w, r)
	if err != nil {
		return answer, err
	}
	kind := form.Get("grant_type")
	switch {
	case kind == "":
		return answer, invalidRequest("grant_type is missing")
	case kind == "client_credentials", idp == portal && (kind == "authorization_code" || kind == "refresh_token"):
	default:
		return answer, &oauthError{http.StatusBadRequest, "unsupported_grant_type", "use one that the configuration lists"}
	}
	client, err := s.authenticateClient(r, form, idp)
	if err != nil {
		return answer, err
	}
	switch kind {
	case "authorization_code":
		answer, err = s.redeemCode(r, form, client)
	case "refresh_token":
		answer, err = s.refresh(r, form, client)
	default: // RFC 6749 section 4.4
		if form.Get("scope") == "" {
			err = invalidRequest("scope is missing")
		}
	}
	if err == nil {
		answer.AccessToken, err = s.sign(client, idp)
	}
	return answer, err
}

// readForm reads a form-encoded body. Parameters must not be given twice: RFC 6749 section 3.2.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, invalidRequest("send the parameters as application/x-www-form-urlencoded")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, invalidRequest("the form is malformed or too large")
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return nil, invalidRequest("a parameter is given twice")
		}
	}
	return r.PostForm, nil
}

// authenticateClient finds the client by the credentials in the body or in an Authorization header of the Basic scheme,
// never both: RFC 6749 section 2.3.
func (s *Sandbox) authenticateClient(r *http.Request, form url.Values, idp identity) (store.Client, error) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		if secret != "" || id != "" && id != formDecode(user) {
			return store.Client{}, invalidRequest("send the client's id and secret once, in the header or in the body")
		}
		id, secret = formDecode(user), formDecode(password)
	}
	var client store.Client
	err := s.store.View(r.Context(), func(tx *store.Tx) (err error) {
		client, err = tx.Client(id)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return client, err
	}
	known := subtle.ConstantTimeCompare([]byte(client.Secret), []byte(secret)) == 1
	if err != nil || !known || client.API != idp.api {
		return client, &oauthError{http.StatusUnauthorized, "invalid_client", "the client is unknown here, or its secret is wrong"}
	}
	return client, nil
}

// formDecode undoes the encoding that RFC 6749 section 2.3.1 asks for inside the Basic scheme. Many clients leave it out;
// what does not decode is taken as it is.
func formDecode(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}

func (s *Sandbox) sign(client store.Client, idp identity) (string, error) {
	now := s.now()
	claims := token.Claims{
		Issuer: idp.issuer, Audience: idp.audience, Subject: client.ID, ID: uuid.NewString(),
		Tenant: client.Tenant, Enterprise: client.Enterprise, Role: client.Role,
		NotBefore: now, IssuedAt: now, Expiry: now.Add(tokenLifetime),
	}
	if client.ResellerID != nil {
		claims.ResellerID = client.ResellerID.String()
	}
	return s.keys.current.Load().Sign(claims)
}

func (s *Sandbox) writeOAuthError(w http.ResponseWriter, r *http.Request, err error) {
	var refused *oauthError
	if !errors.As(err, &refused) {
		note(r, err)
		refused = &oauthError{http.StatusInternalServerError, "server_error", "the sandbox could not answer"}
	}
	if refused.status == http.StatusUnauthorized {
		// RFC 9110 section 15.5.2 asks for a challenge, and RFC 7617 section 2 for a realm in it.
		w.Header().Set("WWW-Authenticate", `Basic realm="sandbox"`)
	}
	writeJSON(w, refused.status, map[string]string{"error": refused.code, "error_description": refused.description})
}

func (s *Sandbox) serveKeys(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(s.keys.current.Load().JWKS())
}

// serveConfiguration answers OpenID Connect Discovery 1.0, section 4. The addresses are those the caller used.
func serveConfiguration(w http.ResponseWriter, r *http.Request) {
	base := baseURL(r)
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                portal.issuer,
		"authorization_endpoint":                base + "/connect/authorize",
		"token_endpoint":                        base + "/connect/token",
		"jwks_uri":                              base + "/.well-known/jwks.json",
		"grant_types_supported":                 []string{"client_credentials", "authorization_code", "refresh_token"},
		"response_types_supported":              []string{"code"},
		"response_modes_supported":              []string{"query"},
		"code_challenge_methods_supported":      []string{"S256"},
		"scopes_supported":                      []string{"openid", "offline_access", "onboarding"},
		"subject_types_supported":               []string{"public"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	writeAs(w, "application/json", status, value)
}

func writeAs(w http.ResponseWriter, media string, status int, value any) {
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client is gone when this fails
}
