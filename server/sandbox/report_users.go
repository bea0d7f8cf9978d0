package sandbox

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// reportTenant is what MyReports users are users of: an account, or a customer of an account.
type reportTenant struct {
	account  uuid.UUID
	customer *uuid.UUID
	roles    roleRules
}

func ofAccount(account uuid.UUID) reportTenant {
	return reportTenant{account: account, roles: accountRoles}
}

func ofCustomer(account, customer uuid.UUID) reportTenant {
	return reportTenant{account: account, customer: &customer, roles: customerRoles}
}

func (t reportTenant) id() uuid.UUID {
	if t.customer != nil {
		return *t.customer
	}
	return t.account
}

// path is that of a user, as the contract writes it.
func (t reportTenant) path(user uuid.UUID) string {
	path := "/api/v1.0/accounts/" + t.account.String()
	if t.customer != nil {
		path += "/customers/" + t.customer.String()
	}
	return path + "/users/" + user.String()
}

// find refuses a tenant that the caller does not see. One of another enterprise does not exist for it.
func (t reportTenant) find(tx *store.Tx, who caller) (err error) {
	if t.customer != nil {
		_, err = tx.AccountCustomer(who.enterprise, t.account, *t.customer)
	} else {
		_, err = tx.Account(who.enterprise, t.account)
	}
	return absent(err)
}

// user gives a user of the tenant. That the tenant is missing and that the user is are one answer.
func (t reportTenant) user(tx *store.Tx, who caller, id uuid.UUID) (store.Member, error) {
	if err := t.find(tx, who); err != nil {
		return store.Member{}, err
	}
	user, err := tx.Member(who.enterprise, t.id(), id)
	return user, absent(err)
}

// absent turns the store's ErrNotFound into a 404.
func absent(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return titled(http.StatusNotFound)
	}
	return err
}

func (m *myReports) listUsers(ctx context.Context, t reportTenant) (userAnswer, error) {
	who := callerOf(ctx)
	var users []store.Member
	err := m.store.View(ctx, func(tx *store.Tx) (err error) {
		if err := t.find(tx, who); err != nil {
			return err
		}
		users, err = tx.Members(who.enterprise, t.id())
		return err
	})
	return m.list(t, users), err
}

func (m *myReports) getUser(ctx context.Context, t reportTenant, id uuid.UUID) (userAnswer, error) {
	var user store.Member
	err := m.store.View(ctx, func(tx *store.Tx) (err error) {
		user, err = t.user(tx, callerOf(ctx), id)
		return err
	})
	return m.one(t, user), err
}

// createUser creates a person who belongs to the tenant, or makes a person of the enterprise a user of it: then what is
// global, its name and its primary tenant, stays.
func (m *myReports) createUser(ctx context.Context, t reportTenant, given api.NewUser, charges bool) (userAnswer, error) {
	if err := checkNewUser(given); err != nil {
		return userAnswer{}, err
	}
	who := callerOf(ctx)
	var user store.Member
	err := m.store.Update(ctx, func(tx *store.Tx) (err error) {
		user = store.Member{Person: store.Person{DisplayName: given.DisplayName, Email: given.Email, PrimaryTenant: t.id()}}
		if err := t.find(tx, who); err != nil {
			return err
		}
		if !charges && t.roles.charged(nil, given.Roles) {
			return titled(http.StatusPaymentRequired)
		}
		if user.Roles, err = t.roles.given(ctx, given.Roles); err != nil {
			return err
		}
		user.ID, err = m.freshID(func(id uuid.UUID) error {
			_, err := tx.Person(who.enterprise, id)
			return err
		})
		if err != nil {
			return err
		}
		return m.enrol(tx, t, who.enterprise, &user)
	})
	created := m.one(t, user)
	created.location = who.base + t.path(user.ID)
	return created, err
}

// checkNewUser refuses what .NET's [Required] and [StringLength] refuse.
func checkNewUser(user api.NewUser) error {
	switch name, email := user.DisplayName, user.Email; {
	case strings.TrimSpace(name) == "":
		return badRequest("The DisplayName field is required.")
	case utf8.RuneCountInString(name) > 100:
		return badRequest("The field DisplayName must be a string with a maximum length of 100.")
	case strings.TrimSpace(email) == "":
		return badRequest("The Email field is required.")
	case utf8.RuneCountInString(email) > 200:
		return badRequest("The field Email must be a string with a maximum length of 200.")
	}
	return nil
}

