package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

const userPath = "/Customers/" + contoso + "/users/" + firstUser

// passwords are bodies of a PATCH of a customer user that have a password, hush, in them, somehow.
var passwords = map[string]string{
	"in its place":            `{"providerInstanceId":"` + microsoft + `","customerUser":{"displayName":"Loud","email":"loud@contoso.example","location":"GB","domain":"contoso.example","temporaryPassword":"hush"}}`,
	"nested":                  `{"customerUser":{"customerUser":{"temporaryPassword":"hush"}}}`,
	"one level up":            `{"temporaryPassword":"hush","customerUser":{"displayName":"Loud"}}`,
	"in a list":               `{"customerUser":[{"temporaryPassword":"hush"}]}`,
	"as a list":               `{"customerUser":{"temporaryPassword":["hush"]}}`,
	"as an object":            `{"customerUser":{"temporaryPassword":{"displayName":"hush"}}}`,
	"misspelt":                `{"customerUser":{"temporarypasword":"hush","passwd":"hush"}}`,
	"upper case":              `{"customerUser":{"TEMPORARYPASSWORD":"hush","temporarypassword":"hush"}}`,
	"upper case of the outer": `{"CustomerUser":{"temporaryPassword":"hush"}}`,
	"duplicated":              `{"customerUser":{"temporaryPassword":"hush","temporaryPassword":"hush"},"customerUser":{"temporaryPassword":"hush"}}`,
	"escaped":                 `{"customerUser":{"temporary\u0050assword":"hush"}}`,
	"undeclared":              `{"note":"hush","customerUser":{"note":{"hash":"hush"}}}`,
	"instead of the user":     `{"customerUser":"hush"}`,
	"instead of the body":     `"hush"`,
	"as a list of bodies":     `[{"customerUser":{"temporaryPassword":"hush"}}]`,
	"not JSON":                `{"customerUser":{"temporaryPassword":hush}}`,
	"never ending":            `{"customerUser":{"temporaryPassword":"hush`,
	"after the end":           `{"customerUser":{}} {"temporaryPassword":"hush"}`,
	"a form":                  `temporaryPassword=hush`,
	"not UTF-8":               "{\"customerUser\":{\"displayName\":\"\xff\",\"temporaryPassword\":\"hush\"}}",
	"U+0000":                  `{"customerUser":{"displayName":"\u0000","temporaryPassword":"hush"}}`,
	"over the cut":            `{"customerUser":{"displayName":"` + strings.Repeat("x", 16<<10-len(`{"customerUser":{"displayName":"","temporaryPassword":"hu`)) + `","temporaryPassword":"hush"}}`,
	"beyond the cut":          `{"customerUser":{"displayName":"` + strings.Repeat("x", 20<<10) + `","temporaryPassword":"hush"}}`,
	"too large":               `{"customerUser":{"temporaryPassword":"hush","displayName":"` + strings.Repeat("x", 2<<20) + `"}}`,
}

// Ensure a password is in no exchange and no log, however it comes.
func TestExchanges_Passwords(t *testing.T) {
	t.Parallel()
	for name, body := range passwords {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var j journal
			b := start(t, sandbox.Options{Logger: j.logger()})
			b.do(t, cockpit("PATCH", userPath, body))
			b.do(t, cockpit("PATCH", userPath, body).with("Transfer-Encoding", "chunked"))
			b.do(t, cockpit("PATCH", userPath, body).as(""))
			b.do(t, cockpit("PATCH", userPath+"/nothing", body))
			b.do(t, cockpit("PATCH", userPath, body).with("Content-Type", "text/plain"))
			b.do(t, cockpit("PATCH", userPath, body).with("Prefer", "code=400"))
			b.do(t, reports("PATCH", "/accounts/"+account+"/users/"+accountUser, body))
			b.do(t, reports("POST", "/accounts/"+account+"/users", body))
			a := b.do(t, call{method: "GET", target: "/_sandbox/exchanges"})
			if list := decode[[]control.Exchange](t, a); len(list) != 8 {
				t.Errorf("got %d exchanges, want 8", len(list))
			}
			for _, text := range []string{a.body, j.String(), fmt.Sprint(b.Exchanges(0))} {
				if i := strings.Index(text, "hus"); i >= 0 {
					t.Errorf("got …%s…", text[max(0, i-200):min(len(text), i+100)])
				}
			}
		})
	}
}

