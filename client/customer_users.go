package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// The types of the contract that customer users are made of.
type (
	// CustomerUser is a user in a customer's Microsoft 365 tenant.
	CustomerUser = cloudcockpit.CustomerUser
	// CustomerUserPage is one page of them.
	CustomerUserPage = cloudcockpit.CustomerUserPage
)

// What customer users can be sorted by.
const (
	SortByDisplayName       = cloudcockpit.DisplayName
	SortByUserPrincipalName = cloudcockpit.UserPrincipalName // the user's e-mail
)

// Which page a list gives, relative to PageNumber.
const (
	SeekNext      = cloudcockpit.Next // the default: the page PageNumber itself
	SeekPrevious  = cloudcockpit.Previous
	SeekFirst     = cloudcockpit.First
	SeekLast      = cloudcockpit.Last
	SeekPageIndex = cloudcockpit.PageIndex
)

// CustomerUsers are the users in a customer's Microsoft 365 tenant. Get them from [CloudCockpit.CustomerUsers].
type CustomerUsers struct {
	cc                             *CloudCockpit
	customerID, providerInstanceID uuid.UUID
	resellerID                     uuid.UUID
}

// ForReseller returns the same users in the context of a reseller: lists give nothing unless the customer is that
// reseller's. With a reseller's token its own reseller is meant anyway. The other operations know no reseller.
func (u CustomerUsers) ForReseller(resellerID uuid.UUID) CustomerUsers {
	u.resellerID = resellerID
	return u
}

// ListCustomerUsers says which customer users to list, and in what order. Zero fields are left to the service. The names
// of Search, SortBy, Descending and Seek on the wire are inferred, for the vendor's page lost them; a service that knows
// them by other names ignores them. The README's table of evidence has the grounds.
type ListCustomerUsers struct {
	PageNumber int32  // counted from 1; All and Pages begin with it
	PageSize   int32  // 1 to 2000; List's default is the service's 25, that of All and Pages is 500
	Search     string // part of the display name or of the e-mail, without regard to case
	SortBy     cloudcockpit.ListCustomerUsersParamsSortPropertyName
	Descending bool
	Seek       cloudcockpit.ListCustomerUsersParamsSeekOperation // for List only
}

// List fetches one page. An unknown customer is [ErrInvalid], not [ErrNotFound]: the list declares no 404.
func (u CustomerUsers) List(ctx context.Context, opts ListCustomerUsers) (*CustomerUserPage, error) {
	params := cloudcockpit.ListCustomerUsersParams{
		XTenant: u.cc.tenant, ProviderInstanceID: u.providerInstanceID, ResellerID: orNil(u.resellerID),
		PageNumber: orNil(opts.PageNumber), PageSize: orNil(opts.PageSize), SearchValue: orNil(opts.Search),
		SortPropertyName: orNil(opts.SortBy), SeekOperation: orNil(opts.Seek), AscendingOrder: new(!opts.Descending),
	}
	return fetch(ctx, u.cc.core, call{
		operation: "listCustomerUsers", need: u.need(),
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewListCustomerUsersRequest(server, u.customerID, &params)
		},
	}, func(p *CustomerUserPage) bool { return pageIsWhole(p.Items, p.PaginationParameters, isCustomerUser) })
}

// Pages fetches page after page, each when it is asked for. It ends after the first error. Users who are added or removed
// meanwhile may be missed or come twice: the pages are numbered, and the service holds no snapshot.
func (u CustomerUsers) Pages(ctx context.Context, opts ListCustomerUsers) iter.Seq2[*CustomerUserPage, error] {
	if opts.PageSize == 0 {
		opts.PageSize = listPageSize
	}
	return listing[CustomerUserPage]{
		core: u.cc.core, operation: "listCustomerUsers", first: opts.PageNumber,
		fetch: func(ctx context.Context, number int32) (*CustomerUserPage, error) {
			if opts.Seek != "" {
				return nil, u.cc.core.refuse(ctx, "listCustomerUsers", errSeek)
			}
			opts := opts // a listing may be ranged over twice at a time
			opts.PageNumber = number
			return u.List(ctx, opts)
		},
		info: func(p *CustomerUserPage) pageInfo {
			return pageInfo{len(p.Items), p.PaginationParameters, p.TotalPages, p.HasNextPage}
		},
	}.pages(ctx)
}

