package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// put replaces the state, and returns the response.
func (b *box) put(t testing.TB, state string) response {
	t.Helper()
	return b.do(t, call{method: "PUT", target: "/_sandbox/state", body: state})
}

// mustPut replaces the state.
func (b *box) mustPut(t testing.TB, state string) {
	t.Helper()
	if a := b.put(t, state); a.status != http.StatusNoContent {
		t.Fatalf("PUT state: got %d %.1000s, want 204", a.status, a.body)
	}
}

func (b *box) mustReset(t testing.TB) {
	t.Helper()
	if a := b.do(t, call{method: "POST", target: "/_sandbox/reset"}); a.status != http.StatusNoContent {
		t.Fatalf("reset: got %d %s, want 204", a.status, a.body)
	}
}

// numbered are count ids that begin with a digit and end with the numbers from first.
func numbered(digit string, first, count int) (ids []string) {
	for i := range count {
		ids = append(ids, fmt.Sprintf("%s-0000-4000-8000-%012d", digit, first+i))
	}
	return ids
}

func idsOf[T any](list []T, id func(T) uuid.UUID) (ids []string) {
	for _, v := range list {
		ids = append(ids, id(v).String())
	}
	return ids
}

// Ensure the demo data is what the documentation speaks of, id by id.
func TestDemo(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	state := decode[control.State](t, response{body: b.state(t)})
	tree := map[string][]string{} // what stands below what
	add := func(place string, ids []string) { tree[place] = append(tree[place], ids...) }
	users := func(list []control.User) (described []string) {
		for _, u := range list {
			described = append(described, u.ID.String()+" of "+u.PrimaryTenant.String())
		}
		return described
	}
	for _, t := range state.Cloudcockpit.Tenants {
		add("tenants", []string{t.Domain})
		for _, g := range t.Groups {
			add(t.Domain+" groups", []string{g.ID.String() + " " + g.Name})
		}
		add(t.Domain+" resellers", idsOf(t.Resellers, func(r control.Reseller) uuid.UUID { return r.ID }))
		for _, c := range t.Customers {
			add(t.Domain+" customers", []string{c.ID.String() + " " + c.Name})
			if c.ResellerID != nil {
				add(c.Name+" reseller", []string{c.ResellerID.String()})
			}
			for _, p := range c.ProviderInstances {
				add(c.Name+" instances", []string{fmt.Sprint(p.ID, " ", p.Microsoft)})
				add(p.ID.String()+" users", idsOf(p.Users, func(u control.CustomerUser) uuid.UUID { return u.ID }))
			}
			add("portal users", idsOf(c.PortalUsers, func(u control.PortalUser) uuid.UUID { return u.ID }))
		}
		add("portal users", idsOf(t.PortalUsers, func(u control.PortalUser) uuid.UUID { return u.ID }))
	}
	for i, e := range state.Myreports.Enterprises {
		for _, a := range e.Accounts {
			add(fmt.Sprint("accounts ", i+1), []string{a.ID.String()})
			add(a.ID.String()+" users", users(a.Users))
			add(a.ID.String()+" customers", idsOf(a.Customers, func(c control.AccountCustomer) uuid.UUID { return c.ID }))
			for _, c := range a.Customers {
				add(c.ID.String()+" users", users(c.Users))
			}
		}
	}
	for _, c := range state.Clients {
		role := ""
		if c.Role != nil {
			role = string(*c.Role)
		}
		add("clients", []string{strings.Join([]string{c.ID, c.Secret, string(c.API), role}, " ")})
	}
	groups := []string{administrators + " Administrator", viewers + " Viewer", alertManagers + " Alert Manager"}
	want := map[string][]string{
		"tenants":                    {tenant, fabrikam},
		tenant + " groups":           groups,
		fabrikam + " groups":         groups,
		tenant + " resellers":        {reseller},
		fabrikam + " resellers":      nil,
		tenant + " customers":        {contoso + " Contoso", northwind + " Northwind"},
		fabrikam + " customers":      {fabrikamsOwn + " Fabrikam"},
		"Northwind reseller":         {reseller},
		"Contoso instances":          {microsoft + " true", notMicrosoft + " false"},
		"Northwind instances":        {northwinds + " true"},
		"Fabrikam instances":         {fabrikams + " true"},
		microsoft + " users":         numbered("a0000000", 1, 60),
		notMicrosoft + " users":      nil,
		northwinds + " users":        numbered("a0000000", 61, 10),
		fabrikams + " users":         numbered("a0000000", 901, 5),
		"portal users":               nil,
		"accounts 1":                 {account, secondAccount},
		"accounts 2":                 {othersAccount},
		account + " users":           {accountUser + " of " + account, plainUser + " of " + account, visitingUser + " of " + secondAccount},
		secondAccount + " users":     {visitingUser + " of " + secondAccount},
		othersAccount + " users":     {othersUser + " of " + othersAccount},
		account + " customers":       {accountCustomer},
		secondAccount + " customers": nil,
		othersAccount + " customers": nil,
		accountCustomer + " users":   {numbered("f1000000", 1, 1)[0] + " of " + accountCustomer, numbered("f1000000", 2, 1)[0] + " of " + accountCustomer},
		"clients": {"demo-csp demo-secret cloudcockpit csp", "demo-reseller demo-secret cloudcockpit reseller",
			"fabrikam-csp demo-secret cloudcockpit csp", "demo-myreports demo-secret myreports ", "other-myreports demo-secret myreports "},
	}
	if diff := cmp.Diff(want, tree); diff != "" {
		t.Errorf("demo data (-want +got):\n%s", diff)
	}
	wantDistinct(t, state)
}

