package sandbox_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// Ensure lists of customer users, which are made of JSON that was kept, show what the state document shows, which is read from
// the rows: after a seed, updates, another state and a reset.
func TestCustomerUsers_LikeState(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	r := rand.New(rand.NewPCG(3, 4))
	seeded := b.wantUsersOfState(t)
	if seeded == 0 {
		t.Fatal("the demo data has no customer users")
	}
	for round := range 20 {
		b.updateAnyUser(t, r, round)
		b.wantUsersOfState(t)
	}
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	eachInstance(state, func(_ control.Customer, p *control.ProviderInstance) {
		for i := range p.Users {
			p.Users[i].DisplayName += ` "<ä>` + "\u2028"
		}
	})
	document, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	b.mustPut(t, string(document))
	b.wantUsersOfState(t)
	b.mustReset(t)
	if n := b.wantUsersOfState(t); n != seeded {
		t.Errorf("%d users after a reset, want %d", n, seeded)
	}
}

// eachInstance calls fn with the Microsoft provider instances of the caller's tenant.
func eachInstance(state control.State, fn func(control.Customer, *control.ProviderInstance)) {
	for _, of := range state.Cloudcockpit.Tenants {
		if of.Domain != tenant {
			continue
		}
		for _, c := range of.Customers {
			for i := range c.ProviderInstances {
				if c.ProviderInstances[i].Microsoft {
					fn(c, &c.ProviderInstances[i])
				}
			}
		}
	}
}

// wantUsersOfState compares all lists with the state, and returns the number of users.
func (b *box) wantUsersOfState(t *testing.T) (users int) {
	t.Helper()
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	eachInstance(state, func(c control.Customer, p *control.ProviderInstance) {
		want := map[string]cloudcockpit.CustomerUser{}
		for _, u := range p.Users {
			want[u.ID.String()] = cloudcockpit.CustomerUser{
				ID: &u.ID, DisplayName: &u.DisplayName, Email: &u.Email, FirstName: u.FirstName, LastName: u.LastName,
				Location: &u.Location, Domain: &u.Domain,
			}
		}
		got := map[string]cloudcockpit.CustomerUser{}
		target := fmt.Sprintf("/Customers/%s/users?providerInstanceId=%s&pageSize=1000", c.ID, p.ID)
		for _, u := range decode[cloudcockpit.CustomerUserPage](t, b.do(t, cockpit("GET", target, ""))).Items {
			got[u.ID.String()] = u
			one := fmt.Sprintf("/Customers/%s/users/%s?providerInstanceId=%s", c.ID, u.ID, p.ID)
			if diff := cmp.Diff(u, decode[cloudcockpit.CustomerUser](t, b.do(t, cockpit("GET", one, "")))); diff != "" {
				t.Errorf("user %s differs from the one in the list (-list +user):\n%s", u.ID, diff)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("users of provider instance %s (-state +list):\n%s", p.ID, diff)
		}
		users += len(got)
	})
	return users
}

// updateAnyUser replaces a user of the state.
func (b *box) updateAnyUser(t *testing.T, r *rand.Rand, round int) {
	t.Helper()
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type user struct{ customer, instance, id string }
	var all []user
	eachInstance(state, func(c control.Customer, p *control.ProviderInstance) {
		for _, u := range p.Users {
			all = append(all, user{c.ID.String(), p.ID.String(), u.ID.String()})
		}
	})
	u := all[r.IntN(len(all))]
	name, location := fmt.Sprintf("User %d & <b>", round), []string{"DE", "US"}[r.IntN(2)]
	body, err := json.Marshal(map[string]any{"providerInstanceId": u.instance, "customerUser": map[string]any{
		"displayName": name, "email": fmt.Sprintf("round%d@contoso.example", round), "firstName": nil, "lastName": "Ü",
		"location": location, "domain": "contoso.example", "temporaryPassword": nil,
	}})
	if err != nil {
		t.Fatal(err)
	}
	a := b.do(t, cockpit("PATCH", "/Customers/"+u.customer+"/users/"+u.id, string(body)))
	if a.status != http.StatusOK {
		t.Fatalf("update: got %d %s, want 200", a.status, a.body)
	}
}
