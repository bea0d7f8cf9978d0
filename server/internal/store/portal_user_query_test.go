package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

func TestFindPortalUsers(t *testing.T) {
	admin, viewer := store.Group{ID: id(1), Name: "Administrator"}, store.Group{ID: id(2), Name: "Viewer"}
	onEach(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error {
			err := steps(seedTenant(tx, contosoPortal), seedTenant(tx, fabrikamPortal),
				tx.AddReseller(contosoPortal, store.Reseller{ID: id(8)}),
				tx.AddCustomer(contosoPortal, store.Customer{ID: id(9), ResellerID: ptr(id(8))}),
				tx.AddGroup(contosoPortal, admin), tx.AddGroup(contosoPortal, viewer))
			gone := portalUser(5, store.ScopeCSP, uuid.Nil, "Gone", "G", "gone@x")
			gone.Deleted = true
			for _, u := range []store.PortalUser{
				portalUser(3, store.ScopeCSP, uuid.Nil, "bob", "Z", "A@x"), portalUser(2, store.ScopeReseller, id(8), "Bob", "z", "b@x"),
				portalUser(4, store.ScopeCustomer, id(9), "Ann", "B_b", "c@x"), portalUser(1, store.ScopeCustomer, id(1), "Ann", "Bxb", "d@x"), gone,
			} {
				u.Groups = []store.Group{viewer}
				if u.Scope == store.ScopeCustomer {
					u.Groups = []store.Group{viewer, admin}
				}
				err = steps(err, tx.AddPortalUser(contosoPortal, u))
			}
			return steps(err, tx.AddPortalUser(fabrikamPortal, portalUser(1, store.ScopeCSP, uuid.Nil, "F", "F", "f@x")))
		})
		for _, row := range []struct {
			name  string
			query store.PortalQuery
			want  []int
			total int
		}{
			{"all by name, then id", store.PortalQuery{}, []int{4, 1, 2, 3}, 4},
			{"downwards; equal ones upwards", store.PortalQuery{Descending: true}, []int{2, 3, 1, 4}, 4},
			{"by e-mail", store.PortalQuery{SortByEmail: true}, []int{3, 2, 4, 1}, 4},
			{"literally, across the names", store.PortalQuery{Search: "N b_"}, []int{4}, 1},
			{"in a reseller's context", store.PortalQuery{ResellerID: ptr(id(8))}, []int{4, 2}, 2},
			{"in a group", store.PortalQuery{Groups: []uuid.UUID{id(1), id(1), id(404)}}, []int{4, 1}, 2},
			{"in an unknown group", store.PortalQuery{Groups: []uuid.UUID{id(404)}}, nil, 0},
			{"everything", store.PortalQuery{Groups: []uuid.UUID{id(2)}, ResellerID: ptr(id(8)), Search: "BOB", SortByEmail: true}, []int{2}, 1},
			{"a page", store.PortalQuery{Offset: 1, Limit: 2}, []int{1, 2}, 4},
			{"past the end", store.PortalQuery{Offset: 4, Limit: 2}, nil, 4},
		} {
			err := s.View(t.Context(), func(tx *store.Tx) error {
				us, total, err := tx.FindPortalUsers(contosoPortal, row.query)
				var got []uuid.UUID
				var want []uuid.UUID
				for _, u := range us {
					got = append(got, u.ID)
					full, err := tx.PortalUser(contosoPortal, u.ID)
					if diff := cmp.Diff(full, u); err != nil || diff != "" {
						t.Errorf("%s: error %v, user mismatch (-want +got):\n%s", row.name, err, diff)
					}
				}
				for _, n := range row.want {
					want = append(want, id(n))
				}
				if diff := cmp.Diff(want, got); diff != "" || total != row.total {
					t.Errorf("%s: total %d, want %d; mismatch (-want +got):\n%s", row.name, total, row.total, diff)
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", row.name, err)
			}
		}
	})
}
