// Package myreports is the MyReports API of the sandbox: the generated strict interface over a store, with the API's own
// authentication, error envelope and JSON Patch.
//
// Most callers fill an [API], put a contract in front of its handlers with [API.Admit] and [API.Reject], and wrap the whole in
// [AcceptJSONPatch].
package myreports

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// MediaType is that of the bodies that the service sends.
const MediaType = "application/json; charset=utf-8"

// Store is what the package needs of a store.
type Store interface {
	View(context.Context, func(*store.Tx) error) error
	Update(context.Context, func(*store.Tx) error) error
}

// API implements myreportsserver.StrictServerInterface. Its handlers return an *envelopeError for a request that fails as the
// service lets it fail.
type API struct {
	Store    Store
	Identity *identity.Server
	Now      func() time.Time
	// NewID returns an id for which find returns [store.ErrNotFound].
	NewID func(find func(uuid.UUID) error) (uuid.UUID, error)
}

// A caller is the client that sent a request.
type caller struct {
	identity.Caller
	origin string // of the sandbox, as the caller addressed it
}

// callerOf returns the caller that Admit found.
func callerOf(ctx context.Context) caller {
	call := contract.FromContext(ctx)
	if call == nil {
		return caller{}
	}
	c, _ := call.Value.(caller)
	return c
}

// ClientID is the client that sent a request, or "".
func (a *API) ClientID(r *http.Request) string { return a.Identity.ClientID(r, identity.Portal) }

// Admit is the [contract.Options.Admit] of the API: it checks the token (401). There is no tenancy to check, because accounts of
// other enterprises do not exist for a caller.
func (a *API) Admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	who, ok := a.Identity.Authenticate(r, identity.Portal)
	if !ok {
		identity.Unauthorized(w)
		return nil
	}
	call.Value = caller{who, identity.Origin(r)}
	return r
}

const patchMedia = "application/json-patch+json"

// AcceptJSONPatch passes a JSON Patch on as the application/json that the contract declares. ASP.NET accepts both, the pages
// print one, and the generator cannot serve two media types on one operation.
func AcceptJSONPatch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Values("Content-Type")
		if r.Method == http.MethodPatch && len(given) == 1 {
			media, parameters, _ := strings.Cut(given[0], ";")
			if strings.EqualFold(strings.TrimSpace(media), patchMedia) {
				r = r.Clone(r.Context())
				r.Header.Set("Content-Type", strings.TrimSuffix("application/json;"+parameters, ";"))
				exchange.Find(r, contract.Violation{
					In: "header", Pointer: "/Content-Type", Rule: "mediaType", Expected: "application/json", Grade: "inferred",
				})
			}
		}
		next.ServeHTTP(w, r)
	})
}
