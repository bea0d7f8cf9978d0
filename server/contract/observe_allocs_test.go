//go:build !race

// The race detector allocates.

package contract

import (
	"net/http"
	"strconv"
	"testing"
)

// Ensure that an observed response is accepted on the fast path also if it is written in pieces, as a reverse proxy writes it: the
// full check makes thousands of allocations of it.
func TestObserveAllocations(t *testing.T) { //nolint:paralleltest // it counts what the process allocates
	const piece = 4096
	c := cockpit(t, Options{Finding: func(_ *http.Request, v Violation) { t.Error(v) }})
	for name, announced := range map[string]bool{"with a length": true, "in chunks": false} {
		body := userPage(200)
		h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if announced {
				w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			}
			for rest := body; len(rest) > 0; {
				n, _ := w.Write(rest[:min(piece, len(rest))])
				rest = rest[n:]
			}
		}))
		r, w := request("GET", listTarget, ""), &silent{http.Header{}}
		most := 9.0
		if !announced {
			most = 16 // the buffer grows
		}
		if n := testing.AllocsPerRun(50, func() {
			clear(w.header)
			copied := *r
			h.ServeHTTP(w, &copied)
		}); n > most {
			t.Errorf("%s: %v allocations, want %v at most", name, n, most)
		}
	}
}
