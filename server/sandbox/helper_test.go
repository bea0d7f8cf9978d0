package sandbox_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/operationtest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// The demo data's names, as the design fixes them.
const (
	tenant   = "portal.cloudcockpit.com"
	fabrikam = "portal.fabrikam.example"

	contoso         = "c0000000-0000-4000-8000-000000000001"
	northwind       = "c0000000-0000-4000-8000-000000000002"
	fabrikamsOwn    = "c0000000-0000-4000-8000-000000000009" // fabrikam's customer
	reseller        = "d0000000-0000-4000-8000-000000000001" // northwind's
	microsoft       = "b0000000-0000-4000-8000-000000000001" // contoso's
	notMicrosoft    = "b0000000-0000-4000-8000-000000000002" // contoso's
	northwinds      = "b0000000-0000-4000-8000-000000000003"
	fabrikams       = "b0000000-0000-4000-8000-000000000009"
	firstUser       = "a0000000-0000-4000-8000-000000000001" // of contoso's 60
	northwindsUser  = "a0000000-0000-4000-8000-000000000061"
	fabrikamsUser   = "a0000000-0000-4000-8000-000000000901"
	administrators  = "90000000-0000-4000-8000-000000000001"
	viewers         = "90000000-0000-4000-8000-000000000002"
	alertManagers   = "90000000-0000-4000-8000-000000000003"
	account         = "e0000000-0000-4000-8000-000000000001"
	othersAccount   = "e0000000-0000-4000-8000-000000000002" // another enterprise's
	secondAccount   = "e0000000-0000-4000-8000-000000000003"
	accountUser     = "f0000000-0000-4000-8000-000000000001" // account.user and user.admin
	plainUser       = "f0000000-0000-4000-8000-000000000002" // account.user
	visitingUser    = "f0000000-0000-4000-8000-000000000003" // its primary tenant is secondAccount
	othersUser      = "f0000000-0000-4000-8000-000000000009"
	accountCustomer = "e1000000-0000-4000-8000-000000000001"
	nowhere         = "11111111-1111-4111-8111-111111111111" // the id of nothing
)

// A box is a sandbox that listens.
type box struct {
	*sandbox.Sandbox
	url  string
	http *http.Client
}

// start runs a sandbox until the test and its subtests end. The zero Options are the demo data in memory.
func start(t testing.TB, opts sandbox.Options) *box {
	t.Helper()
	opts.Store = anyStore(t, opts.Store)
	watch(t, &opts)
	sb, err := sandbox.New(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sb)
	t.Cleanup(func() {
		srv.Close()
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	})
	return &box{sb, address(t, srv), srv.Client()}
}

// A call is a request to send.
type call struct {
	method, target string // target is path and query, sent as written
	client         string // the client whose token is sent; "" sends none
	header         http.Header
	body           string // "" sends none
}

// cockpit is a CloudCockpit request of the CSP of the demo data.
func cockpit(method, target, body string) call {
	return call{method, "/v1" + target, "demo-csp", http.Header{"X-Tenant": {tenant}}, body}
}

// reports is a MyReports request of the first enterprise.
func reports(method, target, body string) call {
	return call{method, "/api/v1.0" + target, "demo-myreports", http.Header{}, body}
}

// as is the call of another client; "" sends no token.
func (c call) as(client string) call {
	c.client = client
	return c
}

// with is the call with a header that has these values; none takes the header away.
func (c call) with(name string, values ...string) call {
	c.header = maps.Clone(c.header)
	c.header[http.CanonicalHeaderKey(name)] = values
	return c
}

// A response is what a call got.
type response struct {
	status int
	header http.Header
	body   string
}

// do sends a call. A body is application/json, unless the call has a Content-Type; it is sent in chunks where the call has
// Transfer-Encoding: chunked.
func (b *box) do(t testing.TB, c call) response {
	t.Helper()
	a, err := b.try(t, c)
	if err != nil {
		t.Fatalf("%s %s: %v", c.method, c.target, err)
	}
	return a
}

// try is do for goroutines other than the test's, which must not call t.Fatal.
func (b *box) try(t testing.TB, c call) (response, error) {
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	if body != nil && c.header.Get("Transfer-Encoding") == "chunked" {
		body = io.MultiReader(body) // hides the length
	}
	r, err := http.NewRequestWithContext(t.Context(), c.method, b.url+c.target, body)
	if err != nil {
		return response{}, err
	}
	if c.client != "" {
		token, err := b.token(c.client)
		if err != nil {
			return response{}, err
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(r.Header, c.header)
	resp, err := b.http.Do(r)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, string(raw)}, err
}

// tokens are remembered by sandbox and client: a signature takes longer than most requests.
var tokens sync.Map

func (b *box) token(client string) (string, error) {
	key := [2]any{b.Sandbox, client}
	if token, ok := tokens.Load(key); ok {
		return token.(string), nil
	}
	token, err := b.Token(client)
	if err == nil {
		tokens.Store(key, token)
	}
	return token, err
}

// state is the whole state as the control plane writes it.
func (b *box) state(t testing.TB) string {
	t.Helper()
	a := b.do(t, call{method: http.MethodGet, target: "/_sandbox/state"})
	if a.status != http.StatusOK {
		t.Fatalf("GET /_sandbox/state: got %d %s, want 200", a.status, a.body)
	}
	return a.body
}

// wantState fails the test with the difference if the state is not the one that was read before.
func (b *box) wantState(t testing.TB, before, failure string) {
	t.Helper()
	if diff := stateDiff(t, before, b.state(t)); diff != "" {
		t.Errorf("%s (-before +after):\n%s", failure, diff)
	}
}

// stateDiff shows how two state documents differ, member by member. It is "" for equal ones.
func stateDiff(t testing.TB, before, after string) string {
	t.Helper()
	if before == after {
		return ""
	}
	diff := cmp.Diff(decode[control.State](t, response{body: before}), decode[control.State](t, response{body: after}))
	if diff == "" {
		diff = "the same members, in another order or form"
	}
	return diff
}

// decode reads a JSON body.
func decode[T any](t testing.TB, a response) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("decode %d %q: %v", a.status, a.body, err)
	}
	return v
}

// callOf makes a call of a request of the table.
func callOf(o operationtest.Operation, r operationtest.Request) call {
	switch o.API {
	case operationtest.CloudCockpit:
		return cockpit(r.Method, r.Target, r.Body).as(o.Clients[0])
	case operationtest.MyReports:
		return reports(r.Method, r.Target, r.Body).as(o.Clients[0])
	}
	return call{method: r.Method, target: r.Target, body: r.Body, header: http.Header{}}
}

// apiOperations are the rows of the two APIs.
func apiOperations(t testing.TB) []operationtest.Operation {
	t.Helper()
	return operationtest.All(t, operationtest.CloudCockpit, operationtest.MyReports)
}

// populated starts a sandbox whose seed has what the requests of the table address.
func populated(t testing.TB, opts sandbox.Options) *box {
	t.Helper()
	opts.Seed = populatedSeed(t)
	return start(t, opts)
}

func populatedSeed(t testing.TB) []byte {
	t.Helper()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sb.Close()
	state, err := sb.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	operationtest.Populate(&state)
	seed, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// lastExchange is the newest exchange.
func lastExchange(t testing.TB, b *box) control.Exchange {
	t.Helper()
	list := b.Exchanges(0)
	if len(list) == 0 {
		t.Fatal("there is no exchange")
	}
	return list[len(list)-1]
}
