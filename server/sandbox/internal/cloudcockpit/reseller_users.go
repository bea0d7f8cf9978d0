package cloudcockpit

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// CreateResellerUser creates a portal user of a reseller. The operation declares no 404: an unknown reseller is a 400.
func (a *API) CreateResellerUser(ctx context.Context, req cloudcockpitserver.CreateResellerUserRequestObject) (cloudcockpitserver.CreateResellerUserResponseObject, error) {
	if err := checkPortalUser(req.Body); err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	user := store.PortalUser{
		Scope: store.ScopeReseller, ScopeID: req.ResellerID,
		FirstName: *req.Body.FirstName, LastName: *req.Body.LastName, Email: *req.Body.Email,
	}
	err := a.Store.Update(ctx, func(tx *store.Tx) error {
		if err := checkOwnReseller(tx, who, req.ResellerID); err != nil {
			return err
		}
		return a.createPortalUser(tx, who.Tenant, &user, req.Body.Groups)
	})
	if err != nil {
		return nil, err
	}
	return createdID(user.ID), nil
}

// checkOwnReseller refuses a reseller that the caller does not see: a CSP sees all resellers of its tenant, a reseller itself.
func checkOwnReseller(tx *store.Tx, who identity.Caller, id uuid.UUID) error {
	if who.Reseller != nil && *who.Reseller != id {
		return refuse(http.StatusBadRequest, "resellerId", "was not found")
	}
	_, err := tx.Reseller(who.Tenant, id)
	return missing(err, http.StatusBadRequest, "resellerId")
}

// resellerContext returns the reseller whose portal users a request is about: the given one, else the token's, else nil for all
// of the tenant.
func resellerContext(tx *store.Tx, who identity.Caller, given *uuid.UUID) (*uuid.UUID, error) {
	if given == nil {
		return who.Reseller, nil
	}
	return given, checkOwnReseller(tx, who, *given)
}
