package sandbox_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

func setFaults(rules string) call {
	return call{method: "PUT", target: "/_sandbox/faults", body: `{"rules":[` + rules + `]}`}
}

var (
	groupList = cockpit("GET", "/users/groups", "")
	userList  = reports("GET", accountUsers, "")
)

// Ensure that a rule acts in its order, counts down and shows what is left.
func TestFaults_Count(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	rules := `{"action":{"retryAfter":1,"status":429},"count":2,"operation":"listGroups"},{"action":{"status":503},"count":1}`
	b.play(t,
		turn{name: "set", call: setFaults(rules), status: 204},
		turn{name: "as they were set", call: call{method: "GET", target: "/_sandbox/faults"}, status: 200, has: []string{`{"rules":[` + rules + `]}`}},
		turn{name: "the first rule", call: groupList, status: 429, has: []string{`"statusCode":429,"type":"TooManyRequests"`, `"correlationId":"`}},
		turn{name: "the second rule is for all", call: userList, status: 503, has: []string{`{"error":503,"message":"Service Unavailable","status":"error","timestamp":"`}},
		turn{name: "what is left", call: call{method: "GET", target: "/_sandbox/faults"}, status: 200, has: []string{`"acted":1,"action":{"retryAfter":1,"status":429},"count":1`, `"acted":1,"action":{"status":503},"count":0`}},
		turn{name: "the first rule again, with any token", call: groupList.as(""), status: 429},
		turn{name: "nothing is left", call: groupList, status: 200},
		turn{name: "set again", call: setFaults(rules), status: 204},
		turn{name: "cleared", call: call{method: "DELETE", target: "/_sandbox/faults"}, status: 204},
		turn{name: "none is set", call: call{method: "GET", target: "/_sandbox/faults"}, status: 200, has: []string{`{"rules":[]}`}},
		turn{name: "nothing fails", call: groupList, status: 200},
		turn{name: "set once more", call: setFaults(rules), status: 204},
		turn{name: "a reset", call: call{method: "POST", target: "/_sandbox/reset"}, status: 204},
		turn{name: "clears them too", call: groupList, status: 200},
	)
	b.play(t, turn{name: "one", call: setFaults(`{"action":{"status":429,"retryAfter":7}}`), status: 204})
	if a := b.do(t, groupList); a.header.Get("Retry-After") != "7" || a.header.Get("X-Correlation-Id") == "" {
		t.Errorf("got headers %v", a.header)
	}
}

