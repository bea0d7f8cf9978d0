package sandbox_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// portalUser is a portal user to add to a state.
func portalUser(id, email string, groups ...string) control.PortalUser {
	u := control.PortalUser{ID: uuid.MustParse(id), FirstName: "P", LastName: "U", Email: email}
	for _, g := range groups {
		u.Groups = append(u.Groups, control.GroupReference{ID: uuid.MustParse(g)})
	}
	return u
}

const (
	portal1 = "10000000-0000-4000-8000-000000000001"
	portal2 = "10000000-0000-4000-8000-000000000002"
)

// The parts of the demo data that the changes below are about.
func tenantOf(s *control.State, i int) *control.Tenant { return &s.Cloudcockpit.Tenants[i] }
func contosoOf(s *control.State) *control.Customer     { return &tenantOf(s, 0).Customers[0] }
func northwindOf(s *control.State) *control.Customer   { return &tenantOf(s, 0).Customers[1] }
func microsoftOf(s *control.State) *control.ProviderInstance {
	return &contosoOf(s).ProviderInstances[0]
}
func acmeOf(s *control.State) *control.Enterprise { return &s.Myreports.Enterprises[0] }
func northOf(s *control.State) *control.Account   { return &acmeOf(s).Accounts[0] }

// notTogether are changes of the demo data after which it does not hold together, and the place that is named.
var notTogether = []struct {
	name, place string
	change      func(s *control.State)
}{
	{"a domain twice", "/cloudcockpit/tenants/1/domain", func(s *control.State) { tenantOf(s, 1).Domain = tenant }},
	{"a group twice", "/cloudcockpit/tenants/0/groups/2/id", func(s *control.State) { tenantOf(s, 0).Groups[2].ID = uuid.MustParse(administrators) }},
	{"a reseller twice", "/cloudcockpit/tenants/0/resellers/1/id", func(s *control.State) {
		tenantOf(s, 0).Resellers = append(tenantOf(s, 0).Resellers, control.Reseller{ID: uuid.MustParse(reseller)})
	}},
	{"a customer twice", "/cloudcockpit/tenants/0/customers/1/id", func(s *control.State) { northwindOf(s).ID = contosoOf(s).ID }},
	{"a provider instance twice", "/cloudcockpit/tenants/0/customers/0/providerInstances/1/id", func(s *control.State) {
		contosoOf(s).ProviderInstances[1].ID = microsoftOf(s).ID
	}},
	{"a provider instance of two customers", "/cloudcockpit/tenants/0/customers/1/providerInstances/0/id", func(s *control.State) {
		northwindOf(s).ProviderInstances[0].ID = microsoftOf(s).ID
	}},
	{"a user twice", "/cloudcockpit/tenants/0/customers/0/providerInstances/0/users/59", func(s *control.State) {
		microsoftOf(s).Users[59].ID = uuid.MustParse(firstUser)
	}},
	{"a user of two customers", "/cloudcockpit/tenants/0/customers/1/providerInstances/0/users/0", func(s *control.State) {
		northwindOf(s).ProviderInstances[0].Users[0].ID = uuid.MustParse(firstUser)
	}},
	{"a user's e-mail twice", "/cloudcockpit/tenants/0/customers/0/providerInstances/0/users/1", func(s *control.State) {
		microsoftOf(s).Users[1].Email = strings.ToUpper(microsoftOf(s).Users[0].Email)
	}},
	{"a user's e-mail in two instances", "/cloudcockpit/tenants/0/customers/0/providerInstances/1/users/0", func(s *control.State) {
		c := contosoOf(s)
		c.ProviderInstances[1].Microsoft = true
		c.ProviderInstances[1].Users = []control.CustomerUser{c.ProviderInstances[0].Users[0]}
		c.ProviderInstances[1].Users[0].ID, c.ProviderInstances[1].Users[0].Licenses = uuid.MustParse(nowhere), nil
	}},
	{"a portal user twice", "/cloudcockpit/tenants/0/portalUsers/0/id", func(s *control.State) {
		contosoOf(s).PortalUsers = []control.PortalUser{portalUser(portal1, "one@x.example")}
		tenantOf(s, 0).PortalUsers = []control.PortalUser{portalUser(portal1, "two@x.example")}
	}},
	{"a portal user's e-mail of a reseller and a customer", "/cloudcockpit/tenants/0/customers/1/portalUsers/0/email", func(s *control.State) {
		tenantOf(s, 0).Resellers[0].PortalUsers = []control.PortalUser{portalUser(portal1, "one@x.example")}
		northwindOf(s).PortalUsers = []control.PortalUser{portalUser(portal2, "ONE@x.example")}
	}},
	{"an unknown group", "/cloudcockpit/tenants/0/portalUsers/0/groups", func(s *control.State) {
		tenantOf(s, 0).PortalUsers = []control.PortalUser{portalUser(portal1, "one@x.example", viewers, nowhere)}
	}},
	{"another tenant's group", "/cloudcockpit/tenants/1/customers/0/portalUsers/0/groups", func(s *control.State) {
		tenantOf(s, 0).Groups[0].ID = uuid.MustParse(nowhere)
		tenantOf(s, 1).Customers[0].PortalUsers = []control.PortalUser{portalUser(portal1, "one@x.example", nowhere)}
	}},
	{"an unknown reseller", "/cloudcockpit/tenants/0/customers/0/resellerId", func(s *control.State) { contosoOf(s).ResellerID = new(uuid.MustParse(nowhere)) }},
	{"another tenant's reseller", "/cloudcockpit/tenants/1/customers/0/resellerId", func(s *control.State) {
		tenantOf(s, 1).Customers[0].ResellerID = new(uuid.MustParse(reseller))
	}},
	{"an SKU twice", "/cloudcockpit/tenants/0/customers/0/providerInstances/0/licenses/1/skuId", func(s *control.State) {
		microsoftOf(s).Licenses[1] = microsoftOf(s).Licenses[0]
	}},
	{"an unknown SKU", "/cloudcockpit/tenants/0/customers/0/providerInstances/0/users/3/licenses", func(s *control.State) {
		microsoftOf(s).Users[3].Licenses = []string{"nothing"}
	}},
	{"another instance's SKU", "/cloudcockpit/tenants/0/customers/1/providerInstances/0/users/3/licenses", func(s *control.State) {
		northwindOf(s).ProviderInstances[0].Users[3].Licenses = []string{microsoftOf(s).Licenses[0].SkuID}
	}},
	{"fewer seats consumed than users hold", "/cloudcockpit/tenants/0/customers/0/providerInstances/0/licenses/0/consumedLicenses", func(s *control.State) {
		microsoftOf(s).Licenses[0].ConsumedLicenses = 1
	}},
	{"seats beyond 32 bits", "/cloudcockpit/tenants/0/customers/0/providerInstances/0/licenses/0/availableLicenses", func(s *control.State) {
		microsoftOf(s).Licenses[0].AvailableLicenses = new(int32(math.MaxInt32))
	}},
	{"seats that overflow once they are taken", "/cloudcockpit/tenants/0/customers/0/providerInstances/0/licenses/1/availableLicenses", func(s *control.State) {
		l := &microsoftOf(s).Licenses[1]
		l.ConsumedLicenses, l.AvailableLicenses = math.MaxInt32, new(int32(1))
	}},
	{"users of an instance that is not Microsoft's", "/cloudcockpit/tenants/0/customers/1/providerInstances/0", func(s *control.State) {
		northwindOf(s).ProviderInstances[0].Microsoft, northwindOf(s).ProviderInstances[0].Licenses = false, nil
	}},
	{"licences of an instance that is not Microsoft's", "/cloudcockpit/tenants/0/customers/0/providerInstances/1", func(s *control.State) {
		contosoOf(s).ProviderInstances[1].Licenses = microsoftOf(s).Licenses[2:]
	}},
	{"an enterprise twice", "/myreports/enterprises/1/name", func(s *control.State) { s.Myreports.Enterprises[1].Name = acmeOf(s).Name }},
	{"an account twice", "/myreports/enterprises/0/accounts/1/id", func(s *control.State) { acmeOf(s).Accounts[1].ID = northOf(s).ID }},
	{"a customer with its account's id", "/myreports/enterprises/0/accounts/0/customers/0/id", func(s *control.State) {
		northOf(s).Customers[0].ID = northOf(s).ID
	}},
	{"a customer of two accounts", "/myreports/enterprises/0/accounts/1/customers/0/id", func(s *control.State) {
		acmeOf(s).Accounts[1].Customers = []control.AccountCustomer{{ID: northOf(s).Customers[0].ID}}
	}},
	{"a user twice in an account", "/myreports/enterprises/0/accounts/0/users/3/id", func(s *control.State) {
		northOf(s).Users = append(northOf(s).Users, northOf(s).Users[0])
	}},
	{"a user with two names", "/myreports/enterprises/0/accounts/1/users/0", func(s *control.State) { acmeOf(s).Accounts[1].Users[0].DisplayName = "Another" }},
	{"a user with two e-mails", "/myreports/enterprises/0/accounts/1/users/0", func(s *control.State) { acmeOf(s).Accounts[1].Users[0].Email = "Another" }},
	{"a user with two primary tenants", "/myreports/enterprises/0/accounts/1/users/0", func(s *control.State) {
		acmeOf(s).Accounts[1].Users[0].PrimaryTenant = &northOf(s).ID
	}},
	{"an e-mail of two users", "/myreports/enterprises/0/accounts/0/customers/0/users/1/email", func(s *control.State) {
		northOf(s).Customers[0].Users[1].Email = strings.ToUpper(northOf(s).Users[0].Email)
	}},
	{"an unknown primary tenant", "/myreports/enterprises/0/accounts/0/users/1/primaryTenant", func(s *control.State) {
		northOf(s).Users[1].PrimaryTenant = new(uuid.MustParse(nowhere))
	}},
	{"another enterprise's account for primary tenant", "/myreports/enterprises/0/accounts/0/customers/0/users/0/primaryTenant", func(s *control.State) {
		northOf(s).Customers[0].Users[0].PrimaryTenant = new(uuid.MustParse(othersAccount))
	}},
	{"a client twice", "/clients/4/id", func(s *control.State) { s.Clients[4].ID = s.Clients[0].ID }},
	{"a client of an unknown tenant", "/clients/0/tenant", func(s *control.State) { s.Clients[0].Tenant = new("nowhere.example") }},
	{"a client of a tenant in another case", "/clients/0/tenant", func(s *control.State) { s.Clients[0].Tenant = new(strings.ToUpper(tenant)) }},
	{"a client without a tenant", "/clients/0/tenant", func(s *control.State) { s.Clients[0].Tenant = nil }},
	{"a client of CloudCockpit with an enterprise", "/clients/0/enterprise", func(s *control.State) { s.Clients[0].Enterprise = &acmeOf(s).Name }},
	{"a reseller's client without the reseller", "/clients/1/resellerId", func(s *control.State) { s.Clients[1].ResellerID = nil }},
	{"a reseller's client of an unknown reseller", "/clients/1/resellerId", func(s *control.State) { s.Clients[1].ResellerID = new(uuid.MustParse(nowhere)) }},
	{"a reseller's client of another tenant's reseller", "/clients/1/resellerId", func(s *control.State) { s.Clients[1].Tenant = new(fabrikam) }},
	{"a CSP's client with a reseller", "/clients/0/resellerId", func(s *control.State) { s.Clients[0].ResellerID = s.Clients[1].ResellerID }},
	{"a client of an unknown enterprise", "/clients/3/enterprise", func(s *control.State) { s.Clients[3].Enterprise = new("Nobody") }},
	{"a client without an enterprise", "/clients/3/enterprise", func(s *control.State) { s.Clients[3].Enterprise = nil }},
	{"a client of MyReports with a tenant", "/clients/3", func(s *control.State) { s.Clients[3].Tenant = new(tenant) }},
	{"a client of MyReports with a role", "/clients/3", func(s *control.State) { s.Clients[3].Role = new(control.APIClientRole("csp")) }},
	{"a client of MyReports with a reseller", "/clients/3", func(s *control.State) { s.Clients[3].ResellerID = s.Clients[1].ResellerID }},
}

