package sandbox_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// addressed has every operation of both APIs, with the kinds of what it addresses in braces.
var addressed = map[string]call{
	"listCustomerUsers":                  cockpit("GET", "/Customers/{customer}/users?providerInstanceId={instance}", ""),
	"listCustomerUsers, in a context":    cockpit("GET", "/Customers/{customer}/users?providerInstanceId={instance}&resellerId={reseller}", ""),
	"getCustomerUser":                    cockpit("GET", "/Customers/{customer}/users/{user}?providerInstanceId={instance}", ""),
	"updateCustomerUser":                 cockpit("PATCH", "/Customers/{customer}/users/{user}", `{"providerInstanceId":"{instance}","customerUser":{"displayName":"X","email":"x@x","location":"US","domain":"x"}}`),
	"resetCustomerUserPassword":          cockpit("PATCH", "/Customers/{customer}/users/{user}/reset-password", `{"providerInstanceId":"{instance}","customerUser":{"displayName":"X","email":"x@x","location":"US","domain":"x","temporaryPassword":"x"}}`),
	"setCustomerUserLicenses":            cockpit("PATCH", "/Customers/{customer}/users/{user}/licenses", `{"providerInstanceId":"{instance}","licenses":[]}`),
	"setCustomerUserLicenses, of an SKU": cockpit("PATCH", "/Customers/{customer}/users/{user}/licenses", `{"providerInstanceId":"{instance}","licenses":[{"skuId":"{sku}","isSelected":true}]}`),
	"listCustomerLicenses":               cockpit("GET", "/Customers/{customer}/licenses?providerInstanceId={instance}", ""),
	"listPortalUsers":                    cockpit("GET", "/customer/{customer}/users?resellerId={reseller}", ""),
	"createPortalUser":                   cockpit("POST", "/customer/{customer}/users?resellerId={reseller}", newcomer("X", "X", "new@x")),
	"createPortalUser, in a group":       cockpit("POST", "/customer/{customer}/users", newcomer("X", "X", "new@x", "{group}")),
	"createResellerUser":                 cockpit("POST", "/reseller/{reseller}/users", newcomer("X", "X", "new@x")),
	"listUsers":                          cockpit("GET", "?resellerId={reseller}", ""),
	"listUsers, of a group":              cockpit("GET", "?groups={group}", ""),
	"updatePortalUser":                   cockpit("PATCH", "/users/{email}", newcomer("X", "X", "new@x")),
	"updatePortalUser, in a context":     cockpit("PATCH", "/users/{email}?resellerId={reseller}", newcomer("X", "X", "new@x")),
	"deletePortalUser":                   cockpit("DELETE", "/users/{email}", ""),
	"deletePortalUser, in a context":     cockpit("DELETE", "/users/{email}?resellerId={reseller}", ""),
	"listGroups":                         cockpit("GET", "/users/groups", ""),

	"listAccountUsers":                        reports("GET", "/accounts/{account}/users", ""),
	"createAccountUser":                       reports("POST", "/accounts/{account}/users", `{"email":"new@x","displayName":"X"}`),
	"getAccountUser":                          reports("GET", "/accounts/{account}/users/{member}", ""),
	"patchAccountUser":                        reports("PATCH", "/accounts/{account}/users/{member}", `[{"op":"replace","path":"/displayName","value":"X"}]`),
	"patchAccountUser, wrongly":               reports("PATCH", "/accounts/{account}/users/{member}", `[{"op":"replace","path":"/nope","value":"X"}]`),
	"deleteAccountUser":                       reports("DELETE", "/accounts/{account}/users/{member}", ""),
	"sendAccountUserActivationEmail":          reports("POST", "/accounts/{account}/users/{member}/sendActivationEmail", ""),
	"listAccountCustomerUsers":                reports("GET", "/accounts/{account}/customers/{team}/users", ""),
	"createAccountCustomerUser":               reports("POST", "/accounts/{account}/customers/{team}/users", `{"email":"new@x","displayName":"X"}`),
	"createAccountCustomerUser, with charges": reports("POST", "/accounts/{account}/customers/{team}/users", `{"email":"new@x","displayName":"X","roles":["customer.user.uc"]}`),
	"getAccountCustomerUser":                  reports("GET", "/accounts/{account}/customers/{team}/users/{player}", ""),
	"patchAccountCustomerUser":                reports("PATCH", "/accounts/{account}/customers/{team}/users/{player}", `[{"op":"add","path":"/roles/-","value":"customer.user.uc"}]`),
	"deleteAccountCustomerUser":               reports("DELETE", "/accounts/{account}/customers/{team}/users/{player}", ""),
	"sendAccountCustomerUserActivationEmail":  reports("POST", "/accounts/{account}/customers/{team}/users/{player}/sendActivationEmail", ""),
}

