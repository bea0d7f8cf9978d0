package client

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// License is what a customer has of one SKU.
type License = cloudcockpit.License

// CustomerLicenses are the licences of a customer. Get them from [CloudCockpit.CustomerLicenses].
type CustomerLicenses struct {
	cc                             *CloudCockpit
	customerID, providerInstanceID uuid.UUID
	resellerID                     uuid.UUID
}

// ForReseller returns the same licences in the context of a reseller. With a reseller's token its own reseller is meant
// anyway.
func (l CustomerLicenses) ForReseller(resellerID uuid.UUID) CustomerLicenses {
	l.resellerID = resellerID
	return l
}

// List fetches all licences of the customer; the service has no pages here. [CustomerUsers.SetLicenses] gives them to
// users.
func (l CustomerLicenses) List(ctx context.Context) ([]License, error) {
	params := cloudcockpit.ListCustomerLicensesParams{
		XTenant: l.cc.tenant, ProviderInstanceID: l.providerInstanceID, ResellerID: orNil(l.resellerID),
	}
	list, err := fetch(ctx, l.cc.core, operation{
		name: "listCustomerLicenses",
		need: []identifier{{name: "customerID", id: l.customerID}, {name: "providerInstanceID", id: l.providerInstanceID}},
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewListCustomerLicensesRequest(server, l.customerID, &params)
		},
	}, func(list *[]License) bool { return listIsWhole(*list, func(l *License) bool { return l.SkuID != "" }) })
	if err != nil {
		return nil, err
	}
	return *list, nil
}
