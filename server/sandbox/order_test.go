package sandbox_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A step corrects one more fault of a request, and has the status that it gets then.
type step struct {
	name   string
	mend   func(c call) call
	status int
	names  []string // as of a badRequest; of a success there are none
}

// walk takes a request that is wrong in every way and mends it step by step: whatever is still wrong behind a step must not
// show before it.
func walk(t *testing.T, c call, steps []step, check func(t *testing.T, row badRequest, a response)) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	for _, s := range steps {
		c = s.mend(c)
		a := box.do(t, c)
		row := badRequest{name: s.name, call: c, status: s.status, names: s.names}
		if a.status != s.status {
			t.Fatalf("%s: got %d %s, want %d", s.name, a.status, a.body, s.status)
		}
		if s.status >= 300 {
			check(t, row, a)
		}
	}
}

// to is the call with another target.
func to(target string) func(call) call {
	return func(c call) call { c.target = target; return c }
}

func by(method string) func(call) call {
	return func(c call) call { c.method = method; return c }
}

func from(client string) func(call) call {
	return func(c call) call { return c.as(client) }
}

func header(name string, values ...string) func(call) call {
	return func(c call) call { return c.with(name, values...) }
}

func body(body string) func(call) call {
	return func(c call) call { return withBody(c, body) }
}

// Ensure that CloudCockpit judges an update in the order of the design, and names all that a step finds.
func TestCloudCockpit_OrderOfChecks(t *testing.T) {
	update := func(instance string, changes ...string) func(call) call {
		return body(object([][2]string{{"providerInstanceId", quoted(instance)}, {"customerUser", object(ada, changes...)}}))
	}
	const stranger = "a0000000-0000-4000-8000-000000000061"
	wrong := call{http.MethodPut, "/v1/Customers/1/users/2/3?colour=%zz", "", http.Header{
		"X-Correlation-Id": {"x"}, "Content-Type": {"text/plain"}, "Content-Encoding": {"gzip"},
	}, overLimit}
	walk(t, wrong, []step{
		{"everything is wrong", by(http.MethodPut), 404, null},
		{"the path exists", to("/v1/Customers/1/users/2?pageSize=%zz"), 405, null},
		{"the method exists", by(http.MethodPatch), 401, none},
		{"the token is one of the API, of another tenant", from("fabrikam-csp"), 400, at("X-Tenant")},
		{"the tenant is given twice", header("X-Tenant", tenant, tenant), 400, at("X-Tenant")},
		{"the tenant is given once", header("X-Tenant", tenant), 403, none},
		{"the token is the tenant's", from("demo-reseller"), 413, null},
		{"the body is small", body(`{"providerInstanceId":1,"customerUser":{"displayName":` + letters(51) + `,"email":1,"phone":1}}`), 415,
			at("Content-Encoding", "Content-Type")},
		{"the body is not compressed", header("Content-Encoding"), 415, at("Content-Type")},
		{"the media type is right", header("Content-Type", "application/json"), 400, at("customerId", "customerUserId", "pageSize", "X-Correlation-Id",
			"customerUser.displayName", "customerUser.domain", "customerUser.email", "customerUser.location", "customerUser.phone",
			"providerInstanceId")},
		{"the query is readable", to("/v1/Customers/1/users/2"), 400, at("customerId", "customerUserId", "X-Correlation-Id",
			"customerUser.displayName", "customerUser.domain", "customerUser.email", "customerUser.location", "customerUser.phone",
			"providerInstanceId")},
		{"the ids are ids", to("/v1/Customers/" + contoso + "/users/" + stranger), 400, at("X-Correlation-Id",
			"customerUser.displayName", "customerUser.domain", "customerUser.email", "customerUser.location", "customerUser.phone",
			"providerInstanceId")},
		{"the correlation id is one", header("X-Correlation-Id", nowhere), 400, at(
			"customerUser.displayName", "customerUser.domain", "customerUser.email", "customerUser.location", "customerUser.phone",
			"providerInstanceId")},
		{"the body has the shape, not what is required", update(northwinds, "displayName", "null", "email", `""`, "location", `" "`), 400,
			at("customerUser.displayName", "customerUser.email", "customerUser.location", "customerUser.id")},
		{"the body has what is required", update(northwinds, "email", `"alan.huang@contoso.example"`, "id", ""), 404, at("customerId")},
		{"the caller sees the customer", from("demo-csp"), 400, at("providerInstanceId")},
		{"the provider instance is the customer's", update(microsoft, "email", `"alan.huang@contoso.example"`, "id", ""), 404, at("customerUserId")},
		{"the user exists", to("/v1/Customers/" + contoso + "/users/" + firstUser), 400, at("customerUser.email")},
		{"the e-mail is free", update(microsoft), 200, none},
	}, checkCockpitResponse)
}

