package myreports

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
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

// newStore opens a store with an account that has one customer.
func newStore(t *testing.T) (db *store.Store, account, customer uuid.UUID) {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	account, customer = uuid.New(), uuid.New()
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
	return db, account, customer
}

// Ensure a finding that is made in a transaction is reported once, however often the transaction is tried.
func TestAPI_RetriedFindings(t *testing.T) {
	t.Parallel()
	db, account, customer := newStore(t)
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
		_, err := api.patchUser(ctx, userPatch{tenant, id, myreports.JSONPatch{{Op: &op, Path: "/roles/-", Value: value}}, false})
		return err
	})
	if diff := cmp.Diff([]string{"role"}, rules); diff != "" {
		t.Errorf("findings of a patch (-want +got):\n%s", diff)
	}
}

// A changing store has another writer, which adds a role to the user before each of the first changes transactions of others.
type changing struct {
	*store.Store
	user, tenant uuid.UUID
	changes      *int
}

func (s changing) Update(ctx context.Context, fn func(*store.Tx) error) error {
	if *s.changes > 0 {
		*s.changes--
		err := s.Store.Update(ctx, func(tx *store.Tx) error {
			user, err := tx.Member("", s.tenant, s.user)
			if err != nil {
				return err
			}
			before := user
			user.Roles = append(slices.Clone(user.Roles), "by.another."+strconv.Itoa(*s.changes))
			return tx.UpdateMember("", s.tenant, before, user)
		})
		if err != nil {
			return err
		}
	}
	return s.Store.Update(ctx, fn)
}

// Ensure that a large patch, which is applied before its transaction, loses no change of another writer.
func TestAPI_LargePatch(t *testing.T) {
	t.Parallel()
	for changes := range 5 {
		db, account, customer := newStore(t)
		id := uuid.New()
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			person := store.Person{ID: id, DisplayName: "N", Email: "n@x.example", PrimaryTenant: customer}
			return errors.Join(tx.AddPerson("", person), tx.AddMember("", customer, store.Member{Person: person}))
		})
		if err != nil {
			t.Fatal(err)
		}
		left := changes
		api := &API{Store: changing{db, id, customer, &left}}
		op, path := "add", "/roles/-"
		patch := make(myreports.JSONPatch, 0, 1000)
		for range cap(patch) {
			patch = append(patch, myreports.JSONPatchOperation{Op: &op, Path: path, Value: json.RawMessage(`"mine"`)},
				myreports.JSONPatchOperation{Op: new("remove"), Path: path})
		}
		patch = append(patch, myreports.JSONPatchOperation{Op: &op, Path: path, Value: json.RawMessage(`"mine"`)})
		if _, err := api.patchUser(t.Context(), userPatch{ofCustomer(account, customer), id, patch, false}); err != nil {
			t.Fatal(err)
		}
		err = db.View(t.Context(), func(tx *store.Tx) error {
			user, err := tx.Member("", customer, id)
			if len(user.Roles) != changes+1 || user.Roles[changes] != "mine" {
				t.Errorf("after %d changes of another writer: got the roles %v", changes, user.Roles)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
