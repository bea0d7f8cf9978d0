package sandbox

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// UpdatePortalUser replaces the whole view of a portal user, whoever's it is. Its scope, and with it the role, stays.
func (c *cloudCockpit) UpdatePortalUser(ctx context.Context, req cloudcockpitserver.UpdatePortalUserRequestObject) (cloudcockpitserver.UpdatePortalUserResponseObject, error) {
	if err := checkPortalUser(req.Body); err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	err := c.store.Update(ctx, func(tx *store.Tx) error {
		user, err := findPortalUser(tx, who, req.Params.ResellerID, req.Email)
		if err != nil {
			return err
		}
		if err := revisePortalUser(tx, who.tenant, &user, req.Body); err != nil {
			return err
		}
		return emailConflict(tx.UpdatePortalUser(who.tenant, user))
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.UpdatePortalUser204Response{}, nil
}

// DeletePortalUser hides a portal user. The row stays, and the e-mail is free for another user.
func (c *cloudCockpit) DeletePortalUser(ctx context.Context, req cloudcockpitserver.DeletePortalUserRequestObject) (cloudcockpitserver.DeletePortalUserResponseObject, error) {
	who := callerOf(ctx)
	err := c.store.Update(ctx, func(tx *store.Tx) error {
		user, err := findPortalUser(tx, who, req.Params.ResellerID, req.Email)
		if err != nil {
			return err
		}
		user.Deleted = true
		return tx.UpdatePortalUser(who.tenant, user)
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.DeletePortalUser204Response{}, nil
}

// revisePortalUser puts the view in place, or says all that is wrong with it.
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

// findPortalUser gives the live portal user of an e-mail, where the caller sees it in the context of the reseller that is
// given or the token's: in a reseller's context are its own users and those of its customers. What the caller does not see is
// answered like what does not exist.
func findPortalUser(tx *store.Tx, who caller, given *uuid.UUID, email string) (store.PortalUser, error) {
	reseller, err := resellerContext(tx, who, given)
	if err != nil {
		return store.PortalUser{}, err
	}
	user, err := tx.PortalUserByEmail(who.tenant, email)
	if err == nil && reseller != nil {
		err = checkContext(tx, who.tenant, user, *reseller)
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
		if err != nil || value(customer.ResellerID) == reseller {
			return err
		}
	}
	return fmt.Errorf("user of another context: %w", store.ErrNotFound)
}