// wantDistinct checks what the design says of Contoso: distinct names and addresses, three SKUs, some seats of them in use.
func wantDistinct(t *testing.T, state control.State) {
	t.Helper()
	instance := state.Cloudcockpit.Tenants[0].Customers[0].ProviderInstances[0]
	names, emails := map[string]bool{}, map[string]bool{}
	for _, u := range instance.Users {
		names[strings.ToLower(u.DisplayName)] = true
		emails[strings.ToLower(u.Email)] = true
	}
	if len(names) != 60 || len(emails) != 60 {
		t.Errorf("got %d display names and %d e-mails, want 60 distinct ones", len(names), len(emails))
	}
	consumed := 0
	for _, l := range instance.Licenses {
		if l.ConsumedLicenses > 0 && *l.AvailableLicenses > 0 {
			consumed++
		}
	}
	if len(instance.Licenses) != 3 || consumed == 0 {
		t.Errorf("got %d SKUs, of which %d have seats used and free, want 3 and some", len(instance.Licenses), consumed)
	}
	roles := state.Myreports.Enterprises[0].Accounts[0].Users
	if diff := cmp.Diff([][]string{{"account.user", "user.admin"}, {"account.user"}}, [][]string{roles[0].Roles, roles[1].Roles}); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
}

// Ensure a state that was read can be put back, with nothing lost: the next one is the same, byte for byte.
func TestState_RoundTrip(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	user := `{"firstName":"Ümit","lastName":"\"<>&\u2028","email":"ümit@portal.example","groups":[{"id":"` + viewers + `"},{"id":"` + administrators + `"}]}`
	if a := b.do(t, cockpit("POST", "/customer/"+contoso+"/users", user)); a.status != http.StatusCreated {
		t.Fatalf("create: got %d %s", a.status, a.body)
	}
	demo := b.state(t)
	for name, state := range map[string]string{
		"the demo data": demo, "all members": full, "nothing": `{}`, "null lists": `{"cloudcockpit":{"tenants":null},"myreports":{"enterprises":null},"clients":null}`,
	} {
		b.mustPut(t, state)
		first := b.state(t)
		if state == demo && first != demo {
			t.Errorf("%s: the state differs after it was put back:\n%s", name, cmp.Diff(demo, first))
		}
		b.mustPut(t, first)
		if second := b.state(t); second != first {
			t.Errorf("%s: the state differs after it was put back (-first +second):\n%s", name, cmp.Diff(first, second))
		}
	}
}

