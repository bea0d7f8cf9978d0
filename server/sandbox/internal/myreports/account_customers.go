package myreports

import (
	"context"

	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// ListAccountCustomers returns a page of the customers of an account, in the order in which they were added.
func (a *API) ListAccountCustomers(ctx context.Context, req myreportsserver.ListAccountCustomersRequestObject) (myreportsserver.ListAccountCustomersResponseObject, error) {
	who, page := callerOf(ctx), newPage(req.Params.PageIndex, req.Params.PageSize)
	var customers []store.TenantProfile
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if err := ofAccount(req.AccountTenantID).find(tx, who); err != nil {
			return err
		}
		customers, err = tx.FindAccountCustomers(who.Enterprise, req.AccountTenantID, page.query(answer.Value(req.Params.Filter)))
		return err
	})
	return a.tenantPage(page, customers, req.AccountTenantID), err
}

// GetAccountCustomer returns a customer of an account.
func (a *API) GetAccountCustomer(ctx context.Context, req myreportsserver.GetAccountCustomerRequestObject) (myreportsserver.GetAccountCustomerResponseObject, error) {
	who := callerOf(ctx)
	var customer store.TenantProfile
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if err := ofCustomer(req.AccountTenantID, req.CustomerTenantID).find(tx, who); err != nil {
			return err
		}
		customer, err = tx.TenantProfile(who.Enterprise, req.CustomerTenantID)
		return err
	})
	return a.oneTenant(customer, req.AccountTenantID), err
}
