package identity

import (
	"maps"
	"net/http"

	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

func (s *Server) serveKeys(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(s.keys.current.Load().JWKS())
}

// serveConfiguration serves OpenID Connect Discovery 1.0, section 4, for MyReports. The addresses begin with the origin that was
// asked, which is also the issuer: clients compare it with the address that they know.
func serveConfiguration(w http.ResponseWriter, r *http.Request) {
	base := Origin(r)
	writeConfiguration(w, map[string]any{
		"issuer":                           base,
		"authorization_endpoint":           base + "/connect/authorize",
		"token_endpoint":                   base + "/connect/token",
		"jwks_uri":                         base + "/.well-known/jwks.json",
		"grant_types_supported":            []string{"client_credentials", "authorization_code", "refresh_token"},
		"code_challenge_methods_supported": []string{"S256"},
		"scopes_supported":                 []string{"openid", "offline_access", "onboarding"},
	})
}

// serveEntraConfiguration serves the configuration of a directory of Entra ID. msal needs an authorization endpoint in it, which is
// not served: CloudCockpit's clients have credentials of their own.
func serveEntraConfiguration(directory string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		base := Origin(r)
		writeConfiguration(w, map[string]any{
			"issuer":                 base + directory + "/v2.0",
			"authorization_endpoint": base + directory + "/oauth2/v2.0/authorize",
			"token_endpoint":         base + directory + "/oauth2/v2.0/token",
			"jwks_uri":               base + "/.well-known/jwks.json",
			"grant_types_supported":  []string{"client_credentials"},
			"scopes_supported":       []string{"openid"},
		})
	})
}

// writeConfiguration adds what both providers have in common.
func writeConfiguration(w http.ResponseWriter, config map[string]any) {
	maps.Copy(config, map[string]any{
		"response_types_supported":              []string{"code"},
		"response_modes_supported":              []string{"query"},
		"subject_types_supported":               []string{"public"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	})
	answer.JSON(w, "application/json", http.StatusOK, config)
}

// Origin returns the origin that a request was sent to.
func Origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