// Ensure a state that does not hold together is a 400 that names the place, and changes nothing.
func TestState_RefusesWhatDoesNotHoldTogether(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	demo := b.state(t)
	b.mustPut(t, full)
	before := b.state(t)
	for _, tt := range notTogether {
		t.Run(tt.name, func(t *testing.T) {
			state := decode[control.State](t, response{body: demo})
			tt.change(&state)
			wantPlace(t, b.put(t, marshal(t, state)), tt.place, "state")
		})
	}
	b.wantState(t, before, "the state changed")
	b.mustPut(t, demo)
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// wantPlace checks that the first error of a 400 is at a place, by a rule.
func wantPlace(t *testing.T, a response, place, rule string) {
	t.Helper()
	wantProblem(t, a)
	p := decode[control.Problem](t, a)
	if a.status != http.StatusBadRequest || p.Errors == nil || len(*p.Errors) == 0 {
		t.Fatalf("got %d %.1000s, want 400 with an error at %s", a.status, a.body, place)
	}
	if e := (*p.Errors)[0]; e.Where != "body" || e.Pointer != place || e.Rule != rule || e.Expected == "" {
		t.Errorf("got %+v, want %s at %s and what is expected", e, rule, place)
	}
}

// Ensure a document that is not a state is a 400 that names the place, and changes nothing.
func TestState_RefusesWhatIsNoState(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	before := b.state(t)
	const user = `"id":"a0000000-0000-4000-8000-000000000001","displayName":"A","email":"a@x","location":"L","domain":"D"`
	inTenant := func(members string) string { return `{"cloudcockpit":{"tenants":[{"domain":"x",` + members + `}]}}` }
	withUser := func(members string) string {
		return inTenant(`"customers":[{"id":"` + contoso + `","name":"C","providerInstances":[{"id":"` + microsoft + `","microsoft":true,"users":[{` + members + `}]}]}]`)
	}
	const userPlace = "/cloudcockpit/tenants/0/customers/0/providerInstances/0/users/0"
	for _, tt := range []struct{ name, state, place, rule string }{
		{"an unknown member", `{"tenants":[]}`, "/tenants", "additionalProperties"},
		{"an unknown member deep inside", withUser(user + `,"password":"x"`), userPlace + "/password", "additionalProperties"},
		{"a member in another case", `{"Clients":[]}`, "/Clients", "case"},
		{"a wrong type", `{"clients":{}}`, "/clients", "type"},
		{"a number for text", `{"cloudcockpit":{"tenants":[{"domain":1}]}}`, "/cloudcockpit/tenants/0/domain", "type"},
		{"a part that is null", `{"cloudcockpit":null}`, "/cloudcockpit", "nullable"},
		{"a missing member", `{"cloudcockpit":{"tenants":[{}]}}`, "/cloudcockpit/tenants/0/domain", "required"},
		{"an empty domain", `{"cloudcockpit":{"tenants":[{"domain":""}]}}`, "/cloudcockpit/tenants/0/domain", "minLength"},
		{"an id that is no UUID", inTenant(`"groups":[{"id":"1","name":""}]`), "/cloudcockpit/tenants/0/groups/0/id", "format"},
		{"an id in braces", inTenant(`"groups":[{"id":"{` + viewers + `}","name":""}]`), "/cloudcockpit/tenants/0/groups/0/id", "format"},
		{"an id without hyphens", inTenant(`"groups":[{"id":"` + strings.ReplaceAll(viewers, "-", "") + `","name":""}]`), "/cloudcockpit/tenants/0/groups/0/id", "format"},
		{"a display name of 51 characters", withUser(strings.Replace(user, `"A"`, `"`+strings.Repeat("é", 51)+`"`, 1)), userPlace + "/displayName", "maxLength"},
		{"a user without a location", withUser(strings.Replace(user, `"location":"L",`, ``, 1)), userPlace + "/location", "required"},
		{"U+0000", withUser(strings.Replace(user, `"L"`, `"\u0000"`, 1)), userPlace + "/location", "nul"},
		{"a lone surrogate", withUser(strings.Replace(user, `"L"`, `"\ud800"`, 1)), userPlace + "/location", "utf8"},
		{"an id twice in a user", withUser(user + `,"id":"` + viewers + `"`), userPlace + "/id", "duplicate"},
		{"an unknown API", `{"clients":[{"id":"c","secret":"s","api":"graph"}]}`, "/clients/0/api", "enum"},
		{"an unknown role", `{"clients":[{"id":"c","secret":"s","api":"cloudcockpit","role":"admin"}]}`, "/clients/0/role", "enum"},
		{"an empty secret", `{"clients":[{"id":"c","secret":"","api":"cloudcockpit"}]}`, "/clients/0/secret", "minLength"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantPlace(t, b.put(t, tt.state), tt.place, tt.rule)
		})
	}
	b.wantState(t, before, "the state changed")
}

