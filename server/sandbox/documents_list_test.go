package sandbox_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

func listPath(customer, query string) call {
	return cockpit(http.MethodGet, "/Customers/"+customer+"/users"+query, "")
}

// page is a list as the response has it.
func (b *box) page(t *testing.T, query string) map[string]any {
	t.Helper()
	return decode[map[string]any](t, b.gets(t, customerUsers(query), http.StatusOK))
}

// items are the users of a page as the response has them.
func (b *box) items(t *testing.T, query string) []map[string]any {
	t.Helper()
	var items []map[string]any
	list, _ := b.page(t, query)["items"].([]any)
	for _, item := range list {
		user, ok := item.(map[string]any)
		if !ok {
			t.Fatalf("got the item %v, want an object", item)
		}
		items = append(items, user)
	}
	return items
}

// sorted is a member of each listed user, of three whose names and addresses sort in opposite directions.
func sorted(t *testing.T, query, member string) []string {
	t.Helper()
	b := start(t, sandbox.Options{Seed: people([2]string{"Anna", "z@contoso.example"}, [2]string{"Carl", "x@contoso.example"},
		[2]string{"Berta", "y@contoso.example"})})
	var values []string
	for _, item := range b.items(t, query) {
		values = append(values, fmt.Sprint(item[member]))
	}
	return values
}

// pageParameters checks a member of paginationParameters.
func pageParameters(member string, want map[string]float64) documentCheck {
	return func(t *testing.T, b *box) {
		for query, value := range want {
			got, _ := b.page(t, query)["paginationParameters"].(map[string]any)
			if got[member] != value {
				t.Errorf("%s: got %s %v, want %v", query, member, got[member], value)
			}
		}
	}
}

// wholeNumber tries what is no int32 in a query parameter.
func wholeNumber(t *testing.T, b *box, name string) {
	t.Helper()
	for _, bad := range []string{"x", "1.0", "1e1", "2147483648", "-1", ""} {
		b.refuses(t, customerUsers("&"+name+"="+bad), http.StatusBadRequest, name)
	}
}

