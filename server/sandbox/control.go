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

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
)

// controlPlane is controlserver.StrictServerInterface over the sandbox, and what stands in front of it.
// Expected failures of its handlers are a *problem.
type controlPlane struct{ *Sandbox }

// problem is an expected failure of a control request: RFC 9457.
type problem struct {
	status int
	detail string
	errors []control.ProblemDetail
}

func (p *problem) Error() string { return p.detail }

// GetHealth answers that the process is up.
func (c *controlPlane) GetHealth(context.Context, controlserver.GetHealthRequestObject) (controlserver.GetHealthResponseObject, error) {
	return controlserver.GetHealth200JSONResponse{Status: control.Ok}, nil
}

// readyTimeout is how long the store may take to answer a probe.
const readyTimeout = 2 * time.Second

// GetReady answers whether the store does.
func (c *controlPlane) GetReady(ctx context.Context, _ controlserver.GetReadyRequestObject) (controlserver.GetReadyResponseObject, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := c.store.Ping(ctx); err != nil {
		return nil, &problem{status: http.StatusServiceUnavailable, detail: "The store does not answer."}
	}
	return controlserver.GetReady200JSONResponse{Status: control.Ok}, nil
}

// GetState answers the whole state.
func (c *controlPlane) GetState(ctx context.Context, _ controlserver.GetStateRequestObject) (controlserver.GetStateResponseObject, error) {
	state, err := c.readState(ctx)
	return controlserver.GetState200JSONResponse(state), err
}

// ReplaceState puts another state in place of the whole one, or changes nothing.
func (c *controlPlane) ReplaceState(ctx context.Context, req controlserver.ReplaceStateRequestObject) (controlserver.ReplaceStateResponseObject, error) {
	return controlserver.ReplaceState204Response{}, c.replaceState(ctx, *req.Body)
}

// Reset goes back to the seed.
func (c *controlPlane) Reset(ctx context.Context, _ controlserver.ResetRequestObject) (controlserver.ResetResponseObject, error) {
	return controlserver.Reset204Response{}, c.Sandbox.Reset(ctx)
}

// ListExchanges answers the exchanges that are remembered.
func (c *controlPlane) ListExchanges(_ context.Context, req controlserver.ListExchangesRequestObject) (controlserver.ListExchangesResponseObject, error) {
	return controlserver.ListExchanges200JSONResponse(c.exchanges.after(value(req.Params.After))), nil
}

// GetCloudCockpitDocument answers the contract of the API.
func (c *controlPlane) GetCloudCockpitDocument(context.Context, controlserver.GetCloudCockpitDocumentRequestObject) (controlserver.GetCloudCockpitDocumentResponseObject, error) {
	return controlserver.GetCloudCockpitDocument200ApplicationVndOaiOpenapiResponse{DocumentApplicationVndOaiOpenapiResponse: document(openapi.CloudCockpitYAML)}, nil
}

// GetMyReportsDocument answers the contract of the API.
func (c *controlPlane) GetMyReportsDocument(context.Context, controlserver.GetMyReportsDocumentRequestObject) (controlserver.GetMyReportsDocumentResponseObject, error) {
	return controlserver.GetMyReportsDocument200ApplicationVndOaiOpenapiResponse{DocumentApplicationVndOaiOpenapiResponse: document(openapi.MyReportsYAML)}, nil
}

func document(data []byte) controlserver.DocumentApplicationVndOaiOpenapiResponse {
	return controlserver.DocumentApplicationVndOaiOpenapiResponse{Body: bytes.NewReader(data), ContentLength: int64(len(data))}
}

// admit is the contract's gate: no web page of another origin (403), and off loopback the admin token (401).
func (c *controlPlane) admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
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

func (c *controlPlane) knowsToken(r *http.Request) bool {
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
func (c *controlPlane) reject(w http.ResponseWriter, _ *http.Request, _ *contract.Call, rej *contract.Rejection) {
	p := &problem{status: rej.Status}
	if rej.Status < http.StatusInternalServerError {
		p.detail = "The request is not valid."
		for _, v := range rej.Violations {
			p.errors = append(p.errors, control.ProblemDetail{Where: v.In, Pointer: v.Pointer, Rule: v.Rule, Expected: v.Expected})
		}
	}
	c.write(w, p)
}

// fail writes what a handler returned as an error.
func (c *controlPlane) fail(w http.ResponseWriter, r *http.Request, err error) {
	var expected *problem
	if !errors.As(err, &expected) {
		note(r, err)
		expected = &problem{status: http.StatusInternalServerError}
	}
	c.write(w, expected)
}

func (c *controlPlane) write(w http.ResponseWriter, p *problem) {
	writeProblem(w, p.status, p.detail, p.errors)
}

// writeProblem writes an error of what is neither of the two APIs.
func writeProblem(w http.ResponseWriter, status int, detail string, errors []control.ProblemDetail) {
	body := control.Problem{Type: "about:blank", Title: http.StatusText(status), Status: int32(status)}
	if detail != "" {
		body.Detail = &detail
	}
	if errors != nil {
		body.Errors = &errors
	}
	writeAs(w, "application/problem+json", status, body)
}