// Ensure that a list of customer users checks customer, reseller and provider instance in this order, and that one response
// names all parameters at fault.
func TestCloudCockpit_OrderOfLookups(t *testing.T) {
	list := func(customer, query string) func(call) call {
		return to("/v1/Customers/" + customer + "/users?" + query)
	}
	walk(t, customerUsers("").as("demo-reseller"), []step{
		{"every parameter is wrong", list("x", "pageNumber=0&pageSize=2001&sortPropertyName=Email&ascendingOrder=1&seekOperation=next&resellerId=r&searchValue=a&searchValue=b"),
			400, at("customerId", "ascendingOrder", "pageNumber", "pageSize", "providerInstanceId", "resellerId", "searchValue",
				"seekOperation", "sortPropertyName")},
		{"two parameters are wrong in two ways", list(contoso, "providerInstanceId=&providerInstanceId=&pageSize=&PageSize=1"), 400,
			at("pageSize", "providerInstanceId")},
		{"the parameters are well formed", list(contoso, "resellerId="+nowhere+"&providerInstanceId="+notMicrosoft), 400, at("customerId")},
		{"the customer is the caller's", list(northwind, "resellerId="+nowhere+"&providerInstanceId="+notMicrosoft), 400, at("resellerId")},
		{"the reseller is the customer's", list(northwind, "resellerId="+reseller+"&providerInstanceId="+notMicrosoft), 400, at("providerInstanceId")},
		{"the provider instance is the customer's", list(northwind, "resellerId="+reseller+"&providerInstanceId="+northwinds), 200, none},
	}, checkCockpitResponse)
}

// Ensure that a creation judges parameters and body together, then what is required, then customer, reseller, and what the
// body refers to.
func TestCloudCockpit_OrderOfCreation(t *testing.T) {
	users := func(customer, query string) func(call) call { return to("/v1/customer/" + customer + "/users" + query) }
	create := func(changes ...string) func(call) call { return body(object(grace, changes...)) }
	walk(t, portalUserCreation("groups", `[]`).as("demo-reseller"), []step{
		{"parameters, headers and members are wrong", func(c call) call {
			c = create("id", "1", "email", letters(256), "groups", `[{"id":"x"},{"name":1}]`, "role", `{"id":1}`)(c)
			return users("1", "?resellerId=2")(c).with("X-Correlation-Id", "3")
		}, 400, at("customerId", "resellerId", "X-Correlation-Id", "email", "groups[0].id", "groups[1].id", "groups[1].name", "id", "role.id")},
		{"members are missing where they must not be", func(c call) call {
			c = create("firstName", "null", "email", `""`, "groups", "null")(c)
			return users(nowhere, "?resellerId="+nowhere)(c).with("X-Correlation-Id", nowhere)
		}, 400, at("email", "firstName", "groups")},
		{"nothing is missing", create("groups", `[{"id":"`+nowhere+`"}]`), 404, at("customerId")},
		{"the customer is the caller's", users(northwind, "?resellerId="+nowhere), 400, at("resellerId")},
		{"the reseller is the customer's", users(northwind, "?resellerId="+reseller), 400, at("groups[0].id")},
		{"the group is known", create(), 201, none},
		{"the e-mail is taken now", create("groups", `[{"id":"`+nowhere+`"}]`), 400, at("email", "groups[0].id")},
	}, checkCockpitResponse)
}