// Ensure what only looks like a conflict is accepted: the same names and ids in another tenant, customer or enterprise, and
// extreme numbers.
func TestState_Accepts(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	state := decode[control.State](t, response{body: b.state(t)})
	tenantOf(&state, 1).Customers = tenantOf(&state, 0).Customers
	tenantOf(&state, 1).Resellers = tenantOf(&state, 0).Resellers
	northwindOf(&state).ProviderInstances[0].Users[0].Email = microsoftOf(&state).Users[0].Email
	state.Myreports.Enterprises[1].Accounts = acmeOf(&state).Accounts
	state.Clients[4].ID = strings.ToUpper(state.Clients[3].ID)
	// More seats in use than were bought, of which no sum fits 32 bits.
	sku := &microsoftOf(&state).Licenses[1]
	sku.TotalLicenses, sku.ConsumedLicenses, sku.SuspendedLicenses, sku.AvailableLicenses = 0, math.MaxInt32, math.MaxInt32, nil
	b.mustPut(t, marshal(t, state))
	got := decode[control.State](t, response{body: b.state(t)})
	if l := microsoftOf(&got).Licenses[1]; *l.AvailableLicenses != 0 || l.ConsumedLicenses != math.MaxInt32 {
		t.Errorf("got %d available and %d consumed, want 0 and the given", *l.AvailableLicenses, l.ConsumedLicenses)
	}
}