func TestFaults_Match(t *testing.T) {
	t.Parallel()
	statuses := func(b *box, n int, c call) string {
		var got []string
		for range n {
			got = append(got, fmt.Sprint(b.do(t, c).status))
		}
		return strings.Join(got, " ")
	}
	b := start(t, sandbox.Options{})
	for _, row := range []struct{ name, match, rest, want string }{
		{"the third call", `"nth":3`, ``, "200 200 500 200 200"},
		{"from the second on, twice", `"nth":2`, `,"count":2`, "200 500 500 200 200"},
		{"never", `"probability":0`, ``, "200 200 200 200 200"},
		{"always", `"probability":1`, ``, "500 500 500 500 500"},
		{"another operation", ``, `,"operation":"listUsers"`, "200 200 200 200 200"},
		{"another correlation id", `"correlationId":"` + nowhere + `"`, ``, "200 200 200 200 200"},
	} {
		b.play(t, turn{name: row.name, call: setFaults(`{"match":{` + row.match + `},"action":{"status":500}` + row.rest + `}`), status: 204})
		if got := statuses(b, 5, groupList); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
	b.play(t, turn{name: "one for each call", call: setFaults(
		`{"match":{"nth":1},"action":{"status":500}},{"match":{"nth":2},"action":{"status":503}},{"match":{"nth":4},"action":{"status":429}}`,
	), status: 204})
	if got := statuses(b, 5, groupList); got != "500 503 200 429 200" {
		t.Errorf("rules for the first, the second and the fourth call: got %s", got)
	}
	id := "6F1F4A52-8f0e-4d58-9d3f-0d2b6c1c7a10"
	b.play(t,
		turn{name: "by correlation id", call: setFaults(`{"match":{"correlationId":"` + strings.ToLower(id) + `"},"action":{"status":500}}`), status: 204},
		turn{name: "in any case", call: groupList.with("X-Correlation-Id", id), status: 500},
		turn{name: "of MyReports, too", call: userList.with("X-Correlation-Id", id), status: 500},
	)
	drawn := func(seed string) string {
		b.play(t, turn{name: seed, call: setFaults(`{"match":{"probability":0.5,"seed":` + seed + `},"action":{"status":500}}`), status: 204})
		return statuses(b, 40, groupList)
	}
	first := drawn("7")
	if first != drawn("7") || first == drawn("8") || !strings.Contains(first, "200") || !strings.Contains(first, "500") {
		t.Errorf("draws do not follow the seed: %s", first)
	}
}

func TestFaults_Actions(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	create := resellerUser(newcomer("A", "B", "a@x"))
	fault := func(action string, c call, status int, has ...string) {
		t.Helper()
		b.play(t,
			turn{name: "set " + action, call: setFaults(`{"action":{` + action + `},"count":1}`), status: 204},
			turn{name: action, call: c, status: status, has: has},
		)
	}
	for _, c := range []call{groupList, userList} {
		fault(`"status":401`, c, 401)
		fault(`"status":403`, c, 403)
		fault(`"status":599`, c, 599)
		fault(`"gateway":true`, c, 502, "<html>", "502 Bad Gateway")
		fault(`"gateway":true,"status":504,"retryAfter":3`, c, 504, "<html>", "504 Gateway Timeout")
		fault(`"latency":1`, c, 200)
		b.play(t, turn{name: "an expired token", call: setFaults(`{"action":{"expiredToken":true},"count":1}`), status: 204})
		if a := b.do(t, c); a.status != 401 || a.body != "" || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), `Bearer error="invalid_token"`) {
			t.Errorf("an expired token: got %d %q %v", a.status, a.body, a.header)
		}
	}
	began := time.Now()
	fault(`"latency":150,"status":503`, groupList, 503)
	if took := time.Since(began); took < 150*time.Millisecond {
		t.Errorf("a latency of 150 ms took %v", took)
	}
	before := b.state(t)
	fault(`"status":500`, create, 500, `"type":"InternalServerError"`)
	fault(`"gateway":true`, create, 502)
	b.wantState(t, before, "a fault before the request was carried out changed the state")
	fault(`"commitThenFail":true`, create, 500, `"description":"The service could not complete the request."`)
	b.play(t, turn{name: "it was carried out", call: create, status: 400, has: names("email")})
	fault(`"commitThenFail":true,"gateway":true`, byEmail("DELETE", "a@x", ""), 502, "<html>")
	b.play(t, turn{name: "and this, too", call: byEmail("DELETE", "a@x", ""), status: 404})
	fault(`"commitThenFail":true,"status":503`, withText(create, `"A"`, `""`), 400, names("firstName")...)
	fault(`"commitThenFail":true,"status":503`, reports("DELETE", accountUsers+"/"+plainUser, ""), 503, `{"error":503,"message":"Service Unavailable"`)
	b.play(t, turn{name: "gone", call: reports("GET", accountUsers+"/"+plainUser, ""), status: 404})
}

// cutRead sends a request on a connection of its own, and returns what came of its body.
func (b *box) cutRead(t *testing.T, c call) (status int, body string, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), c.method, b.url+c.target, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	token, err := b.Token(c.client)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = c.header.Clone()
	r.Header.Set("Authorization", "Bearer "+token)
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := (&http.Transport{DisableKeepAlives: false}).RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

