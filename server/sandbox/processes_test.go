package sandbox_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
)

// processes are sandboxes in processes of their own, on one store, and what this should hold.
type processes struct {
	boxes              []*box
	bearer             string
	customer, instance string
	names              []string // by number, from 1
}

// Ensure that what one of three processes has written is in the next response of each of them, although each remembers customers,
// positions in lists and numbers of hits: users that are renamed, and customers that come and go.
func TestProcesses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, storetest.Shared, func(t *testing.T, dsn string) {
		p := &processes{}
		for range 3 {
			b, _ := startChild(t, dsn)
			p.boxes = append(p.boxes, b)
		}
		r := rand.New(rand.NewPCG(1, 2))
		for round := range 24 {
			writer := p.boxes[round%3]
			if round%6 == 0 {
				p.replace(t, writer, round)
			} else {
				p.rename(t, writer, 1+r.IntN(len(p.names)), fmt.Sprintf("%c Zeppelin %d", 'A'+rune(r.IntN(26)), round))
			}
			for _, b := range p.boxes {
				p.check(t, b)
			}
			if t.Failed() {
				t.Fatalf("after the writes of round %d", round)
			}
		}
	})
}

// replace replaces the state. The customer and its provider instance have other ids each time. There are more users than a
// search reads without remembering their number.
func (p *processes) replace(t *testing.T, b *box, round int) {
	t.Helper()
	users := make([][2]string, 1100+round)
	p.names = make([]string, len(users))
	for i := range users {
		p.names[i] = fmt.Sprintf("User %d", i*7919%len(users))
		users[i] = [2]string{p.names[i], fmt.Sprintf("user%d@contoso.example", i)}
	}
	p.customer, p.instance = contoso, microsoft
	state := string(people(users...))
	if round%12 != 0 {
		p.customer, p.instance = northwind, northwinds
		state = strings.NewReplacer(contoso, northwind, microsoft, northwinds).Replace(state)
	}
	b.mustPut(t, state)
	p.bearer = "Bearer " + decode[struct {
		Token string `json:"access_token"`
	}](t, b.do(t, form(entraPath, credentials))).Token
}

// call is the call of a process, to which the token of the test's own sandboxes means nothing.
func (p *processes) call(method, target, body string) call {
	c := cockpit(method, target, body)
	c.client = ""
	c.header.Set("Authorization", p.bearer)
	return c
}

func (p *processes) rename(t *testing.T, b *box, number int, name string) {
	t.Helper()
	p.names[number-1] = name
	view := object(ada, "id", quoted(personID(number)), "displayName", quoted(name), "email", quoted(fmt.Sprintf("user%d@contoso.example", number-1)))
	body := object([][2]string{{"providerInstanceId", quoted(p.instance)}, {"customerUser", view}})
	a := b.do(t, p.call(http.MethodPatch, "/Customers/"+p.customer+"/users/"+personID(number), body))
	if a.status != http.StatusOK {
		t.Fatalf("rename: got %d %s", a.status, a.body)
	}
}

func (p *processes) list(customer, instance, query string) call {
	return p.call(http.MethodGet, "/Customers/"+customer+"/users?ascendingOrder=true&providerInstanceId="+instance+query, "")
}

// check wants the pages and the hits that the names give, and no users of a customer that is gone.
func (p *processes) check(t *testing.T, b *box) {
	t.Helper()
	order := make([]int, len(p.names))
	var found []int
	for i := range order {
		order[i] = i + 1
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(strings.ToLower(p.names[a-1]), strings.ToLower(p.names[b-1])), cmp.Compare(a, b))
	})
	for _, n := range order {
		if strings.Contains(p.names[n-1], "Zeppelin") {
			found = append(found, n)
		}
	}
	const size = 7
	for _, number := range []int{1, 2, len(order) / size / 2, len(order)/size/2 + 1, (len(order)-1)/size + 1} {
		from := (number - 1) * size
		p.want(t, b, fmt.Sprintf("&pageSize=%d&pageNumber=%d", size, number), order[from:min(from+size, len(order))], len(order))
	}
	for range 2 { // the second time the number is known
		p.want(t, b, "&pageSize=100&searchValue=zeppelin", found, len(found))
	}
	gone, goner := northwind, northwinds
	if p.customer == northwind {
		gone, goner = contoso, microsoft
	}
	if a := b.do(t, p.list(gone, goner, "")); a.status != http.StatusBadRequest {
		t.Errorf("users of a customer that is gone: got %d %.200s, want 400", a.status, a.body)
	}
}

func (p *processes) want(t *testing.T, b *box, query string, users []int, total int) {
	t.Helper()
	a := b.do(t, p.list(p.customer, p.instance, query))
	if a.status != http.StatusOK {
		t.Fatalf("%s: got %d %s", query, a.status, a.body)
	}
	page := decode[api.CustomerUserPage](t, a)
	want := []string{}
	for _, n := range users {
		want = append(want, personID(n)+" "+p.names[n-1])
	}
	got := []string{}
	for _, u := range page.Items {
		got = append(got, u.ID.String()+" "+*u.DisplayName)
	}
	if diff := gocmp.Diff(want, got); diff != "" || int(page.TotalCount) != total {
		t.Errorf("%s: %d in all, want %d (-want +got):\n%s", query, page.TotalCount, total, diff)
	}
}