// listChecks are those of document 001, "List all Customer users", about the request.
var listChecks = map[string]documentCheck{
	"001-01": func(t *testing.T, b *box) {
		want := numbered("a0000000", 1, 60)
		got := ids(b.list(t, "&pageSize=2000").Items)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("contoso: got %q, want its 60 users", got)
		}
		other := decode[api.CustomerUserPage](t, b.gets(t, listPath(northwind, "?providerInstanceId="+northwinds), http.StatusOK))
		got = ids(other.Items)
		slices.Sort(got)
		if !slices.Equal(got, numbered("a0000000", 61, 10)) {
			t.Errorf("northwind: got %q, want its 10 users", got)
		}
	},
	"001-02": func(t *testing.T, _ *box) {
		if got := sorted(t, "&ascendingOrder=true&sortPropertyName=DisplayName", "displayName"); !slices.Equal(got, []string{"Anna", "Berta", "Carl"}) {
			t.Errorf("by name: got %q", got)
		}
		if got := sorted(t, "&ascendingOrder=true&sortPropertyName=UserPrincipalName", "displayName"); !slices.Equal(got, []string{"Carl", "Berta", "Anna"}) {
			t.Errorf("by principal name: got %q", got)
		}
	},
	"001-03": func(t *testing.T, b *box) {
		for _, instance := range []string{notMicrosoft, northwinds, nowhere} {
			b.refuses(t, listPath(contoso, "?providerInstanceId="+instance), http.StatusBadRequest, "providerInstanceId")
		}
		b.gets(t, customerUsers(""), http.StatusOK)
	},
	"001-04": tenantRequired(customerUsers(""), http.StatusOK),
	"001-05": tenantIsDomain(customerUsers(""), http.StatusOK),
	"001-06": tokenRequired(customerUsers(""), http.StatusOK),
	"001-07": noDefaultToken(customerUsers("")),
	"001-08": correlationIsUUID(customerUsers(""), http.StatusOK),
	"001-09": correlates(customerUsers(""), customerUsers("&pageSize=0"), http.StatusOK),
	"001-10": pathID("customerId", contoso, func(id string) call { return listPath(id, "?providerInstanceId="+microsoft) }, http.StatusOK),
	"001-11": func(t *testing.T, b *box) {
		for _, query := range []string{"", "?providerInstanceId=", "?providerInstanceId=string", "?providerInstanceId=" + microsoft + "0"} {
			b.refuses(t, listPath(contoso, query), http.StatusBadRequest, "providerInstanceId")
		}
		b.gets(t, listPath(contoso, "?providerInstanceId="+microsoft), http.StatusOK)
	},
	"001-12": func(t *testing.T, b *box) {
		wholeNumber(t, b, "pageNumber")
		b.refuses(t, customerUsers("&pageNumber=0"), http.StatusBadRequest, "pageNumber")
		all := ids(b.list(t, "&pageSize=60").Items)
		for page := 1; page <= 3; page++ {
			got := ids(b.list(t, fmt.Sprintf("&pageSize=20&pageNumber=%d", page)).Items)
			if want := all[20*(page-1) : 20*page]; !slices.Equal(got, want) {
				t.Errorf("page %d: got %q, want %q", page, got, want)
			}
		}
	},
	"001-13": func(t *testing.T, b *box) {
		first := b.page(t, "&pageNumber=1")
		if diff := gocmp.Diff(first, b.page(t, "")); diff != "" {
			t.Errorf("without a number (-page 1 +got):\n%s", diff)
		}
		if gocmp.Equal(first, b.page(t, "&pageNumber=2")) {
			t.Error("page 2 is page 1")
		}
	},
	"001-14": func(t *testing.T, b *box) {
		wholeNumber(t, b, "pageSize")
		for _, size := range []int{1, 7, 59} {
			if got := len(b.items(t, fmt.Sprintf("&pageSize=%d", size))); got != size {
				t.Errorf("got %d users on a page of %d", got, size)
			}
		}
	},
	"001-15": func(t *testing.T, b *box) {
		for _, size := range []string{"0", "-1", "2001", "2147483647"} {
			b.refuses(t, customerUsers("&pageSize="+size), http.StatusBadRequest, "pageSize")
		}
		if one, all := b.items(t, "&pageSize=1"), b.items(t, "&pageSize=2000"); len(one) != 1 || len(all) != 60 {
			t.Errorf("got %d and %d users, want 1 and 60", len(one), len(all))
		}
	},
	"001-16": func(t *testing.T, b *box) {
		if got := len(b.items(t, "")); got != 25 {
			t.Errorf("got %d users, want 25", got)
		}
		if diff := gocmp.Diff(b.page(t, "&pageSize=25"), b.page(t, "")); diff != "" {
			t.Errorf("without a size (-25 +got):\n%s", diff)
		}
	},
	"001-17": func(t *testing.T, b *box) {
		found := b.items(t, "&pageSize=2000&searchValue=ADA")
		if len(found) == 0 || len(found) == 60 {
			t.Errorf("got %d users, want some and not all", len(found))
		}
		for _, user := range found {
			if !strings.Contains(strings.ToLower(fmt.Sprint(user["displayName"], user["email"])), "ada") {
				t.Errorf("got %v, which does not hold the text", user)
			}
		}
		if got := b.items(t, "&searchValue=nobody-of-this-name"); len(got) != 0 {
			t.Errorf("got %d users, want none", len(got))
		}
	},
	"001-18": func(t *testing.T, b *box) {
		for _, good := range []string{"DisplayName", "UserPrincipalName"} {
			b.gets(t, customerUsers("&sortPropertyName="+good), http.StatusOK)
		}
		for _, bad := range []string{"displayName", "Email", "Id", "", "DisplayName,UserPrincipalName"} {
			b.refuses(t, customerUsers("&sortPropertyName="+bad), http.StatusBadRequest, "sortPropertyName")
		}
	},
	"001-20": func(t *testing.T, b *box) {
		up, down := sorted(t, "&ascendingOrder=true", "displayName"), sorted(t, "&ascendingOrder=false", "displayName")
		if !slices.Equal(up, []string{"Anna", "Berta", "Carl"}) || !slices.Equal(down, []string{"Carl", "Berta", "Anna"}) {
			t.Errorf("got %q upwards and %q downwards", up, down)
		}
		for _, bad := range []string{"yes", "1", "True", ""} {
			b.refuses(t, customerUsers("&ascendingOrder="+bad), http.StatusBadRequest, "ascendingOrder")
		}
	},
	"001-21": func(t *testing.T, b *box) {
		for seek, page := range map[string]float64{"Next": 2, "Previous": 1, "First": 1, "Last": 3, "PageIndex": 2} {
			pageParameters("pageNumber", map[string]float64{"&pageNumber=2&seekOperation=" + seek: page})(t, b)
			if diff := gocmp.Diff(b.page(t, fmt.Sprintf("&pageNumber=%v", page)), b.page(t, "&pageNumber=2&seekOperation="+seek)); diff != "" {
				t.Errorf("%s (-page %v +got):\n%s", seek, page, diff)
			}
		}
		for _, bad := range []string{"next", "Prev", "", "0"} {
			b.refuses(t, customerUsers("&seekOperation="+bad), http.StatusBadRequest, "seekOperation")
		}
	},
	"001-22": func(t *testing.T, b *box) {
		for _, page := range []string{"", "&pageNumber=2", "&pageNumber=3"} {
			if diff := gocmp.Diff(b.page(t, page+"&seekOperation=Next"), b.page(t, page)); diff != "" {
				t.Errorf("%s without seekOperation (-Next +got):\n%s", page, diff)
			}
		}
	},
	"001-23": func(t *testing.T, b *box) {
		related := listPath(northwind, "?providerInstanceId="+northwinds)
		whole := b.gets(t, related, http.StatusOK)
		if part := b.gets(t, related.at(related.target+"&resellerId="+reseller), http.StatusOK); part.body != whole.body {
			t.Errorf("got %s, want what the customer of the reseller has, %s", part.body, whole.body)
		}
		b.refuses(t, customerUsers("&resellerId="+reseller), http.StatusBadRequest, "resellerId")
		b.refuses(t, related.at(related.target+"&resellerId="+nowhere), http.StatusBadRequest, "resellerId")
		b.refuses(t, related.at(related.target+"&resellerId=string"), http.StatusBadRequest, "resellerId")
	},
}
