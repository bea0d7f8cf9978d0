package sandbox_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// lastFindings are those of the newest exchange, each as where, pointer and rule.
func lastFindings(t testing.TB, b *box) []string {
	t.Helper()
	list := []string{}
	exchanges := b.exchanges(t, 0)
	for _, f := range exchanges[len(exchanges)-1].Findings {
		list = append(list, strings.Join([]string{f.Where, f.Pointer, f.Rule}, " "))
	}
	return list
}

// Ensure that each operation succeeds without a finding when it is asked for as the documents say.
func TestSandbox_GoodRequestsHaveNoFindings(t *testing.T) {
	t.Parallel()
	b := populated(t, sandbox.Options{})
	for _, o := range apiOperations(t) {
		if err := b.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		c := callOf(o, o.Good.Own())
		a := b.do(t, c)
		if got, want := strconv.Itoa(a.status), o.Succeeds(t); got != want {
			t.Errorf("%s: got %s %s, want %s", o.ID, got, a.body, want)
		}
		if id := a.header.Get("X-Correlation-Id"); lowerUUID.MatchString(id) != strings.HasPrefix(c.target, "/v1") {
			t.Errorf("%s: got correlation id %q", o.ID, id)
		}
		// Without the charset, Windows PowerShell 5.1 and Perl's LWP read a body as Latin-1.
		if got := a.header.Get("Content-Type"); a.body != "" && got != "application/json; charset=utf-8" {
			t.Errorf("%s: got the media type %q", o.ID, got)
		}
		exchanges := b.exchanges(t, 0)
		got := exchanges[len(exchanges)-1]
		if len(got.Findings) != 0 || got.Operation == nil || *got.Operation != o.ID {
			t.Errorf("%s: got exchange %+v, want one of the operation without findings", o.ID, got)
		}
	}
}

func succeeds(c call) int {
	if c.method == http.MethodPost {
		return http.StatusCreated
	}
	return http.StatusOK
}

// Ensure that what no document declares is carried out and reported, refused, or ignored, as the option says.
func TestSandbox_Undeclared(t *testing.T) {
	t.Parallel()
	type undeclared struct {
		name     string
		call     call
		status   string // where it is carried out
		findings []string
		names    []string // as of a badRequest, where it is refused
	}
	var rows []undeclared
	for _, o := range apiOperations(t) {
		c, mark := callOf(o, o.Good.Own()), "?"
		if strings.Contains(c.target, "?") {
			mark = "&"
		}
		c.target += mark + "colour=red&" + "a%2Fb=1"
		row := undeclared{o.ID + " with undeclared parameters", c, o.Succeeds(t), []string{"query /a~1b undeclared", "query /colour undeclared"}, at("a/b", "colour")}
		if strings.HasPrefix(c.target, "/api") {
			row.names = at("The supplied value is invalid for a/b.")
		}
		rows = append(rows, row)
	}
	add := func(name string, c call, findings, names []string) {
		rows = append(rows, undeclared{name, c, strconv.Itoa(succeeds(c)), findings, names})
	}
	add("A new user with an undeclared member", portalUserCreation("email", `"phone"`, "phone", `{"number":[1]}`), []string{"body /phone undeclared"}, at("phone"))
	add("A group with an undeclared member", portalUserCreation("email", `"group"`, "groups", `[{"id":"`+viewers+`","colour":1}]`),
		[]string{"body /groups/0/colour undeclared"}, at("groups[0].colour"))
	add("An update with an undeclared member beside the user",
		withBody(customerUserUpdate(), object([][2]string{{"providerInstanceId", quoted(microsoft)}, {"customerUser", object(ada)}, {"colour", "1"}})),
		[]string{"body /colour undeclared"}, at("colour"))
	add("A patch with an undeclared member", patchAccountUser(`[{"op":"replace","path":"/displayName","value":"x","why":"y"}]`),
		[]string{"body /0/why undeclared"}, malformed)
	for policy, name := range map[contract.Policy]string{contract.Report: "report", contract.Reject: "reject", contract.Ignore: "ignore"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box := populated(t, sandbox.Options{Undeclared: policy})
			for _, row := range rows {
				t.Run(row.name, func(t *testing.T) {
					if err := box.Reset(t.Context()); err != nil {
						t.Fatal(err)
					}
					before := box.state(t)
					a := box.do(t, row.call)
					status, findings := row.status, row.findings
					switch policy {
					case contract.Reject:
						status = "400"
					case contract.Ignore:
						findings = []string{}
					}
					if strconv.Itoa(a.status) != status {
						t.Fatalf("got %d %s, want %s", a.status, a.body, status)
					}
					if diff := gocmp.Diff(findings, lastFindings(t, box)); diff != "" {
						t.Errorf("findings (-want +got):\n%s", diff)
					}
					if policy != contract.Reject {
						return
					}
					check := checkCockpitResponse
					if strings.HasPrefix(row.call.target, "/api") {
						check = checkReportsResponse
					}
					check(t, badRequest{call: row.call, status: a.status, names: row.names}, a)
					box.wantState(t, before, "the refused request changed the state")
				})
			}
		})
	}
}

