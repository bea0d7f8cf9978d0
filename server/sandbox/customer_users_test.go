package sandbox_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// people is a seed whose one customer is Contoso with these users, each a display name and an e-mail. Their ids count up.
func people(users ...[2]string) []byte {
	var list []string
	for i, u := range users {
		list = append(list, fmt.Sprintf(`{"id":%q,"displayName":%s,"email":%s,"location":"US","domain":"contoso.example","licenses":[]}`,
			personID(i+1), quoted(u[0]), quoted(u[1])))
	}
	return fmt.Appendf(nil, `{"cloudcockpit":{"tenants":[{"domain":%q,"groups":[],"resellers":[],"portalUsers":[],"customers":[{"id":%q,
		"name":"Contoso","portalUsers":[],"providerInstances":[{"id":%q,"microsoft":true,"licenses":[],"users":[%s]}]}]}]},
		"clients":[{"id":"demo-csp","secret":"demo-secret","api":"cloudcockpit","tenant":%q}]}`,
		tenant, contoso, microsoft, strings.Join(list, ","), tenant)
}

func personID(n int) string { return fmt.Sprintf("a0000000-0000-4000-8000-%012d", n) }

// list sends a listCustomerUsers that must succeed.
func (b *box) list(t testing.TB, query string) api.CustomerUserPage {
	t.Helper()
	a := b.do(t, customerUsers(query))
	if a.status != http.StatusOK {
		t.Fatalf("list %s: got %d %s, want 200", query, a.status, a.body)
	}
	return decode[api.CustomerUserPage](t, a)
}

func ids(users []api.CustomerUser) []string {
	list := []string{}
	for _, u := range users {
		list = append(list, u.ID.String())
	}
	return list
}

// numbers are the numbers of the people that a list returns.
func (b *box) numbers(t testing.TB, query string) []int {
	t.Helper()
	list := []int{}
	for _, id := range ids(b.list(t, query).Items) {
		n, err := strconv.Atoi(id[len(id)-12:])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, n)
	}
	return list
}

// Ensure that every page, size and seek operation gives the page that the design says, and says which it is.
func TestListCustomerUsers_Pages(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	all := box.list(t, "&pageSize=2000&ascendingOrder=true").Items
	if len(all) != 60 || !slices.IsSortedFunc(all, func(a, b api.CustomerUser) int { return cmp.Compare(*a.DisplayName, *b.DisplayName) }) {
		t.Fatalf("got %d users, want the 60 by display name", len(all))
	}
	for _, tt := range []struct {
		query      string
		from, to   int // of all
		page, size int32
		pages      int32
		prev, next bool
	}{
		{"", 0, 25, 1, 25, 3, false, true},
		{"&pageNumber=1", 0, 25, 1, 25, 3, false, true},
		{"&pageNumber=2", 25, 50, 2, 25, 3, true, true},
		{"&pageNumber=3", 50, 60, 3, 25, 3, true, false},
		{"&pageNumber=4", 0, 0, 4, 25, 3, true, false},
		{"&pageNumber=2147483647", 0, 0, 2147483647, 25, 3, true, false},
		{"&pageNumber=2147483647&pageSize=2000", 0, 0, 2147483647, 2000, 1, true, false},
		{"&pageSize=1", 0, 1, 1, 1, 60, false, true},
		{"&pageSize=1&pageNumber=60", 59, 60, 60, 1, 60, true, false},
		{"&pageSize=59&pageNumber=2", 59, 60, 2, 59, 2, true, false},
		{"&pageSize=60", 0, 60, 1, 60, 1, false, false},
		{"&pageSize=2000", 0, 60, 1, 2000, 1, false, false},
		{"&PAGESIZE=30&pagenumber=2", 30, 60, 2, 30, 2, true, false},
		{"&seekOperation=Next", 0, 25, 1, 25, 3, false, true},
		{"&seekOperation=Next&pageNumber=2", 25, 50, 2, 25, 3, true, true},
		{"&seekOperation=PageIndex&pageNumber=2", 25, 50, 2, 25, 3, true, true},
		{"&seekOperation=PageIndex&pageNumber=9", 0, 0, 9, 25, 3, true, false},
		{"&seekOperation=First&pageNumber=3", 0, 25, 1, 25, 3, false, true},
		{"&seekOperation=Last", 50, 60, 3, 25, 3, true, false},
		{"&seekOperation=Last&pageNumber=9&pageSize=30", 30, 60, 2, 30, 2, true, false},
		{"&seekOperation=Last&pageSize=2000", 0, 60, 1, 2000, 1, false, false},
		{"&seekOperation=Previous", 0, 25, 1, 25, 3, false, true},
		{"&seekOperation=Previous&pageNumber=1", 0, 25, 1, 25, 3, false, true},
		{"&seekOperation=Previous&pageNumber=3", 25, 50, 2, 25, 3, true, true},
		{"&seekOperation=Previous&pageNumber=4", 50, 60, 3, 25, 3, true, false},
		{"&seekOperation=Previous&pageNumber=9", 0, 0, 8, 25, 3, true, false},
	} {
		t.Run(tt.query, func(t *testing.T) {
			t.Parallel()
			got := box.list(t, tt.query+"&ascendingOrder=true")
			want := api.CustomerUserPage{
				Items: all[tt.from:tt.to], PaginationParameters: &api.PaginationParameters{PageNumber: tt.page, PageSize: tt.size},
				TotalPages: tt.pages, TotalCount: 60, HasPreviousPage: tt.prev, HasNextPage: tt.next,
			}
			if tt.from == tt.to {
				want.Items = []api.CustomerUser{}
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("page (-want +got):\n%s", diff)
			}
		})
	}
}

