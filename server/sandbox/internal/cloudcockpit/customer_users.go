package cloudcockpit

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// ListCustomerUsers returns one page of a customer's Microsoft users. The operation declares no 404: an unknown customer is a
// 400.
func (a *API) ListCustomerUsers(ctx context.Context, req cloudcockpitserver.ListCustomerUsersRequestObject) (cloudcockpitserver.ListCustomerUsersResponseObject, error) {
	who, p := callerOf(ctx), req.Params
	page := newPage(p.PageNumber, p.PageSize)
	query := store.Query{
		Search:     answer.Value(p.SearchValue),
		Descending: !answer.Value(p.AscendingOrder),
		Limit:      page.size,
	}
	if p.SortPropertyName != nil && *p.SortPropertyName == api.UserPrincipalName {
		query.SortBy = store.SortByEmail
	}
	scope := instanceScope{customerScope{req.CustomerID, p.ResellerID, http.StatusBadRequest}, p.ProviderInstanceID}
	var users store.UserPage
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if err := scope.check(tx, who); err != nil {
			return err
		}
		users, err = seek(tx, who.Tenant, p.ProviderInstanceID, query, &page, answer.Value(p.SeekOperation))
		return err
	})
	if err != nil {
		return nil, err
	}
	return customerUserPage{page, users.Users}, nil
}

// GetCustomerUser returns one of a customer's Microsoft users. Without a provider instance the customer's only Microsoft one
// is meant.
func (a *API) GetCustomerUser(ctx context.Context, req cloudcockpitserver.GetCustomerUserRequestObject) (cloudcockpitserver.GetCustomerUserResponseObject, error) {
	who := callerOf(ctx)
	var user customerUser
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		scope := userScope(req.CustomerID, answer.Value(req.Params.ProviderInstanceID))
		if req.Params.ProviderInstanceID == nil {
			if scope.instance, err = scope.onlyInstance(tx, who); err != nil {
				return err
			}
		}
		user, err = scope.userView(tx, who, req.CustomerUserID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return user, nil
}

// UpdateCustomerUser replaces the whole view of a user. The password stays unless the view has a new one.
func (a *API) UpdateCustomerUser(ctx context.Context, req cloudcockpitserver.UpdateCustomerUserRequestObject) (cloudcockpitserver.UpdateCustomerUserResponseObject, error) {
	who, view := callerOf(ctx), req.Body.CustomerUser
	if err := checkCustomerUser(view, req.CustomerUserID); err != nil {
		return nil, err
	}
	err := a.Store.Update(ctx, func(tx *store.Tx) error {
		user, err := userScope(req.CustomerID, req.Body.ProviderInstanceID).user(tx, who, req.CustomerUserID)
		if err != nil {
			return err
		}
		before := user
		user.DisplayName, user.Email = *view.DisplayName, *view.Email
		user.FirstName, user.LastName = view.FirstName, view.LastName
		user.Location, user.Domain = *view.Location, *view.Domain
		if err := tx.UpdateCustomerUser(who.Tenant, before, user); err != nil {
			return conflict(err, "customerUser.email", "is the e-mail of another user of the customer")
		}
		if password := answer.Value(view.TemporaryPassword); password != "" {
			return a.setPassword(tx, who, user, password)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.UpdateCustomerUser200Response{}, nil
}

// ResetCustomerUserPassword sets a user's password. The other members of the view are ignored.
func (a *API) ResetCustomerUserPassword(ctx context.Context, req cloudcockpitserver.ResetCustomerUserPasswordRequestObject) (cloudcockpitserver.ResetCustomerUserPasswordResponseObject, error) {
	who, view := callerOf(ctx), req.Body.CustomerUser
	r := &refusal{status: http.StatusBadRequest}
	r.requireText("customerUser.temporaryPassword", view.TemporaryPassword)
	r.requireID("customerUser.id", view.ID, req.CustomerUserID)
	if err := r.orNil(); err != nil {
		return nil, err
	}
	err := a.Store.Update(ctx, func(tx *store.Tx) error {
		user, err := userScope(req.CustomerID, req.Body.ProviderInstanceID).user(tx, who, req.CustomerUserID)
		if err != nil {
			return err
		}
		return a.setPassword(tx, who, user, *view.TemporaryPassword)
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.ResetCustomerUserPassword200Response{}, nil
}

// setPassword sets a user's password, and mails the user.
func (a *API) setPassword(tx *store.Tx, who identity.Caller, user store.CustomerUser, password string) error {
	if err := tx.SetPassword(who.Tenant, user.ProviderInstanceID, user.ID, password); err != nil {
		return err
	}
	return tx.AddMail(store.Mail{
		Kind: string(control.Password), To: user.Email, API: identity.Entra.API, Tenant: who.Tenant, UserID: user.ID, Sent: a.Now(),
	})
}

// checkCustomerUser refuses a view without a required member, or with an id that is not the path's.
func checkCustomerUser(view api.CustomerUser, pathID uuid.UUID) error {
	r := &refusal{status: http.StatusBadRequest}
	r.requireText("customerUser.displayName", view.DisplayName)
	r.requireText("customerUser.email", view.Email)
	r.requireText("customerUser.location", view.Location)
	r.requireText("customerUser.domain", view.Domain)
	r.requireID("customerUser.id", view.ID, pathID)
	return r.orNil()
}
