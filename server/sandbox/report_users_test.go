package sandbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

const (
	accountUsers  = "/accounts/" + account + "/users"
	customerTeam  = "/accounts/" + account + "/customers/" + accountCustomer + "/users"
	customersUser = "f1000000-0000-4000-8000-000000000001"
	malformedID   = "e0000000-0000-4000-8000-0000000000012"
)

// says is an error with a message.
func says(message string) []string {
	return []string{`"message":"` + message + `","status":"error","timestamp":"`}
}

func isNotValid(value string) []string { return says("The value '" + value + "' is not valid.") }

// absentees are the refusals that all operations of MyReports share: target holds the account's id, and may hold a
// customer's and a user's.
func absentees(c call) []turn {
	turns := []turn{
		{name: "no token", call: c.as(""), status: 401},
		{name: "a token of the other API", call: c.as("demo-csp"), status: 401},
		{name: "another enterprise's token", call: c.as("other-myreports"), status: 404, has: says("Not Found")},
		{name: "another enterprise's account", call: withTarget(c, account, othersAccount), status: 404, has: says("Not Found")},
		{name: "an unknown account", call: withTarget(c, account, nowhere), status: 404, has: says("Not Found")},
		{name: "a customer for an account", call: withTarget(c, account, accountCustomer), status: 404, has: says("Not Found")},
		{name: "a bad account", call: withTarget(c, account, malformedID), status: 400, has: isNotValid(malformedID)},
	}
	for _, id := range []string{accountCustomer, plainUser, customersUser} {
		if strings.Contains(c.target, id) {
			turns = append(turns,
				turn{name: "an unknown id in its place", call: withTarget(c, id, nowhere), status: 404, has: says("Not Found")},
				turn{name: "a bad id in its place", call: withTarget(c, id, "x"), status: 400, has: isNotValid("x")},
				turn{name: "two bad ids", call: withTarget(withTarget(c, id, "x"), account, "y"), status: 400, has: isNotValid("y")},
			)
		}
	}
	return turns
}

func TestListReportUsers(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	b.play(t, absentees(reports("GET", accountUsers, ""))...)
	b.play(t, absentees(reports("GET", customerTeam, ""))...)
	b.play(t,
		turn{name: "an account's", call: reports("GET", accountUsers, ""), status: 200, lacks: []string{"roles", "isParent"}, has: []string{
			`{"page_size":3,"data":[{"id":"` + accountUser + `","displayName":"`, `"primaryTenant":"` + secondAccount + `"}],"status":"success","timestamp":"`}},
		turn{name: "a customer's", call: reports("GET", customerTeam, ""), status: 200, lacks: []string{"roles"}, has: []string{
			`{"page_size":2,"data":[{"id":"` + customersUser + `","displayName":"`, `"primaryTenant":"` + accountCustomer + `","isParent":false}`}},
	)
}

func TestCreateAccountUser(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	create := func(body string) call { return reports("POST", accountUsers, body) }
	good := create(`{"email":"nina@acme.example","displayName":"Nina <New>","roles":["user.admin"]}`)
	b.play(t, absentees(good)...)
	for body, message := range map[string]string{
		``: "A non-empty request body is required.", ` `: "A non-empty request body is required.", `null`: "A non-empty request body is required.",
		`[]`: "The input was not valid.", `{"email":1}`: "The input was not valid.", `{"roles":"user.admin"}`: "The input was not valid.",
		`{"roles":[null]}`: "The input was not valid.", `{`: "The input was not valid.", `{"email":"a","email":"b"}`: "The input was not valid.",
		`{}`:                               "The DisplayName field is required.",
		`{"displayName":" ","email":"e"}`:  "The DisplayName field is required.",
		`{"displayName":"N"}`:              "The Email field is required.",
		`{"displayName":"N","email":null}`: "The Email field is required.",
		`{"displayName":"` + strings.Repeat("é", 101) + `"}`:               "The field DisplayName must be a string with a maximum length of 100.",
		`{"displayName":"N","email":"` + strings.Repeat("e", 201) + `"}`:   "The field Email must be a string with a maximum length of 200.",
		`{"displayName":"N","email":"e","roles":["user.admin","nobody"]}`:  "The value 'nobody' is not valid.",
		`{"displayName":"N","email":"e","roles":["customer.user"]}`:        "The value 'customer.user' is not valid.",
		`{"displayName":"N","email":"UMA.Underwood@ACME.example"}`:         "The value 'UMA.Underwood@ACME.example' is not valid.",
		`{"displayName":"N","email":"UMA.Underwood@ACME.example","x":"y"}`: "The value 'UMA.Underwood@ACME.example' is not valid.",
	} {
		b.play(t, turn{name: body, call: create(body).with("Content-Type", "application/json"), status: 400, has: says(message)})
	}
	a := b.do(t, good)
	if a.status != 201 || !strings.Contains(a.body, `"displayName":"Nina <New>","email":"nina@acme.example","primaryTenant":"`+account+`","roles":["account.user","user.admin"]},"status":"success"`) {
		t.Fatalf("create: got %d %s", a.status, a.body)
	}
	location := a.header.Get("Location")
	path, ok := strings.CutPrefix(location, locationBase(b.url))
	if !ok || !strings.HasPrefix(path, "/api/v1.0"+accountUsers+"/") {
		t.Errorf("got Location %q", location)
	}
	b.play(t,
		turn{name: "the location", call: call{"GET", path, "demo-myreports", nil, ""}, status: 200, has: []string{"Nina <New>"}},
		turn{name: "the same e-mail again", call: good, status: 400, has: isNotValid("nina@acme.example")},
		turn{name: "no roles", call: create(`{"email":"r@x","displayName":"R"}`), status: 201, has: []string{`"roles":["account.user"]`}},
		turn{name: "null for roles, a hundred characters", call: create(`{"email":"s@x","displayName":"` + strings.Repeat("é", 100) + `","roles":null}`), status: 201, has: []string{`"roles":["account.user"]`}},
		turn{name: "roles in their order, once each", call: create(`{"email":"t@x","displayName":"T","roles":["user.admin","account.user","user.admin"]}`), status: 201, has: []string{`"roles":["user.admin","account.user"]`}},
	)
}

