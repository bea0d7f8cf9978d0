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

// ForReseller returns the same licences in the context of a reseller. A token of a reseller implies its own.
func (l CustomerLicenses) ForReseller(resellerID uuid.UUID) CustomerLicenses {
	l.resellerID = resellerID
	return l
}

// List returns all licences of the customer; the service does not page this list. [CustomerUsers.SetLicenses] assigns
// them to users.
func (l CustomerLicenses) List(ctx context.Context) ([]License, error) {
	params := cloudcockpit.ListCustomerLicensesParams{
		XTenant: l.cc.tenant, ProviderInstanceID: l.providerInstanceID, ResellerID: orNil(l.resellerID),
	}
	return fetchArray(ctx, l.cc.core, operation{
		name: "listCustomerLicenses",
		need: []identifier{{name: "customerID", id: l.customerID}, {name: "providerInstanceID", id: l.providerInstanceID}},
		build: func(server string) (*http.Request, error) {
			return cloudcockpit.NewListCustomerLicensesRequest(server, l.customerID, &params)
		},
	}, func(l *License) bool { return l.SkuID != "" })
}
