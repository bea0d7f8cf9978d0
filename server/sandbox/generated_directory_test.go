package sandbox_test

import (
	"context"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/myreports"
)

// The operations by which a caller finds the ids that it begins with, each with all its parameters.

func listCustomers(size int32) func(context.Context, *generated) (*cloudcockpit.ListCustomersResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.ListCustomersResponse, error) {
		return g.cockpit.ListCustomersWithResponse(ctx, &cloudcockpit.ListCustomersParams{
			XTenant: tenant, XCorrelationID: &correlationID, PageNumber: new(int32(1)), PageSize: &size, ResellerID: new(uid(reseller)),
			SearchValue: new("NORTHWIND.on"), SearchField: new(cloudcockpit.ListCustomersParamsSearchFieldDomain),
			SortPropertyName: new(cloudcockpit.ListCustomersParamsSortPropertyNameCompanyName), AscendingOrder: new(true), IncludeDeleted: new(false),
		})
	}
}

func getCustomer(customer string, reseller *string) func(context.Context, *generated) (*cloudcockpit.GetCustomerResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.GetCustomerResponse, error) {
		params := cloudcockpit.GetCustomerParams{XTenant: tenant, XCorrelationID: &correlationID}
		if reseller != nil {
			params.ResellerID = new(uid(*reseller))
		}
		return g.cockpit.GetCustomerWithResponse(ctx, uid(customer), &params)
	}
}

func listResellers(size int32) func(context.Context, *generated) (*cloudcockpit.ListResellersResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.ListResellersResponse, error) {
		return g.cockpit.ListResellersWithResponse(ctx, &cloudcockpit.ListResellersParams{
			XTenant: tenant, XCorrelationID: &correlationID, PageNumber: new(int32(1)), PageSize: &size,
			SearchValue: new("76543"), SearchField: new(cloudcockpit.ListResellersParamsSearchFieldMpnID),
			SortPropertyName: new(cloudcockpit.ListResellersParamsSortPropertyNameCompanyName), AscendingOrder: new(false),
			CustomerID: new(uid(northwind)), ProviderInstanceID: new(uid(northwinds)),
		})
	}
}

func getReseller(reseller string) func(context.Context, *generated) (*cloudcockpit.GetResellerResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.GetResellerResponse, error) {
		return g.cockpit.GetResellerWithResponse(ctx, uid(reseller), &cloudcockpit.GetResellerParams{XTenant: tenant, XCorrelationID: &correlationID})
	}
}

func listProviderInstances(size int32) func(context.Context, *generated) (*cloudcockpit.ListProviderInstancesResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.ListProviderInstancesResponse, error) {
		return g.cockpit.ListProviderInstancesWithResponse(ctx, &cloudcockpit.ListProviderInstancesParams{
			XTenant: tenant, XCorrelationID: &correlationID, PageNumber: new(int32(2)), PageSize: &size,
		})
	}
}

func listAccounts(ctx context.Context, g *generated) (*myreports.ListAccountsResponse, error) {
	return g.reports.ListAccountsWithResponse(ctx, &myreports.ListAccountsParams{PageIndex: new(int32(1)), PageSize: new(int32(1))})
}

func getAccount(account string) func(context.Context, *generated) (*myreports.GetAccountResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.GetAccountResponse, error) {
		return g.reports.GetAccountWithResponse(ctx, uid(account))
	}
}

func listAccountCustomers(account string) func(context.Context, *generated) (*myreports.ListAccountCustomersResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.ListAccountCustomersResponse, error) {
		return g.reports.ListAccountCustomersWithResponse(ctx, uid(account), &myreports.ListAccountCustomersParams{
			PageIndex: new(int32(0)), PageSize: new(int32(1000)), Filter: new("BAKERY-"),
		})
	}
}

func getAccountCustomer(customer string) func(context.Context, *generated) (*myreports.GetAccountCustomerResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.GetAccountCustomerResponse, error) {
		return g.reports.GetAccountCustomerWithResponse(ctx, uid(account), uid(customer))
	}
}