// holdings are what somebody has, by kind.
type holdings map[string]string

var (
	contosos         = holdings{"customer": contoso, "instance": microsoft, "user": firstUser, "reseller": otherReseller, "email": "c@contoso.example", "group": contososGroup, "sku": officeE3}
	resellers        = holdings{"customer": northwind, "instance": northwinds, "user": northwindsUser, "reseller": reseller, "email": "n@northwind.example", "group": contososGroup}
	fabrikamHoldings = holdings{"customer": fabrikamsOwn, "instance": fabrikams, "user": fabrikamsUser, "reseller": fabrikamsReseller, "email": "f@fabrikam.example", "group": fabrikamsGroup, "sku": "fabrikam-sku"}
	acmes            = holdings{"account": account, "member": plainUser, "team": accountCustomer, "player": customersUser}
	others           = holdings{"account": othersAccount, "member": othersUser, "team": othersTeam, "player": othersPlayer}
	absentIDs        = holdings{"email": "nobody@nowhere.example", "sku": "no-sku"} // all else is nowhere
)

const (
	otherReseller     = "d0000000-0000-4000-8000-000000000002"
	fabrikamsReseller = "d0000000-0000-4000-8000-000000000009"
	contososGroup     = "90000000-0000-4000-8000-000000000008" // the demo's groups are in every tenant
	fabrikamsGroup    = "90000000-0000-4000-8000-000000000009"
	othersTeam        = "e1000000-0000-4000-8000-000000000009"
	othersPlayer      = "f1000000-0000-4000-8000-000000000009"
)

// outsiders are who asks, with what it has, for what others have.
var outsiders = []struct {
	name, client, domain string
	own, foreign         holdings
}{
	{"another CSP", "fabrikam-csp", fabrikam, fabrikamHoldings, contosos},
	{"the CSP, for another's", "demo-csp", tenant, contosos, fabrikamHoldings},
	{"a reseller, for its CSP's", "demo-reseller", tenant, resellers, contosos},
	{"a reseller, for another tenant's", "demo-reseller", tenant, resellers, fabrikamHoldings},
	{"another enterprise", "other-myreports", "", others, acmes},
	{"the enterprise, for another's", "demo-myreports", "", acmes, others},
}

// crowded is a sandbox in which every tenant has something of every kind.
func crowded(t *testing.T) *box {
	t.Helper()
	b := start(t, sandbox.Options{})
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	person := func(id, email string) []control.PortalUser {
		return []control.PortalUser{{ID: uuid.MustParse(id), FirstName: "P", LastName: "U", Email: email}}
	}
	first, second := &state.Cloudcockpit.Tenants[0], &state.Cloudcockpit.Tenants[1]
	first.Resellers = append(first.Resellers, control.Reseller{ID: uuid.MustParse(otherReseller), PortalUsers: person("40000000-0000-4000-8000-000000000002", "r2@x")})
	first.Customers[0].PortalUsers = person("40000000-0000-4000-8000-000000000001", "c@contoso.example")
	first.Customers[1].PortalUsers = person("40000000-0000-4000-8000-000000000003", "n@northwind.example")
	second.Resellers = []control.Reseller{{ID: uuid.MustParse(fabrikamsReseller)}}
	first.Groups = append(first.Groups, control.Group{ID: uuid.MustParse(contososGroup), Name: "Own"})
	second.Groups = append(second.Groups, control.Group{ID: uuid.MustParse(fabrikamsGroup), Name: "Own"})
	second.PortalUsers = person("40000000-0000-4000-8000-000000000009", "f@fabrikam.example")
	instance := &second.Customers[0].ProviderInstances[0]
	instance.Licenses = append(instance.Licenses, control.License{SkuID: "fabrikam-sku", TotalLicenses: 9})
	others := &state.Myreports.Enterprises[1].Accounts[0]
	others.Customers = append(others.Customers, control.AccountCustomer{ID: uuid.MustParse(othersTeam), Users: []control.User{
		{ID: uuid.MustParse(othersPlayer), DisplayName: "O", Email: "o@x", Roles: []string{"customer.user"}},
	}})
	body, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	b.play(t, turn{name: "the state", call: call{method: "PUT", target: "/_sandbox/state", body: string(body)}, status: 204})
	return b
}

