package sandbox_test

import (
	"net/http"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/openapi"
)

// The body of the sample request of document 000, as it is printed.
const updateSample = `{"providerInstanceId":"string","customerUser":{"id":"string","displayName":"string","email":"string",` +
	`"firstName":"string","lastName":"string","location":"string","temporaryPassword":"string","domain":"string"}}`

// updateThrough is the update of Ada through a provider instance.
func updateThrough(instance string) call {
	return withBody(customerUserUpdate(), object([][2]string{{"providerInstanceId", quoted(instance)}, {"customerUser", object(ada)}}))
}

func updatePath(customer, user string) call {
	return customerUserUpdate().at("/v1/Customers/" + customer + "/users/" + user)
}

// updateChecks are those of document 000, "Updates a customer user info".
var updateChecks = map[string]documentCheck{
	"000-01": func(t *testing.T, b *box) {
		want, other := b.read(t, firstUser), b.read(t, personID(2))
		want["displayName"] = "Ada Lovelace"
		b.gets(t, customerUserUpdate("displayName", `"Ada Lovelace"`), http.StatusOK)
		if diff := gocmp.Diff(want, b.read(t, firstUser)); diff != "" {
			t.Errorf("the user (-want +got):\n%s", diff)
		}
		if diff := gocmp.Diff(other, b.read(t, personID(2))); diff != "" {
			t.Errorf("another user (-before +after):\n%s", diff)
		}
		for _, method := range []string{http.MethodPut, http.MethodPost} {
			c := customerUserUpdate()
			c.method = method
			if got := b.gets(t, c, http.StatusMethodNotAllowed).header.Get("Allow"); got != "GET, PATCH" {
				t.Errorf("%s: got Allow %q, want GET, PATCH", method, got)
			}
		}
	},
	"000-02": func(t *testing.T, b *box) {
		for _, instance := range []string{notMicrosoft, northwinds, nowhere} {
			b.refuses(t, updateThrough(instance), http.StatusBadRequest, "providerInstanceId")
		}
		b.gets(t, updateThrough(microsoft), http.StatusOK)
	},
	"000-03": tenantRequired(customerUserUpdate(), http.StatusOK),
	"000-04": tenantIsDomain(customerUserUpdate(), http.StatusOK),
	"000-05": tokenRequired(customerUserUpdate(), http.StatusOK),
	"000-06": noDefaultToken(customerUserUpdate()),
	"000-07": correlationIsUUID(customerUserUpdate(), http.StatusOK),
	"000-08": correlates(customerUserUpdate(), customerUserUpdate("displayName", "1"), http.StatusOK),
	"000-09": pathID("customerId", contoso, func(id string) call { return updatePath(id, firstUser) }, http.StatusOK),
	"000-10": pathID("customerUserId", firstUser, func(id string) call { return updatePath(contoso, id) }, http.StatusOK),
	"000-11": mediaType(customerUserUpdate(), http.StatusOK, "Content-Type"),
	"000-12": func(t *testing.T, b *box) {
		instance, user := [2]string{"providerInstanceId", quoted(microsoft)}, [2]string{"customerUser", object(ada)}
		for _, row := range []struct {
			body  string
			names []string
		}{
			{object([][2]string{user}), at("providerInstanceId")},
			{object([][2]string{instance}), at("customerUser")},
			{"{}", at("customerUser", "providerInstanceId")},
			{object([][2]string{instance, {"customerUser", "null"}}), at("customerUser")},
			{object([][2]string{instance, {"customerUser", "[]"}}), at("customerUser")},
			{object([][2]string{{"providerInstanceId", "null"}, user}), at("providerInstanceId")},
			{object([][2]string{{"providerInstanceId", `"string"`}, user}), at("providerInstanceId")},
			{"[" + object([][2]string{instance, user}) + "]", null},
			{"null", null},
		} {
			b.refuses(t, withBody(customerUserUpdate(), row.body), http.StatusBadRequest, row.names...)
		}
		b.refuses(t, withBody(customerUserUpdate(), "").with("Content-Type", "application/json"), http.StatusBadRequest, null...)
		b.gets(t, withBody(customerUserUpdate(), object([][2]string{instance, user})), http.StatusOK)
	},
	"000-13": func(t *testing.T, b *box) {
		a := b.gets(t, customerUserUpdate("location", `"GB"`), http.StatusOK)
		if a.body != "" || a.header.Get("Content-Type") != "" {
			t.Errorf("got %q %q, want no body", a.header.Get("Content-Type"), a.body)
		}
		if got := b.read(t, firstUser)["location"]; got != "GB" {
			t.Errorf("location: got %v, want GB", got)
		}
	},
	"000-14": func(t *testing.T, b *box) {
		before := b.state(t)
		b.refuses(t, withBody(customerUserUpdate(), "{"), http.StatusBadRequest, null...)
		b.refuses(t, customerUserUpdate("displayName", "null"), http.StatusBadRequest, "customerUser.displayName")
		b.wantState(t, before, "a refused update changed the state")
	},
	"000-15": errorHas(customerUserUpdate("displayName", "1"), "statusCode", is(400.0)),
	"000-16": errorHas(customerUserUpdate("displayName", "1"), "type", is("BadRequest")),
	"000-17": errorHas(customerUserUpdate("displayName", "1"), "description", isText),
	"000-18": errorHas(customerUserUpdate("displayName", "1"), "correlationId", isUUID),
	"000-19": errorHas(customerUserUpdate("displayName", "1"), "errors", isObjects),
	"000-20": unauthorized(customerUserUpdate()),
	"000-21": forbidden(customerUserUpdate()),
	"000-22": func(t *testing.T, b *box) {
		missing := func(customer, user string) call {
			return customerUserUpdate("id", "").at(updatePath(customer, user).target)
		}
		b.refuses(t, missing(contoso, nowhere), http.StatusNotFound, "customerUserId")
		b.refuses(t, missing(contoso, northwindsUser), http.StatusNotFound, "customerUserId")
		b.refuses(t, missing(nowhere, firstUser), http.StatusNotFound, "customerId")
	},
	"000-23": serverError(customerUserUpdate()),
	"000-25": func(t *testing.T, _ *box) {
		const sample = "https://app-cloudcockpitapi-prod-01.azurewebsites.net/v1/Customers/" + contoso + "/users/" + firstUser
		r, err := api.NewUpdateCustomerUserRequest(host(t, openapi.CloudCockpit, sample), uuid.MustParse(contoso),
			uuid.MustParse(firstUser), &api.UpdateCustomerUserParams{XTenant: tenant}, api.CustomerUserUpdate{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Method != http.MethodPatch || r.URL.String() != sample {
			t.Errorf("got %s %s, want PATCH %s", r.Method, r.URL, sample)
		}
		if r.Header.Get("X-Tenant") != tenant || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("got headers %v, want the tenant and JSON", r.Header)
		}
	},
	"000-26": func(t *testing.T, b *box) {
		b.refuses(t, withBody(customerUserUpdate(), updateSample), http.StatusBadRequest, "customerUser.id", "providerInstanceId")
		filled := placeholders(t, updateSample, microsoft, firstUser, "Ada King", "ada.king@contoso.example", "Ada", "King", "GB",
			"Correct-Horse-42", "contoso.example")
		b.gets(t, withBody(customerUserUpdate(), filled).with("X-Correlation-Id", correlation), http.StatusOK)
		want := map[string]any{
			"id": firstUser, "displayName": "Ada King", "email": "ada.king@contoso.example", "firstName": "Ada", "lastName": "King",
			"location": "GB", "temporaryPassword": nil, "domain": "contoso.example",
		}
		if diff := gocmp.Diff(want, b.read(t, firstUser)); diff != "" {
			t.Errorf("the user (-want +got):\n%s", diff)
		}
	},
	"000-27": func(t *testing.T, b *box) {
		for _, member := range []string{"id", "displayName", "email", "firstName", "lastName", "location", "temporaryPassword", "domain"} {
			for _, wrong := range []string{"1", "true", "[]", "{}"} {
				b.refuses(t, customerUserUpdate(member, wrong), http.StatusBadRequest, "customerUser."+member)
			}
		}
		b.refuses(t, customerUserUpdate("phone", `"1"`), http.StatusBadRequest, "customerUser.phone")
	},
	"000-28": func(t *testing.T, b *box) {
		bad := customerUserUpdate("displayName", letters(51), "email", letters(49))
		b.refuses(t, bad, http.StatusBadRequest, "customerUser.displayName", "customerUser.email")
		detailHas(bad, "propertyName", isText)(t, b)
		detailHas(bad, "description", isTexts)(t, b)
	},
}