func refusedByDirectory() []ask {
	return append(asCSP(
		refuses("listCustomers", 400, listCustomers(0), "pageSize"),
		refuses("getCustomer", 400, getCustomer(contoso, nil)).misspeltAt(contoso, "customerId"),
		refuses("getCustomer", 403, getCustomer(contoso, new(reseller))),
		refuses("getCustomer", 404, getCustomer(nowhere, nil), "customerId"),
		refuses("listResellers", 400, listResellers(2001), "pageSize"),
		refuses("getReseller", 400, getReseller(reseller)).misspeltAt(reseller, "resellerId"),
		refuses("getReseller", 404, getReseller(nowhere), "resellerId"),
		refuses("listProviderInstances", 400, listProviderInstances(0), "pageSize"),
	), asEnterprise(
		refuses("getAccount", 404, getAccount(nowhere), "Not Found"),
		refuses("listAccountCustomers", 404, listAccountCustomers(othersAccount), "Not Found"),
		refuses("getAccountCustomer", 404, getAccountCustomer(nowhere), "Not Found"),
		misspelt(accountCustomer, refuses("getAccountCustomer", 400, getAccountCustomer(accountCustomer))),
	)...)
}

// misspeltAt is the ask with an id in its path that is too long by a digit, which CloudCockpit's response must name.
func (a ask) misspeltAt(id, name string) ask {
	a.longer, a.says = id, []string{name}
	return a
}

func grantedByCockpitDirectory() []ask {
	return asCSP(
		grants("listCustomers", 200, listCustomers(2000), func(t *testing.T, _ *generated, got *cloudcockpit.ListCustomersResponse) {
			want := cloudcockpit.CustomerPage{
				Items: []cloudcockpit.Customer{northwindCustomer()}, PaginationParameters: &cloudcockpit.PaginationParameters{PageNumber: 1, PageSize: 2000},
				TotalPages: 1, TotalCount: 1,
			}
			if diff := gocmp.Diff(want, *got.JSON200); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}),
		grants("getCustomer", 200, getCustomer(northwind, new(reseller)), func(t *testing.T, _ *generated, got *cloudcockpit.GetCustomerResponse) {
			if diff := gocmp.Diff(northwindCustomer(), *got.JSON200); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}),
		grants("listResellers", 200, listResellers(1), func(t *testing.T, _ *generated, got *cloudcockpit.ListResellersResponse) {
			want := cloudcockpit.ResellerPage{
				Items: []cloudcockpit.Reseller{alpineReseller()}, PaginationParameters: &cloudcockpit.PaginationParameters{PageNumber: 1, PageSize: 1},
				TotalPages: 1, TotalCount: 1,
			}
			if diff := gocmp.Diff(want, *got.JSON200); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}),
		grants("getReseller", 200, getReseller(reseller), func(t *testing.T, _ *generated, got *cloudcockpit.GetResellerResponse) {
			if diff := gocmp.Diff(alpineReseller(), *got.JSON200); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}),
		grants("listProviderInstances", 200, listProviderInstances(1), func(t *testing.T, _ *generated, got *cloudcockpit.ListProviderInstancesResponse) {
			want := cloudcockpit.ProviderInstancePage{
				Items: []cloudcockpit.ProviderInstance{{
					ID: new(uid(microsoft)), Alias: new("Microsoft CSP"), InstanceProviderID: new("60000000-0000-4000-8000-000000000001"),
					ImageURL:   new("https://portal.cloudcockpit.com/images/microsoft.png"),
					OfferTypes: []cloudcockpit.OfferType{{Name: new("License")}, {Name: new("AzurePlan")}}, SupportedCountries: []string{"US", "DE", "CH", "PT"},
					Provider: &cloudcockpit.Provider{Name: new("Microsoft")},
				}},
				PaginationParameters: &cloudcockpit.PaginationParameters{PageNumber: 2, PageSize: 1}, TotalPages: 3, TotalCount: 3,
				HasPreviousPage: true, HasNextPage: true,
			}
			if diff := gocmp.Diff(want, *got.JSON200); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}),
	)
}

