package sandbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// short writes roles of customers: uc is customer.user.uc.
func short(roles ...string) string {
	for i, role := range roles {
		roles[i] = fmt.Sprintf("%q", "customer.user."+role)
	}
	return "[" + strings.Join(roles, ",") + "]"
}

func customerNewcomer(email, roles string) call {
	return reports("POST", customerTeam, fmt.Sprintf(`{"email":%q, "displayName":"N", "roles":%s}`, email, roles))
}

func accepting(c call) call { return c.with("accept-charges", "true") }

// Ensure that a licence costs, and that a 402 comes after the 404s and before the roles are judged.
func TestCreateAccountCustomerUser(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	good := customerNewcomer("n@x.example", `["admin.user"]`)
	paid := customerNewcomer("p@x.example", short("uc", "uc.remote"))
	b.play(t, absentees(good)...)
	b.play(t, absentees(accepting(paid))...)
	b.play(t,
		turn{name: "a user", call: good, status: 201, has: []string{`"email":"n@x.example","primaryTenant":"` + accountCustomer + `","isParent":false,"roles":["customer.user","admin.user"]}`}},
		turn{name: "again", call: good, status: 400, has: isNotValid("n@x.example")},
		turn{name: "no name", call: withText(good, `"N"`, "null"), status: 400, has: says("The DisplayName field is required.")},
		turn{name: "a bad shape and a licence", call: withText(paid, `"N"`, "1"), status: 400, has: says("The input was not valid.")},
		turn{name: "no account and a licence", call: withTarget(paid, account, nowhere), status: 404},
		turn{name: "a licence", call: paid, status: 402},
		turn{name: "a licence that is refused", call: paid.with("accept-charges", "false"), status: 402},
		turn{name: "no boolean", call: paid.with("accept-charges", "yes"), status: 400},
		turn{name: "a licence and a bad role", call: customerNewcomer("q@x.example", short("uc.remote")), status: 402},
		turn{name: "a licence that is accepted", call: accepting(paid), status: 201, has: []string{`"roles":["customer.user","customer.user.uc","customer.user.uc.remote"]`}},
		turn{name: "remote needs uc", call: accepting(customerNewcomer("q@x.example", short("uc.remote", "acd"))), status: 400, has: isNotValid("customer.user.uc.remote")},
		turn{name: "realtime needs pbx", call: accepting(customerNewcomer("q@x.example", short("pbx.realtime"))), status: 400, has: isNotValid("customer.user.pbx.realtime")},
		turn{name: "acd needs pbx", call: accepting(customerNewcomer("q@x.example", short("acd"))), status: 400, has: isNotValid("customer.user.acd")},
		turn{name: "one supervisor", call: accepting(customerNewcomer("q@x.example", short("supervisorl2", "supervisorl1"))), status: 400, has: isNotValid("customer.user.supervisorl1")},
		turn{name: "needs in any order", call: accepting(customerNewcomer("q@x.example", short("acd", "pbx.realtime", "pbx", "supervisorl3"))), status: 201},
		turn{name: "read-only", call: customerNewcomer("r@x.example", short("microsoftteams")), status: 201, has: []string{`"roles":["customer.user"]`}},
		turn{name: "unknown", call: customerNewcomer("s@x.example", `["customer.new"]`), status: 201, has: []string{`"roles":["customer.user","customer.new"]`}},
	)
	if a := b.do(t, withText(paid, "p@x", "other@x")); a.body != withText(paid, "p@x", "other@x").body || a.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("402: got %s %q, want the request's body", a.header.Get("Content-Type"), a.body)
	}
	found := b.do(t, call{method: "GET", target: "/_sandbox/exchanges"}).body
	for _, finding := range []string{
		`{"expected":"no change of a role that is read-only","grade":"decided","pointer":"/roles","rule":"readOnly","where":"body"}`,
		`{"expected":"a role that the documents name","grade":"decided","pointer":"/roles","rule":"role","where":"body"}`,
	} {
		if strings.Count(found, finding) != 1 {
			t.Errorf("the exchanges do not have once %s", finding)
		}
	}
}

// rolesAt gives what a user of the customer holds.
func (b *box) rolesAt(t *testing.T, user string) string {
	t.Helper()
	u := decode[myreports.AccountCustomerUserResult](t, b.do(t, reports("GET", customerTeam+"/"+user, "")))
	return strings.ReplaceAll(strings.Join(u.Data.Roles, " "), "customer.user.", "")
}

