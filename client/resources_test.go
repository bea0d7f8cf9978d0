package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
)

func names(t *testing.T, b *testSandbox, opts client.ListCustomerUsers) (list []string) {
	t.Helper()
	for user, err := range b.cc.CustomerUsers(contoso, contosoProvider).All(t.Context(), opts) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, *user.DisplayName)
	}
	return list
}

// Ensure that options reach the service, and that All returns every user once, with any page size.
func TestCustomerUsers_List(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	users := b.cc.CustomerUsers(contoso, contosoProvider)
	page, err := users.List(t.Context(), client.ListCustomerUsers{
		PageNumber: 2, PageSize: 7, Descending: true, SortBy: client.SortByUserPrincipalName, Seek: client.SeekPrevious,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Items) != 7 || page.PaginationParameters.PageNumber != 1 || page.TotalCount != 60 || !page.HasNextPage {
		t.Errorf("page of %d, %+v, %d users", len(page.Items), page.PaginationParameters, page.TotalCount)
	}
	all := names(t, b, client.ListCustomerUsers{})
	if len(all) != 60 || !slices.IsSorted(all) {
		t.Errorf("%d names, sorted: %t", len(all), slices.IsSorted(all))
	}
	for _, size := range []int32{1, 7, 59, 60, 61} {
		if diff := cmp.Diff(all, names(t, b, client.ListCustomerUsers{PageSize: size})); diff != "" {
			t.Errorf("pages of %d (-one page +many):\n%s", size, diff)
		}
	}
	if got := names(t, b, client.ListCustomerUsers{PageSize: 20, PageNumber: 3}); !slices.Equal(got, all[40:]) {
		t.Errorf("from page 3: %v", got)
	}
	if got := names(t, b, client.ListCustomerUsers{Search: "ada.abbott"}); len(got) != 1 {
		t.Errorf("found %v, want one", got)
	}
	if got := names(t, b, client.ListCustomerUsers{Search: "no such user"}); len(got) != 0 {
		t.Errorf("found %v, want none", got)
	}
	for _, err := range users.ForReseller(alpine).All(t.Context(), client.ListCustomerUsers{}) {
		wantFailure(t, err, client.ErrInvalid)
	}
	for _, err := range users.All(t.Context(), client.ListCustomerUsers{Seek: client.SeekLast}) {
		if failed := failure(t, err, client.ErrInvalid); failed.Attempts != 0 {
			t.Errorf("it was sent")
		}
	}
}

// Ensure that a page is fetched only when the loop reaches it, and that a list ends with the loop or after its first error.
func TestCustomerUsers_All_Lazy(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	users := b.cc.CustomerUsers(contoso, contosoProvider)
	listing := users.All(t.Context(), client.ListCustomerUsers{PageSize: 10})
	if n := len(b.Exchanges(0)); n != 0 {
		t.Errorf("%d requests before the first user is asked for", n)
	}
	seen := 0
	for _, err := range listing {
		if seen++; err != nil || seen == 10 {
			break
		}
	}
	if n := len(b.Exchanges(0)); n != 1 {
		t.Errorf("%d requests for ten users of a page of ten, want 1", n)
	}
	for range 2 { // a second loop starts from the beginning
		seen = 0
		for _, err := range listing {
			if err != nil {
				t.Fatal(err)
			}
			seen++
		}
		if seen != 60 {
			t.Errorf("%d users, want 60", seen)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var errs []error
	for _, err := range users.Pages(ctx, client.ListCustomerUsers{PageSize: 10}) {
		errs = append(errs, err)
		cancel()
	}
	if len(errs) != 2 || errs[0] != nil || !errors.Is(errs[1], context.Canceled) {
		t.Errorf("pages after the context ended: %v", errs)
	}
}

// Ensure that Edit changes only what the function changes, under one correlation id, and sends nothing if the function
// fails.
func TestCustomerUsers_Edit(t *testing.T) {
	t.Parallel()
	var ids []string
	b := newSandbox(t, client.WithHooks(client.Hooks{After: func(_ context.Context, a client.Attempt) { ids = append(ids, a.CorrelationID) }}))
	users := b.cc.CustomerUsers(contoso, contosoProvider)
	before, err := users.Get(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	id := uuid.New()
	err = users.Edit(client.ContextWithCorrelationID(t.Context(), id), ada, func(u *client.CustomerUser) error {
		u.Location = new("GB")
		u.LastName = nil
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	after, err := users.Get(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	want := *before
	want.Location, want.LastName = new("GB"), nil
	if diff := cmp.Diff(want, *after); diff != "" {
		t.Errorf("after the edit (-want +got):\n%s", diff)
	}
	if len(ids) != 4 || ids[1] != id.String() || ids[2] != id.String() {
		t.Errorf("correlation ids %v, want %s twice", ids, id)
	}
	mine := errors.New("mine")
	if err := users.Edit(t.Context(), ada, func(*client.CustomerUser) error { return mine }); err != mine {
		t.Errorf("error %v, want the function's own", err)
	}
	wantFailure(t, users.Edit(t.Context(), unknownID, nil), client.ErrNotFound)
	if n := len(ids); n != 6 {
		t.Errorf("%d requests, want 6", n)
	}
}

// Ensure that assigned licences are counted, and that SetLicenses replaces all licences of the user.
func TestCustomerUsers_SetLicenses(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	licenses := b.cc.CustomerLicenses(contoso, contosoProvider)
	users := b.cc.CustomerUsers(contoso, contosoProvider)
	before, err := licenses.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := users.SetLicenses(t.Context(), ada); err != nil {
		t.Fatal(err)
	}
	none, err := licenses.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(none, func(l client.License) bool { return *l.AvailableLicenses > 0 })
	if err := users.SetLicenses(t.Context(), ada, none[i].SkuID); err != nil {
		t.Fatal(err)
	}
	one, err := licenses.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(before) != 3 || *one[i].ConsumedLicenses != *none[i].ConsumedLicenses+1 {
		t.Errorf("%d SKUs; consumed %d, then %d", len(before), *none[i].ConsumedLicenses, *one[i].ConsumedLicenses)
	}
}

// Ensure that a portal user can be created, found, changed, given another e-mail and deleted.
func TestPortalUsers(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	id, err := b.cc.PortalUsers(contoso).Create(t.Context(), client.PortalUser{
		FirstName: new("Grace"), LastName: new("Hopper"), Email: new("grace@contoso.example"), // Groups is nil, which is sent as []
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := b.cc.PortalUsers(contoso).List(t.Context())
	if err != nil || len(list) != 1 || *list[0].ID != id || *list[0].Role.Name != "customer" || len(list[0].Groups) != 0 {
		t.Fatalf("list %+v, error %v", list, err)
	}
	changed := list[0]
	changed.Email, changed.Groups = new("hopper@contoso.example"), []client.Group{{ID: viewers}}
	if err := b.cc.Users().Update(t.Context(), "grace@contoso.example", changed); err != nil {
		t.Fatal(err)
	}
	if _, err := b.cc.ResellerUsers(alpine).Create(t.Context(), grace); err != nil {
		t.Fatal(err)
	}
	var found []string
	for user, err := range b.cc.Users().All(t.Context(), client.ListUsers{
		Search: "hopper", SortBy: client.SortByEmail, Descending: true, Groups: []uuid.UUID{viewers, unknownID}, PageSize: 1,
	}) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, *user.Email+" "+*user.Role.Name)
	}
	if want := []string{"hopper@contoso.example customer", graceEmail + " reseller"}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	page, err := b.cc.Users().ForReseller(alpine).List(t.Context(), client.ListUsers{})
	if err != nil || page.TotalCount != 1 {
		t.Errorf("%+v, error %v; want the reseller's one user", page, err)
	}
	if err := b.cc.Users().Delete(t.Context(), "HOPPER@contoso.example"); err != nil {
		t.Fatal(err)
	}
	if list, err := b.cc.PortalUsers(contoso).List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("list %+v, error %v; want it empty", list, err)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	var found []string
	for group, err := range b.cc.Groups().All(t.Context(), client.ListGroups{PageSize: 2}) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, *group.Name)
	}
	if want := []string{"Administrator", "Alert Manager", "Viewer"}; !slices.Equal(found, want) {
		t.Errorf("groups %q, want %q", found, want)
	}
}

// Ensure that the users of accounts and of customers are listed, created and refused as the service does.
func TestAccountUsers(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	list, err := b.mr.AccountUsers(account).List(t.Context())
	if err != nil || len(list) != 3 || list[0].ID != uma {
		t.Fatalf("list %+v, error %v", list, err)
	}
	user, err := b.mr.AccountUsers(account).Create(t.Context(), nina)
	if err != nil || nina.Email != user.Email || !slices.Equal(user.Roles, []string{client.RoleAccountUser, client.RoleUserAdmin}) {
		t.Fatalf("created %+v, error %v", user, err)
	}
	err = b.mr.AccountUsers(account).SendActivationEmail(t.Context(), list[2].ID)
	if failed := failure(t, err, client.ErrInvalid); failed.Code != "TenantNotPrimary" {
		t.Errorf("code %q", failed.Code)
	}
	customers, err := b.mr.CustomerUsers(account, bakery).List(t.Context())
	if err != nil || len(customers) != 2 || customers[0].ID != xavier {
		t.Errorf("list %+v, error %v", customers, err)
	}
}

// Ensure the exact bytes of every request body, because an absent member, null and [] have different meanings.
func TestRequestBodies(t *testing.T) {
	t.Parallel()
	user := client.CustomerUser{DisplayName: new("Ada <Lovelace>"), Email: new("a@b.example"), Location: new("GB"), Domain: new("b.example")}
	const view = `"customerUser":{"displayName":"Ada \u003cLovelace\u003e","domain":"b.example","email":"a@b.example","firstName":null,` +
		`"lastName":null,"location":"GB","temporaryPassword":null},"providerInstanceId":"b0000000-0000-4000-8000-000000000001"`
	portal := client.PortalUser{FirstName: new("Grace"), Email: new("g@b.example")}
	const portalView = `{"email":"g@b.example","firstName":"Grace","groups":[],"lastName":null}`
	for _, c := range []struct {
		do   operation
		want string
	}{
		{func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.CustomerUsers(contoso, contosoProvider).Update(ctx, ada, user)
		}, "{" + view + "}"},
		{func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.CustomerUsers(contoso, contosoProvider).SetLicenses(ctx, ada, "sku-1")
		}, `{"licenses":[{"isSelected":true,"skuId":"sku-1"}],"providerInstanceId":"b0000000-0000-4000-8000-000000000001"}`},
		{func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.CustomerUsers(contoso, contosoProvider).SetLicenses(ctx, ada)
		}, `{"licenses":[],"providerInstanceId":"b0000000-0000-4000-8000-000000000001"}`},
		{func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.PortalUsers(contoso).Create(ctx, portal)
			return err
		}, portalView},
		{func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.Users().Update(ctx, "g@b.example", portal)
		}, portalView},
		{func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountUsers(account).Create(ctx, nina)
			return err
		}, `{"displayName":"Nina New","email":"nina.new@acme.example","roles":["user.admin"]}`},
		{func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Patch(ctx, uma, client.Patch().TestDisplayName("").ReplaceDisplayName("N").AddRole("a").ReplaceRoles())
		}, `[{"op":"test","path":"/displayName","value":""},{"op":"replace","path":"/displayName","value":"N"},` +
			`{"op":"add","path":"/roles/-","value":"a"},{"op":"replace","path":"/roles","value":[]}]`},
		{func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Patch(ctx, uma, client.Patch())
		}, `[]`},
	} {
		s := &script{steps: []step{{status: 418}}}
		cc, mr := onScript(t, s)
		wantFailure(t, c.do(t.Context(), cc, mr))
		if got := s.bodies[0]; got != c.want {
			t.Errorf("body\n%s, want\n%s", got, c.want)
		}
		if !json.Valid([]byte(s.bodies[0])) {
			t.Errorf("body %s is not JSON", s.bodies[0])
		}
	}
}

