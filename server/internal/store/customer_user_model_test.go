package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// model is a naive implementation of what the store should hold.
type model map[int]store.CustomerUser

// page implements the comment of FindCustomerUsers.
func (m model) page(q store.Query) (page []store.CustomerUser, total int) {
	for _, u := range m {
		term := store.Fold(q.Search)
		if strings.Contains(store.Fold(u.DisplayName), term) || strings.Contains(store.Fold(u.Email), term) {
			page = append(page, u)
		}
	}
	key := func(u store.CustomerUser) string {
		if q.SortBy == store.SortByEmail {
			return store.Fold(u.Email)
		}
		return store.Fold(u.DisplayName)
	}
	slices.SortFunc(page, func(a, b store.CustomerUser) int {
		byKey := strings.Compare(key(a), key(b))
		if q.Descending {
			byKey = -byKey
		}
		return cmp.Or(byKey, strings.Compare(a.ID.String(), b.ID.String()))
	})
	total = len(page)
	page = page[min(q.Offset, total):]
	return page[:min(q.Limit, len(page))], total
}

// words share pieces. Their letters have several lengths in UTF-8, and some are special characters in queries.
var words = []string{"ann", "anna", "ANNA", "nan", "%", "_", `"`, "Ä", "ß", "😀😀", "OR", "*", "'", `\`, "Σίσυφος"}

func text(r *rand.Rand, most int) string {
	parts := make([]string, 1+r.IntN(most))
	for i := range parts {
		parts[i] = words[r.IntN(len(words))]
	}
	return strings.Join(parts, strings.Repeat(" ", r.IntN(2)))
}

// change makes one random change to the store and the model.
func (m model) change(r *rand.Rand, tx *store.Tx) error {
	n := 1 + r.IntN(80)
	u := customerUser(n)
	u.DisplayName, u.Email = text(r, 3), fmt.Sprint(text(r, 2), n, "@x")
	if _, ok := m[n]; ok {
		m[n] = u
		return updateUser(tx, contosoPortal, u)
	}
	m[n] = u
	return tx.AddCustomerUser(contosoPortal, u)
}

// Ensure pages agree with the model, however the store finds them: in sequence, backwards, at random, with and without a
// search, between changes, and in several stores on one database.
func TestFindCustomerUsers_Model(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) { playModel(t, []*store.Store{s}) })
}

func playModel(t *testing.T, stores []*store.Store) {
	r := rand.New(rand.NewPCG(1, 2))
	m := model{}
	update(t, stores[0], func(tx *store.Tx) error { return seedTenant(tx, contosoPortal) })
	for round := range 60 {
		if round == 30 {
			clear(m)
			update(t, stores[0], func(tx *store.Tx) error { return steps(tx.Clear(), seedTenant(tx, contosoPortal)) })
		}
		update(t, stores[r.IntN(len(stores))], func(tx *store.Tx) error {
			return steps(m.change(r, tx), m.change(r, tx))
		})
		q := store.Query{SortBy: store.SortBy(r.IntN(2)), Descending: r.IntN(2) == 0, Limit: 1 + r.IntN(12)}
		if r.IntN(3) == 0 {
			q.Search = text(r, 2)
		}
		for _, page := range pages(r) {
			q.Offset = page * q.Limit
			s := stores[r.IntN(len(stores))]
			for range 2 { // the second time, what a search has found is remembered
				if !m.check(t, s, q) {
					return
				}
			}
		}
	}
}

// pages returns a sequence of page numbers to read.
func pages(r *rand.Rand) []int {
	up := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	switch r.IntN(3) {
	case 0:
		slices.Reverse(up)
	case 1:
		r.Shuffle(len(up), func(i, j int) { up[i], up[j] = up[j], up[i] })
	}
	return up
}

func (m model) check(t *testing.T, s *store.Store, q store.Query) bool {
	t.Helper()
	want, wantTotal := m.page(q)
	var total int
	got := read(t, s, func(tx *store.Tx) (us []store.CustomerUser, err error) {
		us, total, err = findUsers(tx, contosoPortal, id(1), q)
		return us, err
	})
	if diff := gocmp.Diff(append([]store.CustomerUser{}, want...), append([]store.CustomerUser{}, got...)); diff != "" || total != wantTotal {
		t.Errorf("%+v: %d on all pages, want %d (-want +got):\n%s", q, total, wantTotal, diff)
		return false
	}
	return true
}

func TestFindCustomerUsers_ModelOfTwo(t *testing.T) {
	onEachShared(t, func(t *testing.T, dsn string) { playModel(t, []*store.Store{open(t, dsn), open(t, dsn)}) })
}
