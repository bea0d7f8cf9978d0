package cloudcockpit

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// ListCustomerLicenses returns the SKUs of a provider instance. No SKU is selected, because the list is about no user.
func (a *API) ListCustomerLicenses(ctx context.Context, req cloudcockpitserver.ListCustomerLicensesRequestObject) (cloudcockpitserver.ListCustomerLicensesResponseObject, error) {
	who, p := callerOf(ctx), req.Params
	scope := instanceScope{customerScope{req.CustomerID, p.ResellerID, http.StatusNotFound}, p.ProviderInstanceID}
	var licenses []store.License
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if err := scope.check(tx, who); err != nil {
			return err
		}
		licenses, err = tx.Licenses(who.Tenant, p.ProviderInstanceID)
		return err
	})
	if err != nil {
		return nil, err
	}
	body := make([]api.License, len(licenses))
	for i, l := range licenses {
		body[i] = license(l)
	}
	return cloudcockpitserver.ListCustomerLicenses200JSONResponse{Body: body}, nil
}

// SetCustomerUserLicenses replaces the SKUs of a user by the selected ones.
func (a *API) SetCustomerUserLicenses(ctx context.Context, req cloudcockpitserver.SetCustomerUserLicensesRequestObject) (cloudcockpitserver.SetCustomerUserLicensesResponseObject, error) {
	who, instance := callerOf(ctx), req.Body.ProviderInstanceID
	err := a.Store.Update(ctx, func(tx *store.Tx) error {
		user, err := userScope(req.CustomerID, instance).user(tx, who, req.CustomerUserID)
		if err != nil {
			return err
		}
		licenses, err := tx.Licenses(who.Tenant, instance)
		if err != nil {
			return err
		}
		held, err := tx.CustomerUserLicenses(who.Tenant, user.ID)
		if err != nil {
			return err
		}
		skus, err := selected(req.Body.Licenses, licenses, held)
		if err != nil {
			return err
		}
		return tx.SetLicenses(who.Tenant, instance, user.ID, skus)
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.SetCustomerUserLicenses200Response{}, nil
}

// selected returns the SKUs that are selected. It refuses each that the instance does not have, selected or not, and each
// selected one without a free seat, unless the user has a seat already.
func selected(given []api.License, known []store.License, held []string) ([]string, error) {
	free := make(map[string]bool, len(known))
	for _, l := range known {
		free[l.SkuID] = l.Available() > 0
	}
	for _, sku := range held {
		free[sku] = true
	}
	r := &refusal{status: http.StatusBadRequest}
	taken := map[string]bool{}
	for i, l := range given {
		property := fmt.Sprintf("licenses[%d].skuId", i)
		seat, known := free[l.SkuID]
		switch {
		case !known:
			r.add(property, "is not an SKU of the provider instance")
		case !answer.Value(l.IsSelected):
		case !seat:
			r.add(property, "has no free seat")
		default:
			taken[l.SkuID] = true
		}
	}
	return slices.Sorted(maps.Keys(taken)), r.orNil()
}

// license returns the API's view of an SKU.
func license(l store.License) api.License {
	available, consumed, selected := l.Available(), l.Consumed(), false
	return api.License{
		SkuID: l.SkuID, Name: &l.Name, AvailableLicenses: &available, IsSelected: &selected,
		TotalLicenses: &l.Total, ConsumedLicenses: &consumed, SuspendedLicenses: &l.Suspended,
	}
}