// full is a state with every member, that its schema has, in a form that is not the one in which it is read.
const full = `{
 "clients": [{"id":"c","secret":"s","api":"cloudcockpit","tenant":"T.example"},
  {"id":"r","secret":"s","api":"cloudcockpit","tenant":"T.example","role":"reseller","resellerId":"D0000000-0000-4000-8000-00000000000D"},
  {"id":"m","secret":"s","api":"myreports","enterprise":"E"}],
 "myreports": {"enterprises":[{"name":"E","accounts":[
  {"id":"e0000000-0000-4000-8000-00000000000a","name":"","users":[
    {"id":"f0000000-0000-4000-8000-00000000000b","displayName":"Zoë","email":"Zoe@E.example","roles":["user.admin","account.user","user.admin"]},
    {"id":"f0000000-0000-4000-8000-00000000000a","displayName":"Ana","email":"ana@e.example","primaryTenant":"E1000000-0000-4000-8000-00000000000A"}],
   "customers":[{"id":"e1000000-0000-4000-8000-00000000000a","name":"C","users":[
    {"id":"F0000000-0000-4000-8000-00000000000A","displayName":"Ana","email":"ana@e.example","isParent":true,"roles":null},
    {"id":"f1000000-0000-4000-8000-00000000000c","displayName":"Cem","email":"cem@e.example","primaryTenant":null,"isParent":true,"roles":["anything"]}]}]}]}]},
 "cloudcockpit": {"tenants":[{"domain":"T.example",
  "groups":[{"id":"90000000-0000-4000-8000-00000000000B","name":"B"},{"id":"90000000-0000-4000-8000-00000000000a","name":""}],
  "resellers":[{"id":"d0000000-0000-4000-8000-00000000000d","name":"R","portalUsers":[
    {"id":"10000000-0000-4000-8000-000000000001","firstName":"R","lastName":"R","email":"R@t.example","role":{"name":"csp"}}]}],
  "customers":[{"id":"c0000000-0000-4000-8000-00000000000c","name":"C","resellerId":"D0000000-0000-4000-8000-00000000000d",
   "providerInstances":[
    {"id":"b0000000-0000-4000-8000-00000000000c","microsoft":false},
    {"id":"b0000000-0000-4000-8000-00000000000b","microsoft":true,
     "licenses":[{"skuId":"one","name":"One","totalLicenses":9,"consumedLicenses":3,"suspendedLicenses":1,"isSelected":true},
      {"skuId":"ONE","name":"","totalLicenses":0,"consumedLicenses":5,"availableLicenses":7}],
     "users":[{"id":"a0000000-0000-4000-8000-00000000000A","displayName":"Ümit","email":"U@c.example","firstName":null,"lastName":"",
       "location":"TR","domain":"c.example","temporaryPassword":"hush","licenses":["ONE","one","ONE"]},
      {"id":"a0000000-0000-4000-8000-000000000009","displayName":" ","email":"v@c.example","location":"TR","domain":"c.example","licenses":null}]}],
   "portalUsers":[{"id":"10000000-0000-4000-8000-000000000003","firstName":"C","lastName":"C","email":"c@t.example","role":{"name":null},
    "groups":[{"id":"90000000-0000-4000-8000-00000000000A","name":"whatever"},{"id":"90000000-0000-4000-8000-00000000000b","name":null}]}]}],
  "portalUsers":[{"id":"10000000-0000-4000-8000-000000000002","firstName":"T","lastName":"T","email":"t@t.example","groups":[]}]}]}}`