// Ensure that a list of nothing has no pages, wherever it is asked for, and that its items are a list all the same.
func TestListCustomerUsers_Nothing(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	for query, page := range map[string]int{
		"": 1, "&pageNumber=3": 3, "&seekOperation=Last": 1, "&seekOperation=Last&pageNumber=3": 1, "&seekOperation=First&pageNumber=3": 1,
		"&seekOperation=Previous&pageNumber=3": 2,
	} {
		a := box.do(t, customerUsers("&searchValue=nobody"+query))
		want := fmt.Sprintf(`{"continuationToken":null,"hasNextPage":false,"hasPreviousPage":%t,"items":[],`+
			`"paginationParameters":{"pageNumber":%d,"pageSize":25},"totalCount":0,"totalPages":0}`, page > 1, page)
		if got := strings.TrimSpace(a.body); a.status != http.StatusOK || got != want {
			t.Errorf("%s: got %d %s\nwant 200 %s", query, a.status, got, want)
		}
	}
}

// Ensure that every member of an item is written, and a password never.
func TestListCustomerUsers_Item(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{Seed: people([2]string{"Ada <b> & \u2028", "ada@contoso.example"})})
	got := decode[struct{ Items []map[string]any }](t, box.do(t, customerUsers(""))).Items
	want := []map[string]any{{
		"id": firstUser, "displayName": "Ada <b> & \u2028", "email": "ada@contoso.example", "firstName": nil, "lastName": nil,
		"location": "US", "temporaryPassword": nil, "domain": "contoso.example",
	}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

// Ensure that a search takes its text literally and looks at display name and e-mail without regard to case.
func TestListCustomerUsers_Search(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{Seed: people(
		[2]string{"Ada Abbott", "ada@contoso.example"},
		[2]string{"100% Émile", "e_mile@contoso.example"},
		[2]string{`Back\slash`, "back@contoso.example"},
		[2]string{"Οδυσσεύς", "ody@contoso.example"},
		[2]string{"Straße 5 K", "street@contoso.example"},
		[2]string{"Axda 'quoted' \"twice\"", "x*y?z[a]@contoso.example"},
	)})
	for _, tt := range []struct {
		name, search string
		want         []int
	}{
		{"An empty search is none", "", []int{1, 2, 3, 4, 5, 6}},
		{"Upper case finds lower case", "ADA", []int{1}},
		{"Lower case finds upper case", "abbott", []int{1}},
		{"The middle of a name is found", "da abb", []int{1}},
		{"An e-mail is found", "BACK@contoso", []int{3}},
		{"A domain is found in all", "@contoso.example", []int{1, 2, 3, 4, 5, 6}},
		{"Name and e-mail are not one text", "Abbott ada", []int{}},
		{"A percent sign is a percent sign", "%", []int{2}},
		{"Percent signs are no pattern", "A%a", []int{}},
		{"An underscore is an underscore", "_", []int{2}},
		{"An underscore is no pattern", "A_a", []int{}},
		{"A backslash is a backslash", `\`, []int{3}},
		{"A backslash escapes nothing", `\%`, []int{}},
		{"An asterisk is an asterisk", "*", []int{6}},
		{"Brackets are brackets", "[a]", []int{6}},
		{"A quote is a quote", "'", []int{6}},
		{"Quotes end nothing", `" OR "1"="1`, []int{}},
		{"A blank is a blank", " ", []int{1, 2, 5, 6}},
		{"A plus is a plus", "+", []int{}},
		{"Letters with accents have cases", "éMILE", []int{2}},
		{"Letters without accents are others", "emile", []int{}},
		{"Both small sigmas are one letter", "ΟΔΥΣΣΕΎΣ", []int{4}},
		{"The sign of the Kelvin is a K", "5 \u212A", []int{5}},
		{"A sharp s is not two", "STRASSE", []int{}},
		{"A capital sharp s is a sharp s", "STRAẞE", []int{5}},
		{"A long search finds nothing", strings.Repeat("a", 2000), []int{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := box.numbers(t, "&searchValue="+escape(tt.search))
			slices.Sort(got)
			if diff := gocmp.Diff(tt.want, got); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}

// escape is text as it stands in a query.
func escape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}

// Ensure that users come in the order of the folded code points, and those that compare equal by id, ascending and descending.
func TestListCustomerUsers_Order(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{Seed: people(
		[2]string{"ada", "Z@contoso.example"},
		[2]string{"Bob", "y@contoso.example"},
		[2]string{"ADA", "é@contoso.example"},
		[2]string{"Ada", "X_1@contoso.example"},
		[2]string{"émile", "x1@contoso.example"},
		[2]string{"Zoe", "XA@contoso.example"},
		[2]string{"😀", "a@contoso.example"},
		[2]string{"～", "b@contoso.example"}, // U+FF5E comes before the emoji as a code point, and behind it in UTF-16
		[2]string{"A_a", "c@contoso.example"},
		[2]string{"AB", "d@contoso.example"},
	)})
	byName := []int{9, 10, 1, 3, 4, 2, 6, 5, 8, 7}
	byNameDown := []int{7, 8, 5, 6, 2, 1, 3, 4, 10, 9}
	byEmail := []int{7, 8, 9, 10, 5, 4, 6, 2, 1, 3}
	byEmailDown := slices.Clone(byEmail)
	slices.Reverse(byEmailDown)
	for query, want := range map[string][]int{
		"":                              byNameDown,
		"&sortPropertyName=DisplayName": byNameDown,
		"&ascendingOrder=true":          byName,
		"&ascendingOrder=false":         byNameDown,
		"&ascendingOrder=false&sortPropertyName=DisplayName":       byNameDown,
		"&sortPropertyName=UserPrincipalName":                      byEmailDown,
		"&ascendingOrder=true&sortPropertyName=UserPrincipalName":  byEmail,
		"&ascendingOrder=false&sortPropertyName=UserPrincipalName": byEmailDown,
		"&ascendingOrder=false&pageSize=3&pageNumber=2":            byNameDown[3:6],
		"&searchValue=ada&ascendingOrder=false":                    {1, 3, 4},
	} {
		if diff := gocmp.Diff(want, box.numbers(t, query)); diff != "" {
			t.Errorf("order of %q (-want +got):\n%s", query, diff)
		}
	}
}

// Ensure that a user can be read without its provider instance where its customer has one Microsoft instance, and only then.
func TestGetCustomerUser_DefaultProviderInstance(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	read := cockpit("GET", "/Customers/"+contoso+"/users/"+firstUser, "")
	if a := box.do(t, read); a.status != http.StatusOK || decode[api.CustomerUser](t, a).ID.String() != firstUser {
		t.Errorf("one instance: got %d %s, want 200 and the user", a.status, a.body)
	}
	if a := box.do(t, read.as("demo-reseller")); a.status != http.StatusNotFound || !strings.Contains(a.body, `"customerId"`) {
		t.Errorf("another reseller's customer: got %d %s, want 404 about customerId", a.status, a.body)
	}
	if a := box.do(t, cockpit("GET", "/Customers/"+contoso+"/users/"+nowhere, "")); a.status != http.StatusNotFound {
		t.Errorf("an unknown user: got %d %s, want 404", a.status, a.body)
	}
	for name, instances := range map[string][]bool{"several": {true, false, true}, "none": {false}} {
		seed := instancesOf(t, box, instances)
		box := start(t, sandbox.Options{Seed: seed})
		if a := box.do(t, read); a.status != http.StatusBadRequest || !strings.Contains(a.body, `"providerInstanceId"`) {
			t.Errorf("%s: got %d %s, want 400 about providerInstanceId", name, a.status, a.body)
		}
	}
}

// instancesOf is the state of a box in which contoso has these provider instances, each Microsoft's or not, without users.
func instancesOf(t *testing.T, b *box, microsoft []bool) []byte {
	t.Helper()
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	customer := &state.Cloudcockpit.Tenants[0].Customers[0]
	customer.ProviderInstances = nil
	for i, is := range microsoft {
		id := uuid.MustParse("b1000000-0000-4000-8000-00000000000" + strconv.Itoa(i))
		customer.ProviderInstances = append(customer.ProviderInstances, control.ProviderInstance{ID: id, Microsoft: is})
	}
	seed, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// Ensure that a reseller sees its own customers, and may name itself; and that a CSP may name a customer's reseller.
func TestListCustomerUsers_Reseller(t *testing.T) {
	t.Parallel()
	box := start(t, sandbox.Options{})
	list := cockpit("GET", "/Customers/"+northwind+"/users?ascendingOrder=true&providerInstanceId="+northwinds, "")
	named := cockpit("GET", "/Customers/"+northwind+"/users?ascendingOrder=true&resellerId="+strings.ToUpper(reseller)+"&providerInstanceId="+northwinds, "")
	for name, c := range map[string]call{
		"A CSP that names no reseller": list, "A CSP that names the reseller": named,
		"A reseller that names none": list.as("demo-reseller"), "A reseller that names itself": named.as("demo-reseller"),
	} {
		a := box.do(t, c)
		if a.status != http.StatusOK {
			t.Errorf("%s: got %d %s, want 200", name, a.status, a.body)
			continue
		}
		if page := decode[api.CustomerUserPage](t, a); page.TotalCount != 10 || ids(page.Items)[0] != northwindsUser {
			t.Errorf("%s: got %d users, the first %s, want 10 and %s", name, page.TotalCount, ids(page.Items)[0], northwindsUser)
		}
	}
	read := cockpit("GET", "/Customers/"+northwind+"/users/"+northwindsUser+"?providerInstanceId="+northwinds, "").as("demo-reseller")
	if a := box.do(t, read); a.status != http.StatusOK {
		t.Errorf("A reseller reads a user: got %d %s, want 200", a.status, a.body)
	}
}
