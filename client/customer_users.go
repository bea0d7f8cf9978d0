package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// The types of the contract for customer users.
type (
	// CustomerUser is a user in a customer's Microsoft 365 tenant.
	CustomerUser = cloudcockpit.CustomerUser
	// CustomerUserPage is one page of customer users.
	CustomerUserPage = cloudcockpit.CustomerUserPage
)

// The properties by which customer users can be sorted.
const (
	SortByDisplayName       = cloudcockpit.DisplayName
	SortByUserPrincipalName = cloudcockpit.UserPrincipalName // the user's e-mail
)

// The page that a list returns, relative to PageNumber.
const (
	SeekNext      = cloudcockpit.Next // the default: page PageNumber itself
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

// ForReseller returns the same users in the context of a reseller: List is [ErrInvalid] unless the customer belongs to the
// reseller. A token of a reseller implies its own. The other operations ignore the reseller.
func (u CustomerUsers) ForReseller(resellerID uuid.UUID) CustomerUsers {
	u.resellerID = resellerID
	return u
}

// ListCustomerUsers are the options of a list of customer users. Zero fields are not sent, so that the service's defaults
// apply; only the order is always sent. The parameter names of Search, SortBy, Descending and Seek are inferred, because
// the vendor's page lost them, and a service that has other names ignores them; openapi/EVIDENCE.md has the reasons.
type ListCustomerUsers struct {
	PageNumber int32  // counted from 1; the first page of All and Pages
	PageSize   int32  // 1 to 2000; the default is 25 for List and 500 for All and Pages
	Search     string // a part of the display name or the e-mail, in any case
	SortBy     cloudcockpit.ListCustomerUsersParamsSortPropertyName
	Descending bool
	Seek       cloudcockpit.ListCustomerUsersParamsSeekOperation // for List only
}

// List returns one page. An unknown customer is [ErrInvalid], not [ErrNotFound], because the list declares no 404.
func (u CustomerUsers) List(ctx context.Context, opts ListCustomerUsers) (*CustomerUserPage, error) {
	params := cloudcockpit.ListCustomerUsersParams{
		XTenant: u.cc.tenant, ProviderInstanceID: u.providerInstanceID, ResellerID: orNil(u.resellerID),
		PageNumber: orNil(opts.PageNumber), PageSize: orNil(opts.PageSize), SearchValue: orNil(opts.Search),
		SortPropertyName: orNil(opts.SortBy), AscendingOrder: new(!opts.Descending), SeekOperation: orNil(opts.Seek),
	}
	return fetch(ctx, u.cc.core, operation{
		name: "listCustomerUsers", need: u.need(),
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewListCustomerUsersRequest(server, u.customerID, &params)
		},
	}, func(p *CustomerUserPage) bool { return pageIsWhole(p.Items, p.PaginationParameters, isCustomerUser) })
}

// Pages returns page after page, and fetches each when the loop asks for it. It ends after the first error. Users that are
// added or removed during the loop can be missed or returned twice: pages are numbered, and the service keeps no snapshot.
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
			opts := opts // a copy, because two loops may range over the same list at once
			opts.PageNumber = number
			return u.List(ctx, opts)
		},
		info: func(p *CustomerUserPage) pageInfo {
			return pageInfo{len(p.Items), p.PaginationParameters, p.TotalPages, p.HasNextPage}
		},
	}.pages(ctx)
}

// All returns the users one by one, like [CustomerUsers.Pages]. It holds one page at a time.
func (u CustomerUsers) All(ctx context.Context, opts ListCustomerUsers) iter.Seq2[CustomerUser, error] {
	return each(u.Pages(ctx, opts), func(p *CustomerUserPage) []CustomerUser { return p.Items })
}

// Get returns one user, without the temporary password.
func (u CustomerUsers) Get(ctx context.Context, userID uuid.UUID) (*CustomerUser, error) {
	params := cloudcockpit.GetCustomerUserParams{XTenant: u.cc.tenant, ProviderInstanceID: &u.providerInstanceID}
	return fetch(ctx, u.cc.core, operation{
		name: "getCustomerUser", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewGetCustomerUserRequest(server, u.customerID, userID, &params)
		},
	}, isCustomerUser)
}

// Update replaces a user: display name, e-mail, location and domain are required, and a first or last name that is nil is
// cleared. A temporary password that is nil or empty leaves the password unchanged. To change single members, use
// [CustomerUsers.Edit].
func (u CustomerUsers) Update(ctx context.Context, userID uuid.UUID, user CustomerUser) error {
	params := cloudcockpit.UpdateCustomerUserParams{XTenant: u.cc.tenant}
	body := cloudcockpit.CustomerUserUpdate{CustomerUser: user, ProviderInstanceID: u.providerInstanceID}
	return send(ctx, u.cc.core, operation{
		name: "updateCustomerUser", need: u.need(identifier{name: "userID", id: userID}), secret: orEmpty(user.TemporaryPassword),
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewUpdateCustomerUserRequest(server, u.customerID, userID, &params, body)
		},
	})
}

// Edit reads a user, calls change, and sends the whole user back, as the service's PATCH requires:
//
//	err := users.Edit(ctx, userID, func(u *client.CustomerUser) error {
//		u.Location = new("GB")
//		return nil
//	})
//
// If change returns an error, Edit returns it and sends nothing. The service has no versions: a change that another program
// makes between the read and the write is overwritten.
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

// ResetPassword sets a password, which the user must change at the next sign-in. The service does not generate one. It
// requires the whole user, which is read first.
func (u CustomerUsers) ResetPassword(ctx context.Context, userID uuid.UUID, password string) error {
	ctx = withOneCorrelationID(ctx)
	user, err := u.Get(ctx, userID)
	if err != nil {
		return err
	}
	user.TemporaryPassword = &password
	params := cloudcockpit.ResetCustomerUserPasswordParams{XTenant: u.cc.tenant}
	body := cloudcockpit.CustomerUserUpdate{CustomerUser: *user, ProviderInstanceID: u.providerInstanceID}
	return send(ctx, u.cc.core, operation{
		name: "resetCustomerUserPassword", need: u.need(identifier{name: "userID", id: userID}), secret: password,
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewResetCustomerUserPasswordRequest(server, u.customerID, userID, &params, body)
		},
	})
}

// SetLicenses sets the licences of a user: those of other SKUs are taken away, and no SKU takes all of them. The SKUs of a
// customer are in [CustomerLicenses.List]. An SKU without a free seat is [ErrInvalid] and changes nothing.
func (u CustomerUsers) SetLicenses(ctx context.Context, userID uuid.UUID, skuIDs ...string) error {
	params := cloudcockpit.SetCustomerUserLicensesParams{XTenant: u.cc.tenant}
	body := cloudcockpit.CustomerUserLicenses{Licenses: make([]License, len(skuIDs)), ProviderInstanceID: u.providerInstanceID}
	for i, id := range skuIDs {
		body.Licenses[i] = License{SkuID: id, IsSelected: new(true)}
	}
	return send(ctx, u.cc.core, operation{
		name: "setCustomerUserLicenses", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewSetCustomerUserLicensesRequest(server, u.customerID, userID, &params, body)
		},
	})
}

func (u CustomerUsers) need(more ...identifier) []identifier {
	return append(more, identifier{name: "customerID", id: u.customerID}, identifier{name: "providerInstanceID", id: u.providerInstanceID})
}

func isCustomerUser(u *CustomerUser) bool {
	return u.ID != nil || u.DisplayName != nil || u.Email != nil
}
