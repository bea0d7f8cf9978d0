// Package cloudcockpit is the CloudCockpit API of the sandbox: the generated strict interface over a store, with the API's own
// authentication and error envelope.
//
// Most callers fill an [API], put a contract in front of its handlers with [API.Admit] and [API.Reject], and wrap the whole in
// [API.Correlate].
package cloudcockpit

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// MediaType is that of the bodies that the service sends, as ASP.NET Core writes it. Without the charset, Windows PowerShell 5.1 and
// Perl's LWP read a body as Latin-1.
const MediaType = "application/json; charset=utf-8"

// Store is what the package needs of a store.
type Store interface {
	View(context.Context, func(*store.Tx) error) error
	Update(context.Context, func(*store.Tx) error) error
}

// API implements cloudcockpitserver.StrictServerInterface. Its handlers return a *refusal for a request that fails as the
// service lets it fail.
type API struct {
	Store    Store
	Identity *identity.Server
	Now      func() time.Time
	// NewID returns an id for which find returns [store.ErrNotFound].
	NewID func(find func(uuid.UUID) error) (uuid.UUID, error)
	// NewCorrelationID returns the id of a request that brings none.
	NewCorrelationID func() uuid.UUID
	// Correlations is what to do about a correlation id that is not a UUID.
	Correlations contract.Policy
}

// Correlate gives every response the request's correlation id, or a new one, so that the caller's log and the response can be
// joined. Like every UUID it is accepted in any case and returned in lower case.
func (a *API) Correlate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = a.acceptCorrelation(r)
		w.Header().Set(correlationHeader, a.correlationID(r))
		next.ServeHTTP(charsetWriter{w}, r)
	})
}

// A charsetWriter adds the charset to the media type that generated code writes, which is the document's.
type charsetWriter struct{ http.ResponseWriter }

// WriteHeader sends the status.
func (w charsetWriter) WriteHeader(status int) {
	if values := w.Header()["Content-Type"]; len(values) == 1 && values[0] == "application/json" {
		values[0] = MediaType
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap returns the writer below, for http.ResponseController.
func (w charsetWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// acceptCorrelation takes a correlation id that is not a UUID from the request, if it is to be accepted. The contract would refuse
// it, as the documents print the format.
func (a *API) acceptCorrelation(r *http.Request) *http.Request {
	x := exchange.FromContext(r.Context())
	if x == nil || a.Correlations != contract.Report && a.Correlations != contract.Ignore || !DepartsByCorrelation(r) {
		return r
	}
	x.CorrelationID = r.Header.Get(correlationHeader)
	if a.Correlations == contract.Report {
		x.Find(contract.Violation{
			In: "header", Pointer: "/" + correlationHeader, Rule: "correlation", Expected: "a UUID", Grade: "inferred", Departure: "correlation",
		})
	}
	r = r.Clone(r.Context())
	r.Header.Del(correlationHeader)
	return r
}

// DepartsByCorrelation reports whether a request has a correlation id that is not a UUID, and that the service is believed to take.
func DepartsByCorrelation(r *http.Request) bool {
	given := r.Header.Values(correlationHeader)
	return len(given) == 1 && !isUUID(given[0]) && len(given[0]) <= maxCorrelation && strings.Trim(given[0], printableASCII) == ""
}

// maxCorrelation limits a correlation id that is not a UUID, in bytes.
const maxCorrelation = 128

const printableASCII = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ "

func (a *API) correlationID(r *http.Request) string {
	if x := exchange.FromContext(r.Context()); x != nil && x.CorrelationID != "" {
		return x.CorrelationID
	}
	if given := r.Header.Values(correlationHeader); len(given) == 1 && isUUID(given[0]) {
		return strings.ToLower(given[0])
	}
	return a.NewCorrelationID().String()
}

const correlationHeader = "X-Correlation-Id"

// isUUID reports whether s is a UUID in the canonical form. uuid.Parse accepts other forms, too.
func isUUID(s string) bool {
	_, err := uuid.Parse(s)
	return err == nil && len(s) == 36
}

// ClientID is the client that sent a request, or "".
func (a *API) ClientID(r *http.Request) string { return a.Identity.ClientID(r, identity.Entra) }

// Admit is the [contract.Options.Admit] of the API: it checks the token (401), the header X-Tenant (400) and the tenancy (403),
// in this order.
func (a *API) Admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	who, ok := a.Identity.Authenticate(r, identity.Entra)
	if !ok {
		identity.Unauthorized(w)
		return nil
	}
	given := r.Header.Values("X-Tenant")
	switch {
	case len(given) == 0 || given[0] == "":
		write(w, refuse(http.StatusBadRequest, "X-Tenant", "is required"))
		return nil
	case len(given) > 1:
		write(w, refuse(http.StatusBadRequest, "X-Tenant", "is given more than once"))
		return nil
	}
	known, err := a.tenantIs(r, who, given[0])
	if err != nil {
		a.Fail(w, r, err)
		return nil
	}
	if !known {
		w.WriteHeader(http.StatusForbidden)
		return nil
	}
	call.Value = who
	return r
}

// callerOf returns the caller that Admit found.
func callerOf(ctx context.Context) identity.Caller {
	call := contract.FromContext(ctx)
	if call == nil {
		return identity.Caller{}
	}
	who, _ := call.Value.(identity.Caller)
	return who
}

// tenantIs reports whether the domain is that of the caller's tenant, and the tenant exists. RFC 4343 compares domains without
// regard to the case of ASCII letters. EqualFold also takes the Kelvin sign for a k, but that has another length.
func (a *API) tenantIs(r *http.Request, who identity.Caller, domain string) (bool, error) {
	if len(domain) != len(who.Tenant) || !strings.EqualFold(domain, who.Tenant) {
		return false, nil
	}
	err := a.Store.View(r.Context(), func(tx *store.Tx) error {
		_, err := tx.Tenant(who.Tenant)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