// Ensure that a person is one in the enterprise: creating adds it to the account, and name and primary tenant stay.
func TestCreateAccountUser_ExistingPerson(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	uma := decode[struct {
		Data struct{ DisplayName, Email string }
	}](t, b.do(t, reports("GET", accountUsers+"/"+accountUser, ""))).Data
	body := fmt.Sprintf(`{"email":%q,"displayName":"Ignored","roles":["webhooks.admin"]}`, strings.ToUpper(uma.Email))
	second := "/accounts/" + secondAccount + "/users"
	of := func(tenant, rest string) string { return `"primaryTenant":"` + tenant + `"` + rest }
	b.play(t,
		turn{name: "into another account", call: reports("POST", second, body), status: 201, has: []string{
			`"id":"` + accountUser + `","displayName":"` + uma.DisplayName + `","email":"` + uma.Email + `",` + of(account, `,"roles":["account.user","webhooks.admin"]`)}},
		turn{name: "into a customer", call: reports("POST", customerTeam, withText(call{body: body}, "webhooks.admin", "customer.settings").body), status: 201, has: []string{
			`"id":"` + accountUser, of(account, `,"isParent":true,"roles":["customer.user","customer.settings"]`)}},
		turn{name: "the roles of the first account stay", call: reports("GET", accountUsers+"/"+accountUser, ""), status: 200, has: []string{`"roles":["account.user","user.admin"]`}},
		turn{name: "a name is everywhere's", call: reports("PATCH", second+"/"+accountUser, `[{"op":"replace","path":"/displayName","value":"Everywhere"}]`), status: 200},
		turn{name: "also here", call: reports("GET", customerTeam+"/"+accountUser, ""), status: 200, has: []string{"Everywhere"}},
		turn{name: "no mail from another tenant", call: reports("POST", second+"/"+accountUser+"/sendActivationEmail", ""), status: 400, has: []string{
			`{"error":400,"errorCode":"TenantNotPrimary","message":"This is not the primary tenant for this User.","status":"error","timestamp":"`}},
		turn{name: "deleted from another tenant", call: reports("DELETE", second+"/"+accountUser, ""), status: 200, has: []string{`{"status":"success","timestamp":"`}},
		turn{name: "it is gone there", call: reports("GET", second+"/"+accountUser, ""), status: 404},
		turn{name: "and nowhere else", call: reports("GET", accountUsers+"/"+accountUser, ""), status: 200},
		turn{name: "deleted from the primary tenant", call: reports("DELETE", accountUsers+"/"+accountUser, ""), status: 200},
		turn{name: "it is gone at the customer", call: reports("GET", customerTeam+"/"+accountUser, ""), status: 404},
		turn{name: "and its e-mail is free", call: reports("POST", second, body), status: 201, has: []string{"Ignored"}, lacks: []string{accountUser}},
	)
}

func TestDeleteReportUser(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	for _, target := range []string{accountUsers + "/" + plainUser, customerTeam + "/" + customersUser} {
		c := reports("DELETE", target, "")
		b.play(t, absentees(c)...)
		b.play(t,
			turn{name: "the deletion", call: c, status: 200, has: []string{`{"status":"success","timestamp":"`}},
			turn{name: "again", call: c, status: 404, has: says("Not Found")},
		)
	}
	b.play(t,
		turn{name: "a visitor", call: reports("DELETE", accountUsers+"/"+visitingUser, ""), status: 200},
		turn{name: "is still at home", call: reports("GET", "/accounts/"+secondAccount+"/users/"+visitingUser, ""), status: 200},
	)
}

func TestSendActivationEmail(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	for _, target := range []string{accountUsers + "/" + plainUser, customerTeam + "/" + customersUser} {
		c := reports("POST", target+"/sendActivationEmail", "")
		b.play(t, absentees(c)...)
		b.play(t,
			turn{name: "the mail", call: c, status: 204},
			turn{name: "a body", call: withText(c, "", "{}"), status: 400, has: says("The input was not valid.")},
		)
	}
	b.play(t, turn{name: "a visitor", call: reports("POST", accountUsers+"/"+visitingUser+"/sendActivationEmail", ""), status: 400, has: []string{"TenantNotPrimary"}})
}

func TestGetAccountCustomerUser(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	c := reports("GET", customerTeam+"/"+customersUser, "")
	b.play(t, absentees(c)...)
	b.play(t,
		turn{name: "the user", call: c, status: 200, has: []string{`{"data":{"id":"` + customersUser + `","displayName":"`, `"isParent":false,"roles":["customer.user"`}},
		turn{name: "an account's user", call: withTarget(c, customersUser, plainUser), status: 404},
		turn{name: "as an account's", call: reports("GET", accountUsers+"/"+customersUser, ""), status: 404},
		turn{name: "the customer of another account", call: withTarget(c, account, secondAccount), status: 404},
	)
}
