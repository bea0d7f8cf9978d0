package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// The types of the contract for resellers.
type (
	// Reseller is a reseller of a CSP.
	Reseller = cloudcockpit.Reseller
	// ResellerPage is one page of resellers.
	ResellerPage = cloudcockpit.ResellerPage
)

// The properties in which resellers can be searched.
const (
	SearchResellersByName               = cloudcockpit.ListResellersParamsSearchFieldCompanyName // the default
	SearchResellersByInternalIdentifier = cloudcockpit.ListResellersParamsSearchFieldInternalIdentifier
	SearchResellersByMpnID              = cloudcockpit.ListResellersParamsSearchFieldMpnID // the primary or a secondary MPN id
)

// Resellers are the resellers of a CSP. Get them from [CloudCockpit.Resellers].
type Resellers struct{ cc *CloudCockpit }

// ListResellers are the options of a list of resellers, which is sorted by name. The parameter names of all but the page
// and the customer are inferred, as those of [ListCustomerUsers].
type ListResellers struct {
	PageNumber int32  // counted from 1; the first page of All and Pages
	PageSize   int32  // 1 to 2000; the default is 25 for List and 500 for All and Pages
	Search     string // a part of the property SearchIn, in any case
	SearchIn   cloudcockpit.ListResellersParamsSearchField
	Descending bool
	// CustomerID and ProviderInstanceID limit the list to the reseller of a customer. Give both or none.
	CustomerID, ProviderInstanceID uuid.UUID
}

// List returns one page. With a token of a reseller it is [ErrForbidden].
func (r Resellers) List(ctx context.Context, opts ListResellers) (*ResellerPage, error) {
	params := cloudcockpit.ListResellersParams{
		XTenant: r.cc.tenant, PageNumber: orNil(opts.PageNumber), PageSize: orNil(opts.PageSize),
		SearchValue: orNil(opts.Search), SearchField: orNil(opts.SearchIn), AscendingOrder: new(!opts.Descending),
		CustomerID: orNil(opts.CustomerID), ProviderInstanceID: orNil(opts.ProviderInstanceID),
	}
	page, err := fetch(ctx, r.cc.core, operation{
		name: "listResellers",
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewListResellersRequest(server, &params)
		},
	}, func(p *receivedResellerPage) bool { return pageIsWhole(p.Items, p.PaginationParameters, isReseller) })
	if err != nil {
		return nil, err
	}
	page.ResellerPage.Items = convert(page.Items, (*receivedReseller).reseller)
	page.Items = nil // or the page would keep the list twice
	return &page.ResellerPage, nil
}

// Pages returns page after page, like [CustomerUsers.Pages].
func (r Resellers) Pages(ctx context.Context, opts ListResellers) iter.Seq2[*ResellerPage, error] {
	if opts.PageSize == 0 {
		opts.PageSize = listPageSize
	}
	return listing[ResellerPage]{
		core: r.cc.core, operation: "listResellers", first: opts.PageNumber,
		fetch: func(ctx context.Context, number int32) (*ResellerPage, error) {
			opts := opts // a copy, because two loops may range over the same list at once
			opts.PageNumber = number
			return r.List(ctx, opts)
		},
		info: func(p *ResellerPage) pageInfo {
			return pageInfo{len(p.Items), p.PaginationParameters, p.TotalPages, p.HasNextPage}
		},
	}.pages(ctx)
}

// All returns the resellers one by one, like [CustomerUsers.All].
func (r Resellers) All(ctx context.Context, opts ListResellers) iter.Seq2[Reseller, error] {
	return each(r.Pages(ctx, opts), func(p *ResellerPage) []Reseller { return p.Items })
}

// Get returns one reseller. A reseller can read itself.
func (r Resellers) Get(ctx context.Context, resellerID uuid.UUID) (*Reseller, error) {
	params := cloudcockpit.GetResellerParams{XTenant: r.cc.tenant}
	received, err := fetch(ctx, r.cc.core, operation{
		name: "getReseller", need: []identifier{{name: "resellerID", id: resellerID}},
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewGetResellerRequest(server, resellerID, &params)
		},
	}, isReseller)
	if err != nil {
		return nil, err
	}
	return new(received.reseller()), nil
}

func isReseller(r *receivedReseller) bool { return r.ID != nil || r.CompanyName != nil }
