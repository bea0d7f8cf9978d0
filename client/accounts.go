package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/myreports"
)

// Account is a reseller account of the enterprise.
type Account = myreports.Account

// Accounts are the reseller accounts of the enterprise that the token belongs to. Get them from [MyReports.Accounts].
type Accounts struct{ c *core }

// ListAccounts are the options of a list of accounts.
type ListAccounts struct {
	PageIndex int32 // counted from 0; the first page of All
	PageSize  int32 // the default is the service's 1,000
}

// List returns one page. The service gives no number of pages: the last one is the first that is not full.
func (a Accounts) List(ctx context.Context, opts ListAccounts) ([]Account, error) {
	page, err := a.page(ctx, opts)
	return page.items(), err
}

func (a Accounts) page(ctx context.Context, opts ListAccounts) (*indexedPage[Account], error) {
	params := myreports.ListAccountsParams{PageIndex: orNil(opts.PageIndex), PageSize: orNil(opts.PageSize)}
	return fetchIndexed(ctx, a.c, operation{
		name:  "listAccounts",
		build: func(server string) (*http.Request, error) { return myreports.NewListAccountsRequest(server, &params) },
	}, isAccount)
}

// All returns the accounts one by one, and fetches the next page when the loop reaches it.
func (a Accounts) All(ctx context.Context, opts ListAccounts) iter.Seq2[Account, error] {
	return indexedList[Account]{
		core: a.c, operation: "listAccounts", first: opts.PageIndex, size: opts.PageSize,
		fetch: func(ctx context.Context, index int32) (*indexedPage[Account], error) {
			return a.page(ctx, ListAccounts{PageIndex: index, PageSize: opts.PageSize})
		},
		id: func(a *Account) uuid.UUID { return a.ID },
	}.all(ctx)
}

// Get returns one account.
func (a Accounts) Get(ctx context.Context, accountID uuid.UUID) (*Account, error) {
	return fetchData(ctx, a.c, operation{
		name: "getAccount", need: []identifier{{name: "accountID", id: accountID}},
		build: func(server string) (*http.Request, error) { return myreports.NewGetAccountRequest(server, accountID) },
	}, isAccount)
}

func isAccount(a *Account) bool { return a.ID != uuid.Nil }
