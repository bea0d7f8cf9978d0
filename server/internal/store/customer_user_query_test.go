package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// numbers returns the last two digits of the ids, by which the tests below identify users.
func numbers(us []store.CustomerUser) []int {
	ns := make([]int, len(us))
	for i, u := range us {
		ns[i] = int(u.ID[15]>>4)*10 + int(u.ID[15]&15)
	}
	return ns
}

// seedNames adds users 1, 2, … with display names and e-mails, and one user to another provider instance.
func seedNames(tx *store.Tx, names [][2]string) error {
	other := customerUser(99)
	other.ProviderInstanceID = id(2)
	err := steps(seedTenant(tx, contosoPortal),
		tx.AddProviderInstance(contosoPortal, store.ProviderInstance{ID: id(2), CustomerID: id(1)}),
		tx.AddCustomerUser(contosoPortal, other))
	// In reverse, so that the order of adding is not the order of ids.
	for n := len(names); n > 0 && err == nil; n-- {
		u := customerUser(n)
		u.DisplayName, u.Email = names[n-1][0], names[n-1][1]
		err = tx.AddCustomerUser(contosoPortal, u)
	}
	return err
}

func TestFindCustomerUsers_Order(t *testing.T) {
	names := [][2]string{
		1: {"bob", "z@x"}, 2: {"Bob", "B@x"}, 3: {"ANN", "c@x"}, 4: {"ann", "D@x"}, 5: {"ann", "e@x"},
		6: {"Ärger", "f@x"}, 7: {"Zoe", "g@x"}, 8: {"_low", "h@x"}, 9: {"😀", "i@x"}, 10: {"\uffee", "j@x"},
	}[1:]
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return seedNames(tx, names) })
		for name, c := range map[string]struct {
			query store.Query
			want  []int
		}{
			"display name, ties by id":        {store.Query{}, []int{8, 3, 4, 5, 1, 2, 7, 6, 10, 9}},
			"descending, ties still by id":    {store.Query{Descending: true}, []int{9, 10, 6, 7, 1, 2, 3, 4, 5, 8}},
			"e-mail":                          {store.Query{SortBy: store.SortByEmail}, []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 1}},
			"e-mail descending":               {store.Query{SortBy: store.SortByEmail, Descending: true}, []int{1, 10, 9, 8, 7, 6, 5, 4, 3, 2}},
			"first page":                      {store.Query{Limit: 3}, []int{8, 3, 4}},
			"a page that begins within a tie": {store.Query{Limit: 3, Offset: 2}, []int{4, 5, 1}},
			"descending from within a tie":    {store.Query{Limit: 2, Offset: 5, Descending: true}, []int{2, 3}},
			"the last page is shorter":        {store.Query{Limit: 4, Offset: 8}, []int{10, 9}},
			"a page past the end":             {store.Query{Limit: 4, Offset: 10}, nil},
			"a page far past the end":         {store.Query{Limit: 2000, Offset: 1 << 50}, nil},
			"an offset and no limit":          {store.Query{Offset: 7}, []int{6, 10, 9}},
		} {
			var total int
			us := read(t, s, func(tx *store.Tx) (us []store.CustomerUser, err error) {
				us, total, err = findUsers(tx, contosoPortal, id(1), c.query)
				return us, err
			})
			if got := numbers(us); !cmp.Equal(append([]int{}, c.want...), got) || total != len(names) {
				t.Errorf("%s: users %v of %d, want %v of %d", name, got, total, c.want, len(names))
			}
		}
	})
}

func TestFindCustomerUsers_Search(t *testing.T) {
	names := [][2]string{
		1: {"100% Ann", "ann@x.example"}, 2: {"100 Bob", "b_b@x.example"}, 3: {`C:\temp`, "c@x.example"},
		4: {"Straße", "GROSS@x.example"}, 5: {"ΟΔΥΣΣΕΥΣ", "'quote'@x.example"}, 6: {"İstanbul", "f@Y.example"},
	}[1:]
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return seedNames(tx, names) })
		for search, want := range map[string][]int{
			"ANN":                           {1},
			"100":                           {1, 2},
			"100%":                          {1},
			"%":                             {1},
			"_":                             {2},
			`\`:                             {3},
			`\\`:                            nil,
			"c:\\T":                         {3},
			"x.EXAMPLE":                     {1, 2, 3, 4, 5},
			"y.example":                     {6},
			"STRASSE":                       nil,
			"STRAẞE":                        {4},
			"groß":                          nil,
			"οδυςςευς":                      {5},
			"istanbul":                      nil,
			"'quote'":                       {5},
			"\" OR 1=1":                     nil,
			"b@x":                           {2},
			" ":                             {1, 2},
			strings.Repeat("a", 60_000):     nil,
			strings.Repeat("%_\\", 900_000): nil,
		} {
			var total int
			us := read(t, s, func(tx *store.Tx) (us []store.CustomerUser, err error) {
				us, total, err = findUsers(tx, contosoPortal, id(1), store.Query{Search: search, SortBy: store.SortByEmail, Limit: 25})
				return us, err
			})
			got := numbers(us)
			if len(search) > 20 {
				search = search[:20] + "…"
			}
			if !cmp.Equal(setOf(want), setOf(got)) || total != len(want) {
				t.Errorf("search %q: users %v of %d, want %v", search, got, total, want)
			}
		}
	})
}

func setOf(ns []int) map[int]bool {
	set := make(map[int]bool)
	for _, n := range ns {
		set[n] = true
	}
	return set
}
