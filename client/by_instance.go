package client

import (
	"bytes"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// byInstance is a map of relations to providers. The documentation shows an object and calls it a list; of a reseller it
// shows neither. An array is read as the same map, with the ids of the provider instances as its keys, because otherwise
// one wrong guess would make the whole list of customers unreadable.
type byInstance[T relation] map[string]T

type relation interface {
	cloudcockpit.ProviderCustomer | cloudcockpit.ProviderReseller
}

// UnmarshalJSON reads both forms.
func (m *byInstance[T]) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, (*map[string]T)(m))
	}
	var list []T
	err := json.Unmarshal(data, &list)
	*m = make(byInstance[T], len(list))
	for _, item := range list {
		(*m)[instanceOf(item).String()] = item
	}
	return err
}

func instanceOf[T relation](item T) uuid.UUID {
	switch item := any(item).(type) {
	case cloudcockpit.ProviderCustomer:
		return item.ProviderInstanceID
	case cloudcockpit.ProviderReseller:
		return item.ProviderInstanceID
	}
	return uuid.Nil
}

// A receivedCustomer is a customer as it is decoded: the member here hides the one of the embedded type.
type receivedCustomer struct {
	Customer
	ProviderCustomers byInstance[cloudcockpit.ProviderCustomer] `json:"providerCustomers"`
}

func (r *receivedCustomer) customer() Customer {
	r.Customer.ProviderCustomers = r.ProviderCustomers
	return r.Customer
}

type receivedCustomerPage struct {
	CustomerPage
	Items []receivedCustomer `json:"items"`
}

// A receivedReseller is a reseller as it is decoded.
type receivedReseller struct {
	Reseller
	ProviderResellers byInstance[cloudcockpit.ProviderReseller] `json:"providerResellers"`
}

func (r *receivedReseller) reseller() Reseller {
	r.Reseller.ProviderResellers = r.ProviderResellers
	return r.Reseller
}

type receivedResellerPage struct {
	ResellerPage
	Items []receivedReseller `json:"items"`
}

// convert returns the items of a page as the caller sees them. A list that was null stays nil.
func convert[R, T any](received []R, item func(*R) T) []T {
	if received == nil {
		return nil
	}
	items := make([]T, 0, len(received))
	for i := range received {
		items = append(items, item(&received[i]))
	}
	return items
}
