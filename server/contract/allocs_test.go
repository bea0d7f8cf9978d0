//go:build !race

// The race detector allocates.

package contract

import (
	"net/http"
	"testing"
	"unsafe"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/content"
	"github.com/resellerkit/resellerkit/server/contract/internal/headers"
)

// Ensure programs do not allocate, and a whole exchange allocates at most seven times: the delivery, the request's copy, the
// body, GetBody, and sometimes a header line.
func TestAllocations(t *testing.T) { //nolint:paralleltest // it counts what the process allocates
	c := enforced(t)
	r := request("GET", listTarget, "")
	call, rej := c.Route(r.Method, r.URL)
	if rej != nil {
		t.Fatal(rej)
	}
	create, list := c.operations["createPortalUser"], c.operations["listCustomerUsers"]
	page, user := userPage(2000), []byte(portalUser)
	head := http.Header{"Content-Type": {"application/json"}}
	s, sent := accept.NewScanner(), &headers.Snapshot{}
	sent.Take(head)
	for name, accepts := range map[string]func() bool{
		"create":     func() bool { return create.body.media[0].Plan.Program.Accepts(user) },
		"page":       func() bool { return list.responses.find(200).media[0].Plan.Program.Accepts(page) },
		"parameters": func() bool { return list.program.accepts(s, call, r, nil) },
		"answer":     func() bool { return list.responses.accepts(s, "GET", 200, sent, page) },
	} {
		if n := testing.AllocsPerRun(100, func() {
			if !accepts() {
				t.Fatal(name + " is not accepted")
			}
		}); n >= 1 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	for _, x := range exchanges {
		h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = head["Content-Type"]
			w.WriteHeader(x.status)
			_, _ = w.Write(x.answer)
		}))
		r, w := request(x.method, x.target, x.body), &silent{http.Header{}}
		body := &content.Body{}
		if n := testing.AllocsPerRun(100, func() {
			copied := *r
			*body = content.Body{Data: []byte(x.body)}
			copied.Body, copied.ContentLength = body, int64(len(x.body))
			h.ServeHTTP(w, &copied)
		}); n > 7 {
			t.Errorf("%s: %v allocations", x.name, n)
		}
	}
}

// Ensure a delivery fills one of the allocator's size classes.
func TestSizes(t *testing.T) {
	t.Parallel()
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Log("the sizes are those of 64 bits")
		return
	}
	if got := unsafe.Sizeof(delivery{}); got > 512 {
		t.Errorf("a delivery has %d bytes", got)
	}
}
