package client_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
)

// collect returns what a list returns, by a text of each item.
func collect[T any](t *testing.T, list iter.Seq2[T, error], text func(T) string) (texts []string) {
	t.Helper()
	for item, err := range list {
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text(item))
	}
	return texts
}

// Ensure that a program which knows no id finds a customer, its Microsoft provider instance and its users.
func TestDirectory_CloudCockpit(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	name := func(c client.Customer) string { return *c.CompanyName }
	up := collect(t, b.cc.Customers().All(t.Context(), client.ListCustomers{PageSize: 1}), name)
	down := collect(t, b.cc.Customers().All(t.Context(), client.ListCustomers{Descending: true}), name)
	slices.Reverse(down)
	if len(up) < 2 || !slices.IsSorted(up) || !slices.Equal(up, down) || !slices.Contains(up, "Contoso") {
		t.Errorf("customers %q, backwards %q", up, down)
	}
	all := collect(t, b.cc.Customers().All(t.Context(), client.ListCustomers{IncludeDeleted: true}), name)
	if len(all) < len(up) {
		t.Errorf("%d customers with the deleted ones, %d without", len(all), len(up))
	}
	if own := collect(t, b.cc.Customers().ForReseller(alpine).All(t.Context(), client.ListCustomers{}), name); !slices.Equal(own, []string{"Northwind"}) {
		t.Errorf("customers of the reseller %q", own)
	}

	page, err := b.cc.Customers().List(t.Context(), client.ListCustomers{Search: "ntos", SearchIn: client.SearchCustomersByName})
	if err != nil || len(page.Items) != 1 || *page.Items[0].ID != contoso {
		t.Fatalf("page %+v, error %v", page, err)
	}
	customer, err := b.cc.Customers().Get(t.Context(), *page.Items[0].ID)
	if err != nil || len(customer.ProviderCustomers) == 0 {
		t.Fatalf("customer %+v, error %v", customer, err)
	}
	users := 0
	for _, p := range customer.ProviderCustomers {
		if list, err := b.cc.CustomerUsers(*customer.ID, p.ProviderInstanceID).List(t.Context(), client.ListCustomerUsers{}); err == nil {
			users += int(list.TotalCount)
		}
	}
	if users != 60 {
		t.Errorf("%d users, want 60", users)
	}

	instances := collect(t, b.cc.ProviderInstances().All(t.Context(), client.ListProviderInstances{PageSize: 1}), func(i client.ProviderInstance) string { return i.ID.String() })
	if !slices.Contains(instances, contosoProvider.String()) {
		t.Errorf("instances %q", instances)
	}
	resellers := collect(t, b.cc.Resellers().All(t.Context(), client.ListResellers{PageSize: 1, SearchIn: client.SearchResellersByName, Search: "alp"}), func(r client.Reseller) string { return r.ID.String() })
	if !slices.Equal(resellers, []string{alpine.String()}) {
		t.Errorf("resellers %q", resellers)
	}
	reseller, err := b.cc.Resellers().Get(t.Context(), alpine)
	if err != nil || *reseller.ID != alpine {
		t.Errorf("reseller %+v, error %v", reseller, err)
	}
	asReseller := newCloudCockpit(t, b.url, client.WithToken(b.token(t, "demo-reseller")))
	_, err = asReseller.Resellers().List(t.Context(), client.ListResellers{})
	wantFailure(t, err, client.ErrForbidden)
	_, err = b.cc.Customers().ForReseller(alpine).Get(t.Context(), contoso)
	wantFailure(t, err, client.ErrForbidden)
}

