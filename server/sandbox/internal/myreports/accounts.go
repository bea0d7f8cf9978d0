package myreports

import (
	"context"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// ListAccounts returns a page of the accounts of the caller's enterprise, in the order in which they were added.
func (a *API) ListAccounts(ctx context.Context, req myreportsserver.ListAccountsRequestObject) (myreportsserver.ListAccountsResponseObject, error) {
	who, page := callerOf(ctx), newPage(req.Params.PageIndex, req.Params.PageSize)
	var accounts []store.TenantProfile
	var parent uuid.UUID
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if parent, err = enterpriseID(tx, who.Enterprise); err != nil {
			return err
		}
		accounts, err = tx.FindAccounts(who.Enterprise, page.query(""))
		return err
	})
	return a.tenantPage(page, accounts, parent), err
}

// GetAccount returns an account.
func (a *API) GetAccount(ctx context.Context, req myreportsserver.GetAccountRequestObject) (myreportsserver.GetAccountResponseObject, error) {
	who := callerOf(ctx)
	var account store.TenantProfile
	var parent uuid.UUID
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if err := ofAccount(req.AccountTenantID).find(tx, who); err != nil {
			return err
		}
		if parent, err = enterpriseID(tx, who.Enterprise); err != nil {
			return err
		}
		account, err = tx.TenantProfile(who.Enterprise, req.AccountTenantID)
		return err
	})
	return a.oneTenant(account, parent), err
}

// enterpriseID returns the id that the accounts of an enterprise have as their parent. If the state gives none, it is made from
// the name, so that it is the same on every store and after every restart.
func enterpriseID(tx *store.Tx, enterprise string) (uuid.UUID, error) {
	id, err := tx.EnterpriseID(enterprise)
	if id != nil {
		return *id, err
	}
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte("MyReports enterprise "+enterprise)), absent(err)
}

// A page is a page of accounts or customers, counted from 0.
type page struct{ index, size int }

// defaultPageSize is what the page of the list of accounts prints.
const defaultPageSize = 1000

func newPage(index, size *int32) page {
	p := page{size: defaultPageSize}
	if index != nil {
		p.index = int(*index)
	}
	if size != nil {
		p.size = int(*size)
	}
	return p
}

func (p page) query(filter string) store.TenantQuery {
	return store.TenantQuery{Filter: filter, Offset: p.index * p.size, Limit: p.size}
}
