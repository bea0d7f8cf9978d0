// Package state reads and writes the whole state of a sandbox as one document, the seed among them. Refused documents are a
// [contract.Violations] that names each place.
//
// Most callers want [Read], [Replace] and [Seed.Load].
package state

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// Store is what the package needs of a store.
type Store interface {
	View(context.Context, func(*store.Tx) error) error
	Update(context.Context, func(*store.Tx) error) error
}

// Replace replaces the whole state, in one transaction. A state that is inconsistent is a [contract.Violations] that names the
// place, and changes nothing. The document must have been checked against its schema.
func Replace(ctx context.Context, s Store, state control.State) error {
	failed, err := tryReplace(ctx, s, state, nil)
	var refused contract.Violations
	if failed != nil && errors.As(err, &refused) {
		_, err = tryReplace(ctx, s, state, failed)
	}
	return err
}

// tryReplace is one attempt. It returns the batch that was refused, if one was. The users of the batch single are added one by
// one.
func tryReplace(ctx context.Context, s Store, state control.State, single *batch) (failed *batch, err error) {
	err = s.Update(ctx, func(tx *store.Tx) error {
		w := &writer{tx: tx, batches: true, single: single}
		err := w.replace(state)
		failed = w.failed
		return err
	})
	return failed, err
}

// A writer adds the rows of a state document. Its methods take the place that they write.
type writer struct {
	tx *store.Tx
	// taken are users of the document that are not in the state; progress is called with the number of each that are added.
	taken    pieces
	progress func(users int)
	parse    func(document []byte) (control.State, error)
	// batches adds users many at once, but for those of the batch single; failed is the batch that was refused.
	batches        bool
	single, failed *batch
}

func (w *writer) replace(state control.State) error {
	if err := w.tx.Clear(); err != nil {
		return err
	}
	if err := w.tx.SetMeta(store.MetaSeeded, "true"); err != nil {
		return err
	}
	return w.write(state)
}

func (w *writer) write(state control.State) error {
	for i, t := range answer.Value(state.Cloudcockpit).Tenants {
		if err := w.tenant(place("/cloudcockpit").item("tenants", i), t); err != nil {
			return err
		}
	}
	for i, e := range answer.Value(state.Myreports).Enterprises {
		if err := w.enterprise(place("/myreports").item("enterprises", i), e); err != nil {
			return err
		}
	}
	for i, c := range state.Clients {
		if err := w.client(place("").item("clients", i), c); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) tenant(p place, t control.Tenant) error {
	if err := w.tx.AddTenant(store.Tenant{Domain: t.Domain}); err != nil {
		return p.member("domain").refuseConflict(err, "a domain")
	}
	for i, g := range t.Groups {
		if err := w.tx.AddGroup(t.Domain, store.Group{ID: g.ID, Name: g.Name}); err != nil {
			return p.item("groups", i).member("id").refuseConflict(err, "an id")
		}
	}
	for i, r := range t.Resellers {
		p := p.item("resellers", i)
		if err := w.reseller(p, t.Domain, r); err != nil {
			return err
		}
		if err := w.portalUsers(p, t.Domain, store.ScopeReseller, r.ID, r.PortalUsers); err != nil {
			return err
		}
	}
	for i, c := range t.Customers {
		if err := w.customer(p.item("customers", i), t.Domain, c); err != nil {
			return err
		}
	}
	return w.portalUsers(p, t.Domain, store.ScopeCSP, uuid.Nil, t.PortalUsers)
}

func (w *writer) reseller(p place, domain string, r control.Reseller) error {
	profile, err := resellerProfile(p, r)
	if err != nil {
		return err
	}
	if err := w.tx.AddReseller(domain, profile.Reseller); err != nil {
		return p.member("id").refuseConflict(err, "an id")
	}
	return w.tx.SetResellerProfile(domain, profile)
}

func (w *writer) customer(p place, domain string, c control.Customer) error {
	profile := customerProfile(c)
	err := w.tx.AddCustomer(domain, profile.Customer)
	if errors.Is(err, store.ErrNotFound) {
		return p.member("resellerId").refuse("the id of a reseller of the tenant")
	}
	if err != nil {
		return p.member("id").refuseConflict(err, "an id")
	}
	if err := w.tx.SetCustomerProfile(domain, profile); err != nil {
		return err
	}
	for i, instance := range c.ProviderInstances {
		if err := w.providerInstance(p.item("providerInstances", i), domain, c.ID, instance); err != nil {
			return err
		}
	}
	return w.portalUsers(p, domain, store.ScopeCustomer, c.ID, c.PortalUsers)
}

func (w *writer) providerInstance(p place, domain string, customer uuid.UUID, instance control.ProviderInstance) error {
	profile := providerProfile(customer, instance)
	if err := w.tx.AddProviderInstance(domain, profile.ProviderInstance); err != nil {
		return p.member("id").refuseConflict(err, "an id")
	}
	if err := w.tx.SetProviderProfile(domain, profile); err != nil {
		return err
	}
	if !instance.Microsoft && (len(instance.Users)+len(w.taken[p]) > 0 || len(instance.Licenses) > 0) {
		return p.refuse("no users and no licences, which only a Microsoft instance has")
	}
	if err := w.licenses(p, domain, instance); err != nil {
		return err
	}
	if err := w.customerUsers(p, domain, instance); err != nil {
		return err
	}
	return w.takenUsers(p, domain, instance)
}
