package cloudcockpit

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// A customerScope is the customer that a request names, and the reseller in whose context it asks, if it names one. A caller
// that does not see the customer gets the response for one that does not exist.
type customerScope struct {
	customer uuid.UUID
	reseller *uuid.UUID
	absent   int // the status for an unknown customer: 404, or 400 if the operation declares no 404
}

// find looks the customer up, and then checks the reseller: a CSP sees all customers of its tenant, a reseller its own.
func (s customerScope) find(tx *store.Tx, who identity.Caller) (store.Customer, error) {
	customer, err := tx.Customer(who.Tenant, s.customer)
	if err == nil && who.Reseller != nil && (customer.ResellerID == nil || *customer.ResellerID != *who.Reseller) {
		err = fmt.Errorf("customer of another reseller: %w", store.ErrNotFound)
	}
	if err != nil {
		return customer, missing(err, s.absent, "customerId")
	}
	// A reseller's request without resellerId is in the context of its token, which the customer is in already.
	if s.reseller != nil && (customer.ResellerID == nil || *customer.ResellerID != *s.reseller) {
		return customer, refuse(http.StatusBadRequest, "resellerId", "is not the customer's reseller")
	}
	return customer, nil
}

// onlyInstance returns the id of the customer's Microsoft provider instance, and refuses a customer that does not have exactly one.
func (s customerScope) onlyInstance(tx *store.Tx, who identity.Caller) (uuid.UUID, error) {
	customer, err := s.find(tx, who)
	if err != nil {
		return uuid.Nil, err
	}
	instances, err := tx.ProviderInstances(who.Tenant, customer.ID)
	if err != nil {
		return uuid.Nil, err
	}
	instances = slices.DeleteFunc(instances, func(p store.ProviderInstance) bool { return !p.Microsoft })
	switch len(instances) {
	case 0:
		return uuid.Nil, refuse(http.StatusBadRequest, "providerInstanceId", "is required: the customer has no Microsoft provider instance")
	case 1:
		return instances[0].ID, nil
	}
	return uuid.Nil, refuse(http.StatusBadRequest, "providerInstanceId", "is required: the customer has several Microsoft provider instances")
}

// An instanceScope is a provider instance of a customer, as a request names it.
type instanceScope struct {
	customerScope
	instance uuid.UUID
}

// check looks customer, reseller and provider instance up, in this order. The instance must be a Microsoft one of the customer.
func (s instanceScope) check(tx *store.Tx, who identity.Caller) error {
	customer, err := s.find(tx, who)
	if err != nil {
		return err
	}
	instance, err := tx.ProviderInstance(who.Tenant, s.instance)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || instance.CustomerID != customer.ID || !instance.Microsoft {
		return refuse(http.StatusBadRequest, "providerInstanceId", "is not a Microsoft provider instance of the customer")
	}
	return nil
}

// user looks a user of the provider instance up, after the scope.
func (s instanceScope) user(tx *store.Tx, who identity.Caller, id uuid.UUID) (store.CustomerUser, error) {
	if err := s.check(tx, who); err != nil {
		return store.CustomerUser{}, err
	}
	user, err := tx.CustomerUser(who.Tenant, s.instance, id)
	return user, missing(err, http.StatusNotFound, "customerUserId")
}

// userView looks the JSON of a user of the provider instance up, after the scope.
func (s instanceScope) userView(tx *store.Tx, who identity.Caller, id uuid.UUID) (customerUser, error) {
	if err := s.check(tx, who); err != nil {
		return "", err
	}
	view, err := tx.CustomerUserView(who.Tenant, s.instance, id)
	return customerUser(view), missing(err, http.StatusNotFound, "customerUserId")
}

// userScope is the scope of an operation on one user, which names no reseller.
func userScope(customer, instance uuid.UUID) instanceScope {
	return instanceScope{customerScope{customer: customer, absent: http.StatusNotFound}, instance}
}
