package sandbox_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/openapi"
)

// requiredText checks a member of a user that the pages print as required and nullable: it is there, and a null is refused.
func requiredText(member string) documentCheck {
	return func(t *testing.T, b *box) {
		for _, user := range b.items(t, "&pageSize=2000") {
			if !isText(user[member]) {
				t.Fatalf("%s: got %v, want a text", member, user[member])
			}
		}
		b.refuses(t, customerUserUpdate(member, "null"), http.StatusBadRequest, "customerUser."+member)
		b.refuses(t, customerUserUpdate(member, ""), http.StatusBadRequest, "customerUser."+member)
		b.gets(t, customerUserUpdate(member, `"Given"`), http.StatusOK)
		if got := b.items(t, "&searchValue=Given&pageSize=2000"); member == "displayName" && len(got) != 1 {
			t.Errorf("got %d users by the new value, want 1", len(got))
		}
		if got := b.read(t, firstUser)[member]; got != "Given" {
			t.Errorf("%s: got %v, want the given text", member, got)
		}
	}
}

// optionalText checks a member that may be null or absent.
func optionalText(member string) documentCheck {
	return func(t *testing.T, b *box) {
		for _, change := range []string{"null", ""} {
			b.gets(t, customerUserUpdate(member, `"Given"`), http.StatusOK)
			if got := b.find(t, firstUser)[member]; got != "Given" {
				t.Errorf("%s: got %v, want the given text", member, got)
			}
			b.gets(t, customerUserUpdate(member, change), http.StatusOK)
			if got, there := b.find(t, firstUser)[member]; !there || got != nil {
				t.Errorf("%s: got %v, want null", member, got)
			}
		}
	}
}

// find is a user as the list writes it.
func (b *box) find(t *testing.T, id string) map[string]any {
	t.Helper()
	for _, user := range b.items(t, "&pageSize=2000") {
		if user["id"] == id {
			return user
		}
	}
	t.Fatalf("no user %s is listed", id)
	return nil
}

// limited checks how long a member may be.
func limited(member string, limit int) documentCheck {
	return func(t *testing.T, b *box) {
		b.refuses(t, customerUserUpdate(member, letters(limit+1)), http.StatusBadRequest, "customerUser."+member)
		b.gets(t, customerUserUpdate(member, letters(limit)), http.StatusOK)
		if got := b.find(t, firstUser)[member]; got != strings.Trim(letters(limit), `"`) {
			t.Errorf("%s: got %v, want all %d letters", member, got, limit)
		}
	}
}

// pageMember checks a member of the page for queries.
func pageMember(member string, want map[string]any) documentCheck {
	return func(t *testing.T, b *box) {
		for query, value := range want {
			if got, there := b.page(t, query)[member]; !there || got != value {
				t.Errorf("%s: got %s %v, want %v", query, member, got, value)
			}
		}
	}
}

