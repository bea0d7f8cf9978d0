package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

const (
	domain = "portal.cloudcockpit.com"
	// minUsers is the number of users with the marker in their name: the greatest number of hits for which a search must stay
	// fast.
	minUsers = 1000
	marker   = "zeppelin"
	loadSize = 20_000
)

var (
	customerID = uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	instanceID = uuid.MustParse("b0000000-0000-4000-8000-000000000001")

	firstNames = strings.Fields("Anna Bernd Clara David Emma Felix Greta Hans Ida Jonas Karla Lukas Maria Nils Olga Paul Rosa Stefan Tina Uwe Vera")
	lastNames  = strings.Fields("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Neumann")
)

// users generates n users with common names. Evenly spread, 1,000 of them have the marker.
type users struct {
	n   int
	ids []uuid.UUID
	// emails are those with which the users were loaded.
	emails []string
	r      *rand.Rand
}

func newUsers(n int) *users { return &users{n: n, r: rand.New(rand.NewPCG(uint64(n), 1))} }

func (us *users) next() store.CustomerUser {
	i := len(us.ids)
	us.ids = append(us.ids, us.id())
	first, last := firstNames[us.r.IntN(len(firstNames))], lastNames[us.r.IntN(len(lastNames))]
	u := store.CustomerUser{
		ID: us.ids[i], ProviderInstanceID: instanceID, FirstName: &first, LastName: &last, Location: "DE",
		Domain:      "contoso.example",
		DisplayName: fmt.Sprintf("%s %s %07d", first, last, i),
		Email:       strings.ToLower(fmt.Sprintf("%s.%s.%07d@contoso.example", first, last, i)),
	}
	if i < us.n {
		us.emails = append(us.emails, u.Email)
	}
	if i < us.n && i%(us.n/minUsers) == 0 && i/(us.n/minUsers) < minUsers {
		u.DisplayName += " " + marker
	}
	return u
}

func (us *users) id() (id uuid.UUID) {
	for i := range id {
		id[i] = byte(us.r.Uint32())
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

func (us *users) any() uuid.UUID { return us.ids[us.r.IntN(len(us.ids))] }

// load adds the users to an empty store.
func (us *users) load(ctx context.Context, s *store.Store) error {
	return s.Update(ctx, func(tx *store.Tx) error {
		if err := seed(tx); err != nil {
			return err
		}
		for len(us.ids) < us.n {
			batch := make([]store.CustomerUser, min(loadSize, us.n-len(us.ids)))
			for i := range batch {
				batch[i] = us.next()
			}
			if _, err := tx.AddCustomerUsers(domain, instanceID, batch); err != nil {
				return err
			}
		}
		return nil
	})
}

func seed(tx *store.Tx) error {
	if err := tx.AddTenant(store.Tenant{Domain: domain}); err != nil {
		return err
	}
	if err := tx.AddCustomer(domain, store.Customer{ID: customerID, Name: "Contoso"}); err != nil {
		return err
	}
	return tx.AddProviderInstance(domain, store.ProviderInstance{ID: instanceID, CustomerID: customerID, Microsoft: true})
}
