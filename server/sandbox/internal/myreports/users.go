package myreports

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	api "github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// A tenant has users: it is an account, or a customer of an account.
type tenant struct {
	account  uuid.UUID
	customer *uuid.UUID
	roles    roleRules
}

func ofAccount(account uuid.UUID) tenant {
	return tenant{account: account, roles: accountRoles}
}

func ofCustomer(account, customer uuid.UUID) tenant {
	return tenant{account: account, customer: &customer, roles: customerRoles}
}

func (t tenant) id() uuid.UUID {
	if t.customer != nil {
		return *t.customer
	}
	return t.account
}

// path returns the path of a user, as the contract writes it.
func (t tenant) path(user uuid.UUID) string {
	path := "/api/v1.0/accounts/" + t.account.String()
	if t.customer != nil {
		path += "/customers/" + t.customer.String()
	}
	return path + "/users/" + user.String()
}

// find refuses a tenant that the caller does not see. A tenant of another enterprise does not exist for it.
func (t tenant) find(tx *store.Tx, who caller) (err error) {
	if t.customer != nil {
		_, err = tx.AccountCustomer(who.Enterprise, t.account, *t.customer)
	} else {
		_, err = tx.Account(who.Enterprise, t.account)
	}
	return absent(err)
}

// user returns a user of the tenant. A missing tenant and a missing user give the same response.
func (t tenant) user(tx *store.Tx, who caller, id uuid.UUID) (store.Member, error) {
	if err := t.find(tx, who); err != nil {
		return store.Member{}, err
	}
	user, err := tx.Member(who.Enterprise, t.id(), id)
	return user, absent(err)
}

func (a *API) listUsers(ctx context.Context, t tenant) (userResponse, error) {
	who := callerOf(ctx)
	var users []store.Member
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if err := t.find(tx, who); err != nil {
			return err
		}
		users, err = tx.Members(who.Enterprise, t.id())
		return err
	})
	return a.list(t, users), err
}

func (a *API) getUser(ctx context.Context, t tenant, id uuid.UUID) (userResponse, error) {
	var user store.Member
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		user, err = t.user(tx, callerOf(ctx), id)
		return err
	})
	return a.one(t, user), err
}

// createUser creates a person who belongs to the tenant, or makes an existing person of the enterprise a user of it. The name and
// the primary tenant of an existing person stay.
func (a *API) createUser(ctx context.Context, t tenant, given api.NewUser, charges bool) (userResponse, error) {
	if err := checkNewUser(given); err != nil {
		return userResponse{}, err
	}
	who := callerOf(ctx)
	var user store.Member
	var found []contract.Violation
	err := a.Store.Update(ctx, func(tx *store.Tx) (err error) {
		found = nil
		user = store.Member{Person: store.Person{DisplayName: given.DisplayName, Email: given.Email, PrimaryTenant: t.id()}}
		if err := t.find(tx, who); err != nil {
			return err
		}
		if !charges && t.roles.charged(nil, given.Roles) {
			return titled(http.StatusPaymentRequired)
		}
		if user.Roles, found, err = t.roles.given(given.Roles); err != nil {
			return err
		}
		user.ID, err = a.NewID(func(id uuid.UUID) error {
			_, err := tx.Person(who.Enterprise, id)
			return err
		})
		if err != nil {
			return err
		}
		return a.enrol(tx, t, who.Enterprise, &user)
	})
	report(ctx, found)
	created := a.one(t, user)
	created.location = who.origin + t.path(user.ID)
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

// add makes user a member of the tenant, and reports whether it is a new person. If the enterprise has a person with the e-mail,
// user becomes that person.
func (t tenant) add(tx *store.Tx, enterprise string, user *store.Member) (fresh bool, err error) {
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
func (a *API) enrol(tx *store.Tx, t tenant, enterprise string, user *store.Member) error {
	fresh, err := t.add(tx, enterprise, user)
	if errors.Is(err, store.ErrConflict) { // another request took the e-mail
		return notValid(user.Email)
	}
	if err != nil || !fresh {
		return err
	}
	return a.mailActivation(tx, t, *user)
}

// adopt turns user into the known person, who must not be a member yet.
func (t tenant) adopt(tx *store.Tx, enterprise string, known store.Person, user *store.Member) error {
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

// below reports whether the tenant is a customer and the person belongs to an account, which is a level higher.
func (t tenant) below(tx *store.Tx, enterprise string, person store.Person) (bool, error) {
	if t.customer == nil {
		return false, nil
	}
	_, err := tx.Account(enterprise, person.PrimaryTenant)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// deleteUser ends the membership. In the primary tenant it deletes the person.
func (a *API) deleteUser(ctx context.Context, t tenant, id uuid.UUID) (success, error) {
	who := callerOf(ctx)
	return success{a}, a.Store.Update(ctx, func(tx *store.Tx) error {
		user, err := t.user(tx, who, id)
		if err != nil {
			return err
		}
		if user.PrimaryTenant == t.id() {
			return tx.DeletePerson(who.Enterprise, id)
		}
		return tx.RemoveMember(who.Enterprise, t.id(), id)
	})
}

func (a *API) sendActivation(ctx context.Context, t tenant, id uuid.UUID) error {
	return a.Store.Update(ctx, func(tx *store.Tx) error {
		user, err := t.user(tx, callerOf(ctx), id)
		if err != nil {
			return err
		}
		if user.PrimaryTenant != t.id() {
			return &envelopeError{
				status: http.StatusBadRequest, code: "TenantNotPrimary", message: "This is not the primary tenant for this User.",
			}
		}
		return a.mailActivation(tx, t, user)
	})
}

func (a *API) mailActivation(tx *store.Tx, t tenant, user store.Member) error {
	return tx.AddMail(store.Mail{
		Kind: string(control.Activation), To: user.Email, API: identity.Portal.API, Tenant: t.id().String(), UserID: user.ID, Sent: a.Now(),
	})
}