// Ensure that closed objects, twins and bodies where none is declared are refused whatever the option says.
func TestSandbox_UndeclaredAlwaysRefused(t *testing.T) {
	t.Parallel()
	for _, policy := range []contract.Policy{contract.Report, contract.Reject, contract.Ignore} {
		box := start(t, sandbox.Options{Undeclared: policy})
		for name, c := range map[string]call{
			"a member of a closed object": customerUserUpdate("phone", "1"), "a member of a closed role": portalUserCreation("role", `{"x":1}`),
			"a case twin in a closed object": customerUserUpdate("DISPLAYNAME", `"x"`), "a case twin in an open object": portalUserCreation("EMAIL", `"x"`),
			"undeclared twins": portalUserCreation("x", "1", "X", "2"), "a body of a list": withBody(customerUsers(""), "{}"),
			"a body of a read":       withBody(getAccountUser(account, accountUser), "{}"),
			"a case twin in a patch": patchAccountUser(`[{"op":"remove","path":"/roles","Op":"add"}]`),
		} {
			if a := box.do(t, c); a.status != http.StatusBadRequest {
				t.Errorf("%s under policy %d: got %d %s, want 400", name, policy, a.status, a.body)
			}
		}
	}
}

// Ensure that paths and names of parameters are matched as ASP.NET matches them, with a finding that says so.
func TestSandbox_NonCanonicalPaths(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{Undeclared: contract.Reject})
	query := "?providerInstanceId=" + microsoft
	path := []string{"path  canonical"}
	for _, tt := range []struct {
		name     string
		call     call
		findings []string
	}{
		{"Capitals and a slash at the end", cockpit("GET", "/CUSTOMERS/"+strings.ToUpper(contoso)+"/USERS/"+query, ""), path},
		{"Small letters, as a public client has them", cockpit("GET", "/customers/"+contoso+"/users"+query, ""), path},
		{"A capital version", call{"GET", "/V1/Customers/" + contoso + "/users" + query, "demo-csp", http.Header{"X-Tenant": {tenant}}, ""}, path},
		{"A slash behind a user", cockpit("GET", "/Customers/"+contoso+"/users/"+firstUser+"/"+query, ""), path},
		{"An update", call{"PATCH", "/V1/cUSTOMERS/" + contoso + "/Users/" + firstUser + "/", "demo-csp", http.Header{"X-Tenant": {tenant}}, customerUserUpdate().body}, path},
		{"Portal users in capitals are not customer users", cockpit("GET", "/Customer/"+contoso+"/Users/", ""), path},
		{"A creation", cockpit("POST", "/CUSTOMER/"+contoso+"/users", portalUserCreation().body), path},
		{"MyReports in capitals", call{"GET", "/API/V1.0/ACCOUNTS/" + account + "/USERS/" + accountUser + "/", "demo-myreports", nil, ""}, path},
		{"A patch in capitals", call{"PATCH", "/Api/v1.0/Accounts/" + account + "/Users/" + accountUser, "demo-myreports", nil, "[]"}, path},
		{"An escaped letter of an id", cockpit("GET", "/Customers/%63"+contoso[1:]+"/users"+query, ""), []string{}},
		{"Parameters in Pascal case", cockpit("GET", "/Customers/"+contoso+"/users?ProviderInstanceId="+microsoft+"&PageSize=1", ""),
			[]string{"query /pageSize canonical", "query /providerInstanceId canonical"}},
		{"Headers in any case", customerUsers("").with("x-tenant", tenant), []string{}},
	} {
		a := box.do(t, tt.call)
		if want := succeeds(tt.call); a.status != want {
			t.Errorf("%s: got %d %s, want %d", tt.name, a.status, a.body, want)
		}
		if diff := gocmp.Diff(tt.findings, lastFindings(t, box)); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", tt.name, diff)
		}
	}
}
