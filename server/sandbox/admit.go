package sandbox

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/token"
)

// caller is who sent a request, as the token says.
type caller struct {
	tenant     string     // the CloudCockpit tenant's domain
	reseller   *uuid.UUID // set where a reseller calls, who sees only its own customers
	enterprise string     // the MyReports enterprise
	base       string     // where the caller finds the sandbox, as it addressed it
}

// callerOf finds what admit left for the handlers.
func callerOf(ctx context.Context) caller {
	call := contract.FromContext(ctx)
	if call == nil {
		return caller{}
	}
	c, _ := call.Value.(caller)
	return c
}

// authenticate reads the bearer token of one of the two identity providers: RFC 6750 section 2.1.
func (s *Sandbox) authenticate(r *http.Request, idp identity) (caller, bool) {
	raw, ok := bearer(r)
	if !ok {
		findMisspelling(r)
		return caller{}, false
	}
	claims, err := s.verify(r.Context(), raw, idp)
	if err != nil {
		s.log.DebugContext(r.Context(), "token refused", "reason", err)
		return caller{}, false
	}
	return callerFrom(claims)
}

func callerFrom(claims *token.Claims) (caller, bool) {
	c := caller{tenant: claims.Tenant, enterprise: claims.Enterprise}
	if claims.Role == roleReseller {
		id, err := uuid.Parse(claims.ResellerID)
		if err != nil {
			return c, false
		}
		c.reseller = &id
	}
	return c, true
}

// findMisspelling tells who followed the en-gb pages to the letter, whose translation got into the header's name. The 401 has no
// body to say it in.
func findMisspelling(r *http.Request) {
	if r.Header.Get("Authorisation") != "" {
		find(r, contract.Violation{
			In: "header", Pointer: "/Authorisation", Rule: "undeclared", Expected: "Authorization", Grade: "documented", Refused: true,
		})
	}
}

// bearer gives the token of the one Authorization header. A request that has the header twice has none.
func bearer(r *http.Request) (string, bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, raw, ok := strings.Cut(values[0], " ")
	return strings.TrimLeft(raw, " "), ok && strings.EqualFold(scheme, "Bearer")
}

// unauthorized answers 401 without a body, as both services do.
func unauthorized(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	w.WriteHeader(http.StatusUnauthorized)
}
