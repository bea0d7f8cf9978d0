package sandbox

import (
	"context"

	"github.com/resellerkit/resellerkit/gen/myreportsserver"
)

// ListAccountUsers answers the users of an account, in the order in which they became such.
func (m *myReports) ListAccountUsers(ctx context.Context, req myreportsserver.ListAccountUsersRequestObject) (myreportsserver.ListAccountUsersResponseObject, error) {
	return m.listUsers(ctx, ofAccount(req.AccountTenantID))
}

// CreateAccountUser creates a user of an account, or makes a person of the enterprise one. No role of such a user causes
// charges.
func (m *myReports) CreateAccountUser(ctx context.Context, req myreportsserver.CreateAccountUserRequestObject) (myreportsserver.CreateAccountUserResponseObject, error) {
	return m.createUser(ctx, ofAccount(req.AccountTenantID), *req.Body, true)
}

// GetAccountUser answers a user with the roles it holds in the account.
func (m *myReports) GetAccountUser(ctx context.Context, req myreportsserver.GetAccountUserRequestObject) (myreportsserver.GetAccountUserResponseObject, error) {
	return m.getUser(ctx, ofAccount(req.AccountTenantID), req.UserID)
}

// PatchAccountUser carries out a JSON Patch on a user, all of it or nothing.
func (m *myReports) PatchAccountUser(ctx context.Context, req myreportsserver.PatchAccountUserRequestObject) (myreportsserver.PatchAccountUserResponseObject, error) {
	return m.patchUser(ctx, ofAccount(req.AccountTenantID), req.UserID, *req.Body, true)
}

// DeleteAccountUser takes a user out of the account, and from its primary tenant out of the enterprise.
func (m *myReports) DeleteAccountUser(ctx context.Context, req myreportsserver.DeleteAccountUserRequestObject) (myreportsserver.DeleteAccountUserResponseObject, error) {
	return m.deleteUser(ctx, ofAccount(req.AccountTenantID), req.UserID)
}

// SendAccountUserActivationEmail sends the mail that creating the user sent, from its primary tenant only.
func (m *myReports) SendAccountUserActivationEmail(ctx context.Context, req myreportsserver.SendAccountUserActivationEmailRequestObject) (myreportsserver.SendAccountUserActivationEmailResponseObject, error) {
	if err := m.sendActivation(ctx, ofAccount(req.AccountTenantID), req.UserID); err != nil {
		return nil, err
	}
	return myreportsserver.SendAccountUserActivationEmail204Response{}, nil
}
