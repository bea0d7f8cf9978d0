package client_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
)

// Ensure that a response that departs from the documentation only in what no fact requires is a success.
func TestLenient(t *testing.T) {
	t.Parallel()
	const (
		created = `"40000000-0000-4000-8000-000000000001"`
		umaJSON = `{"data":{"id":"f0000000-0000-4000-8000-000000000001","displayName":"Uma","roles":["account.user"]},"status":"success"}`
	)
	deleteUser := func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
		return mr.AccountUsers(account).Delete(ctx, uma)
	}
	createAccountUser := func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
		_, err := mr.AccountUsers(account).Create(ctx, nina)
		return err
	}
	for _, c := range []struct {
		name   string
		status int
		body   string
		do     operation
	}{
		{"a patch, 204", 204, "", patchAccountUser},
		{"a patch, 200 without a body", 200, "", patchAccountUser},
		{"a patch, 200 with the user", 200, umaJSON, patchAccountUser},
		{"a patch, 200 without a status", 200, `{"timestamp":"now"}`, patchAccountUser},
		{"a patch, 202", 202, "{}", patchAccountUser},
		{"a patch, PascalCase", 200, `{"Status":"Success","Timestamp":""}`, patchAccountUser},
		{"a deletion, 204", 204, "", deleteUser},
		{"a creation, 200", 200, umaJSON, createAccountUser},
		{"a portal user's creation, 200", 200, created, createUser},
		{"a portal user's creation, the N form", 201, `"40000000000040008000000000000001"`, createUser},
		{"an update, 204", 204, "", updateUser},
		{"an update, 200 with the user", 200, adaJSON, updateUser},
		{"an account user without roles", 200, `{"data":{"id":"f0000000-0000-4000-8000-000000000001"},"status":"success"}`, getAccountUser},
		{"an account user without a status", 200, `{"data":{"id":"f0000000-0000-4000-8000-000000000001","roles":[]}}`, getAccountUser},
		{"a list whose page_size is a string", 200, `{"page_size":"0","data":[],"status":"success"}`, listAccountUsers},
		{"a list in PascalCase", 200, `{"Data":[{"Id":"f0000000000040008000000000000001"}],"Status":"SUCCESS"}`, listAccountUsers},
		{"a page without pagination parameters", 200, `{"items":[],"totalPages":0}`, allUsers},
		{"a page whose pagination parameters are empty", 200, `{"items":[` + adaJSON + `],"paginationParameters":{},"totalPages":1}`, allUsers},
		{"a page in PascalCase", 200, `{"Items":[{"Id":"a0000000-0000-4000-8000-000000000001","DisplayName":"Ada"}],"HasNextPage":false}`, allUsers},
		{"licences in a page", 200, `{"items":[{"skuId":"a"}]}`, func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			list, err := cc.CustomerLicenses(contoso, contosoProvider).List(ctx)
			if err == nil && (len(list) != 1 || list[0].SkuID != "a") {
				t.Errorf("list %+v", list)
			}
			return err
		}},
		{"portal users in a page", 200, ` {"Items":[]}`, func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.PortalUsers(contoso).List(ctx)
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, respondJSON(c.status, c.body))
			if err := c.do(t.Context(), newCloudCockpit(t, url), newMyReports(t, url)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Ensure that ids are read in the forms that .NET writes, and member names in any case.
func TestLenient_Values(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a0000000000040008000000000000001", "{a0000000-0000-4000-8000-000000000001}", "A0000000-0000-4000-8000-000000000001"} {
		cc := newCloudCockpit(t, serve(t, respondJSON(200, `{"ID":"`+id+`","DISPLAYNAME":"Ada"}`)))
		user, err := cc.CustomerUsers(contoso, contosoProvider).Get(t.Context(), ada)
		if err != nil || *user.ID != ada || *user.DisplayName != "Ada" {
			t.Errorf("%s: user %+v, error %v", id, user, err)
		}
	}
	// Sequential GUIDs of SQL Server do not have the version and variant bits of RFC 9562.
	mr := newMyReports(t, serve(t, respondJSON(200, `{"data":{"id":"a3c6c788-3bc4-4942-e17f-08d8c461185e","roles":["a"]}}`)))
	user, err := mr.CustomerUsers(account, bakery).Get(t.Context(), xavier)
	if err != nil || user.ID != uuid.MustParse("a3c6c788-3bc4-4942-e17f-08d8c461185e") || !slices.Equal(user.Roles, []string{"a"}) {
		t.Errorf("user %+v, error %v", user, err)
	}
}

// Ensure that the relations to providers are read from an object and from an array.
func TestLenient_Relations(t *testing.T) {
	t.Parallel()
	const relation = `{"providerInstanceId":"b0000000-0000-4000-8000-000000000001"}`
	for _, relations := range []string{`{"b0000000-0000-4000-8000-000000000001":` + relation + `}`, `[` + relation + `]`, ` [ ` + relation + ` ] `} {
		item := `{"id":"c0000000-0000-4000-8000-000000000001","companyName":"C","providerCustomers":` + relations + `,"providerResellers":` + relations + `}`
		cc := newCloudCockpit(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "s") {
				respondJSON(200, `{"items":[`+item+`],"totalPages":1}`)(w, r)
				return
			}
			respondJSON(200, item)(w, r)
		}))
		customers, err := cc.Customers().List(t.Context(), client.ListCustomers{})
		if err != nil {
			t.Fatal(err)
		}
		customer, err := cc.Customers().Get(t.Context(), contoso)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []client.Customer{customers.Items[0], *customer} {
			if p, ok := c.ProviderCustomers[contosoProvider.String()]; !ok || p.ProviderInstanceID != contosoProvider || *c.ID != contoso {
				t.Errorf("%s: customer %+v", relations, c)
			}
		}
		resellers, err := cc.Resellers().List(t.Context(), client.ListResellers{})
		if err != nil {
			t.Fatal(err)
		}
		reseller, err := cc.Resellers().Get(t.Context(), contoso)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []client.Reseller{resellers.Items[0], *reseller} {
			if p, ok := r.ProviderResellers[contosoProvider.String()]; !ok || p.ProviderInstanceID != contosoProvider || *r.CompanyName != "C" {
				t.Errorf("%s: reseller %+v", relations, r)
			}
		}
	}
	for body, kind := range map[string]error{
		`{"items":[{"id":"c0000000-0000-4000-8000-000000000001","providerCustomers":7}]}`:   client.ErrShape,
		`{"items":[{"id":"c0000000-0000-4000-8000-000000000001","providerCustomers":[7]}]}`: client.ErrShape,
		`{"items":null,"paginationParameters":{"pageNumber":1,"pageSize":1}}`:               nil,
	} {
		cc := newCloudCockpit(t, serve(t, respondJSON(200, body)))
		if list, err := cc.Customers().List(t.Context(), client.ListCustomers{}); !errors.Is(err, kind) || err == nil && list.Items != nil {
			t.Errorf("%s: list %+v, error %v", body, list, err)
		}
	}
}
