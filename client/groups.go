package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// The types of the contract that groups are made of.
type (
	// Group is a permission group of the portal. Requests need only its id.
	Group = cloudcockpit.Group
	// GroupPage is one page of groups.
	GroupPage = cloudcockpit.GroupPage
)

// Groups are the permission groups of the portal. Get them from [CloudCockpit.Groups].
type Groups struct{ cc *CloudCockpit }

// ListGroups says which page of groups to list. They are sorted by name.
type ListGroups struct {
	PageNumber int32 // counted from 1; All and Pages begin with it
	PageSize   int32 // 1 to 2000; List's default is the service's 25, that of All and Pages is 500
}

// List fetches one page.
func (g Groups) List(ctx context.Context, opts ListGroups) (*GroupPage, error) {
	params := cloudcockpit.ListGroupsParams{
		XTenant: g.cc.tenant, PageNumber: orNil(opts.PageNumber), PageSize: orNil(opts.PageSize),
	}
	return fetch(ctx, g.cc.core, operation{
		name:  "listGroups",
		build: func(server string) (*http.Request, error) { return cloudcockpit.NewListGroupsRequest(server, &params) },
	}, func(p *GroupPage) bool {
		return pageIsWhole(p.Items, p.PaginationParameters, func(g *Group) bool { return g.ID != uuid.Nil })
	})
}

// Pages fetches page after page, each when it is asked for, like [CustomerUsers.Pages].
func (g Groups) Pages(ctx context.Context, opts ListGroups) iter.Seq2[*GroupPage, error] {
	if opts.PageSize == 0 {
		opts.PageSize = listPageSize
	}
	return listing[GroupPage]{
		core: g.cc.core, operation: "listGroups", first: opts.PageNumber,
		fetch: func(ctx context.Context, number int32) (*GroupPage, error) {
			opts := opts // a listing may be ranged over twice at a time
			opts.PageNumber = number
			return g.List(ctx, opts)
		},
		info: func(p *GroupPage) pageInfo {
			return pageInfo{len(p.Items), p.PaginationParameters, p.TotalPages, p.HasNextPage}
		},
	}.pages(ctx)
}

// All gives the groups one by one.
func (g Groups) All(ctx context.Context, opts ListGroups) iter.Seq2[Group, error] {
	return each(g.Pages(ctx, opts), func(p *GroupPage) []Group { return p.Items })
}
