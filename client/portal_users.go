package client

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// The types of the contract for portal users.
type (
	// PortalUser is a person who signs in to CloudCockpit.
	PortalUser = cloudcockpit.PortalUser
	// Role is a portal user's access level, which follows from where the user was created. The service ignores it in
	// requests.
	Role = cloudcockpit.Role
)

// PortalUsers are the portal users of a customer. Get them from [CloudCockpit.PortalUsers]. To change or delete one, use
// [CloudCockpit.Users], where users are identified by e-mail.
type PortalUsers struct {
	cc         *CloudCockpit
	customerID uuid.UUID
	resellerID uuid.UUID
}

// ForReseller returns the same users in the context of a reseller. A token of a reseller implies its own.
func (u PortalUsers) ForReseller(resellerID uuid.UUID) PortalUsers {
	u.resellerID = resellerID
	return u
}

// List returns all portal users of the customer, sorted by name; the service does not page this list.
func (u PortalUsers) List(ctx context.Context) ([]PortalUser, error) {
	params := cloudcockpit.ListPortalUsersParams{XTenant: u.cc.tenant, ResellerID: orNil(u.resellerID)}
	return fetchArray(ctx, u.cc.core, operation{
		name: "listPortalUsers", need: []identifier{{name: "customerID", id: u.customerID}},
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewListPortalUsersRequest(server, u.customerID, &params)
		},
	}, isPortalUser)
}

// Create makes a portal user of the customer and returns its id; an id in user is ignored. An e-mail address that exists
// in the tenant is [ErrInvalid], and [ErrConflict] if the service says so by status or code. A request that may have been
// carried out is not sent again; see [RetryPolicy].
func (u PortalUsers) Create(ctx context.Context, user PortalUser) (uuid.UUID, error) {
	params := cloudcockpit.CreatePortalUserParams{XTenant: u.cc.tenant, ResellerID: orNil(u.resellerID)}
	return createPortalUser(ctx, u.cc, "createPortalUser", identifier{name: "customerID", id: u.customerID}, user,
		func(server string, user PortalUser) (*http.Request, error) {
			return cloudcockpit.NewCreatePortalUserRequest(server, u.customerID, &params, user)
		})
}

// ResellerUsers are the portal users of a reseller. Get them from [CloudCockpit.ResellerUsers]. The service has no list of
// them alone: [Users.All] in the context of the reseller returns them among its customers' users.
type ResellerUsers struct {
	cc         *CloudCockpit
	resellerID uuid.UUID
}

// Create makes a portal user of the reseller and returns its id, like [PortalUsers.Create]. An unknown reseller is
// [ErrInvalid], not [ErrNotFound].
func (u ResellerUsers) Create(ctx context.Context, user PortalUser) (uuid.UUID, error) {
	params := cloudcockpit.CreateResellerUserParams{XTenant: u.cc.tenant}
	return createPortalUser(ctx, u.cc, "createResellerUser", identifier{name: "resellerID", id: u.resellerID}, user,
		func(server string, user PortalUser) (*http.Request, error) {
			return cloudcockpit.NewCreateResellerUserRequest(server, u.resellerID, &params, user)
		})
}

func createPortalUser(ctx context.Context, cc *CloudCockpit, name string, owner identifier, user PortalUser,
	build func(server string, user PortalUser) (*http.Request, error),
) (uuid.UUID, error) {
	id, err := fetch(ctx, cc.core, operation{
		name: name, once: true, need: []identifier{owner},
		build: func(server string) (*http.Request, error) { return build(server, withGroups(user)) },
	}, func(id *uuid.UUID) bool { return *id != uuid.Nil })
	if err != nil {
		return uuid.Nil, err
	}
	return *id, nil
}

// withGroups sends no groups as [], because the service refuses null.
func withGroups(user PortalUser) PortalUser {
	if user.Groups == nil {
		user.Groups = []Group{}
	}
	return user
}

func isPortalUser(u *PortalUser) bool { return u.ID != nil || u.Email != nil }