func TestPatchAccountCustomerUser(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	patch := func(body string) call { return reports("PATCH", customerTeam+"/"+customersUser, body) }
	set := func(roles string) call { return patch(`[{"op":"replace","path":"/roles","value":` + roles + `}]`) }
	add := func(role string) call {
		return patch(`[{"op":"add", "path":"/roles/-", "value":"customer.user.` + role + `"}]`)
	}
	cannot := func(role string) []string {
		return says("The value 'customer.user." + role + "' is invalid for target location.")
	}
	b.play(t, absentees(patch(`[]`))...)
	for _, step := range []struct {
		name   string
		call   call
		status int
		has    []string
		roles  string // afterwards; "" is as before
	}{
		{"a new name", patch(`[{"op":"replace","path":"/displayName","value":"My New Name"}]`), 200, []string{`{"status":"success","timestamp":"`}, ""},
		{"what cannot be patched", patch(`[{"op":"replace","path":"/isParent","value":true}]`), 400, says("The target location specified by path segment 'isParent' was not found."), ""},
		{"no patch", patch(`{}`), 400, says("The JSON patch document was malformed and could not be parsed."), ""},
		{"no name", patch(`[{"op":"remove","path":"/displayName"}]`), 400, says("The DisplayName field is required."), ""},
		{"another set", set(`["customer.user"]`), 200, nil, "customer.user"},
		{"a licence", add("pbx"), 402, []string{add("pbx").body}, ""},
		{"a licence, then a bad operation", patch(`[{"op":"replace","path":"/nope"},{"op":"add","path":"/roles/-","value":"customer.user.pbx"}]`), 402, nil, ""},
		{"a licence that does not stay", patch(`[{"op":"add","path":"/roles/-","value":"customer.user.pbx"},{"op":"remove","path":"/roles/-"}]`), 200, nil, ""},
		{"a licence that needs another", accepting(add("acd")), 400, cannot("acd"), ""},
		{"the other", accepting(add("pbx")), 200, nil, "customer.user pbx"},
		{"then it goes", accepting(add("acd")), 200, nil, "customer.user pbx acd"},
		{"one that it has costs nothing", add("acd"), 200, nil, "customer.user pbx acd"},
		{"the whole list keeps pbx", set(`["customer.settings"]`), 200, nil, "customer.settings pbx"},
		{"so does removing it", patch(`[{"op":"remove","path":"/roles"}]`), 200, nil, "pbx"},
		{"one after the other", patch(`[{"op":"replace","path":"/roles","value":["customer.user"]},{"op":"test","path":"/roles/1","value":"customer.user.pbx"}]`), 200, nil, "customer.user pbx"},
		{"by its index it can be removed", patch(`[{"op":"remove","path":"/roles/1"}]`), 200, nil, "customer.user"},
		{"and is not kept then", set(`["customer.user","admin.user"]`), 200, nil, "customer.user admin.user"},
		{"a supervisor", accepting(add("supervisorl1")), 200, nil, "customer.user admin.user supervisorl1"},
		{"a second one", accepting(add("supervisorl3")), 400, cannot("supervisorl3"), ""},
		{"instead of the first", accepting(patch(`[{"op":"replace","path":"/roles/2","value":"customer.user.supervisorl3"}]`)), 200, nil, "customer.user admin.user supervisorl3"},
		{"a role without what it needs, in one patch", accepting(set(short("uc.remote", "uc"))), 200, nil, "uc.remote uc"},
		{"what it needs is taken away", patch(`[{"op":"remove","path":"/roles/1"}]`), 400, cannot("uc.remote"), ""},
		{"a read-only role", add("microsoftteams"), 200, nil, "uc.remote uc"},
		{"an unknown role", add("whatever"), 200, nil, "uc.remote uc whatever"},
		{"no charges on a bad header", add("crm").with("accept-charges", "1"), 400, nil, ""},
		{"an account's role is unknown here", set(`["account.user"]`), 200, nil, "account.user"},
	} {
		before := b.rolesAt(t, customersUser)
		b.play(t, turn{name: step.name, call: step.call, status: step.status, has: step.has})
		want := step.roles
		if want == "" {
			want = before
		}
		if got := b.rolesAt(t, customersUser); got != want {
			t.Errorf("%s: got roles %q, want %q", step.name, got, want)
		}
	}
}

// Ensure that a user with the read-only role keeps it, whatever a patch does.
func TestPatchAccountCustomerUser_ReadOnlyRole(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	state := strings.Replace(b.state(t), `"roles":["customer.user"`, `"roles":["customer.user.microsoftteams","customer.user"`, 1)
	b.play(t, turn{name: "the state", call: call{method: "PUT", target: "/_sandbox/state", body: state}, status: 204})
	for _, patch := range []string{`[{"op":"remove","path":"/roles/0"}]`, `[{"op":"replace","path":"/roles","value":[]}]`, `[{"op":"remove","path":"/roles"}]`} {
		b.play(t, turn{name: patch, call: reports("PATCH", customerTeam+"/"+customersUser, patch), status: 200})
		if got := b.rolesAt(t, customersUser); !strings.Contains(got, "microsoftteams") {
			t.Errorf("%s: got roles %q", patch, got)
		}
	}
}

// Ensure that account users never need to accept charges.
func TestPatchAccountUser_NoCharges(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	patch := func(role string) call {
		return reports("PATCH", accountUsers+"/"+plainUser, `[{"op":"add","path":"/roles/-","value":"`+role+`"}]`)
	}
	b.play(t,
		turn{name: "a role", call: patch("user.admin"), status: 200},
		turn{name: "with the header", call: accepting(patch("customer.admin")), status: 200},
		turn{name: "a customer's role", call: patch("customer.user.uc"), status: 400, has: says("The value 'customer.user.uc' is invalid for target location.")},
	)
}
