package sandbox

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// CreateResellerUser creates a portal user of a reseller. The operation declares no 404: an unknown reseller is a 400.
func (c *cloudCockpit) CreateResellerUser(ctx context.Context, req cloudcockpitserver.CreateResellerUserRequestObject) (cloudcockpitserver.CreateResellerUserResponseObject, error) {
	if err := checkPortalUser(req.Body); err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	user := store.PortalUser{
		Scope: store.ScopeReseller, ScopeID: req.ResellerID,
		FirstName: *req.Body.FirstName, LastName: *req.Body.LastName, Email: *req.Body.Email,
	}
	err := c.store.Update(ctx, func(tx *store.Tx) error {
		if err := checkOwnReseller(tx, who, req.ResellerID); err != nil {
			return err
		}
		return c.createPortalUser(tx, who.tenant, &user, req.Body.Groups)
	})
	if err != nil {
		return nil, err
	}
	return createdID(user.ID), nil
}

// checkOwnReseller refuses a reseller that the caller does not see: a CSP sees all of its tenant, a reseller itself.
func checkOwnReseller(tx *store.Tx, who caller, id uuid.UUID) error {
	if who.reseller != nil && *who.reseller != id {
		return refuse(http.StatusBadRequest, "resellerId", "was not found")
	}
	_, err := tx.Reseller(who.tenant, id)
	return missing(err, http.StatusBadRequest, "resellerId")
}

// resellerContext gives the reseller whose portal users a request is about, or nil for all of the tenant: the one that is
// given, or else the token's.
func resellerContext(tx *store.Tx, who caller, given *uuid.UUID) (*uuid.UUID, error) {
	if given == nil {
		return who.reseller, nil
	}
	return given, checkOwnReseller(tx, who, *given)
}
