package sandbox_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// cockpitClient is the generated client with a client's token.
func cockpitClient(t testing.TB, b *box, client string) *api.ClientWithResponses {
	t.Helper()
	token, err := b.Token(client)
	if err != nil {
		t.Fatal(err)
	}
	c, err := api.NewClientWithResponses(b.url, api.WithHTTPClient(b.http), api.WithRequestEditorFn(
		func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+token)
			return nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// read is a user as getCustomerUser writes it.
func (b *box) read(t testing.TB, id string) map[string]any {
	t.Helper()
	a := b.do(t, customerUser(id, ""))
	if a.status != http.StatusOK {
		t.Fatalf("read %s: got %d %s, want 200", id, a.status, a.body)
	}
	return decode[map[string]any](t, a)
}

// Ensure that an update replaces the whole view of a user, and nothing of another.
func TestUpdateCustomerUser_WholeView(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	before, colleague := box.read(t, firstUser), box.read(t, personID(2))
	for _, tt := range []struct {
		name    string
		changes []string
		want    map[string]any // what differs from Ada as she was
	}{
		{"The same view changes nothing", nil, nil},
		{"Every member is replaced", []string{
			"displayName", `"Ada Lovelace"`, "email", `"lovelace@contoso.example"`, "firstName", `"Augusta"`, "lastName", `"Lovelace"`,
			"location", `"GB"`, "domain", `"contoso.test"`,
		}, map[string]any{
			"displayName": "Ada Lovelace", "email": "lovelace@contoso.example", "firstName": "Augusta", "lastName": "Lovelace",
			"location": "GB", "domain": "contoso.test",
		}},
		{"A first name that is null is cleared", []string{"firstName", "null"}, map[string]any{"firstName": nil}},
		{"A first name that is absent is cleared", []string{"firstName", ""}, map[string]any{"firstName": nil}},
		{"A last name that is null is cleared", []string{"lastName", "null"}, map[string]any{"lastName": nil}},
		{"A last name that is absent is cleared", []string{"lastName", ""}, map[string]any{"lastName": nil}},
		{"The id may be absent", []string{"id", "", "location", `"FR"`}, map[string]any{"location": "FR"}},
		{"The id may be in upper case", []string{"id", strings.ToUpper(quoted(firstUser)), "location", `"FR"`}, map[string]any{"location": "FR"}},
		{"The user's own e-mail is free in another case", []string{"email", `"ADA.Abbott@contoso.example"`}, map[string]any{"email": "ADA.Abbott@contoso.example"}},
		{"The e-mail of another customer's user is free", []string{"email", `"bjarne.castillo@northwind.example"`}, map[string]any{"email": "bjarne.castillo@northwind.example"}},
		{"The e-mail need not be one", []string{"email", `"ada"`}, map[string]any{"email": "ada"}},
		{"A display name has up to 50 letters", []string{"displayName", letters(50)}, map[string]any{"displayName": strings.Trim(letters(50), `"`)}},
		{"Letters outside the basic plane count once", []string{"displayName", `"` + strings.Repeat(`\ud835\udc9c`, 50) + `"`}, map[string]any{"displayName": strings.Repeat("𝒜", 50)}},
		{"An e-mail has up to 48 letters", []string{"email", letters(48)}, map[string]any{"email": strings.Trim(letters(48), `"`)}},
		{"Names have up to 50 letters", []string{"firstName", letters(50), "lastName", letters(50)}, map[string]any{
			"firstName": strings.Trim(letters(50), `"`), "lastName": strings.Trim(letters(50), `"`),
		}},
		{"A location has no limit, a domain one of 255 letters", []string{"location", letters(3000), "domain", letters(255)}, map[string]any{
			"location": strings.Trim(letters(3000), `"`), "domain": strings.Trim(letters(255), `"`),
		}},
		{"Blanks around a text stay", []string{"displayName", `" Ada "`}, map[string]any{"displayName": " Ada "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer box.do(t, customerUserUpdate())
			a := box.do(t, customerUserUpdate(tt.changes...))
			if a.status != http.StatusOK || a.body != "" || a.header.Get("Content-Type") != "" {
				t.Fatalf("got %d %q %q, want 200 without a body", a.status, a.header.Get("Content-Type"), a.body)
			}
			want := maps.Clone(before)
			maps.Copy(want, tt.want)
			if diff := gocmp.Diff(want, box.read(t, firstUser)); diff != "" {
				t.Errorf("user (-want +got):\n%s", diff)
			}
			if diff := gocmp.Diff(colleague, box.read(t, personID(2))); diff != "" {
				t.Errorf("colleague (-before +after):\n%s", diff)
			}
		})
	}
}

// Ensure that only a password with letters replaces the password, that no refused update does, and that reads give null.
func TestUpdateCustomerUser_Password(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	for _, tt := range []struct {
		name   string
		change call
		status int
		want   string
	}{
		{"null sets none", customerUserUpdate("temporaryPassword", "null"), 200, ""},
		{"A password is set", customerUserUpdate("temporaryPassword", `"first"`), 200, "first"},
		{"null leaves it", customerUserUpdate("temporaryPassword", "null"), 200, "first"},
		{"Absent leaves it", customerUserUpdate("temporaryPassword", ""), 200, "first"},
		{"Empty leaves it", customerUserUpdate("temporaryPassword", `""`), 200, "first"},
		{"A refused update leaves it", customerUserUpdate("temporaryPassword", `"second"`, "email", `"alan.huang@contoso.example"`), 400, "first"},
		{"Another replaces it", customerUserUpdate("temporaryPassword", `"second"`), 200, "second"},
		{"Blanks are a password", customerUserUpdate("temporaryPassword", `"  "`), 200, "  "},
	} {
		if a := box.do(t, tt.change); a.status != tt.status {
			t.Fatalf("%s: got %d %s, want %d", tt.name, a.status, a.body, tt.status)
		}
		got, err := box.Password(t.Context(), tenant, uuid.MustParse(microsoft), uuid.MustParse(firstUser))
		if err != nil || got != tt.want {
			t.Errorf("%s: got password %q, %v, want %q", tt.name, got, err, tt.want)
		}
		if got, ok := box.read(t, firstUser)["temporaryPassword"]; !ok || got != nil {
			t.Errorf("%s: a read gives password %v, want null", tt.name, got)
		}
	}
}

// Ensure that a user that was read can be sent back, with the generated client and as a reseller.
func TestUpdateCustomerUser_ReadAndSendBack(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	client := cockpitClient(t, box, "demo-reseller")
	customer, user, instance := uuid.MustParse(northwind), uuid.MustParse(northwindsUser), uuid.MustParse(northwinds)
	params := &api.GetCustomerUserParams{ProviderInstanceID: &instance, XTenant: tenant}
	before, err := client.GetCustomerUserWithResponse(t.Context(), customer, user, params)
	if err != nil || before.JSON200 == nil {
		t.Fatalf("read: got %v %s", err, before.Body)
	}
	view := *before.JSON200
	name := "Bjarne C."
	view.DisplayName = &name
	sent, err := client.UpdateCustomerUserWithResponse(t.Context(), customer, user, &api.UpdateCustomerUserParams{XTenant: tenant},
		api.CustomerUserUpdate{ProviderInstanceID: instance, CustomerUser: view})
	if err != nil || sent.StatusCode() != http.StatusOK {
		t.Fatalf("update: got %v %s", err, sent.Body)
	}
	after, err := client.GetCustomerUserWithResponse(t.Context(), customer, user, params)
	if err != nil || after.JSON200 == nil {
		t.Fatalf("read again: got %v %s", err, after.Body)
	}
	if diff := gocmp.Diff(view, *after.JSON200); diff != "" {
		t.Errorf("user (-sent +read):\n%s", diff)
	}
}

// Ensure that ids are accepted in any case and written in lower case, wherever they stand.
func TestCustomerUsers_UpperCaseIDs(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	up := strings.ToUpper
	read := cockpit("GET", "/Customers/"+up(contoso)+"/users/"+up(firstUser)+"?providerInstanceId="+up(microsoft), "").
		with("X-Correlation-Id", up(nowhere[:35]+"f"))
	a := box.do(t, read)
	if a.status != http.StatusOK || decode[map[string]any](t, a)["id"] != firstUser {
		t.Errorf("read: got %d %s, want 200 and the id %s", a.status, a.body, firstUser)
	}
	if got := a.header.Get("X-Correlation-Id"); !strings.EqualFold(got, nowhere[:35]+"f") {
		t.Errorf("got correlation id %q, want the request's", got)
	}
	list := cockpit("GET", "/Customers/"+up(contoso)+"/users?pageSize=1&ascendingOrder=true&providerInstanceId="+up(microsoft), "").with("X-Tenant", up(tenant))
	if a := box.do(t, list); a.status != http.StatusOK || !strings.Contains(a.body, firstUser) {
		t.Errorf("list: got %d %s, want 200 with %s", a.status, a.body, firstUser)
	}
	update := customerUserUpdate("id", quoted(up(firstUser)), "location", `"FR"`)
	update.target = "/v1/Customers/" + up(contoso) + "/users/" + up(firstUser)
	update.body = strings.Replace(update.body, microsoft, up(microsoft), 1)
	if a := box.do(t, update); a.status != http.StatusOK {
		t.Errorf("update: got %d %s, want 200", a.status, a.body)
	}
}

// Ensure that of many requests that take one e-mail at once, one succeeds.
func TestUpdateCustomerUser_Race(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	var statuses [16]int
	var all sync.WaitGroup
	for i := range statuses {
		all.Go(func() {
			c := customerUserUpdate("id", quoted(personID(i+1)), "email", `"wanted@contoso.example"`)
			c.target = "/v1/Customers/" + contoso + "/users/" + personID(i+1)
			a, err := box.try(t, c)
			if err != nil {
				t.Error(err)
			}
			statuses[i] = a.status
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	if diff := gocmp.Diff(map[int]int{200: 1, 400: 15}, count); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}
