package cloudcockpit

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// ListPortalUsers returns all portal users of a customer, sorted by name.
func (a *API) ListPortalUsers(ctx context.Context, req cloudcockpitserver.ListPortalUsersRequestObject) (cloudcockpitserver.ListPortalUsersResponseObject, error) {
	who := callerOf(ctx)
	scope := customerScope{req.CustomerID, req.Params.ResellerID, http.StatusNotFound}
	var users []store.PortalUser
	err := a.Store.View(ctx, func(tx *store.Tx) error {
		customer, err := scope.find(tx, who)
		if err != nil {
			return err
		}
		users, err = tx.PortalUsers(who.Tenant, store.ScopeCustomer, customer.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	body := make([]api.PortalUser, len(users))
	for i, u := range users {
		body[i] = portalUser(u)
	}
	return cloudcockpitserver.ListPortalUsers200JSONResponse{Body: body}, nil
}

// CreatePortalUser creates a portal user of a customer. The id is always new, and the role follows from the path; the request's
// are ignored.
func (a *API) CreatePortalUser(ctx context.Context, req cloudcockpitserver.CreatePortalUserRequestObject) (cloudcockpitserver.CreatePortalUserResponseObject, error) {
	if err := checkPortalUser(req.Body); err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	scope := customerScope{req.CustomerID, req.Params.ResellerID, http.StatusNotFound}
	user := store.PortalUser{
		Scope: store.ScopeCustomer, ScopeID: req.CustomerID,
		FirstName: *req.Body.FirstName, LastName: *req.Body.LastName, Email: *req.Body.Email,
	}
	err := a.Store.Update(ctx, func(tx *store.Tx) error {
		if _, err := scope.find(tx, who); err != nil {
			return err
		}
		return a.createPortalUser(tx, who.Tenant, &user, req.Body.Groups)
	})
	if err != nil {
		return nil, err
	}
	return createdID(user.ID), nil
}

// createdID is the response to a creation: the id as a JSON string, and not a byte more. The generated writer appends a newline,
// which remains in the id of a caller that only removes the quotes.
type createdID uuid.UUID

func (id createdID) write(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", MediaType)
	w.WriteHeader(http.StatusCreated)
	_, err := w.Write(answer.AppendString(nil, uuid.UUID(id).String()))
	return err
}

// VisitCreatePortalUserResponse writes the id.
func (id createdID) VisitCreatePortalUserResponse(w http.ResponseWriter) error { return id.write(w) }

// VisitCreateResellerUserResponse writes the id.
func (id createdID) VisitCreateResellerUserResponse(w http.ResponseWriter) error { return id.write(w) }

// createPortalUser adds a user with a new id and the groups of the request, or refuses it with everything that is wrong.
func (a *API) createPortalUser(tx *store.Tx, domain string, user *store.PortalUser, groups []api.Group) (err error) {
	r := &refusal{status: http.StatusBadRequest}
	if user.Groups, err = findGroups(tx, domain, groups, r); err != nil {
		return err
	}
	if err := errors.Join(checkPortalEmail(tx, domain, user.Email, r), r.orNil()); err != nil {
		return err
	}
	user.ID, err = a.NewID(func(id uuid.UUID) error {
		_, err := tx.PortalUser(domain, id)
		return err
	})
	if err != nil {
		return err
	}
	return emailConflict(tx.AddPortalUser(domain, *user))
}

// emailConflict refuses an e-mail that another request took in the meantime.
func emailConflict(err error) error { return conflict(err, "email", emailTaken) }

const emailTaken = "is the e-mail of another user of the tenant"

// checkPortalUser refuses a view without a required member. An empty list of groups is allowed.
func checkPortalUser(user *api.PortalUser) error {
	r := &refusal{status: http.StatusBadRequest}
	r.requireText("firstName", user.FirstName)
	r.requireText("lastName", user.LastName)
	r.requireText("email", user.Email)
	if user.Groups == nil {
		r.add("groups", "is required")
	}
	return r.orNil()
}

// findGroups looks the groups of a request up, and adds the unknown ones to r. A group that is given twice counts once.
func findGroups(tx *store.Tx, domain string, given []api.Group, r *refusal) ([]store.Group, error) {
	known, err := tx.Groups(domain)
	if err != nil {
		return nil, err
	}
	names := make(map[uuid.UUID]string, len(known))
	for _, g := range known {
		names[g.ID] = g.Name
	}
	groups, taken := []store.Group{}, map[uuid.UUID]bool{}
	for i, g := range given {
		name, ok := names[g.ID]
		switch {
		case !ok:
			r.add(fmt.Sprintf("groups[%d].id", i), "was not found")
		case !taken[g.ID]:
			taken[g.ID] = true
			groups = append(groups, store.Group{ID: g.ID, Name: name})
		}
	}
	return groups, nil
}

// checkPortalEmail adds to r an e-mail that a user of the tenant has.
func checkPortalEmail(tx *store.Tx, domain, email string, r *refusal) error {
	_, err := tx.PortalUserByEmail(domain, email)
	switch {
	case err == nil:
		r.add("email", emailTaken)
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return nil
}

// portalUser returns the API's view of a user.
func portalUser(u store.PortalUser) api.PortalUser {
	role := string(u.Scope)
	return api.PortalUser{
		ID: &u.ID, FirstName: &u.FirstName, LastName: &u.LastName, Email: &u.Email,
		Role: &api.Role{Name: &role}, Groups: groupItems(u.Groups),
	}
}
