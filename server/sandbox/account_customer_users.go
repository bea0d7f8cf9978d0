package sandbox

import (
	"context"

	"github.com/resellerkit/resellerkit/gen/myreportsserver"
)

// ListAccountCustomerUsers answers the users of a customer, in the order in which they became such.
func (m *myReports) ListAccountCustomerUsers(ctx context.Context, req myreportsserver.ListAccountCustomerUsersRequestObject) (myreportsserver.ListAccountCustomerUsersResponseObject, error) {
	return m.listUsers(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID))
}

// CreateAccountCustomerUser creates a user of a customer, or makes a person of the enterprise one.
func (m *myReports) CreateAccountCustomerUser(ctx context.Context, req myreportsserver.CreateAccountCustomerUserRequestObject) (myreportsserver.CreateAccountCustomerUserResponseObject, error) {
	return m.createUser(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID), *req.Body, value(req.Params.AcceptCharges))
}

// GetAccountCustomerUser answers a user with the roles it holds at the customer.
func (m *myReports) GetAccountCustomerUser(ctx context.Context, req myreportsserver.GetAccountCustomerUserRequestObject) (myreportsserver.GetAccountCustomerUserResponseObject, error) {
	return m.getUser(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID), req.UserID)
}

// PatchAccountCustomerUser carries out a JSON Patch on a user, all of it or nothing.
func (m *myReports) PatchAccountCustomerUser(ctx context.Context, req myreportsserver.PatchAccountCustomerUserRequestObject) (myreportsserver.PatchAccountCustomerUserResponseObject, error) {
	return m.patchUser(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID), req.UserID, *req.Body, value(req.Params.AcceptCharges))
}

// DeleteAccountCustomerUser takes a user out of the customer, and from its primary tenant out of the enterprise.
func (m *myReports) DeleteAccountCustomerUser(ctx context.Context, req myreportsserver.DeleteAccountCustomerUserRequestObject) (myreportsserver.DeleteAccountCustomerUserResponseObject, error) {
	return m.deleteUser(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID), req.UserID)
}

// SendAccountCustomerUserActivationEmail sends the mail that creating the user sent, from its primary tenant only.
func (m *myReports) SendAccountCustomerUserActivationEmail(ctx context.Context, req myreportsserver.SendAccountCustomerUserActivationEmailRequestObject) (myreportsserver.SendAccountCustomerUserActivationEmailResponseObject, error) {
	if err := m.sendActivation(ctx, ofCustomer(req.AccountTenantID, req.CustomerTenantID), req.UserID); err != nil {
		return nil, err
	}
	return myreportsserver.SendAccountCustomerUserActivationEmail204Response{}, nil
}
