package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/content"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
)

// portalUser is a create request of CloudCockpit.
const portalUser = `{"firstName":"Grace","lastName":"Hopper","email":"grace.hopper@contoso.example","role":{},` +
	`"groups":[{"id":"90000000-0000-4000-8000-000000000002","name":"Viewer"}]}`

// userPage returns a page of n customer users, as encoding/json writes it.
func userPage(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"continuationToken":null,"hasNextPage":false,"hasPreviousPage":false,"items":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"displayName":"User Number %d","domain":"contoso.example","email":"user.number%d@contoso.example","firstName":"User",`+
			`"id":"a0000000-0000-4000-8000-%012d","lastName":"Number %d","location":"US","temporaryPassword":null}`, i, i, i, i)
	}
	fmt.Fprintf(&b, `],"paginationParameters":{"pageNumber":1,"pageSize":%d},"totalCount":%d,"totalPages":1}`, n, n)
	return b.Bytes()
}

// cockpit returns CloudCockpit's contract.
func cockpit(t testing.TB, opts Options) *Contract {
	t.Helper()
	doc, err := openapi.CloudCockpit()
	if err != nil {
		t.Fatal(err)
	}
	opts.Observe, opts.Formats = true, uuids
	c, err := New(doc, opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// uuids opts in to the format that our documents use.
var uuids = map[string]func([]byte) bool{"uuid": nil}

// enforced returns CloudCockpit's contract as a server uses it.
func enforced(t testing.TB) *Contract {
	t.Helper()
	c := cockpit(t, Options{})
	for _, op := range c.operations {
		op.observe = false
	}
	return c
}

// stock decodes and asks kin-openapi, as servers without this package do.
func stock(m *media.Plan, data []byte, response bool) error {
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	return m.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), explain.VisitAs(response))
}

func run(b *testing.B, name string, bytes int, f func() bool) {
	b.Helper()
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(bytes))
		b.ReportAllocs()
		for b.Loop() {
			if !f() {
				b.Fatal("not accepted")
			}
		}
	})
}

// benchmarkBody compares the program with kin-openapi and with a scan by encoding/json.
func benchmarkBody(b *testing.B, m *media.Plan, data []byte, response bool) {
	b.Helper()
	run(b, "program", len(data), func() bool { return m.Plan.Program.Accepts(data) })
	run(b, "kin-openapi", len(data), func() bool { return stock(m, data, response) == nil })
	run(b, "json.Valid", len(data), func() bool { return json.Valid(data) })
}

func BenchmarkCreateRequest(b *testing.B) {
	benchmarkBody(b, enforced(b).operations["createPortalUser"].body.media[0], []byte(portalUser), false)
}

func BenchmarkPage25(b *testing.B) {
	benchmarkBody(b, enforced(b).operations["listCustomerUsers"].responses.find(200).media[0], userPage(25), true)
}

func BenchmarkPage2000(b *testing.B) {
	benchmarkBody(b, enforced(b).operations["listCustomerUsers"].responses.find(200).media[0], userPage(2000), true)
}

const (
	listTarget = "/v1/Customers/c0000000-0000-4000-8000-000000000001/users?providerInstanceId=" +
		"b0000000-0000-4000-8000-000000000001&pageNumber=1&pageSize=25"
	createTarget = "/v1/customer/c0000000-0000-4000-8000-000000000001/users"
)

// request returns a request to CloudCockpit with the headers that each needs.
func request(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("X-Tenant", "portal.cloudcockpit.com")
	r.Header.Set("X-Correlation-Id", "6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func BenchmarkListParameters(b *testing.B) {
	c := enforced(b)
	r := request("GET", listTarget, "")
	call, rej := c.Route(r.Method, r.URL)
	if rej != nil {
		b.Fatal(rej)
	}
	s := accept.NewScanner()
	run(b, "program", 0, func() bool { return c.operations[call.ID].program.accepts(s, call, r, nil) })
	doc, err := openapi.CloudCockpit()
	if err != nil {
		b.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		b.Fatal(err)
	}
	absolute := request("GET", "https://api.cloudcockpit.com"+listTarget, "")
	route, values, err := router.FindRoute(absolute)
	if err != nil {
		b.Fatal(err)
	}
	run(b, "kin-openapi", 0, func() bool {
		return openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{
			Request: absolute, Route: route, PathParams: values, Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
		}) == nil
	})
}

func BenchmarkRoute(b *testing.B) {
	c := enforced(b)
	u := request("GET", listTarget, "").URL
	run(b, "ours", 0, func() bool { call, _ := c.Route("GET", u); return call != nil })
}

func BenchmarkNew_cloudCockpit(b *testing.B) {
	doc, err := openapi.CloudCockpit()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := New(doc, Options{Observe: true, Formats: uuids}); err != nil {
			b.Fatal(err)
		}
	}
}

// silent is a ResponseWriter that keeps nothing.
type silent struct{ header http.Header }

func (w *silent) Header() http.Header { return w.header }

func (w *silent) WriteHeader(int) {}

func (w *silent) Write(p []byte) (int, error) { return len(p), nil }

// exchanges are requests and their responses.
var exchanges = []struct {
	name, method, target, body string
	status                     int
	answer                     []byte
}{
	{"create", "POST", createTarget, portalUser, 201, []byte(`"c0000000-0000-4000-8000-000000000001"`)},
	{"list", "GET", listTarget, "", 200, userPage(25)},
}

// BenchmarkHandler_whole compares a handler with the same handler behind the contract.
func BenchmarkHandler_whole(b *testing.B) {
	c := enforced(b)
	for _, x := range exchanges {
		bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(x.status)
			_, _ = w.Write(x.answer)
		})
		for name, h := range map[string]http.Handler{"bare": bare, "contract": c.Handler(bare)} {
			r, w := request(x.method, x.target, x.body), &silent{http.Header{}}
			body := &content.Body{}
			run(b, x.name+"/"+name, 0, func() bool {
				clear(w.header)
				copied := *r
				if x.body != "" {
					*body = content.Body{Data: []byte(x.body)}
					copied.Body = body
				}
				h.ServeHTTP(w, &copied)
				return len(w.header) > 0
			})
		}
	}
}