var kindForm = regexp.MustCompile(`\{([a-z]+)\}`)

// kindsOf are the kinds that a call addresses.
func kindsOf(c call) []string {
	var kinds []string
	for _, match := range kindForm.FindAllStringSubmatch(c.target+c.body, -1) {
		if !slices.Contains(kinds, match[1]) {
			kinds = append(kinds, match[1])
		}
	}
	return kinds
}

// addressing fills in what a call addresses.
func addressing(c call, ids holdings) call {
	for kind, id := range ids {
		c = withText(withTarget(c, "{"+kind+"}", id), "{"+kind+"}", id)
	}
	return c
}

var passing = regexp.MustCompile(`"(correlationId|timestamp)":"[^"]*"`)

// seen is all of an answer but what differs by nature: ids of the request are their kinds again.
func seen(a answer, ids holdings) string {
	header := maps.Clone(a.header)
	for _, name := range []string{"Date", "X-Correlation-Id", "Content-Length"} {
		header.Del(name)
	}
	body := passing.ReplaceAllString(a.body, "")
	for kind, id := range ids {
		body = strings.ReplaceAll(body, id, "{"+kind+"}")
	}
	return fmt.Sprint(a.status, header, body)
}

// choices calls fn with every way to choose, for each kind, what is one's own, another's or nobody's, that has another's.
func choices(kinds []string, own, foreign holdings, fn func(ids, unknown holdings)) {
	var choose func(i int, ids, unknown holdings, chosen bool)
	choose = func(i int, ids, unknown holdings, chosen bool) {
		if i == len(kinds) {
			if chosen {
				fn(ids, unknown)
			}
			return
		}
		kind, nobodys := kinds[i], nowhere
		if id, ok := absentIDs[kind]; ok {
			nobodys = id
		}
		with := func(h holdings, id string) holdings {
			h = maps.Clone(h)
			h[kind] = id
			return h
		}
		if id, ok := own[kind]; ok {
			choose(i+1, with(ids, id), with(unknown, id), chosen)
		}
		if id, ok := foreign[kind]; ok && id != own[kind] {
			choose(i+1, with(ids, id), with(unknown, nobodys), true)
		}
		choose(i+1, with(ids, nobodys), with(unknown, nobodys), chosen)
	}
	choose(0, holdings{}, holdings{}, false)
}

// Ensure that what is another's is answered like what does not exist, by every operation, wherever the id stands, and that
// nothing is changed.
func TestTenancy_ForeignIDs(t *testing.T) {
	t.Parallel()
	for _, who := range outsiders {
		t.Run(who.name, func(t *testing.T) {
			t.Parallel()
			b := crowded(t)
			before, tried := b.state(t), 0
			for name, c := range addressed {
				if (who.domain == "") != strings.HasPrefix(c.target, "/api") {
					continue
				}
				c = c.as(who.client)
				if who.domain != "" {
					c = c.with("X-Tenant", who.domain)
				}
				choices(kindsOf(c), who.own, who.foreign, func(ids, unknown holdings) {
					tried++
					a := b.do(t, addressing(c, ids))
					got, want := seen(a, ids), seen(b.do(t, addressing(c, unknown)), unknown)
					if got != want || a.status < 400 && name != "listUsers, of a group" {
						t.Errorf("%s of %v: got\n%s, and of %v\n%s", name, ids, got, unknown, want)
					}
				})
			}
			mails, err := b.Outbox(t.Context())
			if b.state(t) != before || err != nil || len(mails) > 0 {
				t.Errorf("something changed; mails: %v, %v", mails, err)
			}
			t.Logf("%d choices", tried)
		})
	}
}

