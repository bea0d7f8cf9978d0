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

// What portal users can be sorted by.
const (
	SortByName  = cloudcockpit.ListUsersParamsSortPropertyNameName
	SortByEmail = cloudcockpit.ListUsersParamsSortPropertyNameEmail
)

// Users are all people who sign in to CloudCockpit and whom the caller may see: a CSP its own, its resellers' and its
// customers', a reseller its own and its customers'. Get them from [CloudCockpit.Users].
type Users struct {
	cc         *CloudCockpit
	resellerID uuid.UUID
}

// ForReseller returns the users of a reseller and of its customers. With a reseller's token its own reseller is meant
// anyway.
func (u Users) ForReseller(resellerID uuid.UUID) Users {
	u.resellerID = resellerID
	return u
}

// ListUsers says which portal users to list, and in what order. Zero fields are left to the service. The names of Search,
// SortBy and Descending on the wire are inferred, as with [ListCustomerUsers].
type ListUsers struct {
	PageNumber int32  // counted from 1; All and Pages begin with it
	PageSize   int32  // 1 to 2000; List's default is the service's 25, that of All and Pages is 500
	Search     string // part of the name or of the e-mail, without regard to case
	SortBy     cloudcockpit.ListUsersParamsSortPropertyName
	Descending bool
	Groups     []uuid.UUID // only users who are in one of them
}

// List fetches one page.
func (u Users) List(ctx context.Context, opts ListUsers) (*PortalUserPage, error) {
	groups := make([]string, len(opts.Groups))
	for i, id := range opts.Groups {
		groups[i] = id.String()
	}
	params := cloudcockpit.ListUsersParams{
		XTenant: u.cc.tenant, ResellerID: orNil(u.resellerID), PageNumber: orNil(opts.PageNumber), PageSize: orNil(opts.PageSize),
		SearchValue: orNil(opts.Search), SortPropertyName: orNil(opts.SortBy), Groups: orNil(strings.Join(groups, "|")),
		AscendingOrder: new(!opts.Descending),
	}
	return fetch(ctx, u.cc.core, call{
		operation: "listUsers",
		build:     func(server string) (*http.Request, error) { return cloudcockpit.NewListUsersRequest(server, &params) },
	}, func(p *PortalUserPage) bool { return pageIsWhole(p.Items, p.PaginationParameters, isPortalUser) })
}

// Pages fetches page after page, each when it is asked for, like [CustomerUsers.Pages].
func (u Users) Pages(ctx context.Context, opts ListUsers) iter.Seq2[*PortalUserPage, error] {
	if opts.PageSize == 0 {
		opts.PageSize = listPageSize
	}
	return listing[PortalUserPage]{
		core: u.cc.core, operation: "listUsers", first: opts.PageNumber,
		fetch: func(ctx context.Context, number int32) (*PortalUserPage, error) {
			opts := opts // a listing may be ranged over twice at a time
			opts.PageNumber = number
			return u.List(ctx, opts)
		},
		info: func(p *PortalUserPage) pageInfo {
			return pageInfo{len(p.Items), p.PaginationParameters, p.TotalPages, p.HasNextPage}
		},
	}.pages(ctx)
}

// All gives the users one by one, like [CustomerUsers.All].
func (u Users) All(ctx context.Context, opts ListUsers) iter.Seq2[PortalUser, error] {
	return each(u.Pages(ctx, opts), func(p *PortalUserPage) []PortalUser { return p.Items })
}

// Update makes the user with this e-mail what the view says, all of it; the role in it is ignored. The e-mail in the view
// becomes the user's. Where that is another one, an update that is sent again after it was carried out finds nobody: an
// [ErrNotFound] with [Error.Attempts] above 1 may be a success.
func (u Users) Update(ctx context.Context, email string, user PortalUser) error {
	params := cloudcockpit.UpdatePortalUserParams{XTenant: u.cc.tenant, ResellerID: orNil(u.resellerID)}
	return send(ctx, u.cc.core, call{
		operation: "updatePortalUser", need: []ident{textID("email", email)},
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewUpdatePortalUserRequest(server, email, &params, withGroups(user))
		},
	})
}

// Delete keeps the user with this e-mail from signing in. The deletion is soft: the service keeps the user, and shows it
// no more. An [ErrNotFound] with [Error.Attempts] above 1 may be a success, as with [Users.Update].
func (u Users) Delete(ctx context.Context, email string) error {
	params := cloudcockpit.DeletePortalUserParams{XTenant: u.cc.tenant, ResellerID: orNil(u.resellerID)}
	return send(ctx, u.cc.core, call{
		operation: "deletePortalUser", need: []ident{textID("email", email)},
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewDeletePortalUserRequest(server, email, &params)
		},
	})
}
