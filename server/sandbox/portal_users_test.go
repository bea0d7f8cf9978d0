package sandbox_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// create sends a createPortalUser that must succeed, and gives the new id.
func (b *box) create(t testing.TB, c call) string {
	t.Helper()
	a := b.do(t, c)
	if a.status != http.StatusCreated {
		t.Fatalf("create: got %d %s, want 201", a.status, a.body)
	}
	if !regexp.MustCompile(`^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$`).MatchString(a.body) {
		t.Fatalf("create: got body %q, want a UUID in quotes and nothing else", a.body)
	}
	if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("create: got Content-Type %q, want it with a charset", got)
	}
	return decode[string](t, a)
}

// portal is a response of listPortalUsers.
func (b *box) portal(t testing.TB, c call) []map[string]any {
	t.Helper()
	a := b.do(t, c)
	if a.status != http.StatusOK {
		t.Fatalf("list: got %d %s, want 200", a.status, a.body)
	}
	return decode[[]map[string]any](t, a)
}

// Ensure that a creation returns the id, and that the user is read back with what was given and the defaults.
func TestCreatePortalUser_ReadBack(t *testing.T) {
	t.Parallel()
	group := func(id, name string) map[string]any { return map[string]any{"id": id, "name": name} }
	viewer := []any{group(viewers, "Viewer")}
	box := start(t, sandbox.Options{})
	for i, tt := range []struct {
		name    string
		changes []string
		want    map[string]any // what differs from Grace
	}{
		{"A user as the document has it", nil, nil},
		{"A posted id is ignored", []string{"id", quoted(nowhere)}, nil},
		{"The role may be absent", []string{"role", ""}, nil},
		{"A role that was read may be sent", []string{"role", `{"name":"csp"}`}, nil},
		{"A role may be null inside", []string{"role", `{"name":null}`}, nil},
		{"There may be no group", []string{"groups", "[]"}, map[string]any{"groups": []any{}}},
		{"Groups come back in the order in which they were given", []string{"groups", `[{"id":"` + alertManagers + `"},{"id":"` + administrators + `"}]`},
			map[string]any{"groups": []any{group(alertManagers, "Alert Manager"), group(administrators, "Administrator")}}},
		{"A group's name in the request is ignored", []string{"groups", `[{"id":"` + viewers + `","name":"Root"}]`}, nil},
		{"A group's name may be null", []string{"groups", `[{"id":"` + viewers + `","name":null}]`}, nil},
		{"A group's id may be in upper case", []string{"groups", `[{"id":"` + strings.ToUpper(viewers) + `"}]`}, nil},
		{"A group that is given twice counts once", []string{"groups", `[{"id":"` + viewers + `"},{"id":"` + viewers + `","name":"Viewer"}]`}, nil},
		{"Names and e-mail have up to 255 letters", []string{"firstName", letters(255), "lastName", letters(255), "email", letters(255)},
			map[string]any{"firstName": strings.Trim(letters(255), `"`), "lastName": strings.Trim(letters(255), `"`), "email": strings.Trim(letters(255), `"`)}},
		{"Texts come back as they were given", []string{"firstName", `"<Gr\u0061ce> & \u2028 \"\\ 😀"`}, map[string]any{"firstName": "<Grace> & \u2028 \"\\ 😀"}},
		{"The e-mail need not be one", []string{"email", `"grace"`}, map[string]any{"email": "grace"}},
		{"The e-mail of a customer user is free", []string{"email", `"ada.abbott@contoso.example"`}, map[string]any{"email": "ada.abbott@contoso.example"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			email := fmt.Sprintf("grace%d@contoso.example", i)
			id := box.create(t, portalUserCreation(append([]string{"email", quoted(email)}, tt.changes...)...))
			if id == nowhere {
				t.Error("got the posted id, want a new one")
			}
			want := map[string]any{
				"id": id, "firstName": "Grace", "lastName": "Hopper", "email": email,
				"role": map[string]any{"name": "customer"}, "groups": viewer,
			}
			maps.Copy(want, tt.want)
			users := box.portal(t, portalUsers(""))
			at := slices.IndexFunc(users, func(u map[string]any) bool { return u["id"] == id })
			if at < 0 || len(users) != i+1 {
				t.Fatalf("got %d users and the new one at %d, want %d with the new one", len(users), at, i+1)
			}
			if diff := gocmp.Diff(want, users[at]); diff != "" {
				t.Errorf("user (-want +got):\n%s", diff)
			}
		})
	}
}

// Ensure that a body of exactly a mebibyte is read, and that a list without users is a list.
func TestPortalUsers_Edges(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	if a := box.do(t, portalUsers("")); strings.TrimSpace(a.body) != "[]" {
		t.Errorf("got %d %s, want []", a.status, a.body)
	}
	c := portalUserCreation()
	box.create(t, withBody(c, padded(c.body, 1<<20)))
	c = portalUserCreation("email", `"chunked@contoso.example"`)
	box.create(t, withBody(c, padded(c.body, 1<<20)).with("Transfer-Encoding", "chunked"))
	for _, media := range []string{"application/json; charset=utf-8", "Application/JSON", `application/json;charset="UTF-8"`} {
		c = portalUserCreation("email", quoted(media)).with("Content-Type", media).with("Content-Encoding", "identity")
		box.create(t, c)
	}
	if got := len(box.portal(t, portalUsers(""))); got != 5 {
		t.Errorf("got %d users, want 5", got)
	}
}

