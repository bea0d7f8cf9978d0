package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

func portalUser(n int, scope store.Scope, scopeID uuid.UUID, first, last, email string) store.PortalUser {
	return store.PortalUser{ID: id(n), Scope: scope, ScopeID: scopeID, FirstName: first, LastName: last, Email: email}
}

func TestPortalUser(t *testing.T) {
	viewer, admin := store.Group{ID: id(2), Name: "Viewer"}, store.Group{ID: id(1), Name: "Administrator"}
	onEach(t, func(t *testing.T, s *store.Store) {
		bob := portalUser(3, store.ScopeCustomer, id(1), "bob", "Z", "bob@x")
		bob.Groups = []store.Group{viewer, admin}
		bobAgain := portalUser(2, store.ScopeCustomer, id(1), "Bob", "a", "bob2@x")
		tie := portalUser(1, store.ScopeCustomer, id(1), "BOB", "z", "bob3@x")
		gone := portalUser(4, store.ScopeCustomer, id(1), "Ann", "B", "gone@x")
		gone.Deleted, gone.Groups = true, []store.Group{admin}
		reseller := portalUser(5, store.ScopeReseller, id(1), "R", "R", "r@x")
		csp := portalUser(6, store.ScopeCSP, uuid.Nil, "C", "C", "c@x")
		update(t, s, func(tx *store.Tx) error {
			err := steps(seedTenant(tx, contosoPortal), tx.AddReseller(contosoPortal, store.Reseller{ID: id(1)}),
				tx.AddGroup(contosoPortal, admin), tx.AddGroup(contosoPortal, viewer))
			for _, u := range []store.PortalUser{bob, bobAgain, tie, gone, reseller, csp} {
				// A duplicate counts once, and only ids are read.
				for _, g := range u.Groups {
					u.Groups = append(u.Groups, store.Group{ID: g.ID, Name: "ignored"})
				}
				err = steps(err, tx.AddPortalUser(contosoPortal, u))
			}
			return err
		})
		err := s.View(t.Context(), func(tx *store.Tx) error {
			equal(t, "PortalUsers by name", []store.PortalUser{bobAgain, tie, bob})(tx.PortalUsers(contosoPortal, store.ScopeCustomer, id(1)))
			equal(t, "PortalUsersAsAdded", []store.PortalUser{bob, bobAgain, tie})(tx.PortalUsersAsAdded(contosoPortal, store.ScopeCustomer, id(1)))
			equal(t, "PortalUsers of a reseller", []store.PortalUser{reseller})(tx.PortalUsers(contosoPortal, store.ScopeReseller, id(1)))
			equal(t, "PortalUsers of the CSP", []store.PortalUser{csp})(tx.PortalUsers(contosoPortal, store.ScopeCSP, uuid.Nil))
			equal(t, "PortalUsers of another tenant", []store.PortalUser(nil))(tx.PortalUsers(fabrikamPortal, store.ScopeCustomer, id(1)))
			equal(t, "PortalUser that is deleted", gone)(tx.PortalUser(contosoPortal, id(4)))
			equal(t, "PortalUserByEmail", bob)(tx.PortalUserByEmail(contosoPortal, "BOB@X"))
			return nil
		})
		if err != nil {
			t.Errorf("View: %v", err)
		}

		bob.FirstName, bob.LastName, bob.Email, bob.Groups = "Rob", "Y", "rob@x", []store.Group{admin}
		update(t, s, func(tx *store.Tx) error { return tx.UpdatePortalUser(contosoPortal, bob) })
		got := read(t, s, func(tx *store.Tx) (store.PortalUser, error) { return tx.PortalUser(contosoPortal, id(3)) })
		if diff := cmp.Diff(bob, got); diff != "" {
			t.Errorf("updated user mismatch (-want +got):\n%s", diff)
		}
	})
}

// Ensure an e-mail is unique within a tenant across its scopes, and a deleted user's e-mail is free.
func TestPortalUser_Conflict(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		live := portalUser(1, store.ScopeCustomer, id(1), "A", "A", "a@x")
		gone := portalUser(2, store.ScopeCustomer, id(1), "B", "B", "b@x")
		gone.Deleted = true
		update(t, s, func(tx *store.Tx) error {
			return steps(seedTenant(tx, contosoPortal), seedTenant(tx, fabrikamPortal),
				tx.AddPortalUser(contosoPortal, live), tx.AddPortalUser(contosoPortal, gone),
				tx.AddPortalUser(fabrikamPortal, live),
				tx.AddPortalUser(contosoPortal, portalUser(3, store.ScopeCSP, uuid.Nil, "B", "B", "B@x")),
			)
		})
		revived := gone
		revived.Deleted = false
		for name, c := range map[string]struct {
			try  func(*store.Tx) error
			want error
		}{
			"the e-mail in another scope and case": {func(tx *store.Tx) error {
				return tx.AddPortalUser(contosoPortal, portalUser(4, store.ScopeCSP, uuid.Nil, "", "", "A@X"))
			}, store.ErrConflict},
			"the id": {func(tx *store.Tx) error {
				return tx.AddPortalUser(contosoPortal, portalUser(2, store.ScopeCSP, uuid.Nil, "", "", "new@x"))
			}, store.ErrConflict},
			"reviving a user whose e-mail is taken": {func(tx *store.Tx) error { return tx.UpdatePortalUser(contosoPortal, revived) }, store.ErrConflict},
			"a missing customer": {func(tx *store.Tx) error {
				return tx.AddPortalUser(contosoPortal, portalUser(4, store.ScopeCustomer, id(404), "", "", "new@x"))
			}, store.ErrNotFound},
			"a missing reseller": {func(tx *store.Tx) error {
				return tx.AddPortalUser(contosoPortal, portalUser(4, store.ScopeReseller, id(1), "", "", "new@x"))
			}, store.ErrNotFound},
			"a missing tenant": {func(tx *store.Tx) error {
				return tx.AddPortalUser("no.example", portalUser(4, store.ScopeCSP, uuid.Nil, "", "", "new@x"))
			}, store.ErrNotFound},
			"a missing group": {func(tx *store.Tx) error {
				u := portalUser(4, store.ScopeCSP, uuid.Nil, "", "", "new@x")
				u.Groups = []store.Group{{ID: id(404)}}
				return tx.AddPortalUser(contosoPortal, u)
			}, store.ErrNotFound},
			"updating a missing user": {func(tx *store.Tx) error {
				return tx.UpdatePortalUser(contosoPortal, portalUser(404, "", id(0), "", "", ""))
			}, store.ErrNotFound},
			"a deleted user's e-mail": {func(tx *store.Tx) error { _, err := tx.PortalUserByEmail(fabrikamPortal, "b@x"); return err }, store.ErrNotFound},
		} {
			if err := s.Update(t.Context(), c.try); !errors.Is(err, c.want) {
				t.Errorf("%s: error %v, want %v", name, err, c.want)
			}
		}
		for _, bad := range []store.PortalUser{
			portalUser(4, "owner", uuid.Nil, "", "", "new@x"),
			portalUser(4, store.ScopeCSP, id(1), "", "", "new@x"),
		} {
			if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.AddPortalUser(contosoPortal, bad) }); err == nil {
				t.Errorf("scope %q with id %s was accepted", bad.Scope, bad.ScopeID)
			}
		}
	})
}