// Ensure a state is read in one form: ids in lower case, sets without doubles, defaults filled in, and no password.
func TestState_Form(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	b.mustPut(t, full)
	text := b.state(t)
	state := decode[control.State](t, response{body: text})
	wantNoSecrets(t, text)
	for _, id := range []string{"d0000000-0000-4000-8000-00000000000d", "90000000-0000-4000-8000-00000000000b"} {
		if strings.Contains(text, strings.ToUpper(id)) || !strings.Contains(text, id) {
			t.Errorf("want %s in lower case in %s", id, text)
		}
	}
	c := state.Cloudcockpit.Tenants[0].Customers[0]
	if got := c.ProviderInstances[1].Users[0].Licenses; !slices.Equal(got, []string{"ONE", "one"}) {
		t.Errorf("licences: got %q, want each once, in order", got)
	}
	if one := c.ProviderInstances[1].Licenses[0]; one.ConsumedLicenses != 3 || *one.AvailableLicenses != 5 || one.IsSelected != nil {
		t.Errorf("licence: got %+v, want 3 consumed, 5 of 9 available", one)
	}
	if two := c.ProviderInstances[1].Licenses[1]; two.ConsumedLicenses != 5 || *two.AvailableLicenses != 7 {
		t.Errorf("licence: got %+v, want 5 consumed, 7 available, as given", two)
	}
	group := c.PortalUsers[0].Groups[0]
	if *c.PortalUsers[0].Role.Name != "customer" || *group.Name != "" || *c.PortalUsers[0].Groups[1].Name != "B" {
		t.Errorf("portal user: got role %q, groups %q", *c.PortalUsers[0].Role.Name, *group.Name)
	}
	if got := *state.Clients[0].Role; got != "csp" || state.Clients[0].Secret != "s" {
		t.Errorf("client: got the role %q and the secret %q, want the default and the one given", got, state.Clients[0].Secret)
	}
	a := state.Myreports.Enterprises[0].Accounts[0]
	// One person, set up above the customer, and not above the account.
	if here, there := a.Users[1], a.Customers[0].Users[0]; here.ID != there.ID || here.IsParent || !there.IsParent {
		t.Errorf("isParent: got %v in the account and %v in the customer, want false and true", here.IsParent, there.IsParent)
	}
	if got := a.Users[0]; !slices.Equal(got.Roles, []string{"user.admin", "account.user"}) || *got.PrimaryTenant != a.ID {
		t.Errorf("user: got %+v, want each role once, in order, and the account for primary tenant", got)
	}
}

// Ensure an empty state empties, also over a restart, and that a reset brings the seed back.
func TestState_EmptyAndReset(t *testing.T) {
	t.Parallel()
	dsn := newStore(t)
	const empty = "{\"clients\":[],\"cloudcockpit\":{\"tenants\":[]},\"myreports\":{\"enterprises\":[]}}\n"
	var demo string
	t.Run("first", func(t *testing.T) {
		b := start(t, sandbox.Options{Store: dsn})
		demo = b.state(t)
		b.mustPut(t, "{}")
		if got := b.state(t); got != empty {
			t.Errorf("got %.200s, want %s", got, empty)
		}
	})
	t.Run("restarted", func(t *testing.T) {
		b := start(t, sandbox.Options{Store: dsn, Seed: []byte(full)})
		if got := b.state(t); got != empty {
			t.Errorf("got %.200s, want %s", got, empty)
		}
		b.mustReset(t)
		if got := b.state(t); !strings.Contains(got, "T.example") || got == demo {
			t.Errorf("got %.200s, want the seed that the sandbox was given", got)
		}
	})
	t.Run("restarted again", func(t *testing.T) {
		b := start(t, sandbox.Options{Store: dsn})
		if got := b.state(t); !strings.Contains(got, "T.example") {
			t.Errorf("got %.200s, want what the store holds", got)
		}
		b.mustReset(t)
		if got := b.state(t); got != demo {
			t.Errorf("the state differs from the demo data:\n%s", cmp.Diff(demo, got))
		}
	})
}