// Ensure that path parameters that would address another resource are refused before the call, all of them at once.
func TestPathParameters(t *testing.T) {
	t.Parallel()
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		t.Errorf("sent %s %s", r.Method, r.URL)
		return nil, io.EOF
	})
	hc := client.WithHTTPClient(&http.Client{Transport: transport})
	cc, mr := newCloudCockpit(t, "https://cc.example", hc), newMyReports(t, "https://mr.example", hc)
	for _, email := range []string{"", ".", ".."} {
		wantFailure(t, cc.Users().Delete(t.Context(), email), client.ErrInvalid)
		wantFailure(t, cc.Users().Update(t.Context(), email, grace), client.ErrInvalid)
	}
	_, err := cc.CustomerUsers(uuid.Nil, uuid.Nil).Get(t.Context(), uuid.Nil)
	failed := failure(t, err, client.ErrInvalid)
	for _, name := range []string{"customerID", "providerInstanceID", "userID"} {
		if !strings.Contains(failed.Error(), name) {
			t.Errorf("error %q does not name %s", failed, name)
		}
	}
	_, err = cc.ResellerUsers(uuid.Nil).Create(t.Context(), grace)
	wantFailure(t, err, client.ErrInvalid)
	wantFailure(t, mr.AccountUsers(account).Delete(t.Context(), uuid.Nil), client.ErrInvalid)
	wantFailure(t, mr.CustomerUsers(account, uuid.Nil).Patch(t.Context(), uma, client.Patch().RemoveRole("a")), client.ErrInvalid)
	if failed.Attempts != 0 || failed.Status != 0 || failed.CorrelationID == "" {
		t.Errorf("%d attempts, status %d", failed.Attempts, failed.Status)
	}
}

