package sandbox

import (
	"context"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// A Sample is a GET request that succeeds on the state as it is: a first request to paste.
type Sample struct {
	Client string // that the token is for; "" if the state has no client that can read anything
	Token  string // for the header Authorization: Bearer
	Tenant string // for the header X-Tenant; "" if the API has none
	Path   string // with the query
}

// Sample finds a request that works: the first page of users of the first customer that a client sees, or a user of the
// first account. If the state has neither, it is the health of the control plane.
func (s *Sandbox) Sample(ctx context.Context) (sample Sample, err error) {
	var client store.Client
	err = s.store.View(ctx, func(tx *store.Tx) error {
		clients, err := tx.Clients()
		for i := 0; err == nil && sample.Path == "" && i < len(clients); i++ {
			client = clients[i]
			sample.Path, err = samplePath(tx, client)
		}
		return err
	})
	if err != nil || sample.Path == "" {
		return Sample{Path: "/_sandbox/health"}, err
	}
	sample.Client, sample.Tenant = client.ID, client.Tenant
	sample.Token, err = s.Token(client.ID)
	return sample, err
}

func samplePath(tx *store.Tx, client store.Client) (string, error) {
	if client.API == identity.Portal.API {
		return accountPath(tx, client.Enterprise)
	}
	customers, err := tx.Customers(client.Tenant)
	for i := 0; err == nil && i < len(customers); i++ {
		if client.ResellerID != nil && answer.Value(customers[i].ResellerID) != *client.ResellerID {
			continue
		}
		var path string
		if path, err = customerPath(tx, client.Tenant, customers[i].ID); path != "" {
			return path, err
		}
	}
	return "", err
}

func customerPath(tx *store.Tx, domain string, customer uuid.UUID) (string, error) {
	instances, err := tx.ProviderInstances(domain, customer)
	for _, p := range instances {
		if p.Microsoft {
			return "/v1/Customers/" + customer.String() + "/users?providerInstanceId=" + p.ID.String() + "&pageSize=2", err
		}
	}
	return "", err
}

func accountPath(tx *store.Tx, enterprise string) (string, error) {
	accounts, err := tx.Accounts(enterprise)
	for i := 0; err == nil && i < len(accounts); i++ {
		var members []store.Member
		if members, err = tx.Members(enterprise, accounts[i].ID); len(members) > 0 {
			return "/api/v1.0/accounts/" + accounts[i].ID.String() + "/users/" + members[0].ID.String(), err
		}
	}
	return "", err
}
