package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/myreports"
)

// AccountCustomer is a customer of a reseller account.
type AccountCustomer = myreports.AccountCustomer

// AccountCustomers are the customers of a reseller account. Get them from [MyReports.AccountCustomers].
type AccountCustomers struct {
	c         *core
	accountID uuid.UUID
}

// ListAccountCustomers are the options of a list of customers.
type ListAccountCustomers struct {
	PageIndex int32  // counted from 0; the first page of All
	PageSize  int32  // at most 1,000, which is also the default
	Filter    string // a part of the name or the reference
}

// List returns one page. The service gives no number of pages: the last one is the first that is not full.
func (c AccountCustomers) List(ctx context.Context, opts ListAccountCustomers) ([]AccountCustomer, error) {
	page, err := c.page(ctx, opts)
	return page.items(), err
}

func (c AccountCustomers) page(ctx context.Context, opts ListAccountCustomers) (*indexedPage[AccountCustomer], error) {
	params := myreports.ListAccountCustomersParams{
		PageIndex: orNil(opts.PageIndex), PageSize: orNil(opts.PageSize), Filter: orNil(opts.Filter),
	}
	return fetchIndexed(ctx, c.c, operation{
		name: "listAccountCustomers", need: c.need(),
		build: func(server string) (*http.Request, error) {
			return myreports.NewListAccountCustomersRequest(server, c.accountID, &params)
		},
	}, isAccountCustomer)
}

// All returns the customers one by one, and fetches the next page when the loop reaches it.
func (c AccountCustomers) All(ctx context.Context, opts ListAccountCustomers) iter.Seq2[AccountCustomer, error] {
	return indexedList[AccountCustomer]{
		core: c.c, operation: "listAccountCustomers", first: opts.PageIndex, size: opts.PageSize,
		fetch: func(ctx context.Context, index int32) (*indexedPage[AccountCustomer], error) {
			opts := opts // a copy, because two loops may range over the same list at once
			opts.PageIndex = index
			return c.page(ctx, opts)
		},
		id: func(c *AccountCustomer) uuid.UUID { return c.ID },
	}.all(ctx)
}

// Get returns one customer. A customer of another account is [ErrNotFound].
func (c AccountCustomers) Get(ctx context.Context, customerID uuid.UUID) (*AccountCustomer, error) {
	return fetchData(ctx, c.c, operation{
		name: "getAccountCustomer", need: c.need(identifier{name: "customerID", id: customerID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewGetAccountCustomerRequest(server, c.accountID, customerID)
		},
	}, isAccountCustomer)
}

func (c AccountCustomers) need(more ...identifier) []identifier {
	return append(more, identifier{name: "accountID", id: c.accountID})
}

func isAccountCustomer(c *AccountCustomer) bool { return c.ID != uuid.Nil }
