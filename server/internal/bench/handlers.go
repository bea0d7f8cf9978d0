package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/gen/myreportsserver"
)

// cockpit is CloudCockpit over data. The interface is embedded, and nil, so that operations which are not measured need no
// handler.
type cockpit struct {
	cloudcockpitserver.StrictServerInterface
	data    *data
	appends bool // pages are written by our encoder, of users that were encoded when they were stored
}

// reports is MyReports over data.
type reports struct {
	myreportsserver.StrictServerInterface
	data *data
}

var (
	customerID, instanceID = uuid.MustParse(customer), uuid.MustParse(providerInstance)
	accountID, memberID    = uuid.MustParse(account), uuid.MustParse(member)
)

var (
	errAbsent = echo.NewHTTPError(http.StatusNotFound)
	errBad    = echo.NewHTTPError(http.StatusBadRequest)
)

// ListCustomerUsers answers a page.
func (c *cockpit) ListCustomerUsers(_ context.Context, req cloudcockpitserver.ListCustomerUsersRequestObject) (cloudcockpitserver.ListCustomerUsersResponseObject, error) {
	if req.CustomerID != customerID || req.Params.ProviderInstanceID != instanceID {
		return nil, errBad
	}
	number, size := orElse(req.Params.PageNumber, 1), orElse(req.Params.PageSize, 25)
	users, total := c.data.page(int(number), int(size))
	page := pageOf(total, number, size)
	if c.appends {
		return appendedPage{page, users}, nil
	}
	page.Items = make([]cloudcockpit.CustomerUser, len(users))
	for i, u := range users {
		page.Items[i] = u.user()
	}
	return cloudcockpitserver.ListCustomerUsers200JSONResponse{Body: page}, nil
}

func (r *record) user() cloudcockpit.CustomerUser {
	return cloudcockpit.CustomerUser{
		ID: &r.id, DisplayName: &r.displayName, Email: &r.email, FirstName: &r.firstName, LastName: &r.lastName,
		Location: &r.location, Domain: &r.domain,
	}
}

// pageOf is a page without its items.
func pageOf(total int, number, size int32) cloudcockpit.CustomerUserPage {
	last := (int32(total) + size - 1) / size
	return cloudcockpit.CustomerUserPage{
		PaginationParameters: &cloudcockpit.PaginationParameters{PageNumber: number, PageSize: size},
		TotalPages:           last,
		TotalCount:           int32(total),
		HasPreviousPage:      number > 1,
		HasNextPage:          number < last,
	}
}

// UpdateCustomerUser replaces a user.
func (c *cockpit) UpdateCustomerUser(_ context.Context, req cloudcockpitserver.UpdateCustomerUserRequestObject) (cloudcockpitserver.UpdateCustomerUserResponseObject, error) {
	view := req.Body.CustomerUser
	switch {
	case req.CustomerID != customerID || req.Body.ProviderInstanceID != instanceID, view.ID != nil && *view.ID != req.CustomerUserID:
		return nil, errBad
	case isBlank(view.DisplayName) || isBlank(view.Email) || isBlank(view.Location) || isBlank(view.Domain):
		return nil, errBad
	}
	r := &record{
		id: req.CustomerUserID, displayName: *view.DisplayName, email: *view.Email, firstName: orElse(view.FirstName, ""),
		lastName: orElse(view.LastName, ""), location: *view.Location, domain: *view.Domain,
	}
	if !c.data.replace(r) {
		return nil, errAbsent
	}
	return cloudcockpitserver.UpdateCustomerUser200Response{}, nil
}

// CreatePortalUser stores a user, and answers its new id.
func (c *cockpit) CreatePortalUser(_ context.Context, req cloudcockpitserver.CreatePortalUserRequestObject) (cloudcockpitserver.CreatePortalUserResponseObject, error) {
	user := *req.Body
	if req.CustomerID != customerID || isBlank(user.FirstName) || isBlank(user.LastName) || isBlank(user.Email) {
		return nil, errBad
	}
	for _, g := range user.Groups {
		if c.data.groups[g.ID] == "" {
			return nil, errBad
		}
	}
	return cloudcockpitserver.CreatePortalUser201JSONResponse{Body: c.data.add(user)}, nil
}

// PatchAccountUser carries out replacements, which is all that is asked of it here.
func (m *reports) PatchAccountUser(_ context.Context, req myreportsserver.PatchAccountUserRequestObject) (myreportsserver.PatchAccountUserResponseObject, error) {
	if req.AccountTenantID != accountID || req.UserID != memberID {
		return nil, errAbsent
	}
	err := m.data.patch(func(u *memberRecord) error {
		for _, op := range *req.Body {
			if err := u.apply(op); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return myreportsserver.PatchAccountUser200JSONResponse{
		Status: myreports.SuccessStatusSuccess, Timestamp: time.Now().UTC().Format("2006-01-02T15:04:05.0000000Z"),
	}, nil
}

func (u *memberRecord) apply(op myreports.JSONPatchOperation) error {
	var err error
	switch op.Op + op.Path {
	case "replace/displayName":
		err = json.Unmarshal(op.Value, &u.displayName)
	case "replace/roles":
		u.roles = nil // decoding into the old list would change it for others
		err = json.Unmarshal(op.Value, &u.roles)
	default:
		return errBad
	}
	if err != nil {
		return errBad
	}
	return nil
}

func isBlank(s *string) bool { return s == nil || strings.TrimSpace(*s) == "" }

func orElse[T any](p *T, absent T) T {
	if p == nil {
		return absent
	}
	return *p
}