// Ensure an exchange shows both messages, its time and its duration.
func TestExchanges_Messages(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := b.SetClock(control.ClockChange{Now: &now, Frozen: new(true)}); err != nil {
		t.Fatal(err)
	}
	if err := b.SetFaults(control.FaultRule{Action: control.FaultAction{Latency: 20}, Count: new(int32(1))}); err != nil {
		t.Fatal(err)
	}
	a := b.do(t, cockpit("PATCH", userPath, passwords["in its place"]).with("Cookie", "hush").with("X-Api-Key", "hush"))
	got := b.exchanges(t, 0)[0]
	if !got.Time.Equal(now) || got.Duration < 20 || got.Duration > 60_000 {
		t.Errorf("got the time %v and %v ms, want %v and at least 20 ms", got.Time, got.Duration, now)
	}
	request := got.Request.Headers
	for _, name := range []string{"Authorization", "Cookie", "X-Api-Key"} {
		if !slices.Equal(request[name], []string{"[redacted]"}) {
			t.Errorf("%s: got %q, want it redacted", name, request[name])
		}
	}
	if request["X-Tenant"][0] != tenant || request["Content-Type"][0] != "application/json" || got.Response.Headers["X-Correlation-Id"][0] != a.header.Get("X-Correlation-Id") {
		t.Errorf("got %v and %v, want what is no secret", request, got.Response.Headers)
	}
	if want := strings.ReplaceAll(passwords["in its place"], `"hush"`, `"[redacted]"`); value(got.Request.Body) != want || got.Request.Length != int64(len(passwords["in its place"])) {
		t.Errorf("got the request %d %s, want %s", got.Request.Length, value(got.Request.Body), want)
	}
	if got.Response.Length != int64(len(a.body)) || value(got.Response.Body) != a.body || got.Request.Cut || got.Response.Cut {
		t.Errorf("got the response %+v, want %s", got.Response, a.body)
	}
}

