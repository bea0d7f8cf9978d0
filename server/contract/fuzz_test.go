package contract_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

// FuzzHandler sends arbitrary requests to contracts with any options. Nothing panics, statuses are those of the contract or the handler,
// and a refused request does not reach the handler. What the handler gets is what was sent or, where departures are accepted, a
// canonical form of it, in which nothing departs.
func FuzzHandler(f *testing.F) {
	for i, test := range requests {
		method, target, _ := strings.Cut(test.request, " ")
		f.Add(method, target, strings.Join(append(test.headers, "X-Tenant: t"), "\n"), test.body, uint8(i))
	}
	for i, target := range []string{"/m/;id=5", "/things?filter[min][x]=1&filter[=2&filter]=3", "/api/items?ids=1&&=&?&ids=", "/a/../b", "//", "/%2f%2F"} {
		f.Add("POST", target, "Content-Type: multipart/form-data; boundary=x", "--x\r\n\r\n--x--", uint8(i))
	}
	var fuzzed []fuzzedDocument
	for _, text := range []string{shop, routes, tolerant, listsInPaths} {
		doc := load(f, text)
		fuzzed = append(fuzzed, fuzzedDocument{
			&contract.Drawn{Doc: doc}, &contract.Drawn{Doc: doc, Change: func(o *contract.Options) { o.Departures = contract.Departures{} }},
		})
	}
	f.Fuzz(func(t *testing.T, method, target, head, body string, options uint8) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := &http.Request{Method: method, URL: u, Header: headerOf(head), ContentLength: -1}
		for _, d := range fuzzed {
			d.handle(t, r, body, options)
		}
	})
}

// A fuzzedDocument is one with the drawn options, and with these but without departures.
type fuzzedDocument struct{ of, strict *contract.Drawn }

func (d fuzzedDocument) handle(t *testing.T, sent *http.Request, body string, options uint8) {
	t.Helper()
	opts := contract.OptionsOf(options)
	var got *http.Request
	var read []byte
	w := httptest.NewRecorder()
	r := sent.Clone(t.Context())
	r.Body = io.NopCloser(strings.NewReader(body))
	d.of.Of(t, options).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		if read, err = io.ReadAll(r.Body); err != nil {
			t.Errorf("body: %v", err)
		}
		got = r
		if call := contract.FromContext(r.Context()); call != nil {
			answer(w, call)
		}
	})).ServeHTTP(w, r)
	what := fmt.Sprintf("%s %s %q %v with options %d", sent.Method, sent.URL, body, sent.Header, options)
	if got == nil {
		if opts.Observe || !slices.Contains([]int{400, 404, 405, 413, 415}, w.Code) {
			t.Errorf("%s: status %d, and the handler is not called", what, w.Code)
		}
		return
	}
	if w.Code >= 300 {
		t.Errorf("%s: status %d: %s", what, w.Code, w.Body)
	}
	if opts.Departures == (contract.Departures{}) || opts.Observe {
		if string(read) != body {
			t.Errorf("%s: the handler gets %q", what, read)
		}
	}
	if opts.Observe {
		return
	}
	strict := d.strict.Of(t, options)
	call, rej := strict.Route(got.Method, got.URL)
	if rej != nil {
		t.Fatalf("%s: the handler gets %s, which has no route: %v", what, got.URL, rej.Violations)
	}
	if found := strict.CheckRequest(call, got, read).Refused(); len(found) > 0 {
		t.Errorf("%s: the handler gets %s %q %v, in which departs %v", what, got.URL, read, got.Header, found)
	}
}
