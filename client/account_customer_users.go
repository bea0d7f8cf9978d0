package client

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/myreports"
)

// The types of the contract that the users of an account's customer are made of.
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

// AcceptCharges returns the same users; Create and Patch say that charges are accepted. Without it, giving a role that is a
// licence is [ErrPaymentRequired], and nothing is carried out.
func (u AccountCustomerUsers) AcceptCharges() AccountCustomerUsers {
	u.charges = true
	return u
}

// List fetches all users of the customer; the service has no pages here. The roles are in [AccountCustomerUsers.Get] only.
func (u AccountCustomerUsers) List(ctx context.Context) ([]AccountCustomerUserItem, error) {
	list, err := fetch(ctx, u.c, operation{
		name: "listAccountCustomerUsers", need: u.need(),
		build: func(server string) (*http.Request, error) {
			return myreports.NewListAccountCustomerUsersRequest(server, u.accountID, u.customerID)
		},
	}, func(l *myreports.AccountCustomerUserList) bool {
		return l.Status.Valid() && listIsWhole(l.Data, func(u *AccountCustomerUserItem) bool { return u.ID != uuid.Nil })
	})
	if err != nil {
		return nil, err
	}
	return list.Data, nil
}

// Get reads one user with its roles.
func (u AccountCustomerUsers) Get(ctx context.Context, userID uuid.UUID) (*AccountCustomerUser, error) {
	return u.one(fetch(ctx, u.c, operation{
		name: "getAccountCustomerUser", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewGetAccountCustomerUserRequest(server, u.accountID, u.customerID, userID)
		},
	}, isAccountCustomerUser))
}

// Create makes a user, who gets the role customer.user besides those asked for, and a mail at once. An e-mail that the
// enterprise knows already makes that user one of this customer. It is not sent again where it may have been carried out;
// see [RetryPolicy].
func (u AccountCustomerUsers) Create(ctx context.Context, user NewUser) (*AccountCustomerUser, error) {
	params := myreports.CreateAccountCustomerUserParams{AcceptCharges: orNil(u.charges)}
	return u.one(fetch(ctx, u.c, operation{
		name: "createAccountCustomerUser", once: true, need: u.need(),
		build: func(server string) (*http.Request, error) {
			return myreports.NewCreateAccountCustomerUserRequest(server, u.accountID, u.customerID, &params, user)
		},
	}, isAccountCustomerUser))
}

// Patch changes a user, like [AccountUsers.Patch].
func (u AccountCustomerUsers) Patch(ctx context.Context, userID uuid.UUID, p UserPatch) error {
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
			return succeed(ctx, u.c, operation{
				name: "patchAccountCustomerUser", once: true, need: u.need(identifier{name: "userID", id: userID}),
				build: func(server string) (*http.Request, error) {
					return myreports.NewPatchAccountCustomerUserRequest(server, u.accountID, u.customerID, userID, &params, patch)
				},
			})
		},
	}.patch(ctx, p)
}

// Delete takes a user out of the customer, like [AccountUsers.Delete].
func (u AccountCustomerUsers) Delete(ctx context.Context, userID uuid.UUID) error {
	return succeed(ctx, u.c, operation{
		name: "deleteAccountCustomerUser", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewDeleteAccountCustomerUserRequest(server, u.accountID, u.customerID, userID)
		},
	})
}

// SendActivationEmail sends the mail once more that creating the user sent, like [AccountUsers.SendActivationEmail].
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

func (AccountCustomerUsers) one(result *myreports.AccountCustomerUserResult, err error) (*AccountCustomerUser, error) {
	if err != nil {
		return nil, err
	}
	return &result.Data, nil
}

func isAccountCustomerUser(r *myreports.AccountCustomerUserResult) bool {
	return r.Status.Valid() && r.Data.ID != uuid.Nil && r.Data.Roles != nil
}