// add makes user a member of the tenant, and tells whether it is a new person: where the enterprise has a person of the
// e-mail, user becomes that person.
func (t reportTenant) add(tx *store.Tx, enterprise string, user *store.Member) (fresh bool, err error) {
	known, err := tx.PersonByEmail(enterprise, user.Email)
	switch {
	case errors.Is(err, store.ErrNotFound):
		fresh, err = true, tx.AddPerson(enterprise, user.Person)
	case err == nil:
		err = t.adopt(tx, enterprise, known, user)
	}
	if err != nil {
		return false, err
	}
	return fresh, tx.AddMember(enterprise, t.id(), *user)
}

// enrol adds the user, and mails a new person.
func (m *myReports) enrol(tx *store.Tx, t reportTenant, enterprise string, user *store.Member) error {
	fresh, err := t.add(tx, enterprise, user)
	if errors.Is(err, store.ErrConflict) { // another request was faster
		return notValid(user.Email)
	}
	if err != nil || !fresh {
		return err
	}
	return m.mailActivation(tx, t, *user)
}

// adopt makes user the person that is known, who must not be a member yet.
func (t reportTenant) adopt(tx *store.Tx, enterprise string, known store.Person, user *store.Member) error {
	_, err := tx.Member(enterprise, t.id(), known.ID)
	switch {
	case err == nil:
		return notValid(user.Email)
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	user.Person = known
	user.IsParent, err = t.below(tx, enterprise, known)
	return err
}

// below holds where the tenant is a customer, and the person belongs to an account, which is a level higher.
func (t reportTenant) below(tx *store.Tx, enterprise string, person store.Person) (bool, error) {
	if t.customer == nil {
		return false, nil
	}
	_, err := tx.Account(enterprise, person.PrimaryTenant)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// patchUser carries out the operations on display name and roles, the two that can be patched. What a patch would cost is
// judged before what is wrong with it.
func (m *myReports) patchUser(ctx context.Context, t reportTenant, id uuid.UUID, patch api.JSONPatch, charges bool) (success, error) {
	who := callerOf(ctx)
	return success{m}, m.store.Update(ctx, func(tx *store.Tx) error {
		user, err := t.user(tx, who, id)
		if err != nil {
			return err
		}
		patched, err := t.roles.patch(user, patch)
		if !charges && t.roles.charged(user.Roles, patched.Roles) {
			return titled(http.StatusPaymentRequired)
		}
		if err == nil {
			err = jsonpatch.Validate(patched)
		}
		if err != nil {
			return err
		}
		user.DisplayName = *patched.DisplayName
		if user.Roles, err = t.roles.settle(ctx, user.Roles, patched.UniqueRoles()); err != nil {
			return err
		}
		return tx.UpdateMember(who.enterprise, t.id(), user)
	})
}

// patch applies a patch as far as it can be.
func (r roleRules) patch(user store.Member, patch api.JSONPatch) (jsonpatch.User, error) {
	ops := make([]jsonpatch.Operation, len(patch))
	for i, op := range patch {
		ops[i] = jsonpatch.Operation{Op: op.Op, Path: &op.Path, From: op.From, Value: op.Value}
	}
	// The service keeps a list; a null one would make a patch of an element fail.
	roles := append([]string{}, user.Roles...)
	return jsonpatch.Attempt(jsonpatch.User{DisplayName: &user.DisplayName, Roles: roles, Kept: r.kept}, ops, r.valid)
}

// deleteUser ends the membership, and from the primary tenant all of the person's.
func (m *myReports) deleteUser(ctx context.Context, t reportTenant, id uuid.UUID) (success, error) {
	who := callerOf(ctx)
	return success{m}, m.store.Update(ctx, func(tx *store.Tx) error {
		user, err := t.user(tx, who, id)
		if err != nil {
			return err
		}
		if user.PrimaryTenant == t.id() {
			return tx.DeletePerson(who.enterprise, id)
		}
		return tx.RemoveMember(who.enterprise, t.id(), id)
	})
}

func (m *myReports) sendActivation(ctx context.Context, t reportTenant, id uuid.UUID) error {
	return m.store.Update(ctx, func(tx *store.Tx) error {
		user, err := t.user(tx, callerOf(ctx), id)
		if err != nil {
			return err
		}
		if user.PrimaryTenant != t.id() {
			return &envelopeError{
				status: http.StatusBadRequest, code: "TenantNotPrimary", message: "This is not the primary tenant for this User.",
			}
		}
		return m.mailActivation(tx, t, user)
	})
}