// Ensure an exchange shows the query as it was sent, without the values of what is not declared or not valid.
func TestExchanges_Query(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	list := "/Customers/" + contoso + "/users?"
	for _, row := range []struct {
		call call
		want string
	}{
		{cockpit("GET", list+"providerInstanceId="+microsoft+"&SEARCHVALUE=a%20b", ""), "providerInstanceId=" + microsoft + "&SEARCHVALUE=a%20b"},
		{cockpit("GET", list+"page%53ize=1&&pageNumber=hush&x", ""), "page%53ize=1&&pageNumber=[redacted]&x"},
		{cockpit("GET", list+"access_token=hush&pageSize=1;token=hush", ""), "access_token=[redacted]&pageSize=[redacted]"},
		{cockpit("GET", list+"%zz=hush&=hush", ""), "%zz=[redacted]&=[redacted]"},
		{cockpit("GET", "/nothing?pageSize=hush", ""), "pageSize=[redacted]"},
		{reports("GET", accountUsers+"?pageSize=hush", ""), "pageSize=[redacted]"},
		{userList, ""},
	} {
		b.do(t, row.call)
		list := b.Exchanges(0)
		if got := list[len(list)-1].Query; got != row.want {
			t.Errorf("%s: got %q, want %q", row.call.target, got, row.want)
		}
	}
	b.do(t, cockpit("GET", list+strings.Repeat("a=hush&", 1000), ""))
	if got := b.exchanges(t, 7)[0].Query; len(got) == 0 || strings.Contains(got, "hus") || strings.Count(got, "a=") > 300 {
		t.Errorf("a long query: got %q", got)
	}
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// Ensure an error that repeats what was hidden is hidden, and one that does not is shown.
func TestExchanges_Errors(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	patch := func(op string) control.Exchange {
		b.do(t, reports("PATCH", "/accounts/"+account+"/users/"+accountUser, "["+op+"]"))
		list := b.Exchanges(0)
		return list[len(list)-1]
	}
	x := patch(`{"op":"test","path":"/displayName","value":"hush"}`)
	if x.Status != 400 || !strings.Contains(value(x.Response.Body), `"message":"[redacted]"`) || strings.Contains(fmt.Sprint(x), "hush") {
		t.Errorf("got %d %s", x.Status, value(x.Response.Body))
	}
	x = patch(`{"op":"test","path":"/nickname","value":"hush"}`)
	if x.Status != 400 || !strings.Contains(value(x.Response.Body), "segment 'nickname' was not found") {
		t.Errorf("got %d %s", x.Status, value(x.Response.Body))
	}
	x = patch(strings.Repeat(" ", 17<<10) + `{"op":"test","path":"/displayName","value":"hush"}`)
	if x.Status != 400 || x.Response.Body != nil || !x.Request.Cut {
		t.Errorf("a request that is known in part: got %d %s", x.Status, value(x.Response.Body))
	}
}

// Ensure only the beginning of a body is kept, and of a truncated response what was sent.
func TestExchanges_Cut(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	longer := strings.ReplaceAll(b.state(t), `"displayName":"`, `"displayName":"`+strings.Repeat("ä", 28))
	if a := b.do(t, call{method: "PUT", target: "/_sandbox/state", body: longer}); a.status != http.StatusNoContent {
		t.Fatal(a)
	}
	a := b.do(t, cockpit("GET", "/Customers/"+contoso+"/users?providerInstanceId="+microsoft+"&pageSize=2000", ""))
	x := b.exchanges(t, 0)[0]
	if body := value(x.Response.Body); a.status != 200 || !x.Response.Cut || x.Response.Length != int64(len(a.body)) || len(body) > 16<<10 || len(body) < 15<<10 {
		t.Errorf("got %d bytes of %d, cut %v, of %d %d", len(body), x.Response.Length, x.Response.Cut, a.status, len(a.body))
	}
	if err := b.SetFaults(control.FaultRule{Action: control.FaultAction{Cut: control.Within}, Count: new(int32(1))}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.try(t, reports("POST", "/accounts/"+account+"/users", `{"email":"loud@acme.example","displayName":"Loud"}`)); err == nil {
		t.Error("got a whole response")
	}
	if x = b.exchanges(t, 1)[0]; !x.Response.Cut || !strings.HasPrefix(value(x.Response.Body), `{"`) {
		t.Errorf("got %+v", x.Response)
	}
	if err := b.SetFaults(control.FaultRule{Action: control.FaultAction{Cut: control.Before}}); err != nil {
		t.Fatal(err)
	}
	_, _ = b.try(t, reports("DELETE", "/accounts/"+account+"/users/"+accountUser, ""))
	if x = b.exchanges(t, 2)[0]; x.Status != 0 || x.Response != nil || x.Request.Headers == nil {
		t.Errorf("got %+v", x)
	}
}

// Ensure large exchanges push the oldest out, and that what is left is within the bound.
func TestExchanges_Bytes(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sb.Close() })
	token, err := sb.Token("demo-csp")
	if err != nil {
		t.Fatal(err)
	}
	body := `{"providerInstanceId":"` + strings.Repeat("x", 100<<10) + `"}`
	header := http.Header{"Authorization": {"Bearer " + token}, "X-Tenant": {tenant}, "Content-Type": {"application/json"}}
	for i := range 90 {
		header.Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 300))
	}
	send := func() {
		r := httptest.NewRequest("PATCH", "/v1"+userPath, io.MultiReader(strings.NewReader(body)))
		r.Header = header.Clone()
		sb.ServeHTTP(httptest.NewRecorder(), r)
	}
	for range 1000 {
		send()
	}
	list := sb.Exchanges(0)
	if n := len(list); n < 500 || n >= 1000 || list[n-1].ID != 1000 || list[0].ID != int64(1000-n+1) {
		t.Errorf("got %d exchanges, want the newest of a number that 16 MiB hold", n)
	}
	if list := sb.Exchanges(999); len(list) != 1 || list[0].Request.Length != int64(len(body)) || !list[0].Request.Cut {
		t.Errorf("got %d exchanges, want the last, cut", len(list))
	}
}

// Ensure the list can be read and forgotten while requests are served.
func TestExchanges_Concurrent(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if _, err := b.try(t, cockpit("PATCH", userPath, passwords["in its place"])); err != nil {
					t.Error(err)
				}
				for _, x := range b.Exchanges(0) {
					if strings.Contains(value(x.Request.Body), "hush") {
						t.Error("got a password")
					}
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		wg.Wait()
		close(ended)
	}()
	for {
		if err := b.Reset(t.Context()); err != nil {
			t.Error(err)
		}
		select {
		case <-ended:
			return
		default:
		}
	}
}
