package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// exchanges asks the control plane for the exchanges after an id.
func (b *box) exchanges(t testing.TB, after int64) []control.Exchange {
	t.Helper()
	a := b.do(t, call{method: "GET", target: fmt.Sprintf("/_sandbox/exchanges?after=%d", after)})
	if a.status != http.StatusOK {
		t.Fatalf("GET exchanges: got %d %s", a.status, a.body)
	}
	return decode[[]control.Exchange](t, a)
}

// Ensure an exchange has the request, the response and the findings, and that only the two APIs have exchanges.
func TestExchanges(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	b.do(t, form(entraPath, credentials))
	b.do(t, call{method: "GET", target: "/_sandbox/health"})
	b.do(t, call{method: "GET", target: "/nothing"})
	b.do(t, cockpit("GET", "/customer/"+contoso+"/users?colour=red", ""))
	b.do(t, reports("GET", "/Accounts/"+account+"/users/"+accountUser, ""))
	b.do(t, cockpit("POST", "/nothing", ""))
	b.do(t, good["myreports"].as(""))
	list := "listPortalUsers"
	get := "getAccountUser"
	want := []control.Exchange{
		{ID: 1, Operation: &list, Method: "GET", Path: "/v1/customer/" + contoso + "/users", Query: "colour=[redacted]", Status: 200, Findings: []control.Finding{
			{Where: "query", Pointer: "/colour", Rule: "undeclared", Expected: "only declared parameters"},
		}},
		{ID: 2, Operation: &get, Method: "GET", Path: "/api/v1.0/Accounts/" + account + "/users/" + accountUser, Status: 200, Findings: []control.Finding{
			{Where: "path", Rule: "canonical", Expected: "/v1.0/accounts/{accountTenantId}/users/{userId}"},
		}},
		{ID: 3, Method: "POST", Path: "/v1/nothing", Status: 404, Findings: []control.Finding{{Where: "path", Rule: "path", Expected: "a path of the document"}}},
		{ID: 4, Operation: &get, Method: "GET", Path: "/api/v1.0/accounts/" + account + "/users/" + accountUser, Status: 401, Findings: []control.Finding{}},
	}
	got := b.exchanges(t, 0)
	for _, x := range got {
		for i := range x.Findings {
			x.Findings[i].Grade = ""
		}
	}
	messages := cmpopts.IgnoreFields(control.Exchange{}, "Time", "Duration", "Request", "Response")
	if diff := cmp.Diff(want, got, messages); diff != "" {
		t.Errorf("exchanges (-want +got):\n%s", diff)
	}
}

// Ensure the newest thousand are kept, that ?after= gives those after it, and that ids go on after a reset.
func TestExchanges_Ring(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	send := func(n int) {
		for range n {
			b.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/v1/nothing", nil))
		}
	}
	wantIDs := func(after, first, last int64) {
		t.Helper()
		list := b.exchanges(t, after)
		if len(list) != int(last-first+1) {
			t.Fatalf("after %d: got %d exchanges, want %d", after, len(list), last-first+1)
		}
		for i, x := range list {
			if x.ID != first+int64(i) {
				t.Fatalf("after %d: exchange %d has the id %d, want %d", after, i, x.ID, first+int64(i))
			}
		}
	}
	wantIDs(0, 1, 0)
	send(999)
	wantIDs(0, 1, 999)
	send(1)
	wantIDs(0, 1, 1000)
	send(1)
	wantIDs(0, 2, 1001)
	send(1500)
	wantIDs(0, 1502, 2501)
	wantIDs(1501, 1502, 2501)
	wantIDs(2000, 2001, 2501)
	wantIDs(2501, 2502, 2501)
	wantIDs(9_000_000_000_000, 2502, 2501)
	if a := b.do(t, call{method: "POST", target: "/_sandbox/reset"}); a.status != http.StatusNoContent {
		t.Fatalf("reset: got %d %s", a.status, a.body)
	}
	wantIDs(0, 2502, 2501)
	send(2)
	wantIDs(0, 2502, 2503)
}

// Ensure an exchange is listed when its response arrives: a test that reads the list next must find it.
func TestExchanges_BeforeResponse(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	early := &spy{ResponseRecorder: httptest.NewRecorder(), onHead: func() {
		if got := len(b.exchanges(t, 0)); got != 1 {
			t.Errorf("as the response goes out: got %d exchanges, want 1", got)
		}
	}}
	b.ServeHTTP(early, httptest.NewRequest("GET", "/v1/nothing", nil))
	if early.onHead != nil {
		t.Error("no response went out")
	}
}

