package sandbox_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/operationtest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// outsiders are callers, with ids of their own and of another caller.
var outsiders = []struct {
	name, api, client, domain string
	own, foreign              operationtest.IDs
}{
	{"another CSP", operationtest.CloudCockpit, "fabrikam-csp", fabrikam, operationtest.Fabrikam, operationtest.Contoso},
	{"the CSP, for another's", operationtest.CloudCockpit, "demo-csp", tenant, operationtest.Contoso, operationtest.Fabrikam},
	{"a reseller, for its CSP's", operationtest.CloudCockpit, "demo-reseller", tenant, operationtest.Northwind, operationtest.Contoso},
	{"a reseller, for another tenant's", operationtest.CloudCockpit, "demo-reseller", tenant, operationtest.Northwind, operationtest.Fabrikam},
	{"another enterprise", operationtest.MyReports, "other-myreports", "", operationtest.Other, operationtest.Acme},
	{"the enterprise, for another's", operationtest.MyReports, "demo-myreports", "", operationtest.Acme, operationtest.Other},
}

var passing = regexp.MustCompile(`"(correlationId|timestamp)":"[^"]*"`)

// seen is a response without what always differs. The ids of the request are replaced by their kinds.
func seen(a response, ids operationtest.IDs) string {
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

// choices calls fn with every choice, for each kind, of an id of the caller's, of another caller's or of no caller's that has at
// least one of another caller's. unknown is the same choice with ids of no caller's in their place.
func choices(kinds []string, own, foreign operationtest.IDs, fn func(ids, unknown operationtest.IDs)) {
	var choose func(i int, ids, unknown operationtest.IDs, chosen bool)
	choose = func(i int, ids, unknown operationtest.IDs, chosen bool) {
		if i == len(kinds) {
			if chosen {
				fn(ids, unknown)
			}
			return
		}
		kind := kinds[i]
		absent := operationtest.Unknown(kind)
		with := func(ids operationtest.IDs, id string) operationtest.IDs {
			ids = maps.Clone(ids)
			ids[kind] = id
			return ids
		}
		if id, ok := own[kind]; ok {
			choose(i+1, with(ids, id), with(unknown, id), chosen)
		}
		if id, ok := foreign[kind]; ok && id != own[kind] {
			choose(i+1, with(ids, id), with(unknown, absent), true)
		}
		choose(i+1, with(ids, absent), with(unknown, absent), chosen)
	}
	choose(0, operationtest.IDs{}, operationtest.IDs{}, false)
}

// Ensure that every operation responds to another caller's id as to one that does not exist, wherever the id stands, and that
// nothing is changed.
func TestTenancy_ForeignIDs(t *testing.T) {
	t.Parallel()
	for _, who := range outsiders {
		t.Run(who.name, func(t *testing.T) {
			t.Parallel()
			b := populated(t, sandbox.Options{})
			before, tried := b.state(t), 0
			for _, o := range operationtest.All(t, who.api) {
				for name, r := range o.Requests() {
					send := func(ids operationtest.IDs) response {
						c := callOf(o, r.Fill(ids)).as(who.client)
						if who.domain != "" {
							c = c.with("X-Tenant", who.domain)
						}
						return b.do(t, c)
					}
					choices(r.Kinds(), who.own, who.foreign, func(ids, unknown operationtest.IDs) {
						tried++
						a := send(ids)
						got, want := seen(a, ids), seen(send(unknown), unknown)
						if got != want || a.status < 400 && !r.Filter {
							t.Errorf("%s %s of %v: got\n%s, and of %v\n%s", o.ID, name, ids, got, unknown, want)
						}
					})
				}
			}
			mails, err := b.Outbox(t.Context())
			if err != nil || len(mails) > 0 {
				t.Errorf("got the mails %v and %v", mails, err)
			}
			b.wantState(t, before, "a request of another's changed the state")
			t.Logf("%d choices", tried)
		})
	}
}

// Ensure that every request of the table succeeds for each client that may send it: else the refusals show nothing.
func TestTenancy_OwnIDs(t *testing.T) {
	t.Parallel()
	b := populated(t, sandbox.Options{})
	for _, o := range apiOperations(t) {
		for name, r := range o.Requests() {
			for _, client := range o.Clients {
				if client == "demo-reseller" && slices.Contains(r.Kinds(), "sku") {
					continue // the demo reseller's customer has no licences
				}
				if err := b.Reset(t.Context()); err != nil {
					t.Fatal(err)
				}
				if a := b.do(t, callOf(o, r.Own()).as(client)); (a.status >= 400) != r.Refused {
					t.Errorf("%s %s by %s: got %d %s, want it refused: %v", o.ID, name, client, a.status, a.body, r.Refused)
				}
			}
		}
	}
}

// Ensure that a token that is not valid for a request gets the same response whatever the request addresses.
func TestTenancy_ForeignTokens(t *testing.T) {
	t.Parallel()
	b := populated(t, sandbox.Options{})
	before := b.state(t)
	all := maps.Clone(operationtest.Contoso)
	maps.Copy(all, operationtest.Acme)
	none := operationtest.IDs{}
	for kind := range all {
		none[kind] = operationtest.Unknown(kind)
	}
	for _, o := range apiOperations(t) {
		for name, r := range o.Requests() {
			unknown := badTokens(t, b, callOf(o, r.Fill(none)))
			for token, bad := range badTokens(t, b, callOf(o, r.Fill(all))) {
				a := b.do(t, bad.call)
				if a.status != bad.status || a.body != "" || seen(a, all) != seen(b.do(t, unknown[token].call), none) {
					t.Errorf("%s %s with %s: got %d %s, want %d alone", o.ID, name, token, a.status, a.body, bad.status)
				}
			}
		}
	}
	b.wantState(t, before, "the state changed")
}

type badToken struct {
	call   call
	status int
}

// badTokens are a call with tokens and tenants that are not valid for it.
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
