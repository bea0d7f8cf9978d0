package client

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/myreports"
)

// The types of the contract for account users.
type (
	// AccountUser is a user of a reseller account, with the roles held there.
	AccountUser = myreports.AccountUser
	// AccountUserItem is a user as the list has it, without roles.
	AccountUserItem = myreports.AccountUserItem
	// NewUser is a user to create. Display name and e-mail are required.
	NewUser = myreports.NewUser
)

// AccountUsers are the users of a reseller account. Get them from [MyReports.AccountUsers].
type AccountUsers struct {
	c         *core
	accountID uuid.UUID
	charges   bool
}

// AcceptCharges returns the same users; their Create and Patch declare that charges are accepted. No role of an account
// user is documented as causing any.
func (u AccountUsers) AcceptCharges() AccountUsers {
	u.charges = true
	return u
}

// List returns all users of the account, including those whose primary tenant is another account; the service does not
// page this list. The roles are in [AccountUsers.Get] only.
func (u AccountUsers) List(ctx context.Context) ([]AccountUserItem, error) {
	return fetchList(ctx, u.c, operation{
		name: "listAccountUsers", need: u.need(),
		build: func(server string) (*http.Request, error) {
			return myreports.NewListAccountUsersRequest(server, u.accountID)
		},
	}, func(u *AccountUserItem) bool { return u.ID != uuid.Nil })
}

// Get returns one user with its roles. Roles is nil if the response has none.
func (u AccountUsers) Get(ctx context.Context, userID uuid.UUID) (*AccountUser, error) {
	return fetchData(ctx, u.c, operation{
		name: "getAccountUser", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewGetAccountUserRequest(server, u.accountID, userID)
		},
	}, isAccountUser)
}

// Create makes a user, who gets the role account.user in addition to the requested ones. The service sends the user an
// e-mail at once. If the e-mail address exists in the enterprise, that user joins the account. A request that may have been
// carried out is not sent again; see [RetryPolicy].
func (u AccountUsers) Create(ctx context.Context, user NewUser) (*AccountUser, error) {
	params := myreports.CreateAccountUserParams{AcceptCharges: orNil(u.charges)}
	return fetchData(ctx, u.c, operation{
		name: "createAccountUser", once: true, need: u.need(),
		build: func(server string) (*http.Request, error) {
			return myreports.NewCreateAccountUserRequest(server, u.accountID, &params, user)
		},
	}, isAccountUser)
}

// Patch changes a user; see [UserPatch]. Either all operations are carried out or none; the message of the error is about
// the first that fails. A request that may have been carried out is not sent again.
func (u AccountUsers) Patch(ctx context.Context, userID uuid.UUID, p UserPatch) error {
	return u.patcher(userID).patch(ctx, p)
}

// Preview returns the patch that [AccountUsers.Patch] would send to the user now, and sends nothing. Each role to remove is
// replaced by a test and a remove of the index where the user has it; roles that the user does not have are left out. It
// reads the user if p removes roles. The result can be shown, stored as JSON, and sent with Patch; its tests then fail with
// [ErrInvalid] if the roles have changed.
func (u AccountUsers) Preview(ctx context.Context, userID uuid.UUID, p UserPatch) (UserPatch, error) {
	return u.patcher(userID).preview(ctx, p)
}

func (u AccountUsers) patcher(userID uuid.UUID) patcher {
	params := myreports.PatchAccountUserParams{AcceptCharges: orNil(u.charges)}
	return patcher{
		core: u.c, operation: "patchAccountUser",
		roles: func(ctx context.Context) ([]string, error) {
			user, err := u.Get(ctx, userID)
			if err != nil {
				return nil, err
			}
			return user.Roles, nil
		},
		send: func(ctx context.Context, patch myreports.JSONPatch) error {
			return send(ctx, u.c, operation{
				name: "patchAccountUser", once: true, need: u.need(identifier{name: "userID", id: userID}),
				build: func(server string) (*http.Request, error) {
					return myreports.NewPatchAccountUserRequest(server, u.accountID, userID, &params, patch)
				},
			})
		},
	}
}

// Delete removes a user from the account. From the user's primary tenant it removes the user from all accounts and
// deletes it.
func (u AccountUsers) Delete(ctx context.Context, userID uuid.UUID) error {
	return send(ctx, u.c, operation{
		name: "deleteAccountUser", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewDeleteAccountUserRequest(server, u.accountID, userID)
		},
	})
}

// SendActivationEmail repeats the e-mail that creating the user sent. From an account that is not the user's primary
// tenant it is [ErrInvalid] with [Error.Code] "TenantNotPrimary". A request that may have been carried out is not sent
// again.
func (u AccountUsers) SendActivationEmail(ctx context.Context, userID uuid.UUID) error {
	return send(ctx, u.c, operation{
		name: "sendAccountUserActivationEmail", once: true, need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewSendAccountUserActivationEmailRequest(server, u.accountID, userID)
		},
	})
}

func (u AccountUsers) need(more ...identifier) []identifier {
	return append(more, identifier{name: "accountID", id: u.accountID})
}

func isAccountUser(u *AccountUser) bool { return u.ID != uuid.Nil }
