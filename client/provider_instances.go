package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// The types of the contract for provider instances.
type (
	// ProviderInstance is a connection of the tenant to a provider, such as Microsoft.
	ProviderInstance = cloudcockpit.ProviderInstance
	// ProviderInstancePage is one page of provider instances.
	ProviderInstancePage = cloudcockpit.ProviderInstancePage
)

// ProviderInstances are the provider instances of the tenant. Those of one customer are in its [Customer]. Get them from
// [CloudCockpit.ProviderInstances].
type ProviderInstances struct{ cc *CloudCockpit }

// ListProviderInstances are the options of a list of provider instances, which is sorted by provider.
type ListProviderInstances struct {
	PageNumber int32 // counted from 1; the first page of All and Pages
	PageSize   int32 // 1 to 2000; the default is 25 for List and 500 for All and Pages
}

// List returns one page.
func (p ProviderInstances) List(ctx context.Context, opts ListProviderInstances) (*ProviderInstancePage, error) {
	params := cloudcockpit.ListProviderInstancesParams{
		XTenant: p.cc.tenant, PageNumber: orNil(opts.PageNumber), PageSize: orNil(opts.PageSize),
	}
	return fetch(ctx, p.cc.core, operation{
		name: "listProviderInstances",
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewListProviderInstancesRequest(server, &params)
		},
	}, func(p *ProviderInstancePage) bool {
		return pageIsWhole(p.Items, p.PaginationParameters, func(i *ProviderInstance) bool { return i.ID != nil })
	})
}

// Pages returns page after page, like [CustomerUsers.Pages].
func (p ProviderInstances) Pages(ctx context.Context, opts ListProviderInstances) iter.Seq2[*ProviderInstancePage, error] {
	if opts.PageSize == 0 {
		opts.PageSize = listPageSize
	}
	return listing[ProviderInstancePage]{
		core: p.cc.core, operation: "listProviderInstances", first: opts.PageNumber,
		fetch: func(ctx context.Context, number int32) (*ProviderInstancePage, error) {
			opts := opts // a copy, because two loops may range over the same list at once
			opts.PageNumber = number
			return p.List(ctx, opts)
		},
		info: func(p *ProviderInstancePage) pageInfo {
			return pageInfo{len(p.Items), p.PaginationParameters, p.TotalPages, p.HasNextPage}
		},
	}.pages(ctx)
}

// All returns the provider instances one by one, like [CustomerUsers.All].
func (p ProviderInstances) All(ctx context.Context, opts ListProviderInstances) iter.Seq2[ProviderInstance, error] {
	return each(p.Pages(ctx, opts), func(p *ProviderInstancePage) []ProviderInstance { return p.Items })
}
