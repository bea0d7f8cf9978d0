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
