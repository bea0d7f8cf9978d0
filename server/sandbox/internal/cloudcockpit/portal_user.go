package cloudcockpit

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// UpdatePortalUser replaces the whole view of a portal user of any scope. The scope, and with it the role, stays.
func (a *API) UpdatePortalUser(ctx context.Context, req cloudcockpitserver.UpdatePortalUserRequestObject) (cloudcockpitserver.UpdatePortalUserResponseObject, error) {
	if err := checkPortalUser(req.Body); err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	err := a.Store.Update(ctx, func(tx *store.Tx) error {
		user, err := findPortalUser(tx, who, req.Params.ResellerID, req.Email)
		if err != nil {
			return err
		}
		if err := revisePortalUser(tx, who.Tenant, &user, req.Body); err != nil {
			return err
		}
		return emailConflict(tx.UpdatePortalUser(who.Tenant, user))
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.UpdatePortalUser204Response{}, nil
}

// DeletePortalUser marks a portal user as deleted. The row stays, and the e-mail is free for another user.
func (a *API) DeletePortalUser(ctx context.Context, req cloudcockpitserver.DeletePortalUserRequestObject) (cloudcockpitserver.DeletePortalUserResponseObject, error) {
	who := callerOf(ctx)
	err := a.Store.Update(ctx, func(tx *store.Tx) error {
		user, err := findPortalUser(tx, who, req.Params.ResellerID, req.Email)
		if err != nil {
			return err
		}
		user.Deleted = true
		return tx.UpdatePortalUser(who.Tenant, user)
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.DeletePortalUser204Response{}, nil
}

// revisePortalUser applies the view, or refuses it with everything that is wrong.
func revisePortalUser(tx *store.Tx, domain string, user *store.PortalUser, view *api.PortalUser) (err error) {
	r := &refusal{status: http.StatusBadRequest}
	if view.ID != nil && *view.ID != user.ID {
		r.add("id", "differs from the id of the user")
	}
	if user.Groups, err = findGroups(tx, domain, view.Groups, r); err != nil {
		return err
	}
	if store.Fold(*view.Email) != store.Fold(user.Email) {
		if err := checkPortalEmail(tx, domain, *view.Email, r); err != nil {
			return err
		}
	}
	user.FirstName, user.LastName, user.Email = *view.FirstName, *view.LastName, *view.Email
	return r.orNil()
}

// findPortalUser returns the portal user with an e-mail, if the caller sees it in the context of the given reseller or of its
// token: a reseller's context has its own users and those of its customers. A user that the caller does not see gets the same
// response as one that does not exist.
func findPortalUser(tx *store.Tx, who identity.Caller, given *uuid.UUID, email string) (store.PortalUser, error) {
	reseller, err := resellerContext(tx, who, given)
	if err != nil {
		return store.PortalUser{}, err
	}
	user, err := tx.PortalUserByEmail(who.Tenant, email)
	if err == nil && reseller != nil {
		err = checkContext(tx, who.Tenant, user, *reseller)
	}
	return user, missing(err, http.StatusNotFound, "email")
}

// checkContext returns an error wrapping [store.ErrNotFound] for a user outside of the reseller's context.
func checkContext(tx *store.Tx, domain string, user store.PortalUser, reseller uuid.UUID) error {
	switch user.Scope {
	case store.ScopeReseller:
		if user.ScopeID == reseller {
			return nil
		}
	case store.ScopeCustomer:
		customer, err := tx.Customer(domain, user.ScopeID)
		if err != nil || answer.Value(customer.ResellerID) == reseller {
			return err
		}
	}
	return fmt.Errorf("user of another context: %w", store.ErrNotFound)
}
