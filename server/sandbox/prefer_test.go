package sandbox_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// Ensure that every operation responds with every status that it declares, and changes nothing.
func TestPrefer(t *testing.T) {
	t.Parallel()
	b := populated(t, sandbox.Options{})
	before := b.state(t)
	for _, o := range apiOperations(t) {
		for _, status := range o.Statuses() {
			a := b.do(t, callOf(o, o.Good.Own()).with("Prefer", "respond-async, code="+status+"; x=y"))
			if got := strconv.Itoa(a.status); got != status || a.header.Get("Preference-Applied") != "code="+status {
				t.Errorf("%s: got %s and %q, want %s", o.ID, got, a.header.Get("Preference-Applied"), status)
			}
		}
	}
	b.wantState(t, before, "a preference changed the state")
}

func TestPrefer_Edges(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	prefer := func(c call, values ...string) call { return c.with("Prefer", values...) }
	b.play(t,
		turn{name: "quoted, in any case", call: prefer(userList, `CODE="404"`), status: 404, has: []string{`"message":"Not Found"`}},
		turn{name: "the first one counts", call: prefer(userList, "wait=1", "code=404, code=400"), status: 404},
		turn{name: "authentication comes first", call: prefer(userList.as(""), "code=404"), status: 401},
		turn{name: "so does the check", call: prefer(cockpit("GET", "/users/groups?pageSize=0", ""), "code=500"), status: 400, has: names("pageSize")},
		turn{name: "another preference", call: prefer(userList, "return=minimal"), status: 200},
	)
	a := b.do(t, prefer(reports("POST", accountUsers, `{"email":"a@x","displayName":"A"}`), "code=201"))
	if a.header.Get("Location") == "" || a.header.Get("Content-Type") != "application/json; charset=utf-8" || !strings.Contains(a.body, "nina.new@acme.example") {
		t.Errorf("the example of a creation: got %v %s", a.header, a.body)
	}
	if a := b.do(t, prefer(userList, "code=200")); !strings.HasPrefix(a.body, `{"page_size":1,"data":[{"id":"`) || !strings.Contains(a.body, `"}],"status":"success","timestamp":"`) {
		t.Errorf("the example of a list is not written as the service writes one: %s", a.body)
	}
	for _, code := range []string{"418", "teapot", "", `"`, "2000"} {
		last := int64(len(b.Exchanges(0)))
		a := b.do(t, prefer(groupList, "code="+code))
		found := fmt.Sprint(b.Exchanges(last))
		if a.status != http.StatusOK || a.header.Get("Preference-Applied") != "" || !strings.Contains(found, "/Prefer undeclared") {
			t.Errorf("code=%s: got %d, headers %v and exchanges %s", code, a.status, a.header, found)
		}
	}
}
