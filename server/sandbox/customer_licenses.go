package sandbox

import (
	"context"
	"fmt"
	"net/http"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// ListCustomerLicenses answers what a provider instance has of each SKU. Nothing is selected: no user is in question.
func (c *cloudCockpit) ListCustomerLicenses(ctx context.Context, req cloudcockpitserver.ListCustomerLicensesRequestObject) (cloudcockpitserver.ListCustomerLicensesResponseObject, error) {
	who, p := callerOf(ctx), req.Params
	var licenses []store.License
	err := c.store.View(ctx, func(tx *store.Tx) error {
		customer, err := findCustomer(tx, who, req.CustomerID, http.StatusNotFound)
		if err != nil {
			return err
		}
		if err := checkReseller(customer, p.ResellerID); err != nil {
			return err
		}
		if err := checkProviderInstance(tx, who, customer, p.ProviderInstanceID); err != nil {
			return err
		}
		licenses, err = tx.Licenses(who.tenant, p.ProviderInstanceID)
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

// SetCustomerUserLicenses makes the selected SKUs all that a user has.
func (c *cloudCockpit) SetCustomerUserLicenses(ctx context.Context, req cloudcockpitserver.SetCustomerUserLicensesRequestObject) (cloudcockpitserver.SetCustomerUserLicensesResponseObject, error) {
	who, instance := callerOf(ctx), req.Body.ProviderInstanceID
	err := c.store.Update(ctx, func(tx *store.Tx) error {
		user, err := findCustomerUser(tx, who, req.CustomerID, instance, req.CustomerUserID)
		if err != nil {
			return err
		}
		licenses, err := tx.Licenses(who.tenant, instance)
		if err != nil {
			return err
		}
		skus, err := selected(req.Body.Licenses, licenses, user.Licenses)
		if err != nil {
			return err
		}
		return tx.SetLicenses(who.tenant, instance, user.ID, skus)
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.SetCustomerUserLicenses200Response{}, nil
}

// selected gives the SKUs that the user shall have. It refuses each that the instance does not have, selected or not, and
// each without a free seat, of which a user who has the SKU needs none.
func selected(given []api.License, known []store.License, held []string) ([]string, error) {
	free := make(map[string]bool, len(known))
	for _, l := range known {
		free[l.SkuID] = l.Available() > 0
	}
	for _, sku := range held {
		free[sku] = true
	}
	r := &refusal{status: http.StatusBadRequest}
	var skus []string
	for i, l := range given {
		property := fmt.Sprintf("licenses[%d].skuId", i)
		seat, known := free[l.SkuID]
		switch {
		case !known:
			r.add(property, "is not an SKU of the provider instance")
		case !value(l.IsSelected):
		case !seat:
			r.add(property, "has no free seat")
		default:
			skus = append(skus, l.SkuID)
		}
	}
	return skus, r.orNil()
}

// license is the API's view of an SKU.
func license(l store.License) api.License {
	available, consumed, selected := l.Available(), l.Consumed(), false
	return api.License{
		SkuID: l.SkuID, Name: &l.Name, AvailableLicenses: &available, IsSelected: &selected,
		TotalLicenses: &l.Total, ConsumedLicenses: &consumed, SuspendedLicenses: &l.Suspended,
	}
}
