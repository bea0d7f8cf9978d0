package client

import (
	"context"
	"iter"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// PortalUserPage is one page of portal users.
type PortalUserPage = cloudcockpit.PortalUserPage

// The properties by which portal users can be sorted.
const (
	SortByName  = cloudcockpit.ListUsersParamsSortPropertyNameName
	SortByEmail = cloudcockpit.ListUsersParamsSortPropertyNameEmail
)

// Users are all portal users that the caller may see: for a CSP its own, its resellers' and its customers', for a reseller
// its own and its customers'. Get them from [CloudCockpit.Users].
type Users struct {
	cc         *CloudCockpit
	resellerID uuid.UUID
}

// ForReseller returns the users of a reseller and of its customers. A token of a reseller implies its own.
func (u Users) ForReseller(resellerID uuid.UUID) Users {
	u.resellerID = resellerID
	return u
}

// ListUsers are the options of a list of portal users. Zero fields are not sent, and the parameter names of Search, SortBy
// and Descending are inferred, as those of [ListCustomerUsers].
type ListUsers struct {
	PageNumber int32  // counted from 1; the first page of All and Pages
	PageSize   int32  // 1 to 2000; the default is 25 for List and 500 for All and Pages
	Search     string // a part of the name or the e-mail, in any case
	SortBy     cloudcockpit.ListUsersParamsSortPropertyName
	Descending bool
	Groups     []uuid.UUID // only users in at least one of these groups
}

// List returns one page.
func (u Users) List(ctx context.Context, opts ListUsers) (*PortalUserPage, error) {
	groups := make([]string, len(opts.Groups))
	for i, id := range opts.Groups {
		groups[i] = id.String()
	}
	params := cloudcockpit.ListUsersParams{
		XTenant: u.cc.tenant, ResellerID: orNil(u.resellerID), PageNumber: orNil(opts.PageNumber), PageSize: orNil(opts.PageSize),
		SearchValue: orNil(opts.Search), SortPropertyName: orNil(opts.SortBy), AscendingOrder: new(!opts.Descending), Groups: orNil(strings.Join(groups, "|")),
	}
	return fetch(ctx, u.cc.core, operation{
		name:  "listUsers",
		build: func(server string) (*http.Request, error) { return cloudcockpit.NewListUsersRequest(server, &params) },
	}, func(p *PortalUserPage) bool { return pageIsWhole(p.Items, p.PaginationParameters, isPortalUser) })
}

// Pages returns page after page, like [CustomerUsers.Pages].
func (u Users) Pages(ctx context.Context, opts ListUsers) iter.Seq2[*PortalUserPage, error] {
	if opts.PageSize == 0 {
		opts.PageSize = listPageSize
	}
	return listing[PortalUserPage]{
		core: u.cc.core, operation: "listUsers", first: opts.PageNumber,
		fetch: func(ctx context.Context, number int32) (*PortalUserPage, error) {
			opts := opts // a copy, because two loops may range over the same list at once
			opts.PageNumber = number
			return u.List(ctx, opts)
		},
		info: func(p *PortalUserPage) pageInfo {
			return pageInfo{len(p.Items), p.PaginationParameters, p.TotalPages, p.HasNextPage}
		},
	}.pages(ctx)
}

// All returns the users one by one, like [CustomerUsers.All].
func (u Users) All(ctx context.Context, opts ListUsers) iter.Seq2[PortalUser, error] {
	return each(u.Pages(ctx, opts), func(p *PortalUserPage) []PortalUser { return p.Items })
}

// Update replaces the user with this e-mail address: every member of the view counts, except the role, which is ignored.
// The e-mail in the view becomes the user's. If that is another one, an update that is sent again after it was carried
// out finds no user: an [ErrNotFound] with [Error.MaybeCarriedOut] may be a success.
func (u Users) Update(ctx context.Context, email string, user PortalUser) error {
	params := cloudcockpit.UpdatePortalUserParams{XTenant: u.cc.tenant, ResellerID: orNil(u.resellerID)}
	return send(ctx, u.cc.core, operation{
		name: "updatePortalUser", need: []identifier{textID("email", email)},
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewUpdatePortalUserRequest(server, email, &params, withGroups(user))
		},
	})
}

// Delete ends the access of the user with this e-mail address. The deletion is soft: the service keeps the user, and no
// longer returns it.
func (u Users) Delete(ctx context.Context, email string) error {
	params := cloudcockpit.DeletePortalUserParams{XTenant: u.cc.tenant, ResellerID: orNil(u.resellerID)}
	return send(ctx, u.cc.core, operation{
		name: "deletePortalUser", need: []identifier{textID("email", email)},
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewDeletePortalUserRequest(server, email, &params)
		},
	})
}
