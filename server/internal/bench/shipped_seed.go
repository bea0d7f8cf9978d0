package main

import (
	"encoding/json"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
)

const (
	shippedEnterprise = "Contoso Group"
	shippedSecret     = "secret"
)

// shippedClients are the OAuth clients of the seed, by API.
var shippedClients = [2]string{"bench-cockpit", "bench-reports"}

// shippedSeed is a state document with the same users, group and member that the in-memory servers have.
func shippedSeed() ([]byte, error) {
	domain, enterprise := tenantDomain, shippedEnterprise
	return json.Marshal(control.State{
		Cloudcockpit: &control.CloudCockpitState{Tenants: []control.Tenant{{
			Domain:    domain,
			Groups:    []control.Group{{ID: uuid.MustParse(group), Name: "Viewer"}},
			Resellers: []control.Reseller{}, PortalUsers: []control.PortalUser{}, Customers: []control.Customer{seedCustomer()},
		}}},
		Myreports: &control.MyReportsState{Enterprises: []control.Enterprise{{Name: enterprise, Accounts: []control.Account{seedAccount()}}}},
		Clients: []control.APIClient{
			{ID: shippedClients[cockpitAPI], Secret: shippedSecret, API: control.Cloudcockpit, Tenant: &domain},
			{ID: shippedClients[reportsAPI], Secret: shippedSecret, API: control.Myreports, Enterprise: &enterprise},
		},
	})
}

func seedCustomer() control.Customer {
	records := newData(false).users
	users := make([]control.CustomerUser, len(records))
	for i, r := range records {
		users[i] = control.CustomerUser{
			ID: r.id, DisplayName: r.displayName, Email: r.email, FirstName: &r.firstName, LastName: &r.lastName,
			Location: r.location, Domain: r.domain, Licenses: []string{},
		}
	}
	return control.Customer{
		ID: customerID, Name: "Contoso", PortalUsers: []control.PortalUser{},
		ProviderInstances: []control.ProviderInstance{{ID: instanceID, Microsoft: true, Licenses: []control.License{}, Users: users}},
	}
}

func seedAccount() control.Account {
	return control.Account{
		ID: accountID, Name: "First", Customers: []control.AccountCustomer{},
		Users: []control.User{{
			ID: memberID, DisplayName: "Uma Underwood", Email: "uma@contoso.example", PrimaryTenant: &accountID, Roles: []string{"account.user"},
		}},
	}
}
