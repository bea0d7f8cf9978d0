package sandbox

import (
	"context"
	"strings"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// ListUsers answers one page of the portal users that the caller sees, whoever's they are.
func (c *cloudCockpit) ListUsers(ctx context.Context, req cloudcockpitserver.ListUsersRequestObject) (cloudcockpitserver.ListUsersResponseObject, error) {
	who, p := callerOf(ctx), req.Params
	page := newPage(p.PageNumber, p.PageSize)
	query := store.PortalQuery{
		Search:      value(p.SearchValue),
		SortByEmail: value(p.SortPropertyName) == api.ListUsersParamsSortPropertyNameEmail,
		Descending:  !value(p.AscendingOrder),
		Groups:      groupIDs(value(p.Groups)),
		Offset:      (page.number - 1) * page.size,
		Limit:       page.size,
	}
	var users []store.PortalUser
	err := c.store.View(ctx, func(tx *store.Tx) (err error) {
		if query.ResellerID, err = resellerContext(tx, who, p.ResellerID); err != nil {
			return err
		}
		users, page.total, err = tx.FindPortalUsers(who.tenant, query)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.ListUsers200JSONResponse{Body: portalUserPage(users, page)}, nil
}

// groupIDs reads ids with a bar between them. It is nil where there is none, and holds uuid.Nil, a group that nobody is in,
// for what is no id.
func groupIDs(list string) (ids []uuid.UUID) {
	for text := range strings.SplitSeq(list, "|") {
		if text == "" {
			continue
		}
		id, err := uuid.Parse(text)
		if err != nil {
			id = uuid.Nil
		}
		ids = append(ids, id)
	}
	return ids
}

func portalUserPage(users []store.PortalUser, p page) api.PortalUserPage {
	items := make([]api.PortalUser, len(users))
	for i, u := range users {
		items[i] = portalUser(u)
	}
	return api.PortalUserPage{
		Items:                items,
		PaginationParameters: p.parameters(),
		TotalPages:           int32(p.last()),
		TotalCount:           int32(p.total),
		HasPreviousPage:      p.number > 1,
		HasNextPage:          p.number < p.last(),
	}
}
