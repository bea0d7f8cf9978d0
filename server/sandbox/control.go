package sandbox

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	api "github.com/resellerkit/resellerkit/gen/sandbox"
	"github.com/resellerkit/resellerkit/gen/sandboxserver"
	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
)

// control is the control plane: sandboxserver.StrictServerInterface over the sandbox, and what stands in front of it.
// Expected failures of its handlers are a *problem.
type control struct{ *Sandbox }

// problem is an expected failure of a control request: RFC 9457.
type problem struct {
	status int
	detail string
	errors []api.ProblemDetail
}

func (p *problem) Error() string { return p.detail }

// GetHealth answers that the process is up.
func (c *control) GetHealth(context.Context, sandboxserver.GetHealthRequestObject) (sandboxserver.GetHealthResponseObject, error) {
	return sandboxserver.GetHealth200JSONResponse{Status: api.Ok}, nil
}

// readyTimeout is how long the store may take to answer a probe.
const readyTimeout = 2 * time.Second

// GetReady answers whether the store does.
func (c *control) GetReady(ctx context.Context, _ sandboxserver.GetReadyRequestObject) (sandboxserver.GetReadyResponseObject, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := c.store.Ping(ctx); err != nil {
		return nil, &problem{status: http.StatusServiceUnavailable, detail: "The store does not answer."}
	}
	return sandboxserver.GetReady200JSONResponse{Status: api.Ok}, nil
}

// GetState answers the whole state.
func (c *control) GetState(ctx context.Context, _ sandboxserver.GetStateRequestObject) (sandboxserver.GetStateResponseObject, error) {
	state, err := c.readState(ctx)
	return sandboxserver.GetState200JSONResponse(state), err
}

// ReplaceState puts another state in place of the whole one, or changes nothing.
func (c *control) ReplaceState(ctx context.Context, req sandboxserver.ReplaceStateRequestObject) (sandboxserver.ReplaceStateResponseObject, error) {
	return sandboxserver.ReplaceState204Response{}, c.replaceState(ctx, *req.Body)
}

// Reset goes back to the seed.
func (c *control) Reset(ctx context.Context, _ sandboxserver.ResetRequestObject) (sandboxserver.ResetResponseObject, error) {
	return sandboxserver.Reset204Response{}, c.Sandbox.Reset(ctx)
}

// ListExchanges answers the exchanges that are remembered.
func (c *control) ListExchanges(_ context.Context, req sandboxserver.ListExchangesRequestObject) (sandboxserver.ListExchangesResponseObject, error) {
	return sandboxserver.ListExchanges200JSONResponse(c.exchanges.after(value(req.Params.After))), nil
}

// GetCloudCockpitDocument answers the contract of the API.
func (c *control) GetCloudCockpitDocument(context.Context, sandboxserver.GetCloudCockpitDocumentRequestObject) (sandboxserver.GetCloudCockpitDocumentResponseObject, error) {
	return sandboxserver.GetCloudCockpitDocument200ApplicationVndOaiOpenapiResponse{DocumentApplicationVndOaiOpenapiResponse: document(openapi.CloudCockpitYAML)}, nil
}

// GetMyReportsDocument answers the contract of the API.
func (c *control) GetMyReportsDocument(context.Context, sandboxserver.GetMyReportsDocumentRequestObject) (sandboxserver.GetMyReportsDocumentResponseObject, error) {
	return sandboxserver.GetMyReportsDocument200ApplicationVndOaiOpenapiResponse{DocumentApplicationVndOaiOpenapiResponse: document(openapi.MyReportsYAML)}, nil
}

func document(data []byte) sandboxserver.DocumentApplicationVndOaiOpenapiResponse {
	return sandboxserver.DocumentApplicationVndOaiOpenapiResponse{Body: bytes.NewReader(data), ContentLength: int64(len(data))}
}

// admit is the contract's gate: no web page of another origin (403), and off loopback the admin token (401).
func (c *control) admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	known := c.knowsToken(r)
	if reason := foreign(r, known); reason != "" {
		c.write(w, &problem{status: http.StatusForbidden, detail: reason})
		return nil
	}
	if len(call.Security) > 0 && !known && !loopback(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		c.write(w, &problem{status: http.StatusUnauthorized, detail: "The admin token is missing or wrong."})
		return nil
	}
	return r
}

func (c *control) knowsToken(r *http.Request) bool {
	raw, ok := bearer(r)
	return ok && c.opts.AdminToken != "" && subtle.ConstantTimeCompare([]byte(raw), []byte(c.opts.AdminToken)) == 1
}

// loopback holds where the request came in on a loopback address. net/http says which; where it says nothing, as with a
// recorder in a test, there is no network.
func loopback(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return true
	}
	parsed, err := netip.ParseAddrPort(addr.String())
	return err == nil && parsed.Addr().Unmap().IsLoopback()
}

// foreign says why a request may come from a web page of another origin, or "". A page can make a browser send requests
// here, and with a name of its own that resolves to this address even read the answers (DNS rebinding). Such a request has
// a Host or an Origin that is not ours: ours are IP addresses and localhost, and any name for who knows the admin token.
func foreign(r *http.Request, known bool) string {
	if !known && !ownHost(r) {
		return "The Host is not this sandbox's."
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return "The Origin is not this sandbox's."
		}
	}
	return ""
}

func ownHost(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if _, onNetwork := r.Context().Value(http.LocalAddrContextKey).(net.Addr); !onNetwork || strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && (!loopback(r) || addr.Unmap().IsLoopback())
}

// reject writes what the contract refuses.
func (c *control) reject(w http.ResponseWriter, _ *http.Request, _ *contract.Call, rej *contract.Rejection) {
	p := &problem{status: rej.Status}
	if rej.Status < http.StatusInternalServerError {
		p.detail = "The request is not valid."
		for _, v := range rej.Violations {
			p.errors = append(p.errors, api.ProblemDetail{Where: v.In, Pointer: v.Pointer, Rule: v.Rule, Expected: v.Expected})
		}
	}
	c.write(w, p)
}

// fail writes what a handler returned as an error.
func (c *control) fail(w http.ResponseWriter, r *http.Request, err error) {
	var expected *problem
	if !errors.As(err, &expected) {
		note(r, err)
		expected = &problem{status: http.StatusInternalServerError}
	}
	c.write(w, expected)
}

func (c *control) write(w http.ResponseWriter, p *problem) {
	writeProblem(w, p.status, p.detail, p.errors)
}

// writeProblem writes an error of what is neither of the two APIs.
func writeProblem(w http.ResponseWriter, status int, detail string, errors []api.ProblemDetail) {
	body := api.Problem{Type: "about:blank", Title: http.StatusText(status), Status: int32(status)}
	if detail != "" {
		body.Detail = &detail
	}
	if errors != nil {
		body.Errors = &errors
	}
	writeAs(w, "application/problem+json", status, body)
}
