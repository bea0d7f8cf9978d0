package identity

import (
	"crypto/subtle"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// maxForm limits the body of a token request, in bytes.
const maxForm = 1 << 20

// A tokenResponse is the body of a successful token request: RFC 6749 section 5.1, with a member of Entra ID's.
type tokenResponse struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	ExtExpiresIn int    `json:"ext_expires_in"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	Scope        string `json:"scope,omitempty"`

	nonce string
}

// tokenEndpoint serves token requests. The issuer is the origin that is asked, with a path.
func (s *Server) tokenEndpoint(provider Provider, issuerPath string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// RFC 6749 section 5.1: a response with a token must not be cached.
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Pragma", "no-cache")
		response, err := s.grant(w, r, provider, Origin(r)+issuerPath)
		if err != nil {
			writeError(w, r, err)
			return
		}
		response.TokenType = "Bearer"
		response.ExpiresIn = int(tokenLifetime.Seconds())
		response.ExtExpiresIn = response.ExpiresIn
		answer.JSON(w, "application/json", http.StatusOK, response)
	})
}

// grant carries out a token request. Only the identity server of MyReports has codes and refresh tokens.
func (s *Server) grant(w http.ResponseWriter, r *http.Request, provider Provider, issuer string) (response tokenResponse, err error) {
	form, err := readForm(w, r)
	if err != nil {
		return response, err
	}
	kind := form.Get("grant_type")
	switch {
	case kind == "":
		return response, invalidRequest("grant_type is missing")
	case kind == "client_credentials", provider == Portal && (kind == "authorization_code" || kind == "refresh_token"):
	default:
		return response, &oauthError{http.StatusBadRequest, "unsupported_grant_type", "use one that the configuration lists"}
	}
	client, err := s.authenticateClient(r, form, provider)
	if err != nil {
		return response, err
	}
	switch kind {
	case "authorization_code":
		response, err = s.redeemCode(r, form, client)
	case "refresh_token":
		response, err = s.refresh(r, form, client)
	default: // RFC 6749 section 4.4
		if form.Get("scope") == "" {
			err = invalidRequest("scope is missing")
		}
	}
	if err != nil {
		return response, err
	}
	if response.AccessToken, err = s.sign(client, provider, issuer); err != nil {
		return response, err
	}
	if kind != "client_credentials" && slices.Contains(strings.Fields(response.Scope), "openid") {
		response.IDToken, err = s.signID(client, issuer, response.nonce)
	}
	return response, err
}

// readForm reads a form-encoded body.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, invalidRequest("send the parameters as application/x-www-form-urlencoded")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, invalidRequest("the form is malformed or too large")
	}
	return r.PostForm, checkParameters(r.PostForm)
}

// checkParameters refuses a parameter that is given twice: RFC 6749 section 3.1.
func checkParameters(parameters url.Values) error {
	for _, values := range parameters {
		if len(values) > 1 {
			return invalidRequest("a parameter is given twice")
		}
	}
	return nil
}

// authenticateClient finds the client by the credentials in the body or in an Authorization header of the Basic scheme,
// never both: RFC 6749 section 2.3.
func (s *Server) authenticateClient(r *http.Request, form url.Values, provider Provider) (store.Client, error) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		if secret != "" || id != "" && id != formDecode(user) {
			return store.Client{}, invalidRequest("send the client's id and secret once, in the header or in the body")
		}
		id, secret = formDecode(user), formDecode(password)
	}
	client, err := s.client(r.Context(), id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return client, err
	}
	known := subtle.ConstantTimeCompare([]byte(client.Secret), []byte(secret)) == 1
	if err != nil || !known || client.API != provider.API {
		return client, &oauthError{http.StatusUnauthorized, "invalid_client", "the client is unknown here, or its secret is wrong"}
	}
	return client, nil
}

// formDecode undoes the encoding that RFC 6749 section 2.3.1 asks for inside the Basic scheme. Many clients omit it, so that
// text that cannot be decoded is taken as it is.
func formDecode(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}
