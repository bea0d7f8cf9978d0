package sandbox_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// surface has a request for each operation of both APIs that the demo data answer with success.
func surface() map[string]call {
	user := "/Customers/" + contoso + "/users/" + firstUser
	return map[string]call{
		"listCustomerUsers":         cockpit("GET", "/Customers/"+contoso+"/users?providerInstanceId="+microsoft, ""),
		"getCustomerUser":           cockpit("GET", user+"?providerInstanceId="+microsoft, ""),
		"updateCustomerUser":        customerView("null"),
		"resetCustomerUserPassword": passwordReset(`"Tr0ub4dor&3"`),
		"setCustomerUserLicenses":   userLicenses(firstUser, powerBI),
		"listCustomerLicenses":      customerLicenses(contoso, "?providerInstanceId="+microsoft),
		"listPortalUsers":           cockpit("GET", "/customer/"+contoso+"/users", ""),
		"createPortalUser":          cockpit("POST", "/customer/"+contoso+"/users", newcomer("A", "B", "a@x", viewers)),
		"createResellerUser":        resellerUser(newcomer("A", "B", "b@x", viewers)),
		"listUsers":                 everybody(""),
		"updatePortalUser":          byEmail("PATCH", "c@contoso.example", newcomer("A", "B", "c@contoso.example")),
		"deletePortalUser":          byEmail("DELETE", "c@contoso.example", ""),
		"listGroups":                groupList,

		"listAccountUsers":                       userList,
		"createAccountUser":                      reports("POST", accountUsers, `{"email":"a@x","displayName":"A"}`),
		"getAccountUser":                         reports("GET", accountUsers+"/"+plainUser, ""),
		"patchAccountUser":                       reports("PATCH", accountUsers+"/"+plainUser, `[]`),
		"deleteAccountUser":                      reports("DELETE", accountUsers+"/"+plainUser, ""),
		"sendAccountUserActivationEmail":         reports("POST", accountUsers+"/"+plainUser+"/sendActivationEmail", ""),
		"listAccountCustomerUsers":               reports("GET", customerTeam, ""),
		"createAccountCustomerUser":              reports("POST", customerTeam, `{"email":"c@x","displayName":"C"}`),
		"getAccountCustomerUser":                 reports("GET", customerTeam+"/"+customersUser, ""),
		"patchAccountCustomerUser":               reports("PATCH", customerTeam+"/"+customersUser, `[]`),
		"deleteAccountCustomerUser":              reports("DELETE", customerTeam+"/"+customersUser, ""),
		"sendAccountCustomerUserActivationEmail": reports("POST", customerTeam+"/"+customersUser+"/sendActivationEmail", ""),
	}
}

// contractOperations gives the operations of both APIs by their ids.
func contractOperations(t *testing.T) map[string]*openapi3.Operation {
	t.Helper()
	all := map[string]*openapi3.Operation{}
	for _, load := range []func() (*openapi3.T, error){openapi.CloudCockpit, openapi.MyReports} {
		doc, err := load()
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range doc.Paths.Map() {
			for _, op := range item.Operations() {
				all[op.OperationID] = op
			}
		}
	}
	return all
}

// declared gives the statuses of each operation.
func declared(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for id, op := range contractOperations(t) {
		for status := range op.Responses.Map() {
			all[id] = append(all[id], status)
		}
	}
	return all
}

// Ensure that every operation answers every status that it declares, and changes nothing.
func TestPrefer(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	before := b.state(t)
	calls, operations := surface(), declared(t)
	if len(calls) != 25 || len(operations) != 25 {
		t.Errorf("got %d calls and %d operations, want 25", len(calls), len(operations))
	}
	for id, statuses := range operations {
		for _, status := range statuses {
			a := b.do(t, calls[id].with("Prefer", "respond-async, code="+status+"; x=y"))
			if got := strconv.Itoa(a.status); got != status || a.header.Get("Preference-Applied") != "code="+status {
				t.Errorf("%s: got %s and %q, want %s", id, got, a.header.Get("Preference-Applied"), status)
			}
		}
	}
	if b.state(t) != before {
		t.Error("a preference changed the state")
	}
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
	if a.header.Get("Location") == "" || a.header.Get("Content-Type") != "application/json; charset=utf-8" || !strings.Contains(a.body, "nina.new@reseller.example") {
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
