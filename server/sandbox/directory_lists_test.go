package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// directory is a state with customers, resellers, accounts and their customers of which lists select some.
func directory(t *testing.T) []byte {
	t.Helper()
	b := start(t, sandbox.Options{})
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	csp := &state.Cloudcockpit.Tenants[0]
	second := uuid.MustParse("d0000000-0000-4000-8000-000000000002")
	csp.Resellers = append(csp.Resellers, control.Reseller{ID: second, Name: "alpine West", InternalIdentifier: new("r_2")})
	for i, c := range []control.Customer{
		{Name: "CONTOSO", InternalIdentifier: new("c-2")}, // the same name, as the collation has it
		{Name: "Äpfel", ResellerID: &second, Deleted: true},
		{Name: "Adatum 100%", ResellerID: &second},
	} {
		c.ID = uuid.MustParse(fmt.Sprintf("c0000000-0000-4000-8000-0000000000%d", 11+i))
		c.ProviderInstances = []control.ProviderInstance{{
			ID: uuid.MustParse(fmt.Sprintf("b0000000-0000-4000-8000-0000000000%d", 11+i)), Microsoft: true, ProviderCustomerData: new("no JSON"),
		}}
		csp.Customers = append(csp.Customers, c)
	}
	account := &state.Myreports.Enterprises[0].Accounts[0]
	for i, c := range []control.AccountCustomer{{Name: "Ölmühle"}, {Name: "Cinema", Reference: new("bakery_2"), Timezone: new("UTC"), CountryCode: new("US")}} {
		c.ID = uuid.MustParse(fmt.Sprintf("e1000000-0000-4000-8000-0000000000%d", 11+i))
		account.Customers = append(account.Customers, c)
	}
	seed, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// Ensure that the lists select, sort and page as the pages print it, for each caller that may ask, on each store.
func TestDirectory_Lists(t *testing.T) {
	t.Parallel()
	seed := directory(t)
	storetest.Each(t, storetest.Kinds, func(t *testing.T, dsn string) {
		b := start(t, sandbox.Options{Store: dsn, Seed: seed})
		for _, tt := range []struct{ client, target, want string }{
			{"demo-csp", "/Customers", "Äpfel, Northwind, Contoso, CONTOSO, Adatum 100%"},
			{"demo-csp", "/Customers?ascendingOrder=true", "Adatum 100%, Contoso, CONTOSO, Northwind, Äpfel"},
			{"demo-csp", "/Customers?includeDeleted=false&sortPropertyName=Company.Name", "Northwind, Contoso, CONTOSO, Adatum 100%"},
			{"demo-csp", "/Customers?pageSize=2&pageNumber=2", "Contoso, CONTOSO"},
			{"demo-csp", "/Customers?pageSize=2&pageNumber=2147483647", ""},
			{"demo-csp", "/Customers?searchValue=conto", "Contoso, CONTOSO"},
			{"demo-csp", "/Customers?searchValue=%C3%84PF", "Äpfel"},
			{"demo-csp", "/Customers?searchValue=", "Äpfel, Northwind, Contoso, CONTOSO, Adatum 100%"},
			{"demo-csp", "/Customers?searchValue=0%25&searchField=Company.Name", "Adatum 100%"},
			{"demo-csp", "/Customers?searchValue=C-&searchField=InternalIdentifier", "Northwind, Contoso, CONTOSO"},
			{"demo-csp", "/Customers?searchValue=CONTOSO.on&searchField=Domain", "Contoso"},
			{"demo-csp", "/Customers?searchValue=70000000-&searchField=ProviderCustomerId", "Northwind, Contoso"},
			{"demo-csp", "/Customers?searchValue=no%20JSON&searchField=Domain", ""},
			{"demo-csp", "/Customers?resellerId=" + reseller, "Northwind"},
			{"demo-csp", "/Customers?resellerId=d0000000-0000-4000-8000-000000000002", "Äpfel, Adatum 100%"},
			{"demo-reseller", "/Customers", "Northwind"},
			{"demo-reseller", "/Customers?searchValue=conto", ""},
			{"demo-reseller", "/Customers?resellerId=" + strings.ToUpper(reseller), "Northwind"},
			{"demo-csp", "/Resellers", "alpine West, Alpine Resellers"},
			{"demo-csp", "/Resellers?ascendingOrder=true", "Alpine Resellers, alpine West"},
			{"demo-csp", "/Resellers?searchValue=wes", "alpine West"},
			{"demo-csp", "/Resellers?searchValue=R-&searchField=InternalIdentifier", "Alpine Resellers"},
			{"demo-csp", "/Resellers?searchValue=12345&searchField=MpnId", "Alpine Resellers"},
			{"demo-csp", "/Resellers?searchValue=7654&searchField=MpnId", "Alpine Resellers"},
			{"demo-csp", "/Resellers?customerId=" + northwind + "&providerInstanceId=" + northwinds, "Alpine Resellers"},
			{"demo-csp", "/Resellers?customerId=" + contoso + "&providerInstanceId=" + notMicrosoft, ""},
			{"demo-csp", "/Providers/Instances", "Backup, <nil>, <nil>, <nil>, Microsoft CSP, Microsoft CSP"},
			{"demo-csp", "/Providers/Instances?pageSize=1&pageNumber=6", "Microsoft CSP"},
			{"demo-reseller", "/Providers/Instances", "Microsoft CSP"},
			{"demo-myreports", "/accounts", "Acme North, Acme South"},
			{"other-myreports", "/accounts", "Borealis Direct"},
			{"demo-myreports", "/accounts?pageIndex=1&pageSize=1", "Acme South"},
			{"demo-myreports", "/accounts?pageIndex=2147483647&pageSize=2147483647", ""},
			{"demo-myreports", "/accounts/" + account + "/customers", "Corner Bakery, Ölmühle, Cinema"},
			{"demo-myreports", "/accounts/" + account + "/customers?filter=BAKERY", "Corner Bakery, Cinema"},
			{"demo-myreports", "/accounts/" + account + "/customers?filter=y_", "Cinema"},
			{"demo-myreports", "/accounts/" + account + "/customers?filter=", "Corner Bakery, Ölmühle, Cinema"},
			{"demo-myreports", "/accounts/" + account + "/customers?filter=%C3%96LM&pageIndex=0&pageSize=1", "Ölmühle"},
			{"demo-myreports", "/accounts/" + secondAccount + "/customers", ""},
		} {
			c := cockpit(http.MethodGet, tt.target, "")
			if strings.HasSuffix(tt.client, "-myreports") {
				c = reports(http.MethodGet, tt.target, "")
			}
			a := b.do(t, c.as(tt.client))
			if a.status != http.StatusOK {
				t.Errorf("%s: got %d %s, want 200", tt.target, a.status, a.body)
				continue
			}
			if got := strings.Join(namesIn(t, a), ", "); got != tt.want {
				t.Errorf("%s as %s: got %s, want %s", tt.target, tt.client, got, tt.want)
			}
		}
	})
}

// namesIn are the names of the items in a list of either API.
func namesIn(t *testing.T, a response) (names []string) {
	t.Helper()
	list := decode[struct{ Items, Data []map[string]any }](t, a)
	for _, item := range append(list.Items, list.Data...) {
		for _, key := range []string{"companyName", "alias", "name"} {
			if name, ok := item[key]; ok {
				names = append(names, fmt.Sprint(name))
			}
		}
	}
	return names
}

// Ensure that what the state gives is shown, also where it gives next to nothing, and that GET and PUT of the state keep it.
func TestDirectory_State(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{Seed: directory(t)})
	before := b.state(t)
	b.mustPut(t, before)
	b.wantState(t, before, "a state that was put back is another")
	for target, want := range map[string]string{
		"/Customers/c0000000-0000-4000-8000-000000000011": `{"addressLine1":null,"addressLine2":null,"city":null,"companyName":"CONTOSO","country":null,"customerAssociations":[],` +
			`"email":null,"firstName":null,"id":"c0000000-0000-4000-8000-000000000011","internalIdentifier":"c-2","lastName":null,"middleName":null,"phone":null,` +
			`"providerCustomers":{"b0000000-0000-4000-8000-000000000011":{"margin":{"marginRule":{"name":"Markup"}},"offerTypeMargins":null,"providerCustomerData":"no JSON",` +
			`"providerCustomerId":null,"providerInstanceId":"b0000000-0000-4000-8000-000000000011"}},"resellerId":null,"state":null,"taxId":null,"zip":null}`,
		"/Resellers/d0000000-0000-4000-8000-000000000002": `{"addressLine1":null,"addressLine2":null,"city":null,"companyName":"alpine West","country":null,"email":null,` +
			`"firstName":null,"id":"d0000000-0000-4000-8000-000000000002","internalIdentifier":"r_2","lastName":null,"phone":null,"providerResellers":{},"state":null,"taxId":null,"zipCode":null}`,
	} {
		a := b.do(t, cockpit(http.MethodGet, target, ""))
		if diff := gocmp.Diff(want, strings.TrimSpace(a.body)); diff != "" || a.status != http.StatusOK {
			t.Errorf("%s: %d (-want +got):\n%s", target, a.status, diff)
		}
	}
	for target, want := range map[string]string{
		"/accounts/" + account + "/customers/e1000000-0000-4000-8000-000000000011": `{"data":{"id":"e1000000-0000-4000-8000-000000000011","name":"Ölmühle","description":null,"enabled":false,` +
			`"parentTenantId":"` + account + `","reference":null,"dateCreated":"0001-01-01T00:00:00.000"},"status":"success","timestamp":"`,
		"/accounts/" + account + "/customers/e1000000-0000-4000-8000-000000000012": `{"data":{"id":"e1000000-0000-4000-8000-000000000012","name":"Cinema","description":null,"enabled":false,` +
			`"parentTenantId":"` + account + `","reference":"bakery_2","dateCreated":"0001-01-01T00:00:00.000","timezone":"UTC","countryCode":"US"},"status":"success","timestamp":"`,
	} {
		if a := b.do(t, reports(http.MethodGet, target, "")); !strings.HasPrefix(a.body, want) {
			t.Errorf("%s: got %d %s, want %s", target, a.status, a.body, want)
		}
	}
}

