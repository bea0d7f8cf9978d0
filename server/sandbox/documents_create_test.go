package sandbox_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/openapi"
)

// The body of the sample request of document 002, as it is printed.
const createSample = `{"id":"string","firstName":"string","lastName":"string","email":"string","role":{},"groups":[{"id":"string","name":"string"}]}`

func creationAt(customer, query string) call {
	return portalUserCreation().at("/v1/customer/" + customer + "/users" + query)
}

// created is a user as the list writes it after its creation.
func (b *box) created(t *testing.T, c call) map[string]any {
	t.Helper()
	id := b.create(t, c)
	for _, user := range b.portal(t, portalUsers("")) {
		if user["id"] == id {
			return user
		}
	}
	t.Fatalf("no user %s is listed", id)
	return nil
}

// requiredName checks a member of a new user that the page prints as required and nullable, and how long it may be.
func requiredName(member string) documentCheck {
	return func(t *testing.T, b *box) {
		for _, bad := range []string{"", "null", `""`, `"  "`, "1", "[]"} {
			b.refuses(t, portalUserCreation(member, bad), http.StatusBadRequest, member)
		}
		if got := b.created(t, portalUserCreation(member, `"Given"`))[member]; got != "Given" {
			t.Errorf("%s: got %v, want the given text", member, got)
		}
	}
}

func limitedName(member string) documentCheck {
	return func(t *testing.T, b *box) {
		b.refuses(t, portalUserCreation(member, letters(256)), http.StatusBadRequest, member)
		got, _ := b.created(t, portalUserCreation(member, letters(255)))[member].(string)
		if quoted(got) != letters(255) {
			t.Errorf("%s: got %q, want all 255 letters", member, got)
		}
	}
}

