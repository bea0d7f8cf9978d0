package sandbox

import (
	"net/http"
	"time"
)

// SetNow gives the sandbox another clock, before its first request.
func (s *Sandbox) SetNow(now func() time.Time) { s.now = now }

// SetDoor puts a handler in the place of an API, before the first request.
func (s *Sandbox) SetDoor(first string, h http.Handler) {
	d := s.doors[first]
	d.Handler = h
	s.doors[first] = d
}

// ExchangeBytes is what the log counts, and what it has.
func (s *Sandbox) ExchangeBytes() (counted, sum int) {
	for _, rec := range s.exchanges.copied(0) {
		sum += rec.size
	}
	return s.exchanges.bytes, sum
}