// Ensure that an enterprise without an id has the same one each time, and another than other enterprises.
func TestDirectory_EnterpriseID(t *testing.T) {
	t.Parallel()
	parent := func() string {
		b := start(t, sandbox.Options{Seed: []byte(`{"myreports":{"enterprises":[{"name":"E","accounts":[{"id":"` + account + `","name":"A"}]}]},
			"clients":[{"id":"demo-myreports","secret":"demo-secret","api":"myreports","enterprise":"E"}]}`)})
		a := b.do(t, reports(http.MethodGet, "/accounts/"+account, ""))
		return decode[struct {
			Data struct{ ParentTenantID string }
		}](t, a).Data.ParentTenantID
	}
	first, again := parent(), parent()
	if _, err := uuid.Parse(first); err != nil || first != again {
		t.Errorf("got %q and %q, want the same UUID", first, again)
	}
}

// Ensure that a reseller that has a provider instance twice is refused where it has it again.
func TestDirectory_RefusedState(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	before := b.state(t)
	instance := `{"providerInstanceId":"` + microsoft + `"}`
	a := b.put(t, `{"cloudcockpit":{"tenants":[{"domain":"d","resellers":[{"id":"`+reseller+`","name":"R","providerResellers":[`+instance+`,`+instance+`]}]}]}}`)
	if a.status != http.StatusBadRequest || !strings.Contains(a.body, `"/cloudcockpit/tenants/0/resellers/0/providerResellers/1/providerInstanceId"`) {
		t.Errorf("got %d %s, want 400 naming the second", a.status, a.body)
	}
	b.wantState(t, before, "a refused state changed it")
}

// Ensure that ids are judged by their form alone: those that the service makes have other version and variant digits than RFC 9562
// knows.
func TestSandbox_SequentialIDs(t *testing.T) {
	t.Parallel()
	const sequential, zeros = "a3c6c788-3bc4-4942-e17f-08d8c461185e", "00000000-0000-0000-1f51-08d8c20cd51c"
	b := start(t, sandbox.Options{Seed: []byte(`{"myreports":{"enterprises":[{"name":"E","accounts":[{"id":"` + account + `","name":"A",
			"customers":[{"id":"` + sequential + `","name":"C"},{"id":"` + zeros + `","name":"D"}]}]}]},
		"clients":[{"id":"demo-myreports","secret":"demo-secret","api":"myreports","enterprise":"E"}]}`)})
	for _, id := range []string{sequential, zeros, strings.ToUpper(sequential)} {
		a := b.do(t, reports(http.MethodGet, "/accounts/"+account+"/customers/"+id, ""))
		if a.status != http.StatusOK || !strings.Contains(a.body, `"id":"`+strings.ToLower(id)+`"`) {
			t.Errorf("%s: got %d %s, want 200 and the id", id, a.status, a.body)
		}
	}
}
