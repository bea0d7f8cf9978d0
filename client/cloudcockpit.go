package client

import (
	"github.com/google/uuid"
)

// CloudCockpit is a client of the CloudCockpit API. It and its resources are safe for concurrent use.
type CloudCockpit struct {
	core   *core
	tenant string
}

// NewCloudCockpit returns a client of CloudCockpit. It needs [WithTenant] and one of the options for credentials. It does
// not connect yet. The error joins all mistakes in the options.
func NewCloudCockpit(opts ...Option) (*CloudCockpit, error) {
	s := newSettings(APICloudCockpit, opts)
	if s.tenant == "" || !isHeaderValue(s.tenant) {
		s.mistake("WithTenant: a domain of the tenant's portal must be given, such as portal.cloudcockpit.com; got %q", s.tenant)
	}
	if s.has.region {
		s.mistake("WithRegion: CloudCockpit has no regions")
	}
	c := s.core()
	if err := s.err(); err != nil {
		return nil, err
	}
	return &CloudCockpit{core: c, tenant: s.tenant}, nil
}

// Customers are the customers that the caller may see. Their ids, and those of their provider instances, are what most
// other resources need.
func (cc *CloudCockpit) Customers() Customers { return Customers{cc: cc} }

// Resellers are the resellers of a CSP.
func (cc *CloudCockpit) Resellers() Resellers { return Resellers{cc: cc} }

// ProviderInstances are the provider instances of the tenant.
func (cc *CloudCockpit) ProviderInstances() ProviderInstances { return ProviderInstances{cc: cc} }

// CustomerUsers are the users in a customer's Microsoft 365 tenant, managed through a provider instance of a Microsoft
// provider. The people of the customer who sign in to CloudCockpit itself are [CloudCockpit.PortalUsers].
func (cc *CloudCockpit) CustomerUsers(customerID, providerInstanceID uuid.UUID) CustomerUsers {
	return CustomerUsers{cc: cc, customerID: customerID, providerInstanceID: providerInstanceID}
}

// CustomerLicenses are the licences that a customer has from a Microsoft provider and can assign to its users.
func (cc *CloudCockpit) CustomerLicenses(customerID, providerInstanceID uuid.UUID) CustomerLicenses {
	return CustomerLicenses{cc: cc, customerID: customerID, providerInstanceID: providerInstanceID}
}

// PortalUsers are the users of a customer who sign in to CloudCockpit.
func (cc *CloudCockpit) PortalUsers(customerID uuid.UUID) PortalUsers {
	return PortalUsers{cc: cc, customerID: customerID}
}

// ResellerUsers are the users of a reseller who sign in to CloudCockpit.
func (cc *CloudCockpit) ResellerUsers(resellerID uuid.UUID) ResellerUsers {
	return ResellerUsers{cc: cc, resellerID: resellerID}
}

// Users are all users who sign in to CloudCockpit, as far as the caller may see them.
func (cc *CloudCockpit) Users() Users { return Users{cc: cc} }

// Groups are the permission groups of portal users.
func (cc *CloudCockpit) Groups() Groups { return Groups{cc: cc} }

// orNil returns nil for a zero value, so that an optional parameter is not sent.
func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
