package state

import (
	"errors"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

func customerUserRow(instance uuid.UUID, u control.CustomerUser) store.CustomerUser {
	return store.CustomerUser{
		ID: u.ID, ProviderInstanceID: instance, DisplayName: u.DisplayName, Email: u.Email,
		FirstName: u.FirstName, LastName: u.LastName, Location: u.Location, Domain: u.Domain, Licenses: u.Licenses,
	}
}

func customerUserFault(p place, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return p.member("licenses").refuse("SKUs of the provider instance")
	}
	return p.refuseConflict(err, "an id and an e-mail")
}

func (w *writer) password(domain string, instance uuid.UUID, u control.CustomerUser) error {
	if password := answer.Value(u.TemporaryPassword); password != "" {
		return w.tx.SetPassword(domain, instance, u.ID, password)
	}
	return nil
}

func (w *writer) portalUsers(p place, domain string, scope store.Scope, id uuid.UUID, users []control.PortalUser) error {
	for i, u := range users {
		groups := make([]store.Group, len(u.Groups))
		for j, g := range u.Groups {
			groups[j] = store.Group{ID: g.ID}
		}
		user := store.PortalUser{
			ID: u.ID, Scope: scope, ScopeID: id, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Groups: groups,
		}
		if err := w.portalUser(p.item("portalUsers", i), domain, user); err != nil {
			return err
		}
	}
	return nil
}

// portalUser looks the e-mail up before it adds the user, because the store's ErrConflict does not tell an e-mail that is taken
// from an id that is.
func (w *writer) portalUser(p place, domain string, user store.PortalUser) error {
	_, err := w.tx.PortalUserByEmail(domain, user.Email)
	if err == nil {
		return p.member("email").refuse("an e-mail that occurs once")
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	err = w.tx.AddPortalUser(domain, user)
	if errors.Is(err, store.ErrNotFound) {
		return p.member("groups").refuse("groups of the tenant")
	}
	return p.member("id").refuseConflict(err, "an id")
}
