package identity

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/internal/token"
)

// The roles of CloudCockpit's clients.
const (
	RoleCSP      = "csp"
	RoleReseller = "reseller"
)

// A Caller is the client that sent a request, as its token says.
type Caller struct {
	Tenant     string     // the domain of the CloudCockpit tenant
	Reseller   *uuid.UUID // set for a reseller, which sees only its own customers
	Enterprise string     // the MyReports enterprise
}

// Authenticate verifies the bearer token of a request (RFC 6750 section 2.1), which must be one of the provider's, and
// reports whether it is good.
func (s *Server) Authenticate(r *http.Request, provider Provider) (Caller, bool) {
	raw, ok := Bearer(r)
	if !ok {
		findMisspelling(r)
		return Caller{}, false
	}
	claims, err := s.verify(r.Context(), raw, provider)
	if err != nil {
		s.Log.DebugContext(r.Context(), "token refused", "reason", err)
		return Caller{}, false
	}
	return callerOf(claims)
}

func callerOf(claims *token.Claims) (Caller, bool) {
	c := Caller{Tenant: claims.Tenant, Enterprise: claims.Enterprise}
	if claims.Role == RoleReseller {
		id, err := uuid.Parse(claims.ResellerID)
		if err != nil {
			return c, false
		}
		c.Reseller = &id
	}
	return c, true
}

// findMisspelling reports the header Authorisation, which the en-gb pages print: the translation of the page reached the name
// of the header. A 401 has no body that could say it.
func findMisspelling(r *http.Request) {
	if r.Header.Get("Authorisation") != "" {
		exchange.Find(r, contract.Violation{
			In: "header", Pointer: "/Authorisation", Rule: "undeclared", Expected: "Authorization", Grade: "documented", Refused: true,
		})
	}
}

// ClientID returns the client whose token a request has, or "" if it has no valid token of the provider.
func (s *Server) ClientID(r *http.Request, provider Provider) string {
	raw, _ := Bearer(r)
	claims, err := s.verify(r.Context(), raw, provider)
	if err != nil {
		return ""
	}
	return claims.Subject
}

// Bearer returns the token of the one Authorization header of a request. A request with two such headers has none, because
// servers disagree about which one counts.
func Bearer(r *http.Request) (string, bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, raw, ok := strings.Cut(values[0], " ")
	return strings.TrimLeft(raw, " "), ok && strings.EqualFold(scheme, "Bearer")
}

// Unauthorized answers 401 without a body, as both services do.
func Unauthorized(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	w.WriteHeader(http.StatusUnauthorized)
}

// WriteDenied writes a 401 or a 403, which have no body, and reports whether the status is one of them.
func WriteDenied(w http.ResponseWriter, status int) bool {
	switch status {
	case http.StatusUnauthorized:
		Unauthorized(w)
	case http.StatusForbidden:
		w.WriteHeader(status)
	default:
		return false
	}
	return true
}