// Ensure that every other e-mail reaches the service unchanged, as one segment of the path.
func TestPathParameters_Escaping(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"a@b", "a+b@c", "a/b@c", "../x", "a%2fb", "a?b#c", "ü@ö", " ", "...", "a;b", "a:b", "-", "%"} {
		var path, escaped string
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			path, escaped = r.URL.Path, r.URL.EscapedPath()
			w.WriteHeader(http.StatusNoContent)
		})
		if err := newCloudCockpit(t, url).Users().Delete(t.Context(), email); err != nil {
			t.Error(err)
		}
		if path != "/v1/users/"+email || strings.Count(escaped, "/") != 3 {
			t.Errorf("%q went to %q (%s)", email, path, escaped)
		}
	}
}

// Ensure that every list sends its order, so that no caller depends on the service's default.
func TestLists_Order(t *testing.T) {
	t.Parallel()
	var query url.Values
	cc := newCloudCockpit(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.Query()
		respondJSON(200, `{"items":[]}`)(w, r)
	}))
	lists := map[string]func(descending bool) error{
		"listCustomerUsers": func(d bool) error {
			_, err := cc.CustomerUsers(contoso, contosoProvider).List(t.Context(), client.ListCustomerUsers{Descending: d})
			return err
		},
		"listCustomers": func(d bool) error {
			_, err := cc.Customers().List(t.Context(), client.ListCustomers{Descending: d})
			return err
		},
		"listResellers": func(d bool) error {
			_, err := cc.Resellers().List(t.Context(), client.ListResellers{Descending: d})
			return err
		},
		"listUsers": func(d bool) error {
			_, err := cc.Users().List(t.Context(), client.ListUsers{Descending: d})
			return err
		},
	}
	for id, op := range declared(t) {
		if op.Parameters.GetByInAndName("query", "ascendingOrder") == nil {
			continue
		}
		list, ok := lists[id]
		if !ok {
			t.Errorf("%s has ascendingOrder: add its method to this test", id)
			continue
		}
		for _, descending := range []bool{false, true} {
			if err := list(descending); err != nil {
				t.Error(err)
			}
			if got, want := query.Get("ascendingOrder"), strconv.FormatBool(!descending); got != want {
				t.Errorf("%s: ascendingOrder is %q, want %q", id, got, want)
			}
		}
	}
}

