package myreports

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// A retrying store calls each Update twice, as a store does whose first transaction met another one: the first is rolled back.
type retrying struct{ *store.Store }

func (s retrying) Update(ctx context.Context, fn func(*store.Tx) error) error {
	conflict := errors.New("another transaction was faster")
	err := s.Store.Update(ctx, func(tx *store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return conflict
	})
	if !errors.Is(err, conflict) {
		return err
	}
	return s.Store.Update(ctx, fn)
}

// Ensure a finding that is made in a transaction is reported once, however often the transaction is tried.
func TestAPI_RetriedFindings(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	account, customer := uuid.New(), uuid.New()
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		return errors.Join(
			tx.AddEnterprise(store.Enterprise{}),
			tx.AddAccount("", store.Account{ID: account}),
			tx.AddAccountCustomer("", store.AccountCustomer{ID: customer, AccountID: account}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	api := &API{Store: retrying{db}, Now: time.Now, NewID: func(func(uuid.UUID) error) (uuid.UUID, error) { return uuid.New(), nil }}
	// found runs fn as a request does, and returns the findings.
	found := func(fn func(context.Context) error) (rules []string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		x := &exchange.Exchange{}
		if err := fn(x.Attach(r).Context()); err != nil {
			t.Fatal(err)
		}
		for _, v := range x.Findings {
			rules = append(rules, v.Rule)
		}
		return rules
	}
	tenant, id := ofCustomer(account, customer), uuid.Nil
	rules := found(func(ctx context.Context) error {
		user := myreports.NewUser{DisplayName: "N", Email: "n@x.example", Roles: []string{"customer.unheard.of", roleTeams}}
		if _, err := api.createUser(ctx, tenant, user, false); err != nil {
			return err
		}
		return db.View(ctx, func(tx *store.Tx) error {
			members, err := tx.Members("", customer)
			if err == nil {
				id = members[0].ID
			}
			return err
		})
	})
	if diff := cmp.Diff([]string{"readOnly", "role"}, rules); diff != "" {
		t.Errorf("findings of a new user (-want +got):\n%s", diff)
	}
	rules = found(func(ctx context.Context) error {
		op, value := "add", json.RawMessage(`"customer.never.seen"`)
		_, err := api.patchUser(ctx, tenant, id, myreports.JSONPatch{{Op: &op, Path: "/roles/-", Value: value}}, false)
		return err
	})
	if diff := cmp.Diff([]string{"role"}, rules); diff != "" {
		t.Errorf("findings of a patch (-want +got):\n%s", diff)
	}
}
