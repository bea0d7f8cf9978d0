package state

import (
	"encoding/json"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// What lists show of customers, resellers, provider instances, accounts and their customers, in both directions.

func customerProfile(c control.Customer) store.CustomerProfile {
	return store.CustomerProfile{
		Customer: store.Customer{ID: c.ID, Name: c.Name, ResellerID: c.ResellerID}, Deleted: c.Deleted,
		Company: store.Company{
			TaxID: c.TaxID, Country: c.Country, AddressLine1: c.AddressLine1, AddressLine2: c.AddressLine2, City: c.City, State: c.State, Zip: c.Zip,
			FirstName: c.FirstName, MiddleName: c.MiddleName, LastName: c.LastName, Email: c.Email, Phone: c.Phone, InternalIdentifier: c.InternalIdentifier,
		},
	}
}

func customerState(c store.CustomerProfile) control.Customer {
	return control.Customer{
		ID: c.ID, Name: c.Name, ResellerID: c.ResellerID, Deleted: c.Deleted,
		TaxID: c.Company.TaxID, Country: c.Company.Country, AddressLine1: c.Company.AddressLine1, AddressLine2: c.Company.AddressLine2,
		City: c.Company.City, State: c.Company.State, Zip: c.Company.Zip, FirstName: c.Company.FirstName, MiddleName: c.Company.MiddleName,
		LastName: c.Company.LastName, Email: c.Company.Email, Phone: c.Company.Phone, InternalIdentifier: c.Company.InternalIdentifier,
	}
}

func providerProfile(customer uuid.UUID, p control.ProviderInstance) store.ProviderProfile {
	var data struct{ Domain string }
	// The text is the provider's own, and may be anything: one that is not such JSON has no domain to search for.
	_ = json.Unmarshal([]byte(answer.Value(p.ProviderCustomerData)), &data)
	return store.ProviderProfile{
		ProviderInstance: store.ProviderInstance{ID: p.ID, CustomerID: customer, Microsoft: p.Microsoft}, Domain: data.Domain,
		ProviderDetails: store.ProviderDetails{
			Alias: p.Alias, InstanceProviderID: p.InstanceProviderID, ImageURL: p.ImageURL, OfferTypes: p.OfferTypes,
			SupportedCountries: p.SupportedCountries, ProviderData: p.ProviderData,
			ProviderCustomerID: p.ProviderCustomerID, ProviderCustomerData: p.ProviderCustomerData,
		},
	}
}

func providerState(p store.ProviderProfile) control.ProviderInstance {
	return control.ProviderInstance{
		ID: p.ID, Microsoft: p.Microsoft, Alias: p.Alias, InstanceProviderID: p.InstanceProviderID, ImageURL: p.ImageURL,
		OfferTypes: p.OfferTypes, SupportedCountries: p.SupportedCountries, ProviderData: p.ProviderData,
		ProviderCustomerID: p.ProviderCustomerID, ProviderCustomerData: p.ProviderCustomerData,
	}
}

// resellerProfile refuses a provider instance that the reseller has twice, because the API's map has room for one.
func resellerProfile(p place, r control.Reseller) (store.ResellerProfile, error) {
	profile := store.ResellerProfile{
		Reseller: store.Reseller{ID: r.ID, Name: r.Name},
		Company: store.Company{
			TaxID: r.TaxID, Country: r.Country, AddressLine1: r.AddressLine1, AddressLine2: r.AddressLine2, City: r.City, State: r.State, Zip: r.ZipCode,
			FirstName: r.FirstName, LastName: r.LastName, Email: r.Email, Phone: r.Phone, InternalIdentifier: r.InternalIdentifier,
		},
	}
	seen := map[uuid.UUID]bool{}
	for i, provider := range r.ProviderResellers {
		if seen[provider.ProviderInstanceID] {
			return profile, p.item("providerResellers", i).member("providerInstanceId").refuse("an id that occurs once")
		}
		seen[provider.ProviderInstanceID] = true
		profile.Providers = append(profile.Providers, store.ResellerProvider{
			ProviderInstanceID: provider.ProviderInstanceID, ProviderResellerID: provider.ProviderResellerID,
			ResellerProviderData: provider.ResellerProviderData,
		})
		profile.MPNs = append(profile.MPNs, mpns(provider)...)
	}
	return profile, nil
}

// mpns returns the primary MPN id and the secondary ones.
func mpns(p control.ProviderReseller) []string {
	var data struct{ SecondaryMpnIds []string }
	// As with a customer, text that is not such JSON has no ids to search for.
	_ = json.Unmarshal([]byte(answer.Value(p.ResellerProviderData)), &data)
	if p.ProviderResellerID == nil {
		return data.SecondaryMpnIds
	}
	return append(data.SecondaryMpnIds, *p.ProviderResellerID)
}

func resellerState(r store.ResellerProfile) control.Reseller {
	out := control.Reseller{
		ID: r.ID, Name: r.Name, TaxID: r.TaxID, Country: r.Country, AddressLine1: r.AddressLine1, AddressLine2: r.AddressLine2,
		City: r.City, State: r.State, ZipCode: r.Zip, FirstName: r.FirstName, LastName: r.LastName, Email: r.Email, Phone: r.Phone,
		InternalIdentifier: r.InternalIdentifier,
	}
	for _, p := range r.Providers {
		out.ProviderResellers = append(out.ProviderResellers, control.ProviderReseller{
			ProviderInstanceID: p.ProviderInstanceID, ProviderResellerID: p.ProviderResellerID, ResellerProviderData: p.ResellerProviderData,
		})
	}
	return out
}

func accountDetails(a control.Account) store.TenantDetails {
	return store.TenantDetails{
		Description: a.Description, Enabled: a.Enabled, Reference: a.Reference, DateCreated: a.DateCreated, Timezone: a.Timezone, CountryCode: a.CountryCode,
	}
}

func accountState(t store.TenantProfile) control.Account {
	return control.Account{
		ID: t.ID, Name: t.Name, Description: t.Description, Enabled: t.Enabled, Reference: t.Reference, DateCreated: t.DateCreated,
		Timezone: t.Timezone, CountryCode: t.CountryCode,
	}
}

func accountCustomerDetails(c control.AccountCustomer) store.TenantDetails {
	return store.TenantDetails{
		Description: c.Description, Enabled: c.Enabled, Reference: c.Reference, DateCreated: c.DateCreated, Timezone: c.Timezone, CountryCode: c.CountryCode,
	}
}

func accountCustomerState(t store.TenantProfile) control.AccountCustomer {
	return control.AccountCustomer{
		ID: t.ID, Name: t.Name, Description: t.Description, Enabled: t.Enabled, Reference: t.Reference, DateCreated: t.DateCreated,
		Timezone: t.Timezone, CountryCode: t.CountryCode,
	}
}
