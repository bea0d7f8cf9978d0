package sandbox

import (
	"net/http"
	"time"
)

// SetNow gives the sandbox another clock, before its first request.
func (s *Sandbox) SetNow(now func() time.Time) { s.now = now }

// SetHandler replaces the handler of an API, before the first request.
func (s *Sandbox) SetHandler(first string, h http.Handler) {
	route := s.routes[first]
	route.Handler = h
	s.routes[first] = route
}

// SetPeerTimeout changes how long a caller may take to send or read, before the first request.
func (s *Sandbox) SetPeerTimeout(d time.Duration) { s.pace.Timeout = d }
