package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/myreports"
)

var (
	customerID, instanceID = uuid.MustParse(customer), uuid.MustParse(providerInstance)
	accountID, memberID    = uuid.MustParse(account), uuid.MustParse(member)
)

var (
	errAbsent = echo.NewHTTPError(http.StatusNotFound)
	errBad    = echo.NewHTTPError(http.StatusBadRequest)
)

// listUsers returns a page of the users.
func (d *data) listUsers(of uuid.UUID, p cloudcockpit.ListCustomerUsersParams) (page cloudcockpit.CustomerUserPage, err error) {
	if of != customerID || p.ProviderInstanceID != instanceID {
		return page, errBad
	}
	number, size := orElse(p.PageNumber, 1), orElse(p.PageSize, 25)
	users, total := d.page(int(number), int(size))
	page = pageOf(total, number, size)
	page.Items = itemsOf(users)
	return page, nil
}

func itemsOf(users []*record) []cloudcockpit.CustomerUser {
	items := make([]cloudcockpit.CustomerUser, len(users))
	for i, u := range users {
		items[i] = u.user()
	}
	return items
}

func (r *record) user() cloudcockpit.CustomerUser {
	return cloudcockpit.CustomerUser{
		ID: &r.id, DisplayName: &r.displayName, Email: &r.email, FirstName: &r.firstName, LastName: &r.lastName,
		Location: &r.location, Domain: &r.domain,
	}
}

// pageOf returns a page without its items.
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

// updateUser replaces a user.
func (d *data) updateUser(of, id uuid.UUID, body *cloudcockpit.CustomerUserUpdate) error {
	view := body.CustomerUser
	switch {
	case of != customerID || body.ProviderInstanceID != instanceID, view.ID != nil && *view.ID != id:
		return errBad
	case isBlank(view.DisplayName) || isBlank(view.Email) || isBlank(view.Location) || isBlank(view.Domain):
		return errBad
	}
	r := &record{
		id: id, displayName: *view.DisplayName, email: *view.Email, firstName: orElse(view.FirstName, ""),
		lastName: orElse(view.LastName, ""), location: *view.Location, domain: *view.Domain,
	}
	if !d.replace(r) {
		return errAbsent
	}
	return nil
}

// createUser stores a user, and returns its new id.
func (d *data) createUser(of uuid.UUID, body *cloudcockpit.PortalUser) (uuid.UUID, error) {
	user := *body
	if of != customerID || isBlank(user.FirstName) || isBlank(user.LastName) || isBlank(user.Email) {
		return uuid.UUID{}, errBad
	}
	for _, g := range user.Groups {
		if d.groups[g.ID] == "" {
			return uuid.UUID{}, errBad
		}
	}
	return d.add(user), nil
}

// patchMember implements the operation replace only, which is the only one that the cases use.
func (d *data) patchMember(of, id uuid.UUID, patch myreports.JSONPatch) error {
	if of != accountID || id != memberID {
		return errAbsent
	}
	return d.patch(func(u *memberRecord) error {
		for _, op := range patch {
			if err := u.apply(op); err != nil {
				return err
			}
		}
		return nil
	})
}

func success() myreports.Success {
	return myreports.Success{Status: myreports.SuccessStatusSuccess, Timestamp: time.Now().UTC().Format("2006-01-02T15:04:05.0000000Z")}
}

func (u *memberRecord) apply(op myreports.JSONPatchOperation) error {
	var err error
	switch orElse(op.Op, "add") + op.Path {
	case "replace/displayName":
		err = json.Unmarshal(op.Value, &u.displayName)
	case "replace/roles":
		u.roles = nil // decoding into the old list would change the list that readers hold
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
