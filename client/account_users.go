package client

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/myreports"
)

// The types of the contract that account users are made of.
type (
	// AccountUser is a user of a reseller account, with the roles held there.
	AccountUser = myreports.AccountUser
	// AccountUserItem is a user as the list has it, without roles.
	AccountUserItem = myreports.AccountUserItem
	// NewUser is a user to create. Display name and e-mail must be given.
	NewUser = myreports.NewUser
)

// AccountUsers are the users of a reseller account. Get them from [MyReports.AccountUsers].
type AccountUsers struct {
	c         *core
	accountID uuid.UUID
	charges   bool
}

// AcceptCharges returns the same users; requests about them that may cause charges say that these are accepted. No role
// of an account user is marked as one that does.
func (u AccountUsers) AcceptCharges() AccountUsers {
	u.charges = true
	return u
}

// List fetches all users of the account, also those whose primary tenant is another one; the service has no pages here.
// The roles are in [AccountUsers.Get] only.
func (u AccountUsers) List(ctx context.Context) ([]AccountUserItem, error) {
	list, err := fetch(ctx, u.c, operation{
		name: "listAccountUsers", need: u.need(),
		build: func(server string) (*http.Request, error) {
			return myreports.NewListAccountUsersRequest(server, u.accountID)
		},
	}, func(l *myreports.AccountUserList) bool {
		return l.Status.Valid() && listIsWhole(l.Data, func(u *AccountUserItem) bool { return u.ID != uuid.Nil })
	})
	if err != nil {
		return nil, err
	}
	return list.Data, nil
}

// Get reads one user with its roles.
func (u AccountUsers) Get(ctx context.Context, userID uuid.UUID) (*AccountUser, error) {
	return u.one(fetch(ctx, u.c, operation{
		name: "getAccountUser", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewGetAccountUserRequest(server, u.accountID, userID)
		},
	}, isAccountUser))
}

// Create makes a user, who gets the role account.user besides those asked for, and a mail at once. An e-mail that the
// enterprise knows already makes that user one of this account. It is not sent again where it may have been carried out;
// see [RetryPolicy].
func (u AccountUsers) Create(ctx context.Context, user NewUser) (*AccountUser, error) {
	params := myreports.CreateAccountUserParams{AcceptCharges: orNil(u.charges)}
	return u.one(fetch(ctx, u.c, operation{
		name: "createAccountUser", once: true, need: u.need(),
		build: func(server string) (*http.Request, error) {
			return myreports.NewCreateAccountUserRequest(server, u.accountID, &params, user)
		},
	}, isAccountUser))
}

// Patch changes a user; see [UserPatch]. All operations are carried out, or none; the error's message is about the first
// that cannot be. It is not sent again where it may have been carried out.
func (u AccountUsers) Patch(ctx context.Context, userID uuid.UUID, p UserPatch) error {
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
			return succeed(ctx, u.c, operation{
				name: "patchAccountUser", once: true, need: u.need(identifier{name: "userID", id: userID}),
				build: func(server string) (*http.Request, error) {
					return myreports.NewPatchAccountUserRequest(server, u.accountID, userID, &params, patch)
				},
			})
		},
	}.patch(ctx, p)
}

// Delete takes a user out of the account. From its primary tenant the user leaves all accounts and is deleted. An
// [ErrNotFound] with [Error.Attempts] above 1 may be a success: an earlier attempt may have been carried out.
func (u AccountUsers) Delete(ctx context.Context, userID uuid.UUID) error {
	return succeed(ctx, u.c, operation{
		name: "deleteAccountUser", need: u.need(identifier{name: "userID", id: userID}),
		build: func(server string) (*http.Request, error) {
			return myreports.NewDeleteAccountUserRequest(server, u.accountID, userID)
		},
	})
}

// SendActivationEmail sends the mail once more that creating the user sent. From an account that is not the user's
// primary tenant it is [ErrInvalid] with [Error.Code] "TenantNotPrimary". It is not sent again where it may have been
// carried out.
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

func (AccountUsers) one(result *myreports.AccountUserResult, err error) (*AccountUser, error) {
	if err != nil {
		return nil, err
	}
	return &result.Data, nil
}

// isAccountUser wants the roles, too: a patch that removes one would otherwise take it for gone.
func isAccountUser(r *myreports.AccountUserResult) bool {
	return r.Status.Valid() && r.Data.ID != uuid.Nil && r.Data.Roles != nil
}

// succeed sends a call that is answered with the envelope of a success without data.
func succeed(ctx context.Context, c *core, op operation) error {
	_, err := fetch(ctx, c, op, func(s *myreports.Success) bool { return s.Status.Valid() })
	return err
}
