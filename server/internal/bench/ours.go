package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/jsonbody"
	"github.com/resellerkit/resellerkit/server/internal/token"
)

// buildOurs wraps the echo servers in contracts with the options of the sandbox.
func buildOurs(w *world) (http.Handler, error) {
	ofCockpit, ofReports := w.ourEchoes()
	ofCockpit.JSONSerializer, ofReports.JSONSerializer = checkedJSON{}, checkedJSON{}
	f := &front{w}
	cockpitContract, err := f.contract(openapi.CloudCockpit, f.admitCockpit)
	if err != nil {
		return nil, err
	}
	reportsContract, err := f.contract(openapi.MyReports, f.admitReports)
	if err != nil {
		return nil, err
	}
	return split(cockpitContract.Handler(ofCockpit), reportsContract.Handler(ofReports)), nil
}

// front wraps the handlers as the sandbox does.
type front struct{ *world }

func (f *front) contract(document func() (*openapi3.T, error), admit func(http.ResponseWriter, *http.Request, *contract.Call) *http.Request) (*contract.Contract, error) {
	doc, err := document()
	if err != nil {
		return nil, err
	}
	return contract.New(doc, contract.Options{
		Admit: admit, IgnoreCase: true, Formats: map[string]func([]byte) bool{"uuid": nil}, Charsets: []string{"UTF-8"},
		Finding: func(*http.Request, contract.Violation) { f.findings.Add(1) },
	})
}

// checkedJSON decodes, as in the sandbox, the bytes that the contract has checked.
type checkedJSON struct{ echo.DefaultJSONSerializer }

func (checkedJSON) Deserialize(ctx echo.Context, into any) error {
	return jsonbody.Decode(ctx.Request().Body, into)
}

// admitCockpit checks the token (401), X-Tenant (400), and that the tenant is the token's (403).
func (f *front) admitCockpit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	claims, ok := f.authenticate(w, r, cockpitAPI)
	if !ok {
		return nil
	}
	switch given := r.Header["X-Tenant"]; {
	case len(given) != 1 || given[0] == "":
		w.WriteHeader(http.StatusBadRequest)
		return nil
	case !strings.EqualFold(given[0], claims.Tenant):
		w.WriteHeader(http.StatusForbidden)
		return nil
	}
	call.Value = claims
	return r
}

// admitReports checks the token. MyReports has no header for the tenant.
func (f *front) admitReports(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	claims, ok := f.authenticate(w, r, reportsAPI)
	if !ok {
		return nil
	}
	call.Value = claims
	return r
}

func (f *front) authenticate(w http.ResponseWriter, r *http.Request, of api) (*token.Claims, bool) {
	if raw, ok := bearer(r); ok {
		if claims, err := f.issuer.cache.Verify(raw, issuers[of], audiences[of], time.Now()); err == nil {
			return claims, true
		}
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	w.WriteHeader(http.StatusUnauthorized)
	return nil, false
}

// bearer returns the token of the only Authorization header.
func bearer(r *http.Request) (string, bool) {
	values := r.Header["Authorization"]
	if len(values) != 1 {
		return "", false
	}
	scheme, raw, ok := strings.Cut(values[0], " ")
	return strings.TrimLeft(raw, " "), ok && strings.EqualFold(scheme, "Bearer")
}

// issuer signs the tokens of the requests, and verifies them.
type issuer struct {
	cache  *token.Cache
	tokens tokens
}

var (
	issuers   = [2]string{"https://entra.sandbox.invalid", "https://login.sandbox.invalid"}
	audiences = [2]string{"api://cloudcockpit", "myreports"}
)

// newKey generates the key of the process, once, because it takes a tenth of a second.
var newKey = sync.OnceValues(token.NewKey)

func newIssuer() (*issuer, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	authority, err := token.New(key)
	if err != nil {
		return nil, err
	}
	i := &issuer{cache: token.NewCache(authority)}
	now := time.Now()
	claims := token.Claims{Subject: "demo-csp", ID: uuid.NewString(), Role: "csp", NotBefore: now, IssuedAt: now, Expiry: now.Add(time.Hour)}
	for of := range i.tokens {
		claims.Issuer, claims.Audience = issuers[of], audiences[of]
		claims.Tenant, claims.Enterprise = "", ""
		if api(of) == cockpitAPI {
			claims.Tenant = tenantDomain
		} else {
			claims.Enterprise = "Contoso Group"
		}
		if i.tokens[of], err = authority.Sign(claims); err != nil {
			return nil, fmt.Errorf("sign a token for %s: %w", audiences[of], err)
		}
	}
	return i, nil
}