// createChecks are those of document 002, "Create a Customer User".
var createChecks = map[string]documentCheck{
	"002-01": func(t *testing.T, b *box) {
		before := b.portal(t, portalUsers(""))
		id := b.create(t, portalUserCreation())
		want := append(before, map[string]any{
			"id": id, "firstName": "Grace", "lastName": "Hopper", "email": "grace.hopper@contoso.example",
			"role": map[string]any{"name": "customer"}, "groups": []any{map[string]any{"id": viewers, "name": "Viewer"}},
		})
		if diff := gocmp.Diff(want, b.portal(t, portalUsers(""))); diff != "" {
			t.Errorf("the customer's portal users (-want +got):\n%s", diff)
		}
	},
	"002-02": tenantRequired(portalUserCreation(), http.StatusCreated),
	"002-03": tenantIsDomain(portalUserCreation(), http.StatusCreated),
	"002-04": tokenRequired(portalUserCreation(), http.StatusCreated),
	"002-05": noDefaultToken(portalUserCreation()),
	"002-06": correlationIsUUID(portalUserCreation(), http.StatusCreated),
	"002-07": correlates(portalUserCreation(), portalUserCreation("email", "1"), http.StatusCreated),
	"002-08": pathID("customerId", contoso, func(id string) call { return creationAt(id, "") }, http.StatusCreated),
	"002-09": func(t *testing.T, b *box) {
		b.refuses(t, creationAt(northwind, "?resellerId=string"), http.StatusBadRequest, "resellerId")
		b.refuses(t, creationAt(northwind, "?resellerId="+nowhere), http.StatusBadRequest, "resellerId")
		b.refuses(t, creationAt(contoso, "?resellerId="+reseller), http.StatusBadRequest, "resellerId")
		id := b.create(t, creationAt(northwind, "?resellerId="+reseller))
		list := b.portal(t, portalUsers("").at("/v1/customer/"+northwind+"/users").as("demo-reseller"))
		if !slices.ContainsFunc(list, func(u map[string]any) bool { return u["id"] == id }) {
			t.Errorf("got %v, want the new user in the reseller's view", list)
		}
	},
	"002-11": mediaType(portalUserCreation(), http.StatusCreated, "Content-Type"),
	"002-12": func(t *testing.T, b *box) {
		b.refuses(t, withBody(portalUserCreation(), "").with("Content-Type", "application/json"), http.StatusBadRequest, null...)
		b.refuses(t, withBody(portalUserCreation(), "null"), http.StatusBadRequest, null...)
		b.refuses(t, withBody(portalUserCreation(), "["+object(grace)+"]"), http.StatusBadRequest, null...)
		b.refuses(t, withBody(portalUserCreation(), "{}"), http.StatusBadRequest, "email", "firstName", "groups", "lastName")
		b.create(t, portalUserCreation())
	},
	"002-13": func(t *testing.T, b *box) {
		for _, bad := range []string{"1", `"string"`, `""`, "null"} {
			b.refuses(t, portalUserCreation("id", bad), http.StatusBadRequest, "id")
		}
		if id := b.create(t, portalUserCreation("id", quoted(nowhere))); id == nowhere {
			t.Error("the id of the request was used, want one that the service chose")
		}
		b.create(t, portalUserCreation("email", `"without.id@contoso.example"`))
	},
	"002-14": requiredName("firstName"),
	"002-15": limitedName("firstName"),
	"002-16": requiredName("lastName"),
	"002-17": limitedName("lastName"),
	"002-18": requiredName("email"),
	"002-19": limitedName("email"),
	"002-20": func(t *testing.T, b *box) {
		for _, bad := range []string{"1", `"csp"`, "[]", "null"} {
			b.refuses(t, portalUserCreation("role", bad), http.StatusBadRequest, "role")
		}
		if got := b.created(t, portalUserCreation("role", ""))["role"]; !gocmp.Equal(got, map[string]any{"name": "customer"}) {
			t.Errorf("without a role: got %v, want that of a customer's user", got)
		}
	},
	"002-21": func(t *testing.T, b *box) {
		b.refuses(t, portalUserCreation("role", `{"level":1}`), http.StatusBadRequest, "role.level")
		role, _ := b.created(t, portalUserCreation("role", `{"name":"csp"}`))["role"].(map[string]any)
		if names := slices.Sorted(maps.Keys(role)); !slices.Equal(names, []string{"name"}) || role["name"] != "customer" {
			t.Errorf("got the role %v, want the name customer alone", role)
		}
	},
	"002-22": func(t *testing.T, b *box) {
		for _, bad := range []string{"", "null", "{}", `"Viewer"`} {
			b.refuses(t, portalUserCreation("groups", bad), http.StatusBadRequest, "groups")
		}
		b.refuses(t, portalUserCreation("groups", `["Viewer"]`), http.StatusBadRequest, "groups[0]")
		if got := b.created(t, portalUserCreation("groups", "[]"))["groups"]; !gocmp.Equal(got, []any{}) {
			t.Errorf("got the groups %v, want none", got)
		}
	},
	"002-23": func(t *testing.T, b *box) {
		for _, bad := range []string{`{}`, `{"name":"Viewer"}`, `{"id":null}`, `{"id":"Viewer"}`, `{"id":"` + nowhere + `"}`} {
			b.refuses(t, portalUserCreation("groups", "["+bad+"]"), http.StatusBadRequest, "groups[0].id")
		}
	},
	"002-24": func(t *testing.T, b *box) {
		b.refuses(t, portalUserCreation("groups", `[{"id":"`+viewers+`","name":1}]`), http.StatusBadRequest, "groups[0].name")
		groups := `[{"id":"` + viewers + `","name":null},{"id":"` + administrators + `"},{"id":"` + alertManagers + `","name":"Alert Manager"}]`
		want := []any{
			map[string]any{"id": viewers, "name": "Viewer"},
			map[string]any{"id": administrators, "name": "Administrator"},
			map[string]any{"id": alertManagers, "name": "Alert Manager"},
		}
		if diff := gocmp.Diff(want, b.created(t, portalUserCreation("groups", groups))["groups"]); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
	},
	"002-26": func(t *testing.T, b *box) {
		a := b.gets(t, portalUserCreation(), http.StatusCreated)
		if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
			t.Errorf("got Content-Type %q, want it with a charset", got)
		}
		b.refuses(t, portalUserCreation(), http.StatusBadRequest, "email")
	},
	"002-27": func(t *testing.T, b *box) {
		before := b.state(t)
		b.refuses(t, withBody(portalUserCreation(), "{"), http.StatusBadRequest, null...)
		b.refuses(t, portalUserCreation("email", "1"), http.StatusBadRequest, "email")
		b.wantState(t, before, "a refused creation changed the state")
	},
	"002-28": errorHas(portalUserCreation("email", "1"), "statusCode", is(400.0)),
	"002-29": errorHas(portalUserCreation("email", "1"), "type", is("BadRequest")),
	"002-30": errorHas(portalUserCreation("email", "1"), "description", isText),
	"002-31": errorHas(portalUserCreation("email", "1"), "correlationId", isUUID),
	"002-32": errorHas(portalUserCreation("email", "1"), "errors", isObjects),
	"002-33": detailHas(portalUserCreation("email", "1"), "propertyName", is("email")),
	"002-34": detailHas(portalUserCreation("email", "1"), "description", isTexts),
	"002-35": unauthorized(portalUserCreation()),
	"002-36": forbidden(portalUserCreation()),
	"002-37": func(t *testing.T, b *box) {
		b.refuses(t, creationAt(nowhere, ""), http.StatusNotFound, "customerId")
		b.refuses(t, creationAt(fabrikamsOwn, ""), http.StatusNotFound, "customerId")
	},
	"002-38": serverError(portalUserCreation()),
	"002-40": func(t *testing.T, _ *box) {
		const sample = "https://app-cloudcockpitapi-prod-01.azurewebsites.net/v1/customer/" + contoso + "/users"
		r, err := api.NewCreatePortalUserRequest(host(t, openapi.CloudCockpit, sample), uuid.MustParse(contoso),
			&api.CreatePortalUserParams{XTenant: tenant}, api.PortalUser{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Method != http.MethodPost || r.URL.String() != sample {
			t.Errorf("got %s %s, want POST %s", r.Method, r.URL, sample)
		}
	},
	"002-41": func(t *testing.T, b *box) {
		b.refuses(t, withBody(portalUserCreation(), createSample), http.StatusBadRequest, "groups[0].id", "id")
		filled := placeholders(t, createSample, nowhere, "Grace", "Hopper", "grace.hopper@contoso.example", viewers, "Viewer")
		user := b.created(t, withBody(portalUserCreation(), filled).with("X-Correlation-Id", correlation))
		if user["email"] != "grace.hopper@contoso.example" || user["firstName"] != "Grace" || user["lastName"] != "Hopper" {
			t.Errorf("got %v, want the user of the sample", user)
		}
	},
	"002-42": func(t *testing.T, b *box) {
		if got := b.created(t, portalUserCreation("role", "{}"))["role"]; !gocmp.Equal(got, map[string]any{"name": "customer"}) {
			t.Errorf("got the role %v, want that of a customer's user", got)
		}
	},
	"002-43": func(t *testing.T, b *box) {
		a := b.gets(t, portalUserCreation(), http.StatusCreated)
		if id := decode[string](t, a); !lowerUUID.MatchString(id) || a.body[0] != '"' {
			t.Errorf("got the body %q, want a UUID as a JSON string", a.body)
		}
	},
}