func TestFaults_Cuts(t *testing.T) {
	t.Parallel()
	direct(t, "it responds with 502 to a connection that the sandbox has cut")
	b := start(t, sandbox.Options{})
	whole := b.do(t, groupList).body
	cut := func(action string, c call) (int, string, error) {
		t.Helper()
		b.play(t, turn{name: action, call: setFaults(`{"action":{` + action + `},"count":1}`), status: 204})
		return b.cutRead(t, c)
	}
	if _, _, err := cut(`"cut":"before"`, groupList); !errors.Is(err, io.EOF) {
		t.Errorf("before: got error %v, want EOF", err)
	}
	if status, body, err := cut(`"cut":"within"`, groupList); status != 200 || !errors.Is(err, io.ErrUnexpectedEOF) || len(body) != len(whole)/2 || !strings.HasPrefix(whole, body) {
		t.Errorf("within: got %d %q and error %v", status, body, err)
	}
	if status, body, err := cut(`"cut":"after"`, groupList); status != 200 || err != nil || body != whole {
		t.Errorf("after: got %d %q and error %v", status, body, err)
	}
	password := passwordReset(`"Tr0ub4dor&3"`) // gets a response without a body
	if status, body, err := cut(`"cut":"within"`, password); status != 200 || !errors.Is(err, io.ErrUnexpectedEOF) || body != "" {
		t.Errorf("within nothing: got %d %q and error %v", status, body, err)
	}
	create := resellerUser(newcomer("A", "B", "a@x"))
	if _, _, err := cut(`"cut":"before"`, create); err == nil {
		t.Error("before: got a response")
	}
	if _, _, err := cut(`"cut":"before","commitThenFail":true`, create); err == nil {
		t.Error("after the commit: got a response")
	}
	b.play(t, turn{name: "it was carried out once", call: create, status: 400, has: names("email")})
	if status, _, err := cut(`"cut":"within"`, withText(create, "a@x", "b@x")); status != 201 || err == nil {
		t.Errorf("within: got %d and error %v", status, err)
	}
	if status, _, err := cut(`"cut":"after"`, byEmail("DELETE", "b@x", "")); status != 204 || err != nil {
		t.Errorf("after: got %d and error %v", status, err)
	}
	zero := 0
	for _, x := range b.Exchanges(0) {
		if x.Status == 0 {
			zero++
		}
	}
	if zero != 3 {
		t.Errorf("got %d exchanges without a response, want 3", zero)
	}
}

func TestFaults_Refused(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	good := `{"action":{"status":500}}`
	b.play(t, turn{name: "a good rule", call: setFaults(good), status: 204})
	for rule, place := range map[string]string{
		`{}`:                        "/rules/1/action",
		`{"action":{}}`:             "/rules/1/action",
		`{"action":{"latency":0}}`:  "/rules/1/action",
		`{"action":{"status":200}}`: "/rules/1/action/status",
		`{"action":{"status":500,"cut":"before"}}`:               "/rules/1/action/cut",
		`{"action":{"cut":"early"}}`:                             "/rules/1/action/cut",
		`{"action":{"retryAfter":1}}`:                            "/rules/1/action/retryAfter",
		`{"action":{"expiredToken":true,"status":401}}`:          "/rules/1/action/expiredToken",
		`{"action":{"status":500},"operation":"listEverything"}`: "/rules/1/operation",
		`{"action":{"status":500},"operation":"getState"}`:       "/rules/1/operation",
		`{"action":{"status":500},"count":-1}`:                   "/rules/1/count",
		`{"action":{"status":500},"match":{"nth":0}}`:            "/rules/1/match/nth",
		`{"action":{"status":500},"match":{"probability":1.01}}`: "/rules/1/match/probability",
		`{"action":{"status":500},"match":{"header":"x"}}`:       "/rules/1/match/header",
		`{"action":{"status":500,"colour":1}}`:                   "/rules/1/action/colour",
	} {
		b.play(t, turn{name: rule, call: setFaults(good + "," + rule), status: 400, has: []string{`"pointer":"` + place + `"`}})
	}
	b.play(t, turn{name: "nothing changed", call: groupList, status: 500})
}

// Ensure that a request before the time of Retry-After is a finding, and a repeated POST whose outcome is not known.
func TestFaults_Watch(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := b.SetClock(control.ClockChange{Now: &at, Frozen: new(true)}); err != nil {
		t.Fatal(err)
	}
	seen := func(name string, c call, want ...string) {
		t.Helper()
		var last int64
		for _, x := range b.Exchanges(0) {
			last = x.ID
		}
		_, _, _ = b.cutRead(t, c)
		var rules []string
		for _, x := range b.Exchanges(last) {
			for _, f := range x.Findings {
				rules = append(rules, f.Rule)
			}
		}
		if !slices.Equal(rules, want) {
			t.Errorf("%s: got findings %q, want %q", name, rules, want)
		}
	}
	set := func(action string) {
		t.Helper()
		b.play(t, turn{name: action, call: setFaults(`{"action":{` + action + `},"count":1}`), status: 204})
	}
	set(`"status":429,"retryAfter":10`)
	seen("the fault", groupList)
	seen("too early", groupList, "retryAfter")
	seen("another operation", everybody(""))
	seen("another client", groupList.as("demo-reseller"))
	if err := b.SetClock(control.ClockChange{Advance: new(9.5)}); err != nil {
		t.Fatal(err)
	}
	seen("still too early", groupList, "retryAfter")
	if err := b.SetClock(control.ClockChange{Advance: new(0.5)}); err != nil {
		t.Fatal(err)
	}
	seen("in time", groupList)

	for i, action := range []string{`"status":500`, `"cut":"before"`, `"cut":"within"`, `"gateway":true`, `"commitThenFail":true`} {
		create := resellerUser(newcomer("A", "B", fmt.Sprintf("w%d@x", i)))
		set(action)
		seen(action, create)
		seen("another body", withText(create, `"A"`, `"C"`))
		seen("another client", create.as("demo-reseller"))
		seen("a repetition", create, "repeat")
		seen("is found once", create)
	}
	set(`"status":503,"retryAfter":0`)
	create := resellerUser(newcomer("A", "B", "z@x"))
	seen("not carried out, says Retry-After", create)
	seen("so that it may be repeated", create)
	set(`"status":500`)
	seen("what is safe", groupList)
	seen("may be repeated", groupList)
	set(`"status":500`)
	seen("a large body", withText(create, `"A"`, `"`+strings.Repeat("a", 2<<20)+`"`))
	seen("is refused as ever", withText(create, `"A"`, `"`+strings.Repeat("a", 2<<20)+`"`), "repeat", "size")
}

