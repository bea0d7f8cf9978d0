package cloudcockpit

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// resellerFields are the fields that resellers are searched in; the zero value is the default.
var resellerFields = map[api.ListResellersParamsSearchField]store.ResellerField{
	api.ListResellersParamsSearchFieldInternalIdentifier: store.ResellerIdentifier,
	api.ListResellersParamsSearchFieldMpnID:              store.ResellerMPN,
}

// ListResellers returns one page of the tenant's resellers. The page makes the operation available to the role csp only.
func (a *API) ListResellers(ctx context.Context, req cloudcockpitserver.ListResellersRequestObject) (cloudcockpitserver.ListResellersResponseObject, error) {
	who, p := callerOf(ctx), req.Params
	if who.Reseller != nil {
		return cloudcockpitserver.ListResellers403Response{}, nil
	}
	r := &refusal{status: http.StatusBadRequest}
	r.requireSearchValue(p.SearchField != nil, p.SearchValue)
	r.requireBoth(p.CustomerID, p.ProviderInstanceID)
	if err := r.orNil(); err != nil {
		return nil, err
	}
	page := newPage(p.PageNumber, p.PageSize)
	query := store.ResellerQuery{
		Search:     answer.Value(p.SearchValue),
		Field:      resellerFields[answer.Value(p.SearchField)],
		CustomerID: p.CustomerID,
		Descending: !answer.Value(p.AscendingOrder),
		Offset:     page.offset(),
		Limit:      page.size,
	}
	var resellers []store.ResellerProfile
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if err := checkInstance(tx, who, p.CustomerID, p.ProviderInstanceID); err != nil {
			return err
		}
		resellers, page.total, err = tx.FindResellers(who.Tenant, query)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.ListResellers200JSONResponse{Body: api.ResellerPage{
		Items:                convert(resellers, reseller),
		PaginationParameters: page.parameters(),
		TotalPages:           int32(page.last()),
		TotalCount:           int32(page.total),
		HasPreviousPage:      page.number > 1,
		HasNextPage:          page.number < page.last(),
	}}, nil
}

// requireBoth refuses a customer without a provider instance, and a provider instance without a customer.
func (r *refusal) requireBoth(customer, instance *uuid.UUID) {
	switch {
	case customer != nil && instance == nil:
		r.add("providerInstanceId", "is required with customerId")
	case customer == nil && instance != nil:
		r.add("customerId", "is required with providerInstanceId")
	}
}

// checkInstance refuses a provider instance, of any provider, that is not the customer's. Both may be nil.
func checkInstance(tx *store.Tx, who identity.Caller, customer, instance *uuid.UUID) error {
	if customer == nil || instance == nil {
		return nil
	}
	if _, err := (customerScope{customer: *customer, absent: http.StatusBadRequest}).find(tx, who); err != nil {
		return err
	}
	found, err := tx.ProviderInstance(who.Tenant, *instance)
	if err == nil && found.CustomerID != *customer {
		err = store.ErrNotFound
	}
	return missing(err, http.StatusBadRequest, "providerInstanceId")
}

// GetReseller returns a reseller. A reseller sees itself only.
func (a *API) GetReseller(ctx context.Context, req cloudcockpitserver.GetResellerRequestObject) (cloudcockpitserver.GetResellerResponseObject, error) {
	who := callerOf(ctx)
	if who.Reseller != nil && *who.Reseller != req.ResellerID {
		return nil, missing(store.ErrNotFound, http.StatusNotFound, "resellerId")
	}
	var found store.ResellerProfile
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		found, err = tx.ResellerProfile(who.Tenant, req.ResellerID)
		return missing(err, http.StatusNotFound, "resellerId")
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.GetReseller200JSONResponse{Body: reseller(found)}, nil
}

// reseller returns the API's view of a reseller.
func reseller(r store.ResellerProfile) api.Reseller {
	providers := make(map[string]api.ProviderReseller, len(r.Providers))
	for _, p := range r.Providers {
		price := margin()
		providers[p.ProviderInstanceID.String()] = api.ProviderReseller{
			ProviderInstanceID: p.ProviderInstanceID, ProviderResellerID: p.ProviderResellerID, ResellerProviderData: p.ResellerProviderData, PriceMargin: &price,
		}
	}
	return api.Reseller{
		ID: &r.ID, CompanyName: &r.Name, TaxID: r.TaxID, Country: r.Country,
		AddressLine1: r.AddressLine1, AddressLine2: r.AddressLine2, City: r.City, State: r.State, ZipCode: r.Zip,
		FirstName: r.FirstName, LastName: r.LastName, Email: r.Email, Phone: r.Phone,
		InternalIdentifier: r.InternalIdentifier, ProviderResellers: providers,
	}
}
