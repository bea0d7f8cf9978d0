package sandbox

import (
	"context"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/controlserver"
)

// Faults returns the rules that are set, each with what is left of its count.
func (s *Sandbox) Faults() []control.FaultRule { return s.faults.Rules() }

// SetFaults replaces the rules; without any, requests succeed again. If a rule cannot act, the error is a [contract.Violations]
// that names it, and nothing changes.
func (s *Sandbox) SetFaults(rules ...control.FaultRule) error { return s.faults.Set(rules) }

// GetFaults returns the rules.
func (c *controlPlane) GetFaults(context.Context, controlserver.GetFaultsRequestObject) (controlserver.GetFaultsResponseObject, error) {
	return controlserver.GetFaults200JSONResponse{Rules: c.Faults()}, nil
}

// SetFaults replaces the rules.
func (c *controlPlane) SetFaults(_ context.Context, req controlserver.SetFaultsRequestObject) (controlserver.SetFaultsResponseObject, error) {
	return controlserver.SetFaults204Response{}, c.Sandbox.SetFaults(req.Body.Rules...)
}

// ClearFaults removes the rules.
func (c *controlPlane) ClearFaults(context.Context, controlserver.ClearFaultsRequestObject) (controlserver.ClearFaultsResponseObject, error) {
	return controlserver.ClearFaults204Response{}, c.Sandbox.SetFaults()
}
