package sandbox

import (
	"context"
	"sync"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// A clock is the sandbox's time. Its zero value shows the real time and runs. It is safe for concurrent use.
type clock struct {
	mu     sync.Mutex
	offset time.Duration // from the real time, while the clock runs
	frozen bool
	at     time.Time // while the clock is frozen
}

// maxTime keeps the distance from the real time within what a time.Duration holds.
var maxTime = time.Date(2199, 12, 31, 23, 59, 59, 0, time.UTC)

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time()
}

func (c *clock) time() time.Time {
	if c.frozen {
		return c.at
	}
	return time.Now().Add(c.offset).UTC()
}

// set changes the clock, and reports whether the time is in the range that timestamps and tokens can hold.
func (c *clock) set(change control.ClockChange) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.time()
	if change.Now != nil {
		now = change.Now.UTC()
	}
	seconds := answer.Value(change.Advance)
	if !(seconds >= 0 && seconds <= maxTime.Sub(time.Unix(0, 0)).Seconds()) {
		return false
	}
	now = now.Add(time.Duration(seconds * float64(time.Second)))
	if now.Unix() < 0 || now.After(maxTime) {
		return false
	}
	if change.Frozen != nil {
		c.frozen = *change.Frozen
	}
	c.at, c.offset = now, time.Until(now)
	return true
}

func (c *clock) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset, c.frozen = 0, false
}

// Clock returns the time that timestamps, tokens and faults go by.
func (s *Sandbox) Clock() control.Clock {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	return control.Clock{Now: s.clock.time(), Frozen: s.clock.frozen}
}

// SetClock sets, freezes or advances the clock; a nil member changes nothing. A time outside of the years 1970 to 2199 is a
// [contract.Violations], and changes nothing.
func (s *Sandbox) SetClock(change control.ClockChange) error {
	if !s.clock.set(change) {
		return contract.Violations{{
			Operation: "setClock", In: "body", Pointer: "/now", Rule: "range", Expected: "a time from 1970 to 2199", Refused: true,
		}}
	}
	return nil
}

// GetClock returns the time.
func (c *controlPlane) GetClock(context.Context, controlserver.GetClockRequestObject) (controlserver.GetClockResponseObject, error) {
	return controlserver.GetClock200JSONResponse(c.Clock()), nil
}

// SetClock changes the time.
func (c *controlPlane) SetClock(_ context.Context, req controlserver.SetClockRequestObject) (controlserver.SetClockResponseObject, error) {
	return controlserver.SetClock204Response{}, c.Sandbox.SetClock(*req.Body)
}