// Ensure that the user at fault is named among thousands, and the first of two.
func TestState_RefusesOneOfMany(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	before := b.state(t)
	const users = "/cloudcockpit/tenants/0/customers/0/providerInstances/0/users/"
	for place, change := range map[string]func(us []control.CustomerUser){
		"1777/licenses": func(us []control.CustomerUser) { us[1777].Licenses = []string{"none"}; us[1790].Email = us[3].Email },
		"1790":          func(us []control.CustomerUser) { us[1790].Email = us[3].Email; us[1791].Licenses = []string{"none"} },
		"2000":          func(us []control.CustomerUser) { us[2000].ID = us[1999].ID },
		"42":            func(us []control.CustomerUser) { us[42].Email = strings.ToUpper(us[41].Email); us[2100].ID = us[0].ID },
	} {
		state := decode[control.State](t, response{body: before})
		change(appendUsers(microsoftOf(&state), 2200))
		if a := b.put(t, marshal(t, state)); a.status != http.StatusBadRequest || !strings.Contains(a.body, `"pointer":"`+users+place+`"`) {
			t.Errorf("got %d %s, want a 400 at %s%s", a.status, a.body, users, place)
		}
	}
	b.wantState(t, before, "a refused state changed the state")
}

// appendUsers gives an instance so many users more, and returns all.
func appendUsers(instance *control.ProviderInstance, count int) []control.CustomerUser {
	for i, id := range numbered("a1000000", 1, count) {
		instance.Users = append(instance.Users, control.CustomerUser{
			ID: uuid.MustParse(id), DisplayName: fmt.Sprint("User ", i), Email: fmt.Sprint("user", i, "@contoso.example"), Location: "GB",
			Domain: "contoso.example", Licenses: []string{},
		})
	}
	return instance.Users
}