// pageChecks are those of document 001 about the responses.
var pageChecks = map[string]documentCheck{
	"001-24": func(t *testing.T, b *box) {
		a := b.gets(t, customerUsers(""), http.StatusOK)
		if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
			t.Errorf("got Content-Type %q, want it with a charset", got)
		}
		if page := decode[map[string]any](t, a); !isObjects(page["items"]) || page["totalCount"] != 60.0 {
			t.Errorf("got %s, want a page of users", a.body)
		}
	},
	"001-25": func(t *testing.T, b *box) {
		if items := b.page(t, "&pageSize=3")["items"]; !isObjects(items) {
			t.Errorf("got %v, want a list of users", items)
		}
		if a := b.gets(t, customerUsers("&pageNumber=99"), http.StatusOK); !strings.Contains(a.body, `"items":[]`) {
			t.Errorf("got %s, want an empty list", a.body)
		}
	},
	"001-26": func(t *testing.T, b *box) {
		for _, user := range b.items(t, "&pageSize=2000") {
			if !isUUID(user["id"]) {
				t.Errorf("got the id %v, want a UUID", user["id"])
			}
		}
		if diff := gocmp.Diff(b.find(t, personID(7)), b.read(t, personID(7))); diff != "" {
			t.Errorf("the user of that id (-listed +read):\n%s", diff)
		}
	},
	"001-28": requiredText("displayName"),
	"001-29": limited("displayName", 50),
	"001-30": requiredText("email"),
	"001-31": limited("email", 48),
	"001-32": optionalText("firstName"),
	"001-33": limited("firstName", 50),
	"001-34": optionalText("lastName"),
	"001-35": limited("lastName", 50),
	"001-36": requiredText("location"),
	"001-37": func(t *testing.T, b *box) {
		for _, change := range []string{`"Correct-Horse-42"`, "null", ""} {
			b.gets(t, customerUserUpdate("temporaryPassword", change), http.StatusOK)
			if got, there := b.find(t, firstUser)["temporaryPassword"]; !there || got != nil {
				t.Errorf("after %q: got %v, want null, for it is a secret", change, got)
			}
		}
		b.refuses(t, customerUserUpdate("temporaryPassword", "42"), http.StatusBadRequest, "customerUser.temporaryPassword")
	},
	"001-38": requiredText("domain"),
	"001-39": func(t *testing.T, b *box) {
		if got, want := b.page(t, "&pageNumber=3&pageSize=9")["paginationParameters"], (map[string]any{"pageNumber": 3.0, "pageSize": 9.0}); !gocmp.Equal(want, got) {
			t.Errorf("got %v, want %v", got, want)
		}
	},
	"001-40": func(t *testing.T, b *box) {
		for _, query := range []string{"", "&seekOperation=Last", "&searchValue=nobody", "&sortPropertyName=DisplayName&ascendingOrder=false"} {
			got, _ := b.page(t, query)["paginationParameters"].(map[string]any)
			if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, []string{"pageNumber", "pageSize"}) {
				t.Errorf("%s: got %q, want pageNumber and pageSize alone", query, names)
			}
		}
	},
	"001-41": pageParameters("pageNumber", map[string]float64{"": 1, "&pageNumber=2": 2, "&pageNumber=9": 9, "&seekOperation=Last": 3}),
	"001-42": pageParameters("pageSize", map[string]float64{"": 25, "&pageSize=1": 1, "&pageSize=2000": 2000}),
	"001-43": pageMember("totalPages", map[string]any{"": 3.0, "&pageSize=60": 1.0, "&pageSize=59": 2.0, "&pageSize=1": 60.0, "&searchValue=nobody": 0.0}),
	"001-44": pageMember("totalCount", map[string]any{"": 60.0, "&pageSize=1": 60.0, "&pageNumber=9": 60.0, "&searchValue=nobody": 0.0}),
	"001-45": pageMember("hasPreviousPage", map[string]any{"": false, "&pageNumber=2": true, "&pageNumber=3": true, "&pageSize=60": false}),
	"001-46": pageMember("hasNextPage", map[string]any{"": true, "&pageNumber=2": true, "&pageNumber=3": false, "&pageSize=60": false}),
	"001-47": pageMember("continuationToken", map[string]any{"": nil, "&pageNumber=2": nil, "&searchValue=nobody": nil}),
	"001-48": badRequestIs(customerUsers("&pageSize=0"), "pageSize"),
	"001-49": errorHas(customerUsers("&pageSize=0"), "statusCode", is(400.0)),
	"001-50": errorHas(customerUsers("&pageSize=0"), "type", is("BadRequest")),
	"001-51": errorHas(customerUsers("&pageSize=0"), "description", isText),
	"001-52": errorHas(customerUsers("&pageSize=0"), "correlationId", isUUID),
	"001-53": errorHas(customerUsers("&pageSize=0"), "errors", isObjects),
	"001-54": detailHas(customerUsers("&pageSize=0"), "propertyName", is("pageSize")),
	"001-55": detailHas(customerUsers("&pageSize=0"), "description", isTexts),
	"001-56": unauthorized(customerUsers("")),
	"001-57": forbidden(customerUsers("")),
	"001-58": serverError(customerUsers("")),
	"001-60": func(t *testing.T, _ *box) {
		const sample = "https://app-cloudcockpitapi-prod-01.azurewebsites.net/v1/Customers/" + contoso + "/users?providerInstanceId=" + microsoft
		r, err := api.NewListCustomerUsersRequest(host(t, openapi.CloudCockpit, sample), uuid.MustParse(contoso),
			&api.ListCustomerUsersParams{ProviderInstanceID: uuid.MustParse(microsoft), XTenant: tenant})
		if err != nil {
			t.Fatal(err)
		}
		if r.Method != http.MethodGet || r.URL.String() != sample {
			t.Errorf("got %s %s, want GET %s", r.Method, r.URL, sample)
		}
	},
	"001-61": func(t *testing.T, b *box) {
		b.refuses(t, listPath(contoso, "?providerInstanceId=string"), http.StatusBadRequest, "providerInstanceId")
		a := b.gets(t, listPath(contoso, "?providerInstanceId="+microsoft).with("X-Tenant", "portal.cloudcockpit.com").with("X-Correlation-Id", correlation), http.StatusOK)
		if page := decode[api.CustomerUserPage](t, a); len(page.Items) != 25 || page.TotalCount != 60 {
			t.Errorf("got %d of %d users, want 25 of 60", len(page.Items), page.TotalCount)
		}
	},
	"001-62": func(t *testing.T, b *box) {
		page := b.page(t, "")
		want := []string{"continuationToken", "hasNextPage", "hasPreviousPage", "items", "paginationParameters", "totalCount", "totalPages"}
		if got := slices.Sorted(maps.Keys(page)); !slices.Equal(got, want) {
			t.Errorf("got the members %q, want %q", got, want)
		}
		if page["hasPreviousPage"] != false || page["hasNextPage"] != true {
			t.Errorf("got %v and %v, want the booleans false and true", page["hasPreviousPage"], page["hasNextPage"])
		}
		members := slices.Sorted(maps.Keys(b.find(t, firstUser)))
		if want := []string{"displayName", "domain", "email", "firstName", "id", "lastName", "location", "temporaryPassword"}; !slices.Equal(members, want) {
			t.Errorf("got a user with %q, want %q", members, want)
		}
	},
}
