package sandbox_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// largeState is a state of two provider instances, one with n users, whose every tenth has a licence, and one with three.
func largeState(n int, change func(i int, user string) string) string {
	var many strings.Builder
	for i := range n {
		licenses := `[]`
		if i%10 == 0 {
			licenses = `["sku", "sku"]`
		}
		user := fmt.Sprintf(`{"id":"a0000000-0000-4000-8000-%012d","displayName":"Us\"er ]%d\\","email":"u%[1]d@x.example",
			"location":"DE","domain":"x.example","licenses":%[3]s}`, i, i, licenses)
		if i > 0 {
			many.WriteString(" ,\n")
		}
		many.WriteString(change(i, user))
	}
	few := `{"id":"a1000000-0000-4000-8000-000000000001","displayName":"F","email":"f@y.example","location":"DE","domain":"y"}`
	return `{"clients":[{"id":"demo-csp","secret":"s","api":"cloudcockpit","tenant":"` + tenant + `"}],
		"cloudcockpit":{"tenants":[{"domain":"other"},{"domain":"` + tenant + `","customers":[
			{"id":"` + northwind + `","name":"[{\"users\":[","providerInstances":[{"id":"` + northwinds + `","microsoft":true,"users":[` + few + `]}]},
			{"id":"` + contoso + `","name":"Many","providerInstances":[{"users":[ ` + many.String() + ` ],"id":"` + microsoft + `","microsoft":true,
				"licenses":[{"skuId":"sku","name":"S","totalLicenses":999999,"consumedLicenses":500000,"suspendedLicenses":0}]}]}]}]}}`
}

func asIs(_ int, user string) string { return user }

// Ensure a large seed, which is loaded piece by piece, gives the state that the same document gives as a whole.
func TestSeed_Large(t *testing.T) {
	t.Parallel()
	const n = 12_000
	document := largeState(n, asIs)
	file := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	b := start(t, sandbox.Options{SeedFile: file})
	whole := start(t, sandbox.Options{})
	if a := whole.do(t, call{method: "PUT", target: "/_sandbox/state", body: document}); a.status != 204 {
		t.Fatalf("PUT of the whole: %d %.300s", a.status, a.body)
	}
	got, want := b.state(t), whole.state(t)
	if got != want {
		t.Errorf("got a state of %d bytes that is not that of the whole, of %d", len(got), len(want))
	}
	for target, want := range map[string]string{
		"/Customers/" + contoso + "/users?providerInstanceId=" + microsoft + "&pageSize=1":                 `"totalCount":12000`,
		"/Customers/" + contoso + "/users?providerInstanceId=" + microsoft + "&pageSize=1&searchValue=u44": `"totalCount":111`,
	} {
		if a := b.do(t, cockpit("GET", target, "")); !strings.Contains(a.body, want) {
			t.Errorf("GET %s: got %d %s, want %s", target, a.status, a.body, want)
		}
	}
}

// Ensure the errors of a large seed name the place in the whole document, and leave nothing.
func TestSeed_LargeErrors(t *testing.T) {
	t.Parallel()
	const n, bad = 11_000, 10_123
	place := fmt.Sprintf("/cloudcockpit/tenants/1/customers/1/providerInstances/0/users/%d", bad)
	for name, c := range map[string]struct{ old, new, want string }{
		"a member is missing":  {`"location":"DE",`, ``, place},
		"a member has no JSON": {`"DE"`, `DE`, "syntax"},
		"an id stands twice":   {fmt.Sprintf("%012d", bad), fmt.Sprintf("%012d", 7), place + ": state: expected an id and an e-mail"},
		"an SKU is unknown":    {`"licenses":[]`, `"licenses":["x"]`, place + "/licenses"},
		"a bracket is missing": {`"licenses":[]`, `"licenses":[`, "syntax"},
		"a user ends the list": {`"licenses":[]}`, `"licenses":[]}]`, "syntax"},
	} {
		document := largeState(n, func(i int, user string) string {
			if i == bad {
				return strings.Replace(user, c.old, c.new, 1)
			}
			return user
		})
		sb, err := sandbox.New(t.Context(), sandbox.Options{Seed: []byte(document)})
		if err == nil {
			_ = sb.Close()
			t.Errorf("%s: got no error", name)
		} else if !strings.Contains(err.Error(), c.want) || len(err.Error()) > 1000 {
			t.Errorf("%s: got %.1000q, want it to say %q", name, err, c.want)
		}
	}
}

// BenchmarkSeed loads 1,000,000 users, every tenth with a licence, into a SQLite file, as serve --seed does.
func BenchmarkSeed(b *testing.B) {
	file := filepath.Join(b.TempDir(), "seed.json")
	if err := os.WriteFile(file, []byte(largeState(1_000_000, asIs)), 0o600); err != nil {
		b.Fatal(err)
	}
	for n := range b.N {
		sb, err := sandbox.New(b.Context(), sandbox.Options{Store: fmt.Sprintf("sqlite:%s/%d.db", b.TempDir(), n), SeedFile: file})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := sb.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
