package client_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"weak"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// With 100,000 users the test takes half a minute and also checks the heap: go test ./client -run All_Memory -v -users 100000
var userCount = flag.Int("users", 3_000, "how many users TestCustomerUsers_All_Memory lists")

// manyUsers returns a state with one customer that has n users.
func manyUsers(t testing.TB, n int) []byte {
	t.Helper()
	users := make([]map[string]any, n)
	for i := range users {
		users[i] = map[string]any{
			"id": fmt.Sprintf("a0000000-0000-4000-8000-%012d", i+1), "displayName": fmt.Sprintf("User %06d", i),
			"email": fmt.Sprintf("user%06d@contoso.example", i), "firstName": "User", "lastName": fmt.Sprint(i), "location": "GB",
			"temporaryPassword": nil, "domain": "contoso.example",
		}
	}
	type object = map[string]any
	state, err := json.Marshal(object{"cloudcockpit": object{"tenants": []object{{
		"domain": tenant, "customers": []object{{"id": contoso, "name": "Contoso", "providerInstances": []object{
			{"id": contosoProvider, "microsoft": true, "users": users},
		}}},
	}}}, "myreports": object{"enterprises": []object{{"name": "none"}}}, "clients": []object{
		{"id": "demo-csp", "secret": "s", "api": "cloudcockpit", "tenant": tenant},
		{"id": "demo-myreports", "secret": "s", "api": "myreports", "enterprise": "none"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// Ensure that All does not retain the pages that it has returned. Not parallel, because it measures the heap.
func TestCustomerUsers_All_Memory(t *testing.T) {
	n := *userCount
	b := seeded(t, manyUsers(t, n))
	users := b.cc.CustomerUsers(contoso, contosoProvider)
	var pages []weak.Pointer[client.CustomerUserPage]
	for page, err := range users.Pages(t.Context(), client.ListCustomerUsers{PageSize: 100}) {
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, weak.Make(page))
	}
	runtime.GC()
	held := 0
	for _, page := range pages {
		if page.Value() != nil {
			held++
		}
	}
	if len(pages) != n/100 || held > 1 {
		t.Errorf("%d of %d pages are held", held, len(pages))
	}

	var heap []uint64
	seen := 0
	for _, err := range users.All(t.Context(), client.ListCustomerUsers{}) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen%(n/10) == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			heap = append(heap, m.HeapAlloc>>10)
		}
	}
	if seen != n {
		t.Errorf("%d users, want %d", seen, n)
	}
	// The sandbox and earlier tests change the heap, too, so that only a large number of users gives a usable figure.
	t.Logf("%d users: the heap, with the sandbox in it, is between %d and %d KiB", n, slices.Min(heap), slices.Max(heap))
	if n >= 100_000 && slices.Max(heap)-slices.Min(heap) > 4<<10 {
		t.Errorf("the heap in KiB after each tenth is %d", heap)
	}
}

// Ensure that the client makes at most ten allocations more than the generated one. Not parallel, because it counts them.
func TestAllocations(t *testing.T) {
	list := pageOf(10)
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		body := ""
		if r.Method == http.MethodGet {
			body = list
		}
		return &http.Response{
			StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)),
			Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	})
	hc := &http.Client{Transport: transport}
	users := newCloudCockpit(t, "https://cc.example", client.WithHTTPClient(hc)).CustomerUsers(contoso, contosoProvider)
	generated := newGenerated(t, "https://cc.example", hc)
	for name, c := range map[string]struct{ client, generated func() error }{
		"list": {
			func() error {
				_, err := users.List(t.Context(), client.ListCustomerUsers{PageSize: 10})
				return err
			},
			func() error {
				_, err := generated.ListCustomerUsersWithResponse(t.Context(), contoso, &cloudcockpit.ListCustomerUsersParams{
					XTenant: tenant, ProviderInstanceID: contosoProvider, PageSize: new(int32(10)), AscendingOrder: new(true), XCorrelationID: new(uuid.New()),
				})
				return err
			},
		},
		"update": {
			func() error { return users.Update(t.Context(), ada, adaAsSheShallBe) },
			func() error {
				_, err := generated.UpdateCustomerUserWithResponse(t.Context(), contoso, ada,
					&cloudcockpit.UpdateCustomerUserParams{XTenant: tenant, XCorrelationID: new(uuid.New())},
					cloudcockpit.CustomerUserUpdate{CustomerUser: adaAsSheShallBe, ProviderInstanceID: contosoProvider})
				return err
			},
		},
	} {
		count := func(do func() error) float64 {
			return testing.AllocsPerRun(200, func() {
				if err := do(); err != nil {
					t.Fatal(err)
				}
			})
		}
		ours, raw := count(c.client), count(c.generated)
		t.Logf("%s: %.0f allocations, the generated client %.0f", name, ours, raw)
		if ours > raw+10 {
			t.Errorf("%s: %.0f allocations, the generated client makes %.0f", name, ours, raw)
		}
	}
}
