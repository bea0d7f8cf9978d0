package cloudcockpit

import (
	"cmp"
	"context"
	"slices"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// ListGroups returns one page of the tenant's permission groups, sorted by name. A tenant has few of them, so that the page is
// cut here and not in SQL.
func (a *API) ListGroups(ctx context.Context, req cloudcockpitserver.ListGroupsRequestObject) (cloudcockpitserver.ListGroupsResponseObject, error) {
	var groups []store.Group
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		groups, err = tx.Groups(callerOf(ctx).Tenant)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(groups, func(a, b store.Group) int {
		return cmp.Or(cmp.Compare(store.Fold(a.Name), store.Fold(b.Name)), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	p := newPage(req.Params.PageNumber, req.Params.PageSize)
	p.total = len(groups)
	first := min((p.number-1)*p.size, p.total)
	return cloudcockpitserver.ListGroups200JSONResponse{Body: groupPage(groups[first:min(first+p.size, p.total)], p)}, nil
}

func groupPage(groups []store.Group, p page) api.GroupPage {
	return api.GroupPage{
		Items:                groupItems(groups),
		PaginationParameters: p.parameters(),
		TotalPages:           int32(p.last()),
		TotalCount:           int32(p.total),
		HasPreviousPage:      p.number > 1,
		HasNextPage:          p.number < p.last(),
	}
}

func groupItems(groups []store.Group) []api.Group {
	items := make([]api.Group, len(groups))
	for i, g := range groups {
		items[i] = api.Group{ID: g.ID, Name: &g.Name}
	}
	return items
}
