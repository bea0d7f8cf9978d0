package cloudcockpit

import (
	"context"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// ListProviderInstances returns one page of the provider instances of the customers that the caller sees.
func (a *API) ListProviderInstances(ctx context.Context, req cloudcockpitserver.ListProviderInstancesRequestObject) (cloudcockpitserver.ListProviderInstancesResponseObject, error) {
	who := callerOf(ctx)
	page := newPage(req.Params.PageNumber, req.Params.PageSize)
	var instances []store.ProviderProfile
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		instances, page.total, err = tx.FindProviderInstances(who.Tenant, store.ProviderQuery{
			ResellerID: who.Reseller, Offset: page.offset(), Limit: page.size,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.ListProviderInstances200JSONResponse{Body: api.ProviderInstancePage{
		Items:                convert(instances, providerInstance),
		PaginationParameters: page.parameters(),
		TotalPages:           int32(page.last()),
		TotalCount:           int32(page.total),
		HasPreviousPage:      page.number > 1,
		HasNextPage:          page.number < page.last(),
	}}, nil
}

// providerInstance returns the API's view of a provider instance.
func providerInstance(p store.ProviderProfile) api.ProviderInstance {
	provider := "Generic"
	if p.Microsoft {
		provider = "Microsoft"
	}
	return api.ProviderInstance{
		ID: &p.ID, Alias: p.Alias, InstanceProviderID: p.InstanceProviderID, ImageURL: p.ImageURL,
		OfferTypes:         convert(p.OfferTypes, func(name string) api.OfferType { return api.OfferType{Name: &name} }),
		SupportedCountries: answer.OrEmpty(p.SupportedCountries), ProviderData: p.ProviderData,
		Provider: &api.Provider{Name: &provider},
	}
}
