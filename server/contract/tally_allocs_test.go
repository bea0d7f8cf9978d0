//go:build !race

// The race detector allocates.

package contract

import (
	"net/http"
	"testing"
)

// Ensure that a Tally allocates nothing for a request and a response at places that it has seen.
func TestTallyAllocations(t *testing.T) { //nolint:paralleltest // it counts what the process allocates
	c := cockpit(t, Options{})
	tally := c.Tally()
	head := http.Header{"Content-Type": {"application/json; charset=utf-8"}, "X-Correlation-Id": {"6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10"}}
	page := userPage(25)
	bad := append([]byte(`{"more":[1,null],`), page[1:]...)
	for _, x := range exchanges {
		r := request(x.method, x.target, x.body)
		call, rej := c.Route(r.Method, r.URL)
		if rej != nil {
			t.Fatal(rej)
		}
		body := []byte(x.body)
		for name, run := range map[string]func() bool{
			"request":  func() bool { return tally.Request(call, 200, r, body) },
			"response": func() bool { return tally.Response(call, x.status, head, x.answer) },
			"bad":      func() bool { return !tally.Response(call, x.status, head, bad) },
		} {
			if !run() {
				t.Errorf("%s of %s: it does not fit, or does", name, x.name)
			}
			if n := testing.AllocsPerRun(100, func() { run() }); n > 0 {
				t.Errorf("%s of %s: %v allocations", name, x.name, n)
			}
		}
	}
}

func BenchmarkTally(b *testing.B) {
	c := cockpit(b, Options{})
	tally := c.Tally()
	call, _ := c.Route(http.MethodGet, request("GET", listTarget, "").URL)
	head := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	for name, users := range map[string]int{"25": 25, "2000": 2000} {
		page := userPage(users)
		run(b, name, len(page), func() bool { return tally.Response(call, 200, head, page) })
	}
}
