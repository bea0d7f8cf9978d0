package sandbox

import (
	"net/http"
	"time"
)

// SetNow gives the sandbox another clock, before its first request.
func (s *Sandbox) SetNow(now func() time.Time) { s.now = now }

// SetDoor puts a handler in the place of an API, before the first request.
func (s *Sandbox) SetDoor(first string, h http.Handler) {
	s.doors[first] = door{Handler: h, gate: s.doors[first].gate}
}
