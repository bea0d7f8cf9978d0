package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
)

const (
	contosoPortal  = "portal.cloudcockpit.com"
	fabrikamPortal = "portal.fabrikam.example"
)

// onEach runs a test on every kind of store. Each store is new and empty.
func onEach(t *testing.T, test func(*testing.T, *store.Store)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, storetest.Kinds, func(t *testing.T, dsn string) { test(t, open(t, dsn)) })
}

// onEachShared runs a test on every kind of store that several processes may open.
func onEachShared(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, storetest.Shared, test)
}

// open opens a store for a test. At the test's end it checks that every user's JSON says what its row says, whatever the test
// did with the store.
func open(tb testing.TB, dsn string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), dsn)
	if err != nil {
		tb.Fatalf("Open: %v", err)
	}
	tb.Cleanup(func() {
		checkViews(tb, s)
		if err := s.Close(); err != nil {
			tb.Errorf("Close: %v", err)
		}
	})
	return s
}

// checkViews does nothing if the test has closed the store, or its database is gone.
func checkViews(tb testing.TB, s *store.Store) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 10*time.Second)
	defer cancel()
	differing := 0
	err := s.View(ctx, func(tx *store.Tx) (err error) {
		differing, err = store.CountDifferingViews(tx)
		return err
	})
	if err == nil && differing > 0 {
		tb.Errorf("the JSON of %d users differs from their row", differing)
	}
}

func update(tb testing.TB, s *store.Store, fn func(*store.Tx) error) {
	tb.Helper()
	if err := s.Update(tb.Context(), fn); err != nil {
		tb.Fatalf("Update: %v", err)
	}
}

// read returns the result of fn in a View.
func read[T any](tb testing.TB, s *store.Store, fn func(*store.Tx) (T, error)) T {
	tb.Helper()
	v, err := tryRead(tb, s, fn)
	if err != nil {
		tb.Fatalf("View: %v", err)
	}
	return v
}

func tryRead[T any](tb testing.TB, s *store.Store, fn func(*store.Tx) (T, error)) (v T, err error) {
	tb.Helper()
	err = s.View(tb.Context(), func(tx *store.Tx) error {
		v, err = fn(tx)
		return err
	})
	return v, err
}

// steps returns the first error.
func steps(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// id returns a UUID that ends in n's decimal digits, so that ids are in the order of their numbers.
func id(n int) uuid.UUID {
	var u uuid.UUID
	for i := 15; n > 0; i, n = i-1, n/100 {
		u[i] = byte(n/10%10)<<4 | byte(n%10)
	}
	return u
}

func ptr[T any](v T) *T { return &v }

// seedTenant adds a tenant with customer 1 and its provider instance 1.
func seedTenant(tx *store.Tx, domain string) error {
	return steps(
		tx.AddTenant(store.Tenant{Domain: domain}),
		tx.AddCustomer(domain, store.Customer{ID: id(1), Name: "Contoso"}),
		tx.AddProviderInstance(domain, store.ProviderInstance{ID: id(1), CustomerID: id(1), Microsoft: true}),
	)
}

// findUsers returns the users of a page, and how many there are on all pages. It checks that each user's JSON says what its row
// says, so that every test that reads a page tests that.
func findUsers(tx *store.Tx, domain string, instance uuid.UUID, q store.Query) ([]store.CustomerUser, int, error) {
	p, err := tx.FindCustomerUsers(domain, instance, q)
	if err != nil {
		return nil, 0, err
	}
	var us []store.CustomerUser
	if err := json.Unmarshal([]byte("["+p.Users+"]"), &us); err != nil {
		return nil, 0, err
	}
	for i := range us {
		us[i].ProviderInstanceID = instance
		row, err := tx.CustomerUser(domain, instance, us[i].ID)
		if err != nil {
			return nil, 0, err
		}
		if diff := cmp.Diff(row, us[i]); diff != "" {
			return nil, 0, fmt.Errorf("the JSON of user %s differs from its row (-row +JSON):\n%s", row.ID, diff)
		}
	}
	if len(us) == 0 {
		us = nil
	}
	return us, p.Total, nil
}

// updateUser replaces the user with u's id by u.
func updateUser(tx *store.Tx, domain string, u store.CustomerUser) error {
	before, err := tx.CustomerUser(domain, u.ProviderInstanceID, u.ID)
	if err != nil {
		return err
	}
	return tx.UpdateCustomerUser(domain, before, u)
}

// updateMember replaces the member with m's id by m.
func updateMember(tx *store.Tx, enterprise string, tenantID uuid.UUID, m store.Member) error {
	before, err := tx.Member(enterprise, tenantID, m.ID)
	if err != nil {
		return err
	}
	return tx.UpdateMember(enterprise, tenantID, before, m)
}

func customerUser(n int) store.CustomerUser {
	return store.CustomerUser{
		ID: id(n), ProviderInstanceID: id(1), FirstName: ptr("Ann"), Location: "DE", Domain: "contoso.example",
		DisplayName: fmt.Sprintf("User %07d", n), Email: fmt.Sprintf("user%d@contoso.example", n),
	}
}
