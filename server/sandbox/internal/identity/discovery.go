package identity

import (
	"net/http"

	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

func (s *Server) serveKeys(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(s.keys.current.Load().JWKS())
}

// serveConfiguration serves OpenID Connect Discovery 1.0, section 4. The addresses begin with the origin that was asked.
func serveConfiguration(w http.ResponseWriter, r *http.Request) {
	base := Origin(r)
	answer.JSON(w, "application/json", http.StatusOK, map[string]any{
		"issuer":                                Portal.Issuer,
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

// Origin returns the origin that a request was sent to.
func Origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
