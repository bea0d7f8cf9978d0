package cloudcockpit

import (
	"context"
	"net/http"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// customerFields are the fields that customers are searched in; the zero value is the default.
var customerFields = map[api.ListCustomersParamsSearchField]store.CustomerField{
	api.ListCustomersParamsSearchFieldInternalIdentifier: store.CustomerIdentifier,
	api.ListCustomersParamsSearchFieldDomain:             store.CustomerDomain,
	api.ListCustomersParamsSearchFieldProviderCustomerID: store.CustomerProviderID,
}

// ListCustomers returns one page of the customers that the caller sees: a CSP those of its tenant, a reseller its own.
func (a *API) ListCustomers(ctx context.Context, req cloudcockpitserver.ListCustomersRequestObject) (cloudcockpitserver.ListCustomersResponseObject, error) {
	who, p := callerOf(ctx), req.Params
	r := &refusal{status: http.StatusBadRequest}
	r.requireSearchValue(p.SearchField != nil, p.SearchValue)
	if err := r.orNil(); err != nil {
		return nil, err
	}
	page := newPage(p.PageNumber, p.PageSize)
	query := store.CustomerQuery{
		Search:     answer.Value(p.SearchValue),
		Field:      customerFields[answer.Value(p.SearchField)],
		Deleted:    p.IncludeDeleted == nil || *p.IncludeDeleted,
		Descending: !answer.Value(p.AscendingOrder),
		Offset:     page.offset(),
		Limit:      page.size,
	}
	var customers []store.CustomerProfile
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if query.ResellerID, err = resellerContext(tx, who, p.ResellerID); err != nil {
			return err
		}
		customers, page.total, err = tx.FindCustomers(who.Tenant, query)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.ListCustomers200JSONResponse{Body: api.CustomerPage{
		Items:                convert(customers, customer),
		PaginationParameters: page.parameters(),
		TotalPages:           int32(page.last()),
		TotalCount:           int32(page.total),
		HasPreviousPage:      page.number > 1,
		HasNextPage:          page.number < page.last(),
	}}, nil
}

// requireSearchValue refuses a search field without a search value, which the page requires with it.
func (r *refusal) requireSearchValue(hasField bool, value *string) {
	if hasField && value == nil {
		r.add("searchValue", "is required with searchField")
	}
}

// GetCustomer returns a customer. The page prints 403 for a resellerId that the customer is not related to, where other
// operations refuse it.
func (a *API) GetCustomer(ctx context.Context, req cloudcockpitserver.GetCustomerRequestObject) (cloudcockpitserver.GetCustomerResponseObject, error) {
	who, given := callerOf(ctx), req.Params.ResellerID
	var found store.CustomerProfile
	err := a.Store.View(ctx, func(tx *store.Tx) error {
		_, err := customerScope{customer: req.CustomerID, absent: http.StatusNotFound}.find(tx, who)
		if err != nil {
			return err
		}
		found, err = tx.CustomerProfile(who.Tenant, req.CustomerID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if given != nil && (found.ResellerID == nil || *found.ResellerID != *given) {
		return cloudcockpitserver.GetCustomer403Response{}, nil
	}
	return cloudcockpitserver.GetCustomer200JSONResponse{Body: customer(found)}, nil
}

// customer returns the API's view of a customer.
func customer(c store.CustomerProfile) api.Customer {
	providers := make(map[string]api.ProviderCustomer, len(c.Instances))
	for _, p := range c.Instances {
		providers[p.ID.String()] = api.ProviderCustomer{
			ProviderInstanceID: p.ID, ProviderCustomerID: p.ProviderCustomerID, ProviderCustomerData: p.ProviderCustomerData, Margin: margin(),
		}
	}
	return api.Customer{
		ID: &c.ID, CompanyName: &c.Name, TaxID: c.Company.TaxID, Country: c.Company.Country,
		AddressLine1: c.Company.AddressLine1, AddressLine2: c.Company.AddressLine2, City: c.Company.City, State: c.Company.State, Zip: c.Company.Zip,
		FirstName: c.Company.FirstName, MiddleName: c.Company.MiddleName, LastName: c.Company.LastName, Email: c.Company.Email, Phone: c.Company.Phone,
		InternalIdentifier: c.Company.InternalIdentifier, ResellerID: c.ResellerID,
		ProviderCustomers: providers, CustomerAssociations: []map[string]any{},
	}
}

// margin returns the margin of everything that is sold: the sandbox sells nothing, and keeps no margins.
func margin() api.Margin {
	rule := "Markup"
	return api.Margin{MarginRule: &api.MarginRule{Name: &rule}}
}

// convert converts the rows of a page. The result is never nil.
func convert[R, D any](rows []R, one func(R) D) []D {
	out := make([]D, len(rows))
	for i, row := range rows {
		out[i] = one(row)
	}
	return out
}