// Ensure that users come sorted by name, that each customer has its own, and that an e-mail is taken in the whole tenant.
func TestPortalUsers_Lists(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	for i, name := range []string{"Mary Jackson", "ada lovelace", "Grace Hopper", "Ada Byron", "GRACE Hopper", "Émilie Châtelet"} {
		first, last, _ := strings.Cut(name, " ")
		box.create(t, portalUserCreation("firstName", quoted(first), "lastName", quoted(last), "email", quoted(fmt.Sprintf("%d@Contoso.example", i))))
	}
	elsewhere := portalUserCreation()
	elsewhere.target = "/v1/customer/" + northwind + "/users"
	box.create(t, elsewhere)

	users := box.portal(t, portalUsers(""))
	var got []string
	for _, u := range users {
		got = append(got, fmt.Sprint(u["firstName"], " ", u["lastName"]))
	}
	want := []string{"Ada Byron", "ada lovelace", "Grace Hopper", "GRACE Hopper", "Mary Jackson", "Émilie Châtelet"}
	if strings.Compare(fmt.Sprint(users[2]["id"]), fmt.Sprint(users[3]["id"])) > 0 {
		t.Error("two of one name come not by id")
	}
	slices.Sort(got[2:4])
	slices.Sort(want[2:4])
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	for name, c := range map[string]call{
		"in the customer":              portalUserCreation("email", `"0@Contoso.example"`),
		"in the customer, in capitals": portalUserCreation("email", `"0@CONTOSO.EXAMPLE"`),
		"in another customer":          portalUserCreation(),
	} {
		row := badRequest{call: c, status: 400, names: at("email")}
		a := box.do(t, c)
		if a.status != row.status {
			t.Errorf("an e-mail that is taken %s: got %d %s, want 400", name, a.status, a.body)
			continue
		}
		checkCockpitResponse(t, row, a)
	}
	other := portalUserCreation().as("fabrikam-csp").with("X-Tenant", fabrikam)
	other.target = "/v1/customer/" + fabrikamsOwn + "/users"
	box.create(t, other)
}

// Ensure that a reseller creates and lists for its own customer, whether it names itself or not.
func TestPortalUsers_Reseller(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	client := cockpitClient(t, box, "demo-reseller")
	customer, own := uuid.MustParse(northwind), uuid.MustParse(reseller)
	for i, named := range []*uuid.UUID{nil, &own} {
		first, last, email := "Grace", "Hopper", fmt.Sprintf("grace%d@northwind.example", i)
		created, err := client.CreatePortalUserWithResponse(t.Context(), customer, &api.CreatePortalUserParams{XTenant: tenant, ResellerID: named},
			api.PortalUser{FirstName: &first, LastName: &last, Email: &email, Groups: []api.Group{{ID: uuid.MustParse(viewers)}}})
		if err != nil || created.JSON201 == nil {
			t.Fatalf("create: got %v %s", err, created.Body)
		}
		listed, err := client.ListPortalUsersWithResponse(t.Context(), customer, &api.ListPortalUsersParams{XTenant: tenant, ResellerID: named})
		if err != nil || listed.JSON200 == nil || len(*listed.JSON200) != i+1 {
			t.Fatalf("list: got %v %s, want %d users", err, listed.Body, i+1)
		}
		if !slices.ContainsFunc(*listed.JSON200, func(u api.PortalUser) bool { return *u.ID == *created.JSON201 }) {
			t.Errorf("got %s, want the user %s in it", listed.Body, created.JSON201)
		}
	}
}

// Ensure that a user that was read can be posted elsewhere as it is; the role in it, which is read-only, is a finding.
func TestCreatePortalUser_ReadOnlyRole(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{Undeclared: contract.Reject}) // even where the undeclared is refused
	box.create(t, portalUserCreation())
	read := box.portal(t, portalUsers(""))[0]
	again := portalUserCreation("id", quoted(fmt.Sprint(read["id"])), "role", `{"name":"customer"}`, "email", `"again@contoso.example"`,
		"groups", `[{"id":"`+viewers+`","name":"Viewer"}]`)
	if id := box.create(t, again); id == read["id"] {
		t.Errorf("got the posted id %s, want a new one", id)
	}
	exchanges := box.exchanges(t, 0)
	got := exchanges[len(exchanges)-1].Findings
	if len(got) != 1 || got[0].Where != "body" || got[0].Pointer != "/role/name" || got[0].Rule != "readOnly" {
		t.Errorf("got findings %v, want one, that role.name is readOnly", got)
	}
}

// Ensure that of many concurrent creations with one e-mail one succeeds, and that others are not disturbed.
func TestCreatePortalUser_Race(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	var statuses sync.Map
	var all sync.WaitGroup
	send := func(key string, c call) {
		all.Go(func() {
			a, err := box.try(t, c)
			if err != nil {
				t.Error(err)
			}
			statuses.Store(key, a.status)
		})
	}
	for i := range 16 {
		email := "grace@contoso.example"
		if i%2 == 1 {
			email = strings.ToUpper(email)
		}
		send(fmt.Sprint("one ", i), portalUserCreation("email", quoted(email)))
		send(fmt.Sprint("other ", i), portalUserCreation("email", quoted(fmt.Sprint(i, email))))
	}
	all.Wait()
	count := map[string]int{}
	for key, status := range statuses.Range {
		kind, _, _ := strings.Cut(key.(string), " ")
		count[fmt.Sprint(kind, " ", status)]++
	}
	if diff := gocmp.Diff(map[string]int{"one 201": 1, "one 400": 15, "other 201": 16}, count); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if got := len(box.portal(t, portalUsers(""))); got != 17 {
		t.Errorf("got %d users, want 17", got)
	}
}
