package client

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/myreports"
)

// The types of the contract for the users of an account's customer.
type (
	// AccountCustomerUser is a user of a customer, with the roles held there.
	AccountCustomerUser = myreports.AccountCustomerUser
	// AccountCustomerUserItem is a user of a customer as the list has it, without roles.
	AccountCustomerUserItem = myreports.AccountCustomerUserItem
)

// AccountCustomerUsers are the users of a customer of a reseller account. Get them from [MyReports.CustomerUsers].
type AccountCustomerUsers struct {
	c                     *core
	accountID, customerID uuid.UUID
	charges               bool
}

// AcceptCharges returns the same users; their Create and Patch declare that charges are accepted. Without it, a role that
// is a licence is [ErrPaymentRequired], and nothing is carried out.
func (u AccountCustomerUsers) AcceptCharges() AccountCustomerUsers {
	u.charges = true
	return u
}

// List returns all users of the customer; the service does not page this list. The roles are in
// [AccountCustomerUsers.Get] only.
func (u AccountCustomerUsers) List(ctx context.Context) ([]AccountCustomerUserItem, error) {
	return fetchList(ctx, u.c, operation{
		name: "listAccountCustomerUsers", need: u.need(),
		build: func(server string) (*http.Request, error) {
			return myreports.NewListAccountCustomerUsersRequest(server, u.accountID, u.customerID)
		},
	}, func(u *AccountCustomerUserItem) bool { return u.ID != uuid.Nil })
}

// Get returns one user with its roles. Roles is nil if the response has none.
func (u AccountCustomerUsers) Get(ctx context.Context, userID uuid.UUID) (*AccountCustomerUser, error) {
	return fetchData(ctx, u.c, operation{
		name: "getAccountCustomerUser", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewGetAccountCustomerUserRequest(server, u.accountID, u.customerID, userID)
		},
	}, isAccountCustomerUser)
}

// Create makes a user, who gets the role customer.user in addition to the requested ones. The service sends the user an
// e-mail at once. If the e-mail address exists in the enterprise, that user joins the customer. A request that may have
// been carried out is not sent again; see [RetryPolicy].
func (u AccountCustomerUsers) Create(ctx context.Context, user NewUser) (*AccountCustomerUser, error) {
	params := myreports.CreateAccountCustomerUserParams{AcceptCharges: orNil(u.charges)}
	return fetchData(ctx, u.c, operation{
		name: "createAccountCustomerUser", once: true, need: u.need(),
		build: func(server string) (*http.Request, error) {
			return myreports.NewCreateAccountCustomerUserRequest(server, u.accountID, u.customerID, &params, user)
		},
	}, isAccountCustomerUser)
}

// Patch changes a user, like [AccountUsers.Patch].
func (u AccountCustomerUsers) Patch(ctx context.Context, userID uuid.UUID, p UserPatch) error {
	return u.patcher(userID).patch(ctx, p)
}

// Preview returns the patch that Patch would send, like [AccountUsers.Preview].
func (u AccountCustomerUsers) Preview(ctx context.Context, userID uuid.UUID, p UserPatch) (UserPatch, error) {
	return u.patcher(userID).preview(ctx, p)
}

func (u AccountCustomerUsers) patcher(userID uuid.UUID) patcher {
	params := myreports.PatchAccountCustomerUserParams{AcceptCharges: orNil(u.charges)}
	return patcher{
		core: u.c, operation: "patchAccountCustomerUser",
		roles: func(ctx context.Context) ([]string, error) {
			user, err := u.Get(ctx, userID)
			if err != nil {
				return nil, err
			}
			return user.Roles, nil
		},
		send: func(ctx context.Context, patch myreports.JSONPatch) error {
			return send(ctx, u.c, operation{
				name: "patchAccountCustomerUser", once: true, need: u.need(identifier{name: "userID", id: userID}),
				build: func(server string) (*http.Request, error) {
					return myreports.NewPatchAccountCustomerUserRequest(server, u.accountID, u.customerID, userID, &params, patch)
				},
			})
		},
	}
}

// Delete removes a user from the customer, like [AccountUsers.Delete].
func (u AccountCustomerUsers) Delete(ctx context.Context, userID uuid.UUID) error {
	return send(ctx, u.c, operation{
		name: "deleteAccountCustomerUser", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewDeleteAccountCustomerUserRequest(server, u.accountID, u.customerID, userID)
		},
	})
}

// SendActivationEmail repeats the e-mail that creating the user sent, like [AccountUsers.SendActivationEmail].
func (u AccountCustomerUsers) SendActivationEmail(ctx context.Context, userID uuid.UUID) error {
	return send(ctx, u.c, operation{
		name: "sendAccountCustomerUserActivationEmail", once: true, need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewSendAccountCustomerUserActivationEmailRequest(server, u.accountID, u.customerID, userID)
		},
	})
}

func (u AccountCustomerUsers) need(more ...identifier) []identifier {
	return append(more, identifier{name: "accountID", id: u.accountID}, identifier{name: "customerID", id: u.customerID})
}

func isAccountCustomerUser(u *AccountCustomerUser) bool { return u.ID != uuid.Nil }
