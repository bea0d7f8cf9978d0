package myreports

import (
	"context"

	"github.com/resellerkit/resellerkit/gen/myreportsserver"
)

// ListAccountUsers returns the users of an account, in the order in which they were added.
func (a *API) ListAccountUsers(ctx context.Context, req myreportsserver.ListAccountUsersRequestObject) (myreportsserver.ListAccountUsersResponseObject, error) {
	return a.listUsers(ctx, ofAccount(req.AccountTenantID))
}

// CreateAccountUser creates a user of an account, or adds an existing person of the enterprise. No role of such a user causes
// charges.
func (a *API) CreateAccountUser(ctx context.Context, req myreportsserver.CreateAccountUserRequestObject) (myreportsserver.CreateAccountUserResponseObject, error) {
	return a.createUser(ctx, ofAccount(req.AccountTenantID), *req.Body, true)
}

// GetAccountUser returns a user with the roles it holds in the account.
func (a *API) GetAccountUser(ctx context.Context, req myreportsserver.GetAccountUserRequestObject) (myreportsserver.GetAccountUserResponseObject, error) {
	return a.getUser(ctx, ofAccount(req.AccountTenantID), req.UserID)
}

// PatchAccountUser applies a JSON Patch to a user, as a whole or not at all.
func (a *API) PatchAccountUser(ctx context.Context, req myreportsserver.PatchAccountUserRequestObject) (myreportsserver.PatchAccountUserResponseObject, error) {
	return a.patchUser(ctx, userPatch{ofAccount(req.AccountTenantID), req.UserID, *req.Body, true})
}

// DeleteAccountUser removes a user from the account; in its primary tenant it deletes the person.
func (a *API) DeleteAccountUser(ctx context.Context, req myreportsserver.DeleteAccountUserRequestObject) (myreportsserver.DeleteAccountUserResponseObject, error) {
	return a.deleteUser(ctx, ofAccount(req.AccountTenantID), req.UserID)
}

// SendAccountUserActivationEmail sends again the mail that a new user gets; only in the primary tenant.
func (a *API) SendAccountUserActivationEmail(ctx context.Context, req myreportsserver.SendAccountUserActivationEmailRequestObject) (myreportsserver.SendAccountUserActivationEmailResponseObject, error) {
	if err := a.sendActivation(ctx, ofAccount(req.AccountTenantID), req.UserID); err != nil {
		return nil, err
	}
	return myreportsserver.SendAccountUserActivationEmail204Response{}, nil
}
