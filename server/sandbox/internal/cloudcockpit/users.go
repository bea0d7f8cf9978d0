package cloudcockpit

import (
	"context"
	"strings"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// ListUsers returns one page of the portal users of every scope that the caller sees.
func (a *API) ListUsers(ctx context.Context, req cloudcockpitserver.ListUsersRequestObject) (cloudcockpitserver.ListUsersResponseObject, error) {
	who, p := callerOf(ctx), req.Params
	page := newPage(p.PageNumber, p.PageSize)
	query := store.PortalQuery{
		Search:      answer.Value(p.SearchValue),
		SortByEmail: answer.Value(p.SortPropertyName) == api.ListUsersParamsSortPropertyNameEmail,
		Descending:  !answer.Value(p.AscendingOrder),
		Groups:      groupIDs(answer.Value(p.Groups)),
		Offset:      page.offset(),
		Limit:       page.size,
	}
	var users []store.PortalUser
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if query.ResellerID, err = resellerContext(tx, who, p.ResellerID); err != nil {
			return err
		}
		users, page.total, err = tx.FindPortalUsers(who.Tenant, query)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.ListUsers200JSONResponse{Body: portalUserPage(users, page)}, nil
}

// groupIDs reads ids separated by bars. Text that is not an id becomes uuid.Nil, the id of no group, so that it filters all users
// out instead of none.
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
