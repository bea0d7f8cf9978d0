package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// The types of the contract for groups.
type (
	// Group is a permission group of the portal. Requests need only its id.
	Group = cloudcockpit.Group
	// GroupPage is one page of groups.
	GroupPage = cloudcockpit.GroupPage
)

// Groups are the permission groups of the portal. Get them from [CloudCockpit.Groups].
type Groups struct{ cc *CloudCockpit }

// ListGroups are the options of a list of groups. The groups are sorted by name.
type ListGroups struct {
	PageNumber int32 // counted from 1; the first page of All and Pages
	PageSize   int32 // 1 to 2000; the default is 25 for List and 500 for All and Pages
}

// List returns one page.
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

// Pages returns page after page, like [CustomerUsers.Pages].
func (g Groups) Pages(ctx context.Context, opts ListGroups) iter.Seq2[*GroupPage, error] {
	if opts.PageSize == 0 {
		opts.PageSize = listPageSize
	}
	return listing[GroupPage]{
		core: g.cc.core, operation: "listGroups", first: opts.PageNumber,
		fetch: func(ctx context.Context, number int32) (*GroupPage, error) {
			opts := opts // a copy, because two loops may range over the same list at once
			opts.PageNumber = number
			return g.List(ctx, opts)
		},
		info: func(p *GroupPage) pageInfo {
			return pageInfo{len(p.Items), p.PaginationParameters, p.TotalPages, p.HasNextPage}
		},
	}.pages(ctx)
}

// All returns the groups one by one, like [CustomerUsers.All].
func (g Groups) All(ctx context.Context, opts ListGroups) iter.Seq2[Group, error] {
	return each(g.Pages(ctx, opts), func(p *GroupPage) []Group { return p.Items })
}