// Ensure that a finding about a retry belongs to the call that met the fault: one with the same correlation id, or else of the same
// client, operation and path. No fault, and a reset, end the waiting.
func TestFaults_WatchCalls(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	rules := func(c call) (rules []string) {
		t.Helper()
		_, _, _ = b.cutRead(t, c)
		list := b.Exchanges(0)
		for _, f := range list[len(list)-1].Findings {
			rules = append(rules, f.Rule)
		}
		return rules
	}
	set := func(action control.FaultAction) {
		t.Helper()
		if err := b.SetFaults(control.FaultRule{Action: action, Count: new(int32(1))}); err != nil {
			t.Fatal(err)
		}
	}
	wait := control.FaultAction{Status: 429, RetryAfter: new(int32(3600))}
	one, other := reports("GET", accountUsers+"/"+accountUser, ""), reports("GET", accountUsers+"/"+plainUser, "")
	create := resellerUser(newcomer("A", "B", "w@x", viewers))
	identified := func(c call, id string) call {
		return c.with("X-Correlation-Id", "00000000-0000-4000-8000-00000000000"+id)
	}
	for _, tt := range []struct {
		name      string
		action    control.FaultAction
		met       call
		blameless []call
		blamed    call
		rule      string
	}{
		{"paths", wait, one, []call{other}, one, "retryAfter"},
		{"a path in capitals", wait, one, nil, withTarget(one, "accounts", "Accounts"), "retryAfter"},
		{"correlation ids", wait, identified(groupList, "a"), []call{identified(groupList, "b"), groupList}, identified(groupList, "a"), "retryAfter"},
		{"a correlation id in capitals", wait, identified(groupList, "a"), nil, identified(groupList, "A"), "retryAfter"},
		{"repetitions", control.FaultAction{Cut: control.Before}, identified(create, "a"), []call{identified(create, "b")}, identified(create, "a"), "repeat"},
	} {
		set(tt.action)
		rules(tt.met)
		for i, c := range tt.blameless {
			if got := rules(c); slices.Contains(got, tt.rule) {
				t.Errorf("%s: call %d is another one, and got the findings %q", tt.name, i, got)
			}
		}
		if got := rules(tt.blamed); !slices.Contains(got, tt.rule) {
			t.Errorf("%s: got the findings %q, want %s", tt.name, got, tt.rule)
		}
		if err := b.SetFaults(); err != nil {
			t.Fatal(err)
		}
		if got := rules(tt.blamed); slices.Contains(got, tt.rule) {
			t.Errorf("%s, without a fault: got the findings %q", tt.name, got)
		}
		set(tt.action)
		rules(tt.met)
		if err := b.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := rules(tt.blamed); slices.Contains(got, tt.rule) {
			t.Errorf("%s, after a reset: got the findings %q", tt.name, got)
		}
	}
}

