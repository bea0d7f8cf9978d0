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
	API    string // cloudcockpit or myreports
	Client string // that the token is for
	Token  string // for the header Authorization: Bearer
	Tenant string // for the header X-Tenant; "" if the API has none
	Path   string // with the query
}

// Samples finds a request that works for each API, CloudCockpit first: the first page of users of the first customer that a client
// sees, and a user of the first account. An API without a client that can read anything has none.
func (s *Sandbox) Samples(ctx context.Context) (samples []Sample, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		samples = nil
		clients, err := tx.Clients()
		for _, api := range []string{identity.Entra.API, identity.Portal.API} {
			var sample Sample
			for i := 0; err == nil && sample.Path == "" && i < len(clients); i++ {
				if clients[i].API == api {
					sample = Sample{API: api, Client: clients[i].ID, Tenant: clients[i].Tenant}
					sample.Path, err = samplePath(tx, clients[i])
				}
			}
			if sample.Path != "" {
				samples = append(samples, sample)
			}
		}
		return err
	})
	for i := 0; err == nil && i < len(samples); i++ {
		samples[i].Token, err = s.Token(samples[i].Client)
	}
	return samples, err
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
