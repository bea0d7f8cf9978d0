package state

import (
	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

func (w *writer) client(p place, c control.APIClient) error {
	row := store.Client{
		ID: c.ID, Secret: c.Secret, API: string(c.API), Tenant: answer.Value(c.Tenant), Enterprise: answer.Value(c.Enterprise),
		Role: string(answer.Value(c.Role)), ResellerID: c.ResellerID,
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
func (w *writer) checkCockpitClient(p place, c *store.Client) error {
	if _, err := w.tx.Tenant(c.Tenant); err != nil {
		return p.member("tenant").refuseConflict(err, "")
	}
	if c.Enterprise != "" {
		return p.member("enterprise").refuse("no enterprise, which is MyReports'")
	}
	if c.Role == "" {
		c.Role = string(control.APIClientRoleCsp)
	}
	if (c.Role == string(control.APIClientRoleReseller)) != (c.ResellerID != nil) {
		return p.member("resellerId").refuse("a reseller for the role reseller, and none for csp")
	}
	if c.ResellerID == nil {
		return nil
	}
	_, err := w.tx.Reseller(c.Tenant, *c.ResellerID)
	return p.member("resellerId").refuseConflict(err, "")
}

func (w *writer) checkReportsClient(p place, c store.Client) error {
	if c.Tenant != "" || c.Role != "" || c.ResellerID != nil {
		return p.refuse("no tenant, role or resellerId, which are CloudCockpit's")
	}
	return w.enterpriseExists(p, c.Enterprise)
}

func (w *writer) enterpriseExists(p place, name string) error {
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
