package contract_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

// FuzzHandler sends arbitrary requests. Nothing panics, statuses are those of the contract or the handler, a refused request
// does not reach the handler, and the handler gets the bytes that were sent.
func FuzzHandler(f *testing.F) {
	for _, test := range requests {
		method, target, _ := strings.Cut(test.request, " ")
		f.Add(method, target, strings.Join(append(test.headers, "X-Tenant: t"), "\n"), test.body)
	}
	for _, target := range []string{"/m/;id=5", "/things?filter[min][x]=1&filter[=2&filter]=3", "/api/items?ids=1&&=&?&ids=", "/a/../b", "//", "/%2f%2F"} {
		f.Add("POST", target, "Content-Type: multipart/form-data; boundary=x", "--x\r\n\r\n--x--")
	}
	statuses := []int{200, 204, 400, 404, 405, 413, 415}
	contracts := []*contract.Contract{
		compile(f, shop, contract.Options{}), compile(f, shop, contract.Options{IgnoreCase: true, Undeclared: contract.Reject}),
		compile(f, routes, contract.Options{IgnoreCase: true}),
	}
	f.Fuzz(func(t *testing.T, method, target, head, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		for _, c := range contracts {
			called := false
			w := httptest.NewRecorder()
			c.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				called = true
				if got, err := io.ReadAll(r.Body); err != nil || string(got) != body {
					t.Errorf("body %q, %v", got, err)
				}
				answer(w, contract.FromContext(r.Context()))
			})).ServeHTTP(w, &http.Request{
				Method: method, URL: u, Header: headerOf(head), Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1,
			})
			if !slices.Contains(statuses, w.Code) || called != (w.Code < 300) {
				t.Errorf("%s %s: status %d, handler called: %t: %s", method, target, w.Code, called, w.Body)
			}
		}
	})
}
