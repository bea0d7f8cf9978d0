package sandbox_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

func setClock(body string) call { return call{method: "PUT", target: "/_sandbox/clock", body: body} }

var getClock = call{method: "GET", target: "/_sandbox/clock"}

func TestClock(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	if c := b.Clock(); c.Frozen || time.Since(c.Now).Abs() > time.Minute {
		t.Errorf("at first: got %v", c)
	}
	b.play(t,
		turn{name: "set and frozen", call: setClock(`{"now":"2030-01-02T03:04:05.5+01:00","frozen":true}`), status: 204},
		turn{name: "it stands", call: getClock, status: 200, has: []string{`{"frozen":true,"now":"2030-01-02T02:04:05.5Z"}`}},
		turn{name: "timestamps go by it", call: userList, status: 200, has: []string{`"timestamp":"2030-01-02T02:04:05.5000000Z"`}},
		turn{name: "advanced", call: setClock(`{"advance":90.25}`), status: 204},
		turn{name: "it stands later", call: getClock, status: 200, has: []string{`{"frozen":true,"now":"2030-01-02T02:05:35.75Z"}`}},
		turn{name: "let go", call: setClock(`{"frozen":false}`), status: 204},
		turn{name: "it runs from there", call: getClock, status: 200, has: []string{`{"frozen":false,"now":"2030-01-02T02:0`}},
		turn{name: "too early", call: setClock(`{"now":"1969-12-31T23:59:59Z"}`), status: 400, has: []string{`"pointer":"/now"`}},
		turn{name: "too late", call: setClock(`{"now":"2200-01-01T00:00:00Z"}`), status: 400, has: []string{`"pointer":"/now"`}},
		turn{name: "far too late", call: setClock(`{"advance":7000000000}`), status: 400, has: []string{`"pointer":"/now"`}},
		turn{name: "backwards", call: setClock(`{"advance":-1}`), status: 400, has: []string{`"pointer":"/advance"`}},
		turn{name: "no time", call: setClock(`{"now":"yesterday"}`), status: 400, has: []string{`"pointer":"/now"`}},
		turn{name: "nothing", call: setClock(`{}`), status: 400},
		turn{name: "the first second", call: setClock(`{"now":"1970-01-01T00:00:00Z"}`), status: 204},
		turn{name: "the last one", call: setClock(`{"now":"2199-12-31T23:59:00Z"}`), status: 204},
	)
	token, err := b.Token("demo-myreports")
	if err != nil {
		t.Fatal(err)
	}
	b.play(t,
		turn{name: "tokens are still made", call: userList.as("").with("Authorization", "Bearer "+token), status: 200, has: []string{`"timestamp":"2199-12-31T23:59:`}},
		turn{name: "a reset", call: call{method: "POST", target: "/_sandbox/reset"}, status: 204},
	)
	if c := b.Clock(); c.Frozen || time.Since(c.Now).Abs() > time.Minute {
		t.Errorf("after a reset: got %v", c)
	}
}

// Ensure that a token expires by the clock.
func TestClock_Token(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	token, err := b.Token("demo-csp")
	if err != nil {
		t.Fatal(err)
	}
	c := groupList.as("").with("Authorization", "Bearer "+token)
	advance := func(seconds float64) {
		if err := b.SetClock(control.ClockChange{Advance: &seconds}); err != nil {
			t.Fatal(err)
		}
	}
	b.play(t, turn{name: "fresh", call: c, status: 200})
	advance(3500)
	b.play(t, turn{name: "old", call: c, status: 200})
	advance(100)
	b.play(t, turn{name: "expired", call: c, status: 401})
}

// Ensure which mails are sent, and that none holds a password.
func TestOutbox(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	const password = "Tr0ub4dor&3"
	b.play(t,
		turn{name: "the time", call: setClock(`{"now":"2026-01-02T03:04:05Z","frozen":true}`), status: 204},
		turn{name: "none at first", call: call{method: "GET", target: "/_sandbox/outbox"}, status: 200, has: []string{"[]"}},
		turn{name: "an account's user", call: reports("POST", accountUsers, `{"email":"nina@x","displayName":"Nina"}`), status: 201},
		turn{name: "a refused one", call: reports("POST", accountUsers, `{"email":"nina@x","displayName":"Nina"}`), status: 400},
		turn{name: "a person who is known", call: reports("POST", customerTeam, `{"email":"nina@x","displayName":"Nina"}`), status: 201},
		turn{name: "again", call: reports("POST", customerTeam+"/"+customersUser+"/sendActivationEmail", ""), status: 204},
		turn{name: "not from here", call: reports("POST", accountUsers+"/"+visitingUser+"/sendActivationEmail", ""), status: 400},
		turn{name: "a password", call: passwordReset(`"` + password + `"`), status: 200},
		turn{name: "another one", call: withText(customerView(`"`+password+`"`), "@", "@"), status: 200},
		turn{name: "none", call: customerView("null"), status: 200},
	)
	mails, err := b.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mails {
		got = append(got, string(m.Kind)+" "+m.API+" "+m.To+" "+m.Tenant+" "+m.Time.Format(time.RFC3339))
	}
	want := "activation myreports nina@x " + account + "\nactivation myreports xavier.young@bakery.example " + accountCustomer +
		"\npassword cloudcockpit ada.abbott@contoso.example " + tenant + "\npassword cloudcockpit ada@contoso.example " + tenant
	if list := strings.ReplaceAll(strings.Join(got, "\n"), " 2026-01-02T03:04:05Z", ""); list != want {
		t.Errorf("got\n%s\nwant\n%s", list, want)
	}
	raw, err := json.Marshal(mails)
	if err != nil || strings.Contains(string(raw), password) {
		t.Errorf("error %v, mails %s", err, raw)
	}
	b.play(t,
		turn{name: "the later ones", call: call{method: "GET", target: "/_sandbox/outbox?after=3"}, status: 200,
			has: []string{`[{"api":"cloudcockpit","id":4,"kind":"password","tenant":"` + tenant + `","time":"2026-01-02T03:04:05Z","to":"ada@contoso.example","userId":"` + firstUser + `"}]`}},
		turn{name: "a reset", call: call{method: "POST", target: "/_sandbox/reset"}, status: 204},
		turn{name: "none", call: call{method: "GET", target: "/_sandbox/outbox"}, status: 200, has: []string{"[]"}},
	)
}

// customerView is an update of Ada with a password.
func customerView(password string) call {
	return cockpit("PATCH", "/Customers/"+contoso+"/users/"+firstUser, `{"providerInstanceId":"`+microsoft+
		`","customerUser":{"displayName":"Ada","email":"ada@contoso.example","location":"US","domain":"contoso.example","temporaryPassword":`+password+`}}`)
}