// Ensure a password in a state is set, and never given back.
func TestState_Password(t *testing.T) {
	t.Parallel()
	dsn := newStore(t)
	b := start(t, sandbox.Options{Store: dsn, Seed: []byte(full)})
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	password := func() (p string) {
		err := s.View(t.Context(), func(tx *store.Tx) (err error) {
			p, err = tx.Password("T.example", uuid.MustParse("b0000000-0000-4000-8000-00000000000b"), uuid.MustParse("a0000000-0000-4000-8000-00000000000a"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if got := password(); got != "hush" {
		t.Errorf("got the password %q, want the seed's", got)
	}
	b.mustPut(t, b.state(t))
	if got := password(); got != "" {
		t.Errorf("got the password %q after a state without one, want none", got)
	}
}

// Ensure callers that close the connection while they read or write do no harm: in memory, the database is a
// connection, and one that is broken off would be gone with all it holds.
func TestState_CallersLeave(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	before := b.state(t)
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for range 50 {
				ctx, cancel := context.WithTimeout(t.Context(), rand.N(5*time.Millisecond))
				r := httptest.NewRequestWithContext(ctx, "PUT", "/_sandbox/state", strings.NewReader(before))
				r.Header.Set("Content-Type", "application/json")
				record(b, r)
				record(b, httptest.NewRequestWithContext(ctx, "GET", "/_sandbox/state", nil))
				cancel()
			}
		})
	}
	callers.Wait()
	b.wantState(t, before, "the state differs")
}

// Ensure New refuses a bad seed and names the place, and leaves a store that a good one fills.
func TestNew_BadSeed(t *testing.T) {
	t.Parallel()
	dsn := newStore(t)
	for seed, want := range map[string]string{
		``:                                      "body",
		`{`:                                     "syntax",
		`[]`:                                    "type",
		`{"clients":[{"id":"c","secret":"s"}]}`: "/clients/0/api",
		`{"clients":[{"id":"c","secret":"s","api":"myreports","enterprise":"E"}]}`:                                      "/clients/0/enterprise",
		`{"cloudcockpit":{"tenants":[{"domain":"a"},{"domain":"a"}]}}`:                                                  "/cloudcockpit/tenants/1/domain",
		`{"cloudcockpit":{"tenants":[{"domain":"a","groups":[{"id":"` + strings.ToUpper(viewers) + `x","name":""}]}]}}`: "/cloudcockpit/tenants/0/groups/0/id",
	} {
		sb, err := sandbox.New(t.Context(), sandbox.Options{Store: dsn, Seed: []byte(seed)})
		if err == nil {
			err = errors.Join(errors.New("no error"), sb.Close())
		}
		if !strings.Contains(err.Error(), "seed: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got the error %q, want one that names the seed and %q", seed, err, want)
		}
	}
	b := start(t, sandbox.Options{Store: dsn})
	if !json.Valid([]byte(b.state(t))) || !strings.Contains(b.state(t), "Contoso") {
		t.Error("the store was not seeded afterwards")
	}
}

// Ensure that a state can be set from Go, and that an error names the place, as over HTTP.
func TestSandbox_SetState(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	before := b.state(t)
	for name, tt := range map[string]struct {
		change func(*control.State)
		place  string
	}{
		"against the schema": {func(s *control.State) { tenantOf(s, 0).Domain = "" }, "/cloudcockpit/tenants/0/domain"},
		"a reference":        {func(s *control.State) { contosoOf(s).ResellerID = new(uuid.MustParse(nowhere)) }, "/cloudcockpit/tenants/0/customers/0/resellerId"},
	} {
		state, err := b.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		tt.change(&state)
		var places contract.Violations
		if err := b.SetState(t.Context(), state); !errors.As(err, &places) || places[0].Pointer != tt.place || places[0].Expected == "" {
			t.Errorf("%s: got %v, want an error at %s that says what is expected", name, err, tt.place)
		}
	}
	b.wantState(t, before, "a refused state changed the state")
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	state.Clients = state.Clients[:1]
	if err := b.SetState(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	if got, err := b.State(t.Context()); err != nil || len(got.Clients) != 1 {
		t.Errorf("got %d clients and %v, want 1", len(got.Clients), err)
	}
	if err := b.SetState(t.Context(), control.State{}); err != nil {
		t.Errorf("an empty state: %v", err)
	}
}