// A spy calls onHead once, when the status of a response is sent.
type spy struct {
	*httptest.ResponseRecorder
	onHead func()
}

func (s *spy) WriteHeader(status int) {
	if s.onHead != nil {
		s.onHead()
		s.onHead = nil
	}
	s.ResponseRecorder.WriteHeader(status)
}

// Ensure what a caller sends cannot make the list unreadable.
func TestExchanges_OddRequests(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	odd := []string{
		"/v1/%00", "/v1/%ff", "/v1/%ed%a0%80", "/v1/%22%0a", "/v1/" + strings.Repeat("x", 10<<10), "/v1/customer/" + contoso + "/users?%00=1&%ff=2&%22=3",
		"/v1/customer/%00/users", "/api/%00", "/v1//", "/v1/../v1",
	}
	for _, target := range odd {
		b.do(t, call{method: "GET", target: target})
		b.do(t, cockpit("PUT", strings.TrimPrefix(target, "/v1"), "{\"\x00\":1,\"\xff\":2}"))
		b.do(t, cockpit("GET", strings.TrimPrefix(target, "/v1"), ""))
	}
	b.do(t, call{method: "%00", target: "/v1/nothing"})
	b.do(t, reports("PATCH", "/accounts/"+account+"/users/"+accountUser, "[{\"op\":\"add\",\"path\":\"/displayName\",\"value\":\"x\",\"\\u0000\xff\":1}]"))
	if got, want := len(b.exchanges(t, 0)), 3*len(odd)+2; got != want {
		t.Errorf("got %d exchanges, want %d", got, want)
	}
}

// Ensure nothing that a caller sends in confidence is remembered.
func TestExchanges_NoSecrets(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	for _, c := range confidential {
		b.do(t, c)
	}
	a := b.do(t, call{method: "GET", target: "/_sandbox/exchanges"})
	wantNoSecrets(t, a.body)
	if n := strings.Count(a.body, "murmur"); n < 5 {
		t.Errorf("got %d times what is no secret: %s", n, a.body)
	}
}

// confidential are requests that hold secrets in all places: the word hush. The word murmur is where none is.
var confidential = []call{
	form(entraPath, "grant_type=client_credentials&client_id=hush&client_secret=hush&scope=hush&hush=1&hush=2"),
	form(portalPath+"?client_secret=hush", "grant_type=hush").with("Authorization", "Basic aHVzaDpodXNo"),
	cockpit("GET", "/customer/"+contoso+"/users?access_token=hush&resellerId=hush", ""),
	cockpit("GET", "/customer/"+contoso+"/users", "").with("Authorization", "Bearer hush"),
	cockpit("GET", "/customer/"+contoso+"/users", "").with("X-Tenant", "murmur"),
	cockpit("PATCH", "/Customers/"+contoso+"/users/"+firstUser, `{"providerInstanceId":"`+microsoft+`","customerUser":{"displayName":"Murmur",
		"email":"murmur@contoso.example","location":"GB","domain":"contoso.example","temporaryPassword":"hush"}}`),
	cockpit("PATCH", "/Customers/"+contoso+"/users/"+firstUser, `{"providerInstanceId":"murmur","customerUser":{"temporaryPassword":["hush"],"location":"murmur"}}`),
	cockpit("PATCH", "/Customers/"+contoso+"/users/"+firstUser, `hush`),
	reports("PATCH", "/accounts/"+account+"/users/"+accountUser, `[{"op":"replace","path":"/password","value":"hush"},{"op":"murmur","path":"murmur"}]`),
	reports("PATCH", "/accounts/"+account+"/users/"+accountUser, `{"hush":`).with("Content-Type", "murmur/murmur"),
	{method: "PUT", target: "/_sandbox/state", body: `{"clients":[{"id":"hush","secret":"hush","api":"hush"}]}`},
	{method: "GET", target: "/_sandbox/health", header: http.Header{"Authorization": {"Bearer hush"}, "Origin": {"http://hush"}}},
}

func wantNoSecrets(t *testing.T, text string) {
	t.Helper()
	for _, word := range []string{"hush", "aHVzaDpodXNo", "demo-secret", "eyJ"} {
		if i := strings.Index(text, word); i >= 0 {
			t.Errorf("got %q in …%s…", word, text[max(0, i-200):min(len(text), i+100)])
		}
	}
}
