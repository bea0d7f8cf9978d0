package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// ListCustomerUsers answers one page of a customer's Microsoft users. The operation declares no 404: an unknown customer is
// a 400.
func (c *cloudCockpit) ListCustomerUsers(ctx context.Context, req cloudcockpitserver.ListCustomerUsersRequestObject) (cloudcockpitserver.ListCustomerUsersResponseObject, error) {
	who, p := callerOf(ctx), req.Params
	page := newPage(p.PageNumber, p.PageSize)
	query := store.Query{
		Search:     value(p.SearchValue),
		Descending: !value(p.AscendingOrder),
		Limit:      page.size,
	}
	if p.SortPropertyName != nil && *p.SortPropertyName == api.UserPrincipalName {
		query.SortBy = store.SortByEmail
	}
	var users []store.CustomerUser
	err := c.store.View(ctx, func(tx *store.Tx) error {
		customer, err := findCustomer(tx, who, req.CustomerID, http.StatusBadRequest)
		if err != nil {
			return err
		}
		if err := checkReseller(customer, p.ResellerID); err != nil {
			return err
		}
		if err := checkProviderInstance(tx, who, customer, p.ProviderInstanceID); err != nil {
			return err
		}
		users, err = seek(tx, who.tenant, p.ProviderInstanceID, query, &page, value(p.SeekOperation))
		return err
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.ListCustomerUsers200JSONResponse{Body: customerUserPage(users, page)}, nil
}

// GetCustomerUser answers one of a customer's Microsoft users. Without a provider instance the customer's only Microsoft one
// is meant.
func (c *cloudCockpit) GetCustomerUser(ctx context.Context, req cloudcockpitserver.GetCustomerUserRequestObject) (cloudcockpitserver.GetCustomerUserResponseObject, error) {
	who := callerOf(ctx)
	var user store.CustomerUser
	err := c.store.View(ctx, func(tx *store.Tx) error {
		instance := req.Params.ProviderInstanceID
		if instance == nil {
			customer, err := findCustomer(tx, who, req.CustomerID, http.StatusNotFound)
			if err != nil {
				return err
			}
			if instance, err = onlyMicrosoftInstance(tx, who, customer); err != nil {
				return err
			}
		}
		var err error
		user, err = findCustomerUser(tx, who, req.CustomerID, *instance, req.CustomerUserID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.GetCustomerUser200JSONResponse{Body: customerUser(user)}, nil
}

// UpdateCustomerUser replaces the whole view of a user, but its password, which only a new one replaces.
func (c *cloudCockpit) UpdateCustomerUser(ctx context.Context, req cloudcockpitserver.UpdateCustomerUserRequestObject) (cloudcockpitserver.UpdateCustomerUserResponseObject, error) {
	who, view := callerOf(ctx), req.Body.CustomerUser
	if err := checkCustomerUser(view, req.CustomerUserID); err != nil {
		return nil, err
	}
	err := c.store.Update(ctx, func(tx *store.Tx) error {
		user, err := findCustomerUser(tx, who, req.CustomerID, req.Body.ProviderInstanceID, req.CustomerUserID)
		if err != nil {
			return err
		}
		user.DisplayName, user.Email = *view.DisplayName, *view.Email
		user.FirstName, user.LastName = view.FirstName, view.LastName
		user.Location, user.Domain = *view.Location, *view.Domain
		if err := tx.UpdateCustomerUser(who.tenant, user); err != nil {
			return conflict(err, "customerUser.email", "is the e-mail of another user of the customer")
		}
		if password := value(view.TemporaryPassword); password != "" {
			return c.setPassword(tx, who, user, password)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.UpdateCustomerUser200Response{}, nil
}

// ResetCustomerUserPassword sets a user's password. Of the view only the password counts.
func (c *cloudCockpit) ResetCustomerUserPassword(ctx context.Context, req cloudcockpitserver.ResetCustomerUserPasswordRequestObject) (cloudcockpitserver.ResetCustomerUserPasswordResponseObject, error) {
	who, view := callerOf(ctx), req.Body.CustomerUser
	r := &refusal{status: http.StatusBadRequest}
	r.requireText("customerUser.temporaryPassword", view.TemporaryPassword)
	r.requireID("customerUser.id", view.ID, req.CustomerUserID)
	if err := r.orNil(); err != nil {
		return nil, err
	}
	err := c.store.Update(ctx, func(tx *store.Tx) error {
		user, err := findCustomerUser(tx, who, req.CustomerID, req.Body.ProviderInstanceID, req.CustomerUserID)
		if err != nil {
			return err
		}
		return c.setPassword(tx, who, user, *view.TemporaryPassword)
	})
	if err != nil {
		return nil, err
	}
	return cloudcockpitserver.ResetCustomerUserPassword200Response{}, nil
}

// setPassword sets a user's password, and tells the user so.
func (c *cloudCockpit) setPassword(tx *store.Tx, who caller, user store.CustomerUser, password string) error {
	if err := tx.SetPassword(who.tenant, user.ProviderInstanceID, user.ID, password); err != nil {
		return err
	}
	return tx.AddMail(store.Mail{
		Kind: mailPassword, To: user.Email, API: entra.api, Tenant: who.tenant, UserID: user.ID, Sent: c.now(),
	})
}

// checkCustomerUser refuses what ASP.NET's [Required] refuses, and an id that is not the path's.
func checkCustomerUser(view api.CustomerUser, pathID uuid.UUID) error {
	r := &refusal{status: http.StatusBadRequest}
	r.requireText("customerUser.displayName", view.DisplayName)
	r.requireText("customerUser.email", view.Email)
	r.requireText("customerUser.location", view.Location)
	r.requireText("customerUser.domain", view.Domain)
	r.requireID("customerUser.id", view.ID, pathID)
	return r.orNil()
}

func (r *refusal) requireID(property string, given *uuid.UUID, pathID uuid.UUID) {
	if given != nil && *given != pathID {
		r.add(property, "differs from the id in the path")
	}
}

func (r *refusal) requireText(property string, text *string) {
	if strings.TrimSpace(value(text)) == "" {
		r.add(property, "is required")
	}
}

// conflict turns the store's ErrConflict into a 400 about a property.
func conflict(err error, property, message string) error {
	if errors.Is(err, store.ErrConflict) {
		return refuse(http.StatusBadRequest, property, message)
	}
	return err
}

// missing turns the store's ErrNotFound into a refusal about a property.
func missing(err error, status int, property string) error {
	if errors.Is(err, store.ErrNotFound) {
		return refuse(status, property, "was not found")
	}
	return err
}

// findCustomer gives the customer, where the caller sees it: a CSP sees all of its tenant, a reseller its own. What the
// caller does not see is answered like what does not exist.
func findCustomer(tx *store.Tx, who caller, id uuid.UUID, absent int) (store.Customer, error) {
	customer, err := tx.Customer(who.tenant, id)
	if err == nil && who.reseller != nil && (customer.ResellerID == nil || *customer.ResellerID != *who.reseller) {
		err = fmt.Errorf("customer of another reseller: %w", store.ErrNotFound)
	}
	return customer, missing(err, absent, "customerId")
}

// checkReseller refuses a resellerId that the customer is not related to. A reseller sees only its own customers, so that
// one that is absent from its request is the token's, and one that is given must be, too.
func checkReseller(customer store.Customer, given *uuid.UUID) error {
	if given == nil || (customer.ResellerID != nil && *customer.ResellerID == *given) {
		return nil
	}
	return refuse(http.StatusBadRequest, "resellerId", "is not the customer's reseller")
}

// checkProviderInstance refuses an instance that is not a Microsoft one of the customer.
func checkProviderInstance(tx *store.Tx, who caller, customer store.Customer, id uuid.UUID) error {
	instance, err := tx.ProviderInstance(who.tenant, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || instance.CustomerID != customer.ID || !instance.Microsoft {
		return refuse(http.StatusBadRequest, "providerInstanceId", "is not a Microsoft provider instance of the customer")
	}
	return nil
}

// onlyMicrosoftInstance returns the id of the customer's Microsoft provider instance, and refuses a customer that does not
// have exactly one.
func onlyMicrosoftInstance(tx *store.Tx, who caller, customer store.Customer) (*uuid.UUID, error) {
	instances, err := tx.ProviderInstances(who.tenant, customer.ID)
	if err != nil {
		return nil, err
	}
	var only *uuid.UUID
	for i, p := range instances {
		if p.Microsoft && only != nil {
			return nil, refuse(http.StatusBadRequest, "providerInstanceId", "is required: the customer has several Microsoft provider instances")
		}
		if p.Microsoft {
			only = &instances[i].ID
		}
	}
	if only == nil {
		return nil, refuse(http.StatusBadRequest, "providerInstanceId", "is required: the customer has no Microsoft provider instance")
	}
	return only, nil
}

// findCustomerUser looks up customer, provider instance and user, in this order.
func findCustomerUser(tx *store.Tx, who caller, customerID, instanceID, userID uuid.UUID) (store.CustomerUser, error) {
	customer, err := findCustomer(tx, who, customerID, http.StatusNotFound)
	if err != nil {
		return store.CustomerUser{}, err
	}
	if err := checkProviderInstance(tx, who, customer, instanceID); err != nil {
		return store.CustomerUser{}, err
	}
	user, err := tx.CustomerUser(who.tenant, instanceID, userID)
	return user, missing(err, http.StatusNotFound, "customerUserId")
}

// customerUser is the API's view of a user. It never holds the password.
func customerUser(u store.CustomerUser) api.CustomerUser {
	return api.CustomerUser{
		ID: &u.ID, DisplayName: &u.DisplayName, Email: &u.Email, FirstName: u.FirstName, LastName: u.LastName,
		Location: &u.Location, Domain: &u.Domain,
	}
}

// value is *p, or the zero value where p is nil.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