// Ensure that every operation is tried, and that what is tried would succeed for who may: else the matrix shows nothing.
func TestTenancy_OwnIDs(t *testing.T) {
	t.Parallel()
	untried, b := declared(t), crowded(t)
	full := b.state(t)
	own := maps.Clone(resellers)
	maps.Copy(own, acmes)
	for name, c := range addressed {
		operation, _, _ := strings.Cut(name, ",")
		delete(untried, operation)
		ids := own
		if slices.Contains(kindsOf(c), "sku") {
			ids = contosos
		}
		want := map[string]bool{"patchAccountUser, wrongly": true, "createAccountCustomerUser, with charges": true, "patchAccountCustomerUser": true}
		b.mustPut(t, full)
		if a := b.do(t, addressing(c, ids)); (a.status >= 400) != want[name] {
			t.Errorf("%s: got %d %s", name, a.status, a.body)
		}
	}
	if len(untried) > 0 {
		t.Errorf("not tried: %v", untried)
	}
}

// Ensure that a token that is not good for a request gets the same answer whatever the request addresses.
func TestTenancy_ForeignTokens(t *testing.T) {
	t.Parallel()
	b := crowded(t)
	before := b.state(t)
	none := holdings{}
	for _, kind := range []string{"customer", "instance", "user", "reseller", "group", "account", "member", "team", "player"} {
		none[kind] = nowhere
	}
	maps.Copy(none, absentIDs)
	all := maps.Clone(contosos)
	maps.Copy(all, acmes)
	for name, c := range addressed {
		refused := map[string]int{}
		for token, bad := range badTokens(t, b, c) {
			a := b.do(t, addressing(bad.call, all))
			if a.status != bad.status || a.body != "" || seen(a, all) != seen(b.do(t, addressing(bad.call, none)), none) {
				t.Errorf("%s with %s: got %d %s, want %d alone", name, token, a.status, a.body, bad.status)
			}
			refused[token]++
		}
		if len(refused) < 5 {
			t.Errorf("%s: tried %d tokens", name, len(refused))
		}
	}
	if b.state(t) != before {
		t.Error("something changed")
	}
}

type badToken struct {
	call   call
	status int
}

// badTokens are a call with tokens and tenants that are not good for it.
func badTokens(t *testing.T, b *box, c call) map[string]badToken {
	t.Helper()
	token, err := b.Token(c.client)
	if err != nil {
		t.Fatal(err)
	}
	signed := func(values ...string) call { return c.as("").with("Authorization", values...) }
	bad := map[string]badToken{
		"no token":       {c.as(""), http.StatusUnauthorized},
		"garbage":        {signed("Bearer garbage"), http.StatusUnauthorized},
		"a cut token":    {signed("Bearer " + token[:len(token)-4]), http.StatusUnauthorized},
		"another scheme": {signed("Basic " + token), http.StatusUnauthorized},
		"two tokens":     {signed("Bearer "+token, "Bearer "+token), http.StatusUnauthorized},
	}
	if strings.HasPrefix(c.target, "/api") {
		bad["the other API's"] = badToken{c.as("demo-csp"), http.StatusUnauthorized}
		return bad
	}
	bad["the other API's"] = badToken{c.as("demo-myreports"), http.StatusUnauthorized}
	bad["another tenant's"] = badToken{c.as("fabrikam-csp"), http.StatusForbidden}
	bad["another tenant"] = badToken{c.with("X-Tenant", fabrikam), http.StatusForbidden}
	bad["no tenant's name"] = badToken{c.with("X-Tenant", "portal.nowhere.example"), http.StatusForbidden}
	bad["a reseller's, for another tenant"] = badToken{c.as("demo-reseller").with("X-Tenant", fabrikam), http.StatusForbidden}
	return bad
}
