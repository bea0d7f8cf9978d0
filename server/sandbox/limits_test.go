package sandbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// maxLine is the greatest length of a line of the log, in bytes.
const maxLine = 8 << 10

// quotedList is a JSON list of n strings.
func quotedList(n int, item func(i int) string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = `"` + item(i) + `"`
	}
	return "[" + strings.Join(items, ",") + "]"
}

func numberedRole(i int) string { return fmt.Sprintf("role.%d", i) }

// checkCost checks what a request may leave behind, however much is wrong with it.
func checkCost(t *testing.T, b *box, j *journal) {
	t.Helper()
	exchanges := b.Exchanges(0)
	for _, x := range exchanges {
		if n := len(x.Findings); n > 100 {
			t.Errorf("exchange %d has %d findings, want at most 100", x.ID, n)
		}
	}
	if exchanges[0].ID != 1 {
		t.Errorf("the first exchange is forgotten, the oldest is %d", exchanges[0].ID)
	}
	for line := range bytes.Lines([]byte(j.String())) {
		if len(line) > maxLine {
			t.Errorf("a line of the log has %d bytes, want at most %d: %.200s…", len(line), maxLine, line)
		}
	}
}

// Ensure that a user never has more than 100 roles of 100 characters, and that a request for more changes nothing.
func TestLimits_Roles(t *testing.T) {
	t.Parallel()
	var j journal
	b := start(t, sandbox.Options{Logger: j.logger()})
	users := map[string]string{
		"a customer's": customerTeam + "/" + customersUser,
		"an account's": accountUsers + "/" + plainUser,
	}
	before := b.state(t)
	replaceAll := func(list string) string { return `[{"op":"replace","path":"/roles","value":` + list + `}]` }
	tooMany := "The field Roles must be a string or array type with a maximum length of '100'."
	long := strings.Repeat("ä", 101)
	for name, user := range users {
		for what, list := range map[string]string{
			"100,000 unknown roles":  quotedList(100_000, func(i int) string { return fmt.Sprint("r", i) }),
			"100,000 times one role": quotedList(100_000, func(int) string { return "" }),
			"a long role":            `["` + long + `"]`,
		} {
			a := b.do(t, reports(http.MethodPatch, user, replaceAll(list)))
			if a.status != http.StatusBadRequest {
				t.Errorf("%s, %s: got %d %.200s, want 400", name, what, a.status, a.body)
			}
		}
	}
	customers := users["a customer's"]
	for what, c := range map[string]call{
		"101 roles":           reports(http.MethodPatch, customers, replaceAll(quotedList(101, numberedRole))),
		"a hundred and first": reports(http.MethodPatch, customers, `[{"op":"replace","path":"/roles","value":`+quotedList(100, numberedRole)+`},{"op":"add","path":"/roles/-","value":"x"}]`),
	} {
		if a := b.do(t, c); a.status != http.StatusBadRequest || decode[myreports.Error](t, a).Message != tooMany {
			t.Errorf("%s: got %d %.300s, want 400 %s", what, a.status, a.body, tooMany)
		}
	}
	b.wantState(t, before, "a refused request changed the state")
	if a := b.do(t, reports(http.MethodPatch, customers, replaceAll(quotedList(100, numberedRole)))); a.status != http.StatusOK {
		t.Errorf("100 roles: got %d %.300s, want 200", a.status, a.body)
	}
	if a := b.do(t, reports(http.MethodPatch, customers, `[{"op":"replace","path":"/displayName","value":"X"}]`)); a.status != http.StatusOK {
		t.Errorf("a user with 100 roles: got %d %.300s, want 200", a.status, a.body)
	}
	checkCost(t, b, &j)
}

// Ensure that a list of a thousand wrong or repeated items gets a response and a row that are no larger than those of a hundred.
func TestLimits_Lists(t *testing.T) {
	t.Parallel()
	var j journal
	b := populated(t, sandbox.Options{Logger: j.logger()})
	list := func(n int, item string) string { return "[" + strings.Repeat(item+",", n-1) + item + "]" }
	groups := func(id string) call {
		return cockpit("POST", "/customer/"+contoso+"/users", `{"firstName":"A","lastName":"B","email":"many@x","role":{},"groups":`+list(20_000, `{"id":"`+id+`"}`)+`}`)
	}
	licenses := func(sku string) call {
		return cockpit("PATCH", userPath+"/licenses", `{"providerInstanceId":"`+microsoft+`","licenses":`+list(10_000, `{"skuId":"`+sku+`","isSelected":true}`)+`}`)
	}
	for name, c := range map[string]call{"groups": groups(nowhere), "licences": licenses("no-sku")} {
		a := b.do(t, c)
		if errs := decode[cloudcockpit.Error](t, a).Errors; a.status != http.StatusBadRequest || len(errs) != 100 {
			t.Errorf("unknown %s: got %d with %d errors, want 400 with 100", name, a.status, len(errs))
		}
	}
	if a := b.do(t, groups(viewers)); a.status != http.StatusCreated {
		t.Errorf("20,000 times one group: got %d %.300s, want 201", a.status, a.body)
	}
	if a := b.do(t, licenses(officeE3)); a.status != http.StatusOK {
		t.Errorf("10,000 times one SKU: got %d %.300s, want 200", a.status, a.body)
	}
	checkCost(t, b, &j)
}

// Ensure that whatever is found of a request, and whatever its error says, neither its exchange nor its line in the log grows.
func TestLimits_Findings(t *testing.T) {
	t.Parallel()
	var j journal
	sb, err := sandbox.New(t.Context(), sandbox.Options{Logger: j.logger()})
	if err != nil {
		t.Fatal(err)
	}
	b := serve(t, sb)
	var query, body strings.Builder
	for i := range 300 {
		fmt.Fprintf(&query, "&%%22%%5c%d=", i)
		fmt.Fprintf(&body, `,"\"\\%d%s":1`, i, strings.Repeat("x", 100))
	}
	b.do(t, userList)
	b.do(t, reports(http.MethodGet, accountUsers+"?x="+query.String(), ""))
	b.do(t, reports(http.MethodPost, accountUsers, `{"email":"a@x","displayName":"A"`+body.String()+`}`))
	b.do(t, reports(http.MethodPost, accountUsers+"?x="+query.String(), `{"email":"b@x","displayName":"B"`+body.String()+`}`))
	b.do(t, cockpit(http.MethodGet, "/"+strings.Repeat("%22%5C", 1000), ""))
	sb.SetHandler("v1", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(errors.New(strings.Repeat(`"\`, 20<<10)))
	}))
	b.do(t, call{method: http.MethodGet, target: "/v1/x"})
	checkCost(t, b, &j)
}

// Ensure that a state of 400,000 undeclared members is refused without reading them all, and that the place is named.
func TestLimits_Members(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	before := b.state(t)
	var state strings.Builder
	state.WriteString(`{"cloudcockpit":{"tenants":[{"domain":"x"`)
	for i := range 400_000 {
		fmt.Fprintf(&state, `,"m%d":1`, i)
	}
	state.WriteString("}]}}")
	wantPlace(t, b.put(t, state.String()), "/cloudcockpit/tenants/0", "members")
	b.wantState(t, before, "a refused state changed the state")
}
