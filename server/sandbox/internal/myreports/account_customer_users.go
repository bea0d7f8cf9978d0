package myreports

import (
	"context"

	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// ListAccountCustomerUsers returns the users of a customer, in the order in which they were added.
func (a *API) ListAccountCustomerUsers(ctx context.Context, req myreportsserver.ListAccountCustomerUsersRequestObject) (myreportsserver.ListAccountCustomerUsersResponseObject, error) {
	return a.listUsers(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID))
}

// CreateAccountCustomerUser creates a user of a customer, or adds an existing person of the enterprise.
func (a *API) CreateAccountCustomerUser(ctx context.Context, req myreportsserver.CreateAccountCustomerUserRequestObject) (myreportsserver.CreateAccountCustomerUserResponseObject, error) {
	return a.createUser(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID), *req.Body, answer.Value(req.Params.AcceptCharges))
}

// GetAccountCustomerUser returns a user with the roles it holds at the customer.
func (a *API) GetAccountCustomerUser(ctx context.Context, req myreportsserver.GetAccountCustomerUserRequestObject) (myreportsserver.GetAccountCustomerUserResponseObject, error) {
	return a.getUser(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID), req.UserID)
}

// PatchAccountCustomerUser applies a JSON Patch to a user, as a whole or not at all.
func (a *API) PatchAccountCustomerUser(ctx context.Context, req myreportsserver.PatchAccountCustomerUserRequestObject) (myreportsserver.PatchAccountCustomerUserResponseObject, error) {
	return a.patchUser(ctx, userPatch{ofCustomer(req.AccountTenantID, req.CustomerTenantID), req.UserID, *req.Body, answer.Value(req.Params.AcceptCharges)})
}

// DeleteAccountCustomerUser removes a user from the customer; in its primary tenant it deletes the person.
func (a *API) DeleteAccountCustomerUser(ctx context.Context, req myreportsserver.DeleteAccountCustomerUserRequestObject) (myreportsserver.DeleteAccountCustomerUserResponseObject, error) {
	return a.deleteUser(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID), req.UserID)
}

// SendAccountCustomerUserActivationEmail sends again the mail that a new user gets; only in the primary tenant.
func (a *API) SendAccountCustomerUserActivationEmail(ctx context.Context, req myreportsserver.SendAccountCustomerUserActivationEmailRequestObject) (myreportsserver.SendAccountCustomerUserActivationEmailResponseObject, error) {
	if err := a.sendActivation(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID), req.UserID); err != nil {
		return nil, err
	}
	return myreportsserver.SendAccountCustomerUserActivationEmail204Response{}, nil
}
