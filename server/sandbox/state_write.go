package sandbox

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// replaceState puts a state in place of the whole one, in one transaction. A state that does not hold together is a
// *problem that names the place, and changes nothing. The document has been checked against its schema.
func (s *Sandbox) replaceState(ctx context.Context, state control.State) error {
	failed, err := s.tryState(ctx, state, nil)
	var refused *problem
	if failed != nil && errors.As(err, &refused) {
		_, err = s.tryState(ctx, state, failed)
	}
	return err
}

// tryState is one attempt. It gives the batch that was refused, if it was one; closely is a batch to look at closely.
func (s *Sandbox) tryState(ctx context.Context, state control.State, closely *batch) (failed *batch, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		w := &stateWriter{tx: tx, batches: true, closely: closely}
		err := replace(w, state)
		failed = w.failed
		return err
	})
	return failed, err
}

func replace(w *stateWriter, state control.State) error {
	if err := w.tx.Clear(); err != nil {
		return err
	}
	if err := w.tx.SetMeta(store.MetaSeeded, "true"); err != nil {
		return err
	}
	return writeState(w, state)
}

// stateWriter adds the rows of a state document. Its methods take the place that they write, as a JSON pointer.
type stateWriter struct {
	tx *store.Tx
	// taken are users that the document holds, too, but not the state; progress is told how many of them were added.
	taken    pieces
	progress func(users int)
	// batches makes users be added many at once, but those of the batch closely; failed is the one that was refused.
	batches         bool
	closely, failed *batch
}

// at is a place in the state document.
type at string

func (p at) member(name string) at { return p + at("/"+name) }
func (p at) item(list string, i int) at {
	return p + at(fmt.Sprintf("/%s/%d", list, i))
}

// refuse says what is expected at a place.
func (p at) refuse(expected string) error {
	return &problem{
		status: http.StatusBadRequest, detail: "The state does not hold together.",
		errors: []control.ProblemDetail{{Where: "body", Pointer: string(p), Rule: "state", Expected: expected}},
	}
}

// refuseConflict names the place of a row whose key another row has, or that refers to nothing.
func (p at) refuseConflict(err error, key string) error {
	switch {
	case errors.Is(err, store.ErrConflict):
		return p.refuse(key + " that does not stand twice")
	case errors.Is(err, store.ErrNotFound):
		return p.refuse("references to what the state holds")
	}
	return err
}

func writeState(w *stateWriter, state control.State) error {
	for i, t := range value(state.Cloudcockpit).Tenants {
		if err := w.tenant(at("/cloudcockpit").item("tenants", i), t); err != nil {
			return err
		}
	}
	for i, e := range value(state.Myreports).Enterprises {
		if err := w.enterprise(at("/myreports").item("enterprises", i), e); err != nil {
			return err
		}
	}
	for i, c := range state.Clients {
		if err := w.client(at("").item("clients", i), c); err != nil {
			return err
		}
	}
	return nil
}