// Ensure that the token endpoints fail, too, so that a caller's token refresh can be tested, and only where a rule names them.
func TestFaults_TokenEndpoints(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	once := func(operation string, action control.FaultAction) {
		t.Helper()
		if err := b.SetFaults(control.FaultRule{Operation: operation, Action: action, Count: new(int32(1))}); err != nil {
			t.Fatal(err)
		}
	}
	for operation, c := range map[string]call{
		"issueTokenCloudCockpit": form(entraPath, credentials),
		"issueTokenMyReports":    form(portalPath, strings.Replace(credentials, "demo-csp", "demo-myreports", 1)),
	} {
		other := form(portalPath, strings.Replace(credentials, "demo-csp", "demo-myreports", 1))
		if c.target == portalPath {
			other = form(entraPath, credentials)
		}
		for _, tt := range []struct {
			name   string
			action control.FaultAction
			status int
			header map[string]string
			body   string
		}{
			{"busy", control.FaultAction{Status: 429, RetryAfter: new(int32(7))}, 429, map[string]string{"Retry-After": "7", "Content-Type": "application/json"}, `"error":"temporarily_unavailable"`},
			{"down", control.FaultAction{Status: 503}, 503, map[string]string{"Content-Type": "application/json"}, `"error":"temporarily_unavailable"`},
			{"broken", control.FaultAction{Status: 500}, 500, nil, `"error":"server_error"`},
			{"refused", control.FaultAction{Status: 400}, 400, nil, `"error":"invalid_request"`},
			{"unauthorized", control.FaultAction{Status: 401}, 401, nil, `"error":"invalid_client"`},
			{"HTML", control.FaultAction{Gateway: true}, 502, map[string]string{"Content-Type": "text/html"}, "<html>"},
			{"after the token was issued", control.FaultAction{CommitThenFail: true, Status: 503}, 503, nil, `"error":"temporarily_unavailable"`},
			{"slow", control.FaultAction{Latency: 1}, 200, nil, `"access_token"`},
		} {
			once(operation, tt.action)
			if a := b.do(t, other); a.status != http.StatusOK {
				t.Errorf("%s, %s: the other endpoint: got %d", operation, tt.name, a.status)
			}
			if a := b.do(t, c); a.status != tt.status || !strings.Contains(a.body, tt.body) {
				t.Errorf("%s, %s: got %d %s, want %d %s", operation, tt.name, a.status, a.body, tt.status, tt.body)
			} else {
				for name, want := range tt.header {
					if got := a.header.Get(name); got != want {
						t.Errorf("%s, %s: %s is %q, want %q", operation, tt.name, name, got, want)
					}
				}
			}
			if a := b.do(t, c); a.status != http.StatusOK {
				t.Errorf("%s, after %s: got %d %s, want 200", operation, tt.name, a.status, a.body)
			}
		}
		for _, cut := range []control.FaultActionCut{control.Before, control.Within} {
			if *proxied && cut == control.Before {
				continue // the proxy responds with 502 to a connection that was cut before the response
			}
			once(operation, control.FaultAction{Cut: cut})
			if a, err := b.try(t, c); err == nil {
				t.Errorf("%s, cut %s: got %d %s", operation, cut, a.status, a.body)
			}
		}
		if err := b.SetFaults(control.FaultRule{Action: control.FaultAction{Status: 500}}); err != nil {
			t.Fatal(err)
		}
		if a := b.do(t, c); a.status != http.StatusOK {
			t.Errorf("%s, a rule for both APIs: got %d, want 200", operation, a.status)
		}
	}
}

// Ensure that faults can be set from Go, and that a cut reaches a handler's caller as net/http's panic.
func TestSandbox_SetFaults(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	rule := control.FaultRule{Operation: "listGroups", Action: control.FaultAction{Cut: control.Before}, Count: new(int32(1))}
	if err := b.SetFaults(rule); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if got := recover(); got != http.ErrAbortHandler {
				t.Errorf("got panic %v", got)
			}
		}()
		b.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/v1/users/groups", nil))
	}()
	if got := b.Faults(); len(got) != 1 || *got[0].Count != 0 || *rule.Count != 1 {
		t.Errorf("got rules %v, and the caller's count %d", got, *rule.Count)
	}
	var places contract.Violations
	err := b.SetFaults(rule, control.FaultRule{})
	if !errors.As(err, &places) || places[0].Pointer != "/rules/1/action" || places[0].Expected == "" {
		t.Errorf("a rule without action: got %v, want an error that names the rule and what is expected", err)
	}
	if err := b.SetFaults(); err != nil || len(b.Faults()) != 0 {
		t.Errorf("none: got error %v and %v", err, b.Faults())
	}
}
