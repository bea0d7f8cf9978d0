package sandbox

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/gen/myreportsserver"
	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// accountRoles are the roles of a reseller account's users (facts of the Reseller Users page).
var accountRoles = map[string]bool{
	"account.user": true, "user.admin": true, "account.service.status": true, "account.storage.admin": true,
	"branding.admin": true, "customer.admin": true, "onboarding.admin": true, "webhooks.admin": true,
}

// GetAccountUser answers a user with the roles it holds in the account.
func (m *myReports) GetAccountUser(ctx context.Context, req myreportsserver.GetAccountUserRequestObject) (myreportsserver.GetAccountUserResponseObject, error) {
	var user store.Member
	err := m.store.View(ctx, func(tx *store.Tx) (err error) {
		user, err = findAccountUser(tx, callerOf(ctx), req.AccountTenantID, req.UserID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return accountUserResult{m, user}, nil
}

// PatchAccountUser carries out a JSON Patch on a user, all of it or nothing.
func (m *myReports) PatchAccountUser(ctx context.Context, req myreportsserver.PatchAccountUserRequestObject) (myreportsserver.PatchAccountUserResponseObject, error) {
	who := callerOf(ctx)
	err := m.store.Update(ctx, func(tx *store.Tx) error {
		user, err := findAccountUser(tx, who, req.AccountTenantID, req.UserID)
		if err != nil {
			return err
		}
		if err := patchUser(&user, *req.Body); err != nil {
			return err
		}
		return tx.UpdateAccountUser(who.enterprise, req.AccountTenantID, user)
	})
	if err != nil {
		return nil, err
	}
	return success{m}, nil
}

// findAccountUser gives a user of an account. An account of another enterprise does not exist, and neither does a user of
// another account: the answers are the same.
func findAccountUser(tx *store.Tx, who caller, account, user uuid.UUID) (store.Member, error) {
	member, err := tx.AccountUser(who.enterprise, account, user)
	if errors.Is(err, store.ErrNotFound) {
		err = titled(http.StatusNotFound)
	}
	return member, err
}

// patchUser applies the operations to display name and roles, the two that can be patched.
func patchUser(user *store.Member, patch api.JSONPatch) error {
	ops := make([]jsonpatch.Operation, len(patch))
	for i, op := range patch {
		ops[i] = jsonpatch.Operation{Op: op.Op, Path: &op.Path, From: op.From, Value: op.Value}
	}
	roles := user.Roles
	if roles == nil {
		roles = []string{} // the service keeps a list; a null one would make a patch of an element fail
	}
	patched, err := jsonpatch.Apply(jsonpatch.User{DisplayName: &user.DisplayName, Roles: roles}, ops,
		func(role string) bool { return accountRoles[role] })
	if err == nil {
		err = jsonpatch.Validate(patched)
	}
	if err != nil {
		return err
	}
	user.DisplayName, user.Roles = *patched.DisplayName, patched.UniqueRoles()
	return nil
}

// accountUserResult is the answer with one user. The generated writer sorts members and escapes; the service does neither.
type accountUserResult struct {
	m    *myReports
	user store.Member
}

// VisitGetAccountUserResponse writes the envelope.
func (a accountUserResult) VisitGetAccountUserResponse(w http.ResponseWriter) error {
	b := appendAccountUser([]byte(`{"data":`), a.user)
	a.m.send(w, http.StatusOK, append(b, `,"status":"success"`...))
	return nil
}

// appendAccountUser writes the members in the order of the documented samples.
func appendAccountUser(b []byte, user store.Member) []byte {
	b = appendString(append(b, `{"id":`...), user.ID.String())
	b = appendString(append(b, `,"displayName":`...), user.DisplayName)
	b = appendString(append(b, `,"email":`...), user.Email)
	b = appendString(append(b, `,"primaryTenant":`...), user.PrimaryTenant.String())
	b = appendStrings(append(b, `,"roles":`...), user.Roles)
	return append(b, '}')
}

// success is the answer without data.
type success struct{ m *myReports }

// VisitPatchAccountUserResponse writes the envelope.
func (s success) VisitPatchAccountUserResponse(w http.ResponseWriter) error {
	s.m.send(w, http.StatusOK, []byte(`{"status":"success"`))
	return nil
}
