package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// The types of the contract for customers.
type (
	// Customer is a customer of a CSP or of a reseller. Its provider instances are the values of ProviderCustomers; do not
	// rely on the keys, which the documentation does not explain.
	Customer = cloudcockpit.Customer
	// CustomerPage is one page of customers.
	CustomerPage = cloudcockpit.CustomerPage
)

// The properties in which customers can be searched.
const (
	SearchCustomersByName               = cloudcockpit.ListCustomersParamsSearchFieldCompanyName // the default
	SearchCustomersByDomain             = cloudcockpit.ListCustomersParamsSearchFieldDomain
	SearchCustomersByInternalIdentifier = cloudcockpit.ListCustomersParamsSearchFieldInternalIdentifier
	SearchCustomersByProviderCustomerID = cloudcockpit.ListCustomersParamsSearchFieldProviderCustomerID
)

// Customers are the customers that the caller may see: all of the tenant for a CSP, its own for a reseller. Get them from
// [CloudCockpit.Customers].
type Customers struct {
	cc         *CloudCockpit
	resellerID uuid.UUID
}

// ForReseller returns the customers that are related to a reseller, with the data of that relation. A token of a reseller
// implies its own.
func (c Customers) ForReseller(resellerID uuid.UUID) Customers {
	c.resellerID = resellerID
	return c
}

// ListCustomers are the options of a list of customers, which is sorted by name. The parameter names of all but the page
// are inferred, as those of [ListCustomerUsers].
type ListCustomers struct {
	PageNumber int32  // counted from 1; the first page of All and Pages
	PageSize   int32  // 1 to 2000; the default is 25 for List and 500 for All and Pages
	Search     string // a part of the property SearchIn, in any case
	SearchIn   cloudcockpit.ListCustomersParamsSearchField
	Descending bool
	// IncludeDeleted adds deleted customers, which nothing in a Customer tells from the others. The service would include
	// them by default; the client always sends this parameter.
	IncludeDeleted bool
}

// List returns one page.
func (c Customers) List(ctx context.Context, opts ListCustomers) (*CustomerPage, error) {
	params := cloudcockpit.ListCustomersParams{
		XTenant: c.cc.tenant, ResellerID: orNil(c.resellerID), PageNumber: orNil(opts.PageNumber), PageSize: orNil(opts.PageSize),
		SearchValue: orNil(opts.Search), SearchField: orNil(opts.SearchIn), AscendingOrder: new(!opts.Descending), IncludeDeleted: &opts.IncludeDeleted,
	}
	page, err := fetch(ctx, c.cc.core, operation{
		name: "listCustomers",
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewListCustomersRequest(server, &params)
		},
	}, func(p *receivedCustomerPage) bool { return pageIsWhole(p.Items, p.PaginationParameters, isCustomer) })
	if err != nil {
		return nil, err
	}
	page.CustomerPage.Items = convert(page.Items, (*receivedCustomer).customer)
	page.Items = nil // or the page would keep the list twice
	return &page.CustomerPage, nil
}

// Pages returns page after page, like [CustomerUsers.Pages].
func (c Customers) Pages(ctx context.Context, opts ListCustomers) iter.Seq2[*CustomerPage, error] {
	if opts.PageSize == 0 {
		opts.PageSize = listPageSize
	}
	return listing[CustomerPage]{
		core: c.cc.core, operation: "listCustomers", first: opts.PageNumber,
		fetch: func(ctx context.Context, number int32) (*CustomerPage, error) {
			opts := opts // a copy, because two loops may range over the same list at once
			opts.PageNumber = number
			return c.List(ctx, opts)
		},
		info: func(p *CustomerPage) pageInfo {
			return pageInfo{len(p.Items), p.PaginationParameters, p.TotalPages, p.HasNextPage}
		},
	}.pages(ctx)
}

// All returns the customers one by one, like [CustomerUsers.All].
func (c Customers) All(ctx context.Context, opts ListCustomers) iter.Seq2[Customer, error] {
	return each(c.Pages(ctx, opts), func(p *CustomerPage) []Customer { return p.Items })
}

// Get returns one customer. In the context of a reseller that has no relation to the customer it is [ErrForbidden].
func (c Customers) Get(ctx context.Context, customerID uuid.UUID) (*Customer, error) {
	params := cloudcockpit.GetCustomerParams{XTenant: c.cc.tenant, ResellerID: orNil(c.resellerID)}
	received, err := fetch(ctx, c.cc.core, operation{
		name: "getCustomer", need: []identifier{{name: "customerID", id: customerID}},
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewGetCustomerRequest(server, customerID, &params)
		},
	}, isCustomer)
	if err != nil {
		return nil, err
	}
	return new(received.customer()), nil
}

func isCustomer(c *receivedCustomer) bool { return c.ID != nil || c.CompanyName != nil }