// Ensure a state of 50,000 users goes in and out.
func TestState_Large(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	b := start(t, sandbox.Options{})
	state := decode[control.State](t, response{body: b.state(t)})
	count := 50_000
	if raceDetector() {
		count = 2_000 // SQLite takes 30 times as long
	}
	northwindOf(&state).ProviderInstances[0].Users = []control.CustomerUser{}
	microsoftOf(&state).Users = nil
	users := appendUsers(microsoftOf(&state), count)
	for _, c := range []*control.Customer{contosoOf(&state), northwindOf(&state)} {
		c.ProviderInstances[0].Licenses = []control.License{}
	}
	text := marshal(t, state)
	began := time.Now()
	b.mustPut(t, text)
	written := time.Now()
	got := decode[control.State](t, response{body: b.state(t)})
	if n := len(microsoftOf(&got).Users); n != len(users) {
		t.Errorf("got %d users, want %d", n, len(users))
	}
	if marshal(t, got) != text {
		t.Errorf("the state differs (-want +got):\n%s", firstDifference(state, got))
	}
	t.Logf("%d bytes: PUT %v, GET %v", len(text), written.Sub(began).Round(time.Millisecond), time.Since(written).Round(time.Millisecond))
}

// firstDifference shows the first user that differs, or all else if none does: a report about 50,000 users takes minutes to make.
func firstDifference(want, got control.State) string {
	wantUsers, gotUsers := microsoftOf(&want).Users, microsoftOf(&got).Users
	for i := range min(len(wantUsers), len(gotUsers)) {
		if diff := cmp.Diff(wantUsers[i], gotUsers[i]); diff != "" {
			return fmt.Sprintf("user %d:\n%s", i, diff)
		}
	}
	microsoftOf(&want).Users, microsoftOf(&got).Users = nil, nil
	return cmp.Diff(want, got)
}

// raceDetector tells whether the test runs under it.
func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