func northwindCustomer() cloudcockpit.Customer {
	return cloudcockpit.Customer{
		ID: new(uid(northwind)), CompanyName: new("Northwind"), TaxID: new("DE811569869"), Country: new("DE"),
		AddressLine1: new("Hafenstrasse 12"), AddressLine2: new("Building 3"), City: new("Hamburg"), State: new("HH"), Zip: new("20457"),
		FirstName: new("Nora"), MiddleName: new("Maria"), LastName: new("Winter"), Email: new("nora.winter@northwind.example"),
		Phone: new("+49 40 555 0100"), InternalIdentifier: new("C-1002"), ResellerID: new(uid(reseller)),
		ProviderCustomers: map[string]cloudcockpit.ProviderCustomer{northwinds: {
			ProviderInstanceID: uid(northwinds), ProviderCustomerID: new("70000000-0000-4000-8000-000000000003"),
			ProviderCustomerData: new(`{"Domain":"northwind.onmicrosoft.example"}`), Margin: markup(),
		}},
		CustomerAssociations: []map[string]any{},
	}
}

func alpineReseller() cloudcockpit.Reseller {
	return cloudcockpit.Reseller{
		ID: new(uid(reseller)), CompanyName: new("Alpine Resellers"), TaxID: new("CHE-123.456.788"), Country: new("CH"),
		AddressLine1: new("Bahnhofstrasse 1"), City: new("Zermatt"), State: new("Valais"), ZipCode: new("3920"),
		FirstName: new("Alma"), LastName: new("Aebi"), Email: new("alma.aebi@alpine.example"), Phone: new("+41 27 555 01 00"), InternalIdentifier: new("R-1"),
		ProviderResellers: map[string]cloudcockpit.ProviderReseller{northwinds: {
			ProviderInstanceID: uid(northwinds), ProviderResellerID: new("1234567"),
			ResellerProviderData: new(`{"SecondaryMpnIds":["7654321"]}`), PriceMargin: new(markup()),
		}},
	}
}

func markup() cloudcockpit.Margin {
	return cloudcockpit.Margin{MarginRule: &cloudcockpit.MarginRule{Name: new("Markup")}}
}

// grantedByAccounts are the requests below an account; that for the accounts themselves is grantedByEnterprise.
func grantedByAccounts() []ask {
	return asEnterprise(
		grants("getAccount", 200, getAccount(account), func(t *testing.T, _ *generated, got *myreports.GetAccountResponse) {
			want := myreports.Account{
				ID: uid(account), Name: "Acme North", Description: new("The northern branch"), Enabled: true,
				ParentTenantID: uid("e2000000-0000-4000-8000-000000000001"), Reference: new("ACME-N"), DateCreated: "2019-01-01T09:00:00.000",
			}
			if diff := gocmp.Diff(want, got.JSON200.Data); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}),
		grants("listAccountCustomers", 200, listAccountCustomers(account), func(t *testing.T, _ *generated, got *myreports.ListAccountCustomersResponse) {
			list := *got.JSON200
			if diff := gocmp.Diff([]myreports.AccountCustomer{cornerBakery()}, list.Data); diff != "" || list.PageSize != 1 || list.PageIndex != 0 {
				t.Errorf("page %d of %d (-want +got):\n%s", list.PageIndex, list.PageSize, diff)
			}
		}),
		grants("getAccountCustomer", 200, getAccountCustomer(accountCustomer), func(t *testing.T, _ *generated, got *myreports.GetAccountCustomerResponse) {
			if diff := gocmp.Diff(cornerBakery(), got.JSON200.Data); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}),
	)
}

func cornerBakery() myreports.AccountCustomer {
	return myreports.AccountCustomer{
		ID: uid(accountCustomer), Name: "Corner Bakery", Enabled: true, ParentTenantID: uid(account), Reference: new("BAKERY-1"),
		DateCreated: "2019-02-01T09:00:00.000",
	}
}

func grantedByEnterprise() []ask {
	return asEnterprise(grants("listAccounts", 200, listAccounts, func(t *testing.T, _ *generated, got *myreports.ListAccountsResponse) {
		want := []myreports.Account{{
			ID: uid(secondAccount), Name: "Acme South", Description: new("The southern branch"),
			ParentTenantID: uid("e2000000-0000-4000-8000-000000000001"), Reference: new("ACME-S"), DateCreated: "2019-03-01T09:00:00.000",
		}}
		list := *got.JSON200
		if diff := gocmp.Diff(want, list.Data); diff != "" || list.PageSize != 1 || list.PageIndex != 1 {
			t.Errorf("page %d of %d (-want +got):\n%s", list.PageIndex, list.PageSize, diff)
		}
	}))
}