// Ensure that a parameter that an operation gains in the contract has a field in the options of its method.
func TestListOptions_CoverTheContract(t *testing.T) {
	t.Parallel()
	elsewhere := map[string]bool{ // parameters that the client or the resource sets
		"X-Tenant": true, "X-Correlation-Id": true, "Authorization": true, "customerId": true, "providerInstanceId": true, "resellerId": true, "accountId": true,
	}
	fields := map[string]string{
		"pageNumber": "PageNumber", "pageSize": "PageSize", "searchValue": "Search", "sortPropertyName": "SortBy", "ascendingOrder": "Descending",
		"seekOperation": "Seek", "groups": "Groups", "searchField": "SearchIn", "includeDeleted": "IncludeDeleted", "pageIndex": "PageIndex", "filter": "Filter",
	}
	for _, options := range []any{
		client.ListCustomerUsers{}, client.ListUsers{}, client.ListGroups{}, client.ListCustomers{}, client.ListResellers{}, client.ListProviderInstances{},
		client.ListAccounts{}, client.ListAccountCustomers{},
	} {
		of := reflect.TypeOf(options)
		id := strings.ToLower(of.Name()[:1]) + of.Name()[1:]
		for _, p := range declared(t)[id].Parameters {
			if elsewhere[p.Value.Name] || p.Value.In == "path" || len(p.Value.Schema.Value.Enum) == 1 {
				continue // a parameter with one value, which is the default, offers no choice
			}
			if _, ok := of.FieldByName(fields[p.Value.Name]); !ok {
				t.Errorf("%s has no field for the parameter %s", of.Name(), p.Value.Name)
			}
		}
	}
}