// Ensure that MyReports judges a patch in the order of the design.
func TestMyReports_OrderOfChecks(t *testing.T) {
	patch := func(operations ...string) func(call) call { return body("[" + strings.Join(operations, ",") + "]") }
	const unknown = `{"op":"merge","path":"/a~2"}`
	wrong := call{http.MethodPut, "/api/v1.0/accounts/1/users/2/3?%zz", "", http.Header{
		"Content-Type": {"text/plain"}, "Accept-Charges": {"yes"},
	}, overLimit}
	walk(t, wrong, []step{
		{"everything is wrong", by(http.MethodPut), 404, notFound},
		{"the path exists", to("/api/v1.0/accounts/1/users/2?%zz"), 405, notAllowed},
		{"the method exists", by(http.MethodPatch), 401, none},
		{"the token is one of the API", from("demo-myreports"), 413, at("Payload Too Large")},
		{"the body is small", body("{"), 415, at("Unsupported Media Type")},
		{"the media type is right", header("Content-Type", "application/json-patch+json"), 400, badID("1")},
		{"the account's id is one", to("/api/v1.0/accounts/" + nowhere + "/users/2?%zz"), 400, badID("2")},
		{"the user's id is one", to("/api/v1.0/accounts/" + nowhere + "/users/" + nowhere + "?%zz"), 400, at("The supplied value is invalid.")},
		{"the query is readable", to("/api/v1.0/accounts/" + nowhere + "/users/" + nowhere), 400, at("The supplied value is invalid for accept-charges.")},
		{"the header is a boolean", header("Accept-Charges", "true"), 400, malformed},
		{"the body is JSON, and its second operation has no path", patch(unknown, `{"path":1}`, `{"op":1}`), 400, malformed},
		{"the body is a patch", patch(unknown, `{"op":"add","path":"/displayName","value":""}`), 404, notFound},
		{"the account exists", to("/api/v1.0/accounts/" + account + "/users/" + othersUser), 404, notFound},
		{"the user exists", to("/api/v1.0/accounts/" + account + "/users/" + accountUser), 400, at("Invalid JsonPatch operation 'merge'.")},
		{"the op is known", patch(strings.Replace(unknown, "merge", "add", 1), `{"op":"add","path":"/displayName","value":""}`), 400,
			at("The provided string '/a~2' is an invalid path.")},
		{"the path is one", patch(`{"op":"add","path":"/a"}`, `{"op":"add","path":"/displayName","value":""}`), 400, badSegment("a")},
		{"the property exists", patch(`{"op":"add","path":"/displayName","value":""}`), 400, at("The DisplayName field is required.")},
		{"the display name is one", patch(`{"op":"add","path":"/displayName","value":"Uma"}`), 200, none},
	}, checkReportsResponse)
}

// Ensure that the state is the same after a request that fails at the last step of many.
func TestMyReports_AllOrNothing(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	before := box.state(t)
	operations := slices.Repeat([]string{`{"op":"add","path":"/roles/-","value":"branding.admin"}`}, 1000)
	operations = append(operations, `{"op":"replace","path":"/displayName","value":"Renamed"}`, `{"op":"test","path":"/roles/0","value":"x"}`)
	a := box.do(t, patchAccountUser("["+strings.Join(operations, ",")+"]"))
	if a.status != http.StatusBadRequest {
		t.Fatalf("got %d %s, want 400", a.status, a.body)
	}
	box.wantState(t, before, "the state changed")
}
