package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/state"
	"github.com/resellerkit/resellerkit/server/witness"
)

// controlPlane implements controlserver.StrictServerInterface. Its handlers return a [contract.Violations] for input that makes
// no sense, and errUnready for a store that does not take writes.
type controlPlane struct{ *Sandbox }

var errUnready = errors.New("the store does not take writes")

// GetHealth reports that the process is up.
func (c *controlPlane) GetHealth(context.Context, controlserver.GetHealthRequestObject) (controlserver.GetHealthResponseObject, error) {
	return controlserver.GetHealth200JSONResponse{Status: control.Ok}, nil
}

// readyTimeout is how long the store may take to respond to a probe.
const readyTimeout = 2 * time.Second

// GetReady reports whether the store takes writes.
func (c *controlPlane) GetReady(ctx context.Context, _ controlserver.GetReadyRequestObject) (controlserver.GetReadyResponseObject, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := c.store.Ready(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnready, err)
	}
	return controlserver.GetReady200JSONResponse{Status: control.Ok}, nil
}

// GetState returns the whole state.
func (c *controlPlane) GetState(ctx context.Context, _ controlserver.GetStateRequestObject) (controlserver.GetStateResponseObject, error) {
	whole, err := c.State(ctx)
	return controlserver.GetState200JSONResponse(whole), err
}

// ReplaceState replaces the whole state, or changes nothing.
func (c *controlPlane) ReplaceState(ctx context.Context, req controlserver.ReplaceStateRequestObject) (controlserver.ReplaceStateResponseObject, error) {
	return controlserver.ReplaceState204Response{}, state.Replace(ctx, c.store, *req.Body)
}

// Reset goes back to the seed.
func (c *controlPlane) Reset(ctx context.Context, _ controlserver.ResetRequestObject) (controlserver.ResetResponseObject, error) {
	return controlserver.Reset204Response{}, c.Sandbox.Reset(ctx)
}

// RotateKey makes a new signing key.
func (c *controlPlane) RotateKey(ctx context.Context, _ controlserver.RotateKeyRequestObject) (controlserver.RotateKeyResponseObject, error) {
	return controlserver.RotateKey204Response{}, c.Sandbox.RotateKey(ctx)
}

// ListExchanges returns the exchanges that are remembered, or a stream of them.
func (c *controlPlane) ListExchanges(ctx context.Context, req controlserver.ListExchangesRequestObject) (controlserver.ListExchangesResponseObject, error) {
	if answer.Value(req.Params.Follow) {
		return c.followExchanges(ctx, answer.Value(req.Params.After)), nil
	}
	return controlserver.ListExchanges200JSONResponse(c.Exchanges(answer.Value(req.Params.After))), nil
}

// Admit is the [contract.Options.Admit] of the control plane: it refuses web pages of other origins (403), and requests that need
// the admin token and lack it (401). Probes and documents are for every caller: an orchestrator asks by names of its own.
func (c *controlPlane) Admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	if len(call.Security) == 0 {
		return r
	}
	known := c.hasAdminToken(r)
	if reason := foreign(r, known); reason != "" {
		answer.Problem(w, http.StatusForbidden, reason, nil)
		return nil
	}
	if !known && c.needsToken(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		answer.Problem(w, http.StatusUnauthorized, "The admin token is missing or wrong.", nil)
		return nil
	}
	return r
}

const invalidRequest = "The request is not valid."

// Reject is the [contract.Options.Reject] of the control plane.
func (c *controlPlane) Reject(w http.ResponseWriter, _ *http.Request, _ *contract.Call, rej *contract.Rejection) {
	if rej.Status >= http.StatusInternalServerError {
		answer.Problem(w, rej.Status, "", nil)
		return
	}
	answer.Problem(w, rej.Status, invalidRequest, rej.Violations)
}

// Fail writes the response for an error that a handler returned, and keeps an unexpected one for the log.
func (c *controlPlane) Fail(w http.ResponseWriter, r *http.Request, err error) {
	var violations contract.Violations
	switch {
	case errors.As(err, &violations):
		answer.Problem(w, http.StatusBadRequest, invalidRequest, violations)
	case errors.Is(err, witness.ErrUnknownPlace):
		answer.Problem(w, http.StatusNotFound, "The contracts have no such operation.", nil)
	case errors.Is(err, errUnready):
		exchange.Fail(r, err)
		answer.Problem(w, http.StatusServiceUnavailable, "The store does not take writes.", nil)
	default:
		exchange.Fail(r, err)
		answer.Problem(w, http.StatusInternalServerError, "", nil)
	}
}
