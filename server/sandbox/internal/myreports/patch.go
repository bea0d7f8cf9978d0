package myreports

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// A userPatch is a JSON Patch of a user.
type userPatch struct {
	tenant
	user    uuid.UUID
	ops     api.JSONPatch
	charges bool // the caller accepts them
}

// maxInTransaction is the size of a patch, in bytes, up to which it is applied within the transaction that writes its result.
// A patch of a megabyte takes a quarter of a second, during which nothing else could be written.
const maxInTransaction = 16 << 10

// errChanged is returned by a transaction that finds another user than the one that the patch was applied to.
var errChanged = errors.New("the user has changed")

// patchUser applies the operations to display name and roles, the two members that can be patched.
func (a *API) patchUser(ctx context.Context, p userPatch) (success, error) {
	found, err := a.patchApart(ctx, p)
	if errors.Is(err, errChanged) {
		found, err = a.patchWithin(ctx, p)
	}
	report(ctx, found)
	return success{a}, err
}

// patchWithin applies the patch within the transaction that writes the result.
func (a *API) patchWithin(ctx context.Context, p userPatch) (found []contract.Violation, err error) {
	who := callerOf(ctx)
	err = a.Store.Update(ctx, func(tx *store.Tx) error {
		found = nil // of an attempt before
		user, err := p.tenant.user(tx, who, p.user)
		if err != nil {
			return err
		}
		before := user
		found, err = p.apply(&user)
		if err != nil {
			return err
		}
		return tx.UpdateMember(who.Enterprise, p.id(), before, user)
	})
	return found, err
}

// patchApart applies a large patch before the transaction that writes the result. It returns errChanged for a small patch, and if
// other requests change the user all the time.
func (a *API) patchApart(ctx context.Context, p userPatch) (found []contract.Violation, err error) {
	if p.size() <= maxInTransaction {
		return nil, errChanged
	}
	who := callerOf(ctx)
	for range 3 {
		var user store.Member
		err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
			user, err = p.tenant.user(tx, who, p.user)
			return err
		})
		if err != nil {
			return nil, err
		}
		patched := user
		if found, err = p.apply(&patched); err != nil {
			return found, err
		}
		err = a.Store.Update(ctx, func(tx *store.Tx) error {
			current, err := p.tenant.user(tx, who, p.user)
			switch {
			case err != nil:
				return err
			case current.DisplayName != user.DisplayName || !slices.Equal(current.Roles, user.Roles):
				return errChanged
			}
			return tx.UpdateMember(who.Enterprise, p.id(), current, patched)
		})
		if !errors.Is(err, errChanged) {
			return found, err
		}
	}
	return nil, errChanged
}

// size is about the length of the patch as it was sent.
func (p userPatch) size() (n int) {
	for _, op := range p.ops {
		n += len(op.Path) + len(answer.Value(op.From)) + len(op.Value) + 32
	}
	return n
}

// apply patches a user, whose roles it does not change in place. Charges are judged before errors of the patch.
func (p userPatch) apply(user *store.Member) ([]contract.Violation, error) {
	patched, err := p.attempt(*user)
	if !p.charges && p.roles.charged(user.Roles, patched.Roles) {
		return nil, titled(http.StatusPaymentRequired)
	}
	if err == nil {
		err = checkRoles(patched.Roles)
	}
	if err == nil {
		err = jsonpatch.Validate(patched)
	}
	if err != nil {
		return nil, err
	}
	user.DisplayName = *patched.DisplayName
	var found []contract.Violation
	user.Roles, found, err = p.roles.settle(user.Roles, patched.UniqueRoles())
	return found, err
}

// attempt carries out all operations that can be, and returns the first error.
func (p userPatch) attempt(user store.Member) (jsonpatch.User, error) {
	ops := make([]jsonpatch.Operation, len(p.ops))
	for i, op := range p.ops {
		ops[i] = jsonpatch.Operation{Op: answer.Value(op.Op), Path: &op.Path, From: op.From, Value: op.Value}
	}
	// The service keeps an empty list: with a null one, a patch of an element would fail.
	roles := append([]string{}, user.Roles...)
	given := jsonpatch.User{DisplayName: &user.DisplayName, Roles: roles, Kept: p.roles.kept}
	return jsonpatch.Attempt(given, ops, p.roles.valid)
}