func (w *stateWriter) tenant(p at, t control.Tenant) error {
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
		if err := w.tx.AddReseller(t.Domain, store.Reseller{ID: r.ID, Name: r.Name}); err != nil {
			return p.member("id").refuseConflict(err, "an id")
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

func (w *stateWriter) customer(p at, domain string, c control.Customer) error {
	err := w.tx.AddCustomer(domain, store.Customer{ID: c.ID, Name: c.Name, ResellerID: c.ResellerID})
	if errors.Is(err, store.ErrNotFound) {
		return p.member("resellerId").refuse("the id of a reseller of the tenant")
	}
	if err != nil {
		return p.member("id").refuseConflict(err, "an id")
	}
	for i, instance := range c.ProviderInstances {
		if err := w.providerInstance(p.item("providerInstances", i), domain, c.ID, instance); err != nil {
			return err
		}
	}
	return w.portalUsers(p, domain, store.ScopeCustomer, c.ID, c.PortalUsers)
}

func (w *stateWriter) providerInstance(p at, domain string, customer uuid.UUID, instance control.ProviderInstance) error {
	err := w.tx.AddProviderInstance(domain, store.ProviderInstance{ID: instance.ID, CustomerID: customer, Microsoft: instance.Microsoft})
	if err != nil {
		return p.member("id").refuseConflict(err, "an id")
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

// licenses adds the SKUs. consumedLicenses counts the seats of the listed users and seats held elsewhere.
func (w *stateWriter) licenses(p at, domain string, instance control.ProviderInstance) error {
	assigned := seats(instance.Users)
	if err := w.takenSeats(p, instance, assigned); err != nil {
		return err
	}
	for i, l := range instance.Licenses {
		p, held := p.item("licenses", i), assigned[l.SkuID]
		if l.ConsumedLicenses < held {
			return p.member("consumedLicenses").refuse("at least the seats that the listed users hold")
		}
		assignable := int64(held) + available(l)
		if assignable > math.MaxInt32 {
			return p.member("availableLicenses").refuse("no more seats than a 32-bit number can count")
		}
		err := w.tx.AddLicense(domain, instance.ID, store.License{
			SkuID: l.SkuID, Name: l.Name, Total: l.TotalLicenses, Suspended: l.SuspendedLicenses,
			Elsewhere: l.ConsumedLicenses - held, Assignable: int32(assignable),
		})
		if err != nil {
			return p.member("skuId").refuseConflict(err, "an SKU")
		}
	}
	return nil
}

// available is the number of free seats, which is what is left of the total where the state does not say.
func available(l control.License) int64 {
	if l.AvailableLicenses != nil {
		return int64(*l.AvailableLicenses)
	}
	return max(0, int64(l.TotalLicenses)-int64(l.ConsumedLicenses)-int64(l.SuspendedLicenses))
}

// seats counts the seats that users hold, by SKU. An SKU that a user lists twice is one seat.
func seats(users []control.CustomerUser) map[string]int32 {
	count := map[string]int32{}
	for _, u := range users {
		seen := make(map[string]bool, len(u.Licenses))
		for _, sku := range u.Licenses {
			if !seen[sku] {
				seen[sku] = true
				count[sku]++
			}
		}
	}
	return count
}

func customerUserRow(instance uuid.UUID, u control.CustomerUser) store.CustomerUser {
	return store.CustomerUser{
		ID: u.ID, ProviderInstanceID: instance, DisplayName: u.DisplayName, Email: u.Email,
		FirstName: u.FirstName, LastName: u.LastName, Location: u.Location, Domain: u.Domain, Licenses: u.Licenses,
	}
}

func customerUserFault(p at, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return p.member("licenses").refuse("SKUs of the provider instance")
	}
	return p.refuseConflict(err, "an id and an e-mail")
}

func (w *stateWriter) password(domain string, instance uuid.UUID, u control.CustomerUser) error {
	if password := value(u.TemporaryPassword); password != "" {
		return w.tx.SetPassword(domain, instance, u.ID, password)
	}
	return nil
}

func (w *stateWriter) portalUsers(p at, domain string, scope store.Scope, id uuid.UUID, users []control.PortalUser) error {
	for i, u := range users {
		groups := make([]store.Group, len(u.Groups))
		for j, g := range u.Groups {
			groups[j] = store.Group{ID: g.ID}
		}
		err := addPortalUser(w.tx, domain, store.PortalUser{
			ID: u.ID, Scope: scope, ScopeID: id, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Groups: groups,
		})
		if err != nil {
			return w.portalUserFault(p.item("portalUsers", i), err)
		}
	}
	return nil
}

func (w *stateWriter) portalUserFault(p at, err error) error {
	var taken *refusal
	switch {
	case errors.As(err, &taken):
		return p.member("email").refuse("an e-mail that does not stand twice")
	case errors.Is(err, store.ErrNotFound):
		return p.member("groups").refuse("groups of the tenant")
	}
	return p.member("id").refuseConflict(err, "an id")
}

func (w *stateWriter) client(p at, c control.APIClient) error {
	row := store.Client{
		ID: c.ID, Secret: c.Secret, API: string(c.API), Tenant: value(c.Tenant), Enterprise: value(c.Enterprise),
		Role: string(value(c.Role)), ResellerID: c.ResellerID,
	}
	var err error
	if c.API == control.Cloudcockpit {
		err = w.checkCockpitClient(p, &row)
	} else {
		err = w.checkReportsClient(p, row)
	}
	if err != nil {
		return err
	}
	return p.member("id").refuseConflict(w.tx.AddClient(row), "an id")
}

// checkCockpitClient gives a client without a role the default one.
func (w *stateWriter) checkCockpitClient(p at, c *store.Client) error {
	if _, err := w.tx.Tenant(c.Tenant); err != nil {
		return p.member("tenant").refuseConflict(err, "")
	}
	if c.Enterprise != "" {
		return p.member("enterprise").refuse("no enterprise, which is MyReports'")
	}
	if c.Role == "" {
		c.Role = roleCSP
	}
	if (c.Role == roleReseller) != (c.ResellerID != nil) {
		return p.member("resellerId").refuse("a reseller for the role reseller, and none for csp")
	}
	if c.ResellerID == nil {
		return nil
	}
	_, err := w.tx.Reseller(c.Tenant, *c.ResellerID)
	return p.member("resellerId").refuseConflict(err, "")
}

func (w *stateWriter) checkReportsClient(p at, c store.Client) error {
	if c.Tenant != "" || c.Role != "" || c.ResellerID != nil {
		return p.refuse("no tenant, role or resellerId, which are CloudCockpit's")
	}
	return w.enterpriseExists(p, c.Enterprise)
}

func (w *stateWriter) enterpriseExists(p at, name string) error {
	enterprises, err := w.tx.Enterprises()
	if err != nil {
		return err
	}
	for _, e := range enterprises {
		if e.Name == name {
			return nil
		}
	}
	return p.member("enterprise").refuse("the name of an enterprise that the state holds")
}