// All gives the users one by one, like [CustomerUsers.Pages]. It holds one page at a time.
func (u CustomerUsers) All(ctx context.Context, opts ListCustomerUsers) iter.Seq2[CustomerUser, error] {
	return each(u.Pages(ctx, opts), func(p *CustomerUserPage) []CustomerUser { return p.Items })
}

// Get reads one user. The temporary password is never in it.
func (u CustomerUsers) Get(ctx context.Context, userID uuid.UUID) (*CustomerUser, error) {
	params := cloudcockpit.GetCustomerUserParams{XTenant: u.cc.tenant, ProviderInstanceID: &u.providerInstanceID}
	return fetch(ctx, u.cc.core, call{
		operation: "getCustomerUser", need: u.need(ident{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewGetCustomerUserRequest(server, u.customerID, userID, &params)
		},
	}, isCustomerUser)
}

// Update makes a user what the view says, all of it: display name, e-mail, location and domain must be given, and a first
// or last name that is nil is cleared. A temporary password that is nil or empty leaves the password. To change one
// thing, use [CustomerUsers.Edit].
func (u CustomerUsers) Update(ctx context.Context, userID uuid.UUID, user CustomerUser) error {
	params := cloudcockpit.UpdateCustomerUserParams{XTenant: u.cc.tenant}
	body := cloudcockpit.CustomerUserUpdate{CustomerUser: user, ProviderInstanceID: u.providerInstanceID}
	return send(ctx, u.cc.core, call{
		operation: "updateCustomerUser", need: u.need(ident{name: "userID", id: userID}), secret: orEmpty(user.TemporaryPassword),
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewUpdateCustomerUserRequest(server, u.customerID, userID, &params, body)
		},
	})
}

// Edit reads a user, has change alter it, and sends the whole view back, as the service's PATCH needs it:
//
//	err := users.Edit(ctx, userID, func(u *client.CustomerUser) error {
//		u.Location = new("GB")
//		return nil
//	})
//
// An error of change is returned as it is, and nothing is sent. The service has no versions: what somebody else changed
// between the reading and the sending is overwritten.
func (u CustomerUsers) Edit(ctx context.Context, userID uuid.UUID, change func(*CustomerUser) error) error {
	ctx = withOneCorrelationID(ctx)
	user, err := u.Get(ctx, userID)
	if err != nil {
		return err
	}
	if err := change(user); err != nil {
		return err
	}
	return u.Update(ctx, userID, *user)
}

// ResetPassword gives a user a new password, to be changed at the next sign-in. The service chooses none. It wants the
// whole view of the user, which is read first.
func (u CustomerUsers) ResetPassword(ctx context.Context, userID uuid.UUID, password string) error {
	ctx = withOneCorrelationID(ctx)
	user, err := u.Get(ctx, userID)
	if err != nil {
		return err
	}
	user.TemporaryPassword = &password
	params := cloudcockpit.ResetCustomerUserPasswordParams{XTenant: u.cc.tenant}
	body := cloudcockpit.CustomerUserUpdate{CustomerUser: *user, ProviderInstanceID: u.providerInstanceID}
	return send(ctx, u.cc.core, call{
		operation: "resetCustomerUserPassword", need: u.need(ident{name: "userID", id: userID}), secret: password,
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewResetCustomerUserPasswordRequest(server, u.customerID, userID, &params, body)
		},
	})
}

// SetLicenses makes the given SKUs all that a user has: those not named are taken away, and none takes all of them. The
// SKUs of a customer are in [CustomerLicenses.List]. An SKU without a free seat is [ErrInvalid] and changes nothing.
func (u CustomerUsers) SetLicenses(ctx context.Context, userID uuid.UUID, skuIDs ...string) error {
	params := cloudcockpit.SetCustomerUserLicensesParams{XTenant: u.cc.tenant}
	body := cloudcockpit.CustomerUserLicenses{Licenses: make([]License, len(skuIDs)), ProviderInstanceID: u.providerInstanceID}
	for i, id := range skuIDs {
		body.Licenses[i] = License{SkuID: id, IsSelected: new(true)}
	}
	return send(ctx, u.cc.core, call{
		operation: "setCustomerUserLicenses", need: u.need(ident{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewSetCustomerUserLicensesRequest(server, u.customerID, userID, &params, body)
		},
	})
}

func (u CustomerUsers) need(more ...ident) []ident {
	return append(more, ident{name: "customerID", id: u.customerID}, ident{name: "providerInstanceID", id: u.providerInstanceID})
}

func isCustomerUser(u *CustomerUser) bool {
	return u.ID != nil || u.DisplayName != nil || u.Email != nil
}