// Ensure that a program which knows no id finds an account, its customers and their users.
func TestDirectory_MyReports(t *testing.T) {
	t.Parallel()
	b := newSandbox(t)
	accounts := collect(t, b.mr.Accounts().All(t.Context(), client.ListAccounts{PageSize: 1}), func(a client.Account) string { return a.ID.String() })
	if !slices.Contains(accounts, account.String()) || len(accounts) < 2 {
		t.Fatalf("accounts %q", accounts)
	}
	if one, err := b.mr.Accounts().Get(t.Context(), account); err != nil || one.Name == "" {
		t.Errorf("account %+v, error %v", one, err)
	}
	customers := collect(t, b.mr.AccountCustomers(account).All(t.Context(), client.ListAccountCustomers{}), func(c client.AccountCustomer) string { return c.ID.String() })
	if !slices.Contains(customers, bakery.String()) {
		t.Errorf("customers %q", customers)
	}
	one, err := b.mr.AccountCustomers(account).Get(t.Context(), bakery)
	if err != nil || one.ParentTenantID != account {
		t.Fatalf("customer %+v, error %v", one, err)
	}
	found, err := b.mr.AccountCustomers(account).List(t.Context(), client.ListAccountCustomers{Filter: one.Name[1:], PageSize: 5})
	if err != nil || len(found) != 1 || found[0].ID != bakery {
		t.Errorf("found %+v, error %v", found, err)
	}
	for _, err := range b.mr.AccountCustomers(unknownID).All(t.Context(), client.ListAccountCustomers{}) {
		wantFailure(t, err, client.ErrNotFound)
	}
}

// accountsServer is a MyReports of n accounts, whose pages have at most limit items.
func accountsServer(n, limit int, pageIndex string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		index, size := 0, 1000
		_, _ = fmt.Sscan(r.URL.Query().Get("pageIndex"), &index)
		_, _ = fmt.Sscan(r.URL.Query().Get("pageSize"), &size)
		size = min(size, limit)
		var items []string
		for i := index * size; i < min(n, (index+1)*size); i++ {
			items = append(items, fmt.Sprintf(`{"id":"e0000000-0000-4000-8000-%012d"}`, i+1))
		}
		echo := ""
		if pageIndex != "" {
			echo = `"page_index":` + strings.ReplaceAll(pageIndex, "N", fmt.Sprint(index)) + `,`
		}
		respondJSON(200, `{"page_size":1,`+echo+`"data":[`+strings.Join(items, ",")+`],"status":"success"}`)(w, r)
	}
}

// Ensure that a list of MyReports returns every item once, whatever the page size, also from a service that cuts the page
// size or does not echo the index.
func TestAccounts_All(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, limit int
		echo     string
		size     int32
		requests int
	}{
		{0, 1000, "N", 0, 1}, {999, 1000, "N", 0, 1}, {1000, 1000, "N", 0, 2}, {2500, 1000, "N", 0, 3}, {7, 1000, "N", 3, 3}, {6, 1000, "N", 3, 3},
		{2500, 1000, "N", 5000, 3}, {2500, 9000, "N", 5000, 2}, {2500, 1000, "", 0, 3}, {2500, 1000, `"N"`, 0, 3},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			t.Parallel()
			requests := 0
			handler := accountsServer(c.n, c.limit, c.echo)
			mr := newMyReports(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
				requests++
				handler(w, r)
			}))
			seen := map[uuid.UUID]bool{}
			for a, err := range mr.Accounts().All(t.Context(), client.ListAccounts{PageSize: c.size}) {
				if err != nil {
					t.Fatal(err)
				}
				seen[a.ID] = true
			}
			if len(seen) != c.n || requests != c.requests {
				t.Errorf("%d accounts in %d requests, want %d in %d", len(seen), requests, c.n, c.requests)
			}
		})
	}
}

// Ensure that pages that contradict the request end the list with an error, and that a loop that ends fetches no more.
func TestAccounts_All_Contradiction(t *testing.T) {
	t.Parallel()
	always := respondJSON(200, `{"data":[{"id":"e0000000-0000-4000-8000-000000000001"}],"status":"success"}`)
	for name, handler := range map[string]http.HandlerFunc{
		"the same page again": always,
		"another index":       accountsServer(5, 1, "7"),
		"no end":              accountsServer(1<<30, 1, "N"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mr := newMyReports(t, serve(t, handler), client.WithMaxPages(20))
			var last error
			for _, err := range mr.Accounts().All(t.Context(), client.ListAccounts{PageSize: 1}) {
				last = err
			}
			wantFailure(t, last, client.ErrShape)
		})
	}
	requests := 0
	mr := newMyReports(t, serve(t, always), client.WithHooks(client.Hooks{After: func(context.Context, client.Attempt) { requests++ }}))
	for _, err := range mr.Accounts().All(t.Context(), client.ListAccounts{PageSize: 1}) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if requests != 1 {
		t.Errorf("%d requests, want 1", requests)
	}
}
