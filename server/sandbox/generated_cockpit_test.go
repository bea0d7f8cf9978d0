package sandbox_test

import (
	"context"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

var (
	uid           = uuid.MustParse
	correlationID = uid(correlation)
)

// The portal users of the asks below: one of a customer as it is created and as it is updated, and one of a reseller.
var (
	nils     = newPortalUser("Nils", "New", "nils.new@northwind.example", viewers)
	nilsLate = newPortalUser("Nils", "Later", "nils.later@northwind.example", alertManagers, administrators)
	edsger   = newPortalUser("Edsger", "Dijkstra", "edsger@alpine.example", administrators)
)

func newPortalUser(first, last, email string, groups ...string) cloudcockpit.PortalUser {
	u := cloudcockpit.PortalUser{FirstName: &first, LastName: &last, Email: &email, Role: &cloudcockpit.Role{}, Groups: []cloudcockpit.Group{}}
	for _, id := range groups {
		u.Groups = append(u.Groups, cloudcockpit.Group{ID: uid(id)})
	}
	return u
}

// returned is a portal user as the service returns it: with an id, which is not compared, its role and its groups' names.
func returned(u cloudcockpit.PortalUser, role string, groups ...string) cloudcockpit.PortalUser {
	u.Role, u.Groups = &cloudcockpit.Role{Name: &role}, slices.Clone(u.Groups)
	for i, name := range groups {
		u.Groups[i].Name = &name
	}
	return u
}

func comparePortalUsers(t *testing.T, got []cloudcockpit.PortalUser, want ...cloudcockpit.PortalUser) {
	t.Helper()
	for i := range got {
		if got[i].ID == nil || *got[i].ID == uuid.Nil {
			t.Errorf("user %d has no id", i)
		}
		got[i].ID = nil
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("portal users (-want +got):\n%s", diff)
	}
}

// adaAbbott is the first user of Contoso, as the demo data have her and as she is updated.
func adaAbbott() cloudcockpit.CustomerUser {
	return cloudcockpit.CustomerUser{
		ID: new(uid(firstUser)), DisplayName: new("Ada Abbott"), Email: new("ada.abbott@contoso.example"),
		FirstName: new("Ada"), LastName: new("Abbott"), Location: new("US"), Domain: new("contoso.example"),
	}
}

func adaLovelace() cloudcockpit.CustomerUser {
	u := adaAbbott()
	u.DisplayName, u.Email, u.LastName, u.Location = new("Ada Lovelace"), new("ada.lovelace@contoso.example"), nil, new("GB")
	return u
}

// The requests, each with all that its operation takes.

func listCustomerUsers(pageSize int32) func(context.Context, *generated) (*cloudcockpit.ListCustomerUsersResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.ListCustomerUsersResponse, error) {
		return g.cockpit.ListCustomerUsersWithResponse(ctx, uid(northwind), &cloudcockpit.ListCustomerUsersParams{
			XTenant: tenant, XCorrelationID: &correlationID, ProviderInstanceID: uid(northwinds), ResellerID: new(uid(reseller)),
			PageNumber: new(int32(3)), PageSize: &pageSize, SeekOperation: new(cloudcockpit.Previous), SearchValue: new("@NORTHWIND.example"),
			SortPropertyName: new(cloudcockpit.UserPrincipalName), AscendingOrder: new(false),
		})
	}
}

func getCustomerUser(user string, instance *uuid.UUID) func(context.Context, *generated) (*cloudcockpit.GetCustomerUserResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.GetCustomerUserResponse, error) {
		return g.cockpit.GetCustomerUserWithResponse(ctx, uid(contoso), uid(user), &cloudcockpit.GetCustomerUserParams{
			XTenant: tenant, XCorrelationID: &correlationID, ProviderInstanceID: instance,
		})
	}
}

func updateCustomerUser(user string, view cloudcockpit.CustomerUser) func(context.Context, *generated) (*cloudcockpit.UpdateCustomerUserResponse, error) {
	view.ID = new(uid(user))
	return func(ctx context.Context, g *generated) (*cloudcockpit.UpdateCustomerUserResponse, error) {
		return g.cockpit.UpdateCustomerUserWithResponse(ctx, uid(contoso), uid(user),
			&cloudcockpit.UpdateCustomerUserParams{XTenant: tenant, XCorrelationID: &correlationID},
			cloudcockpit.CustomerUserUpdate{ProviderInstanceID: uid(microsoft), CustomerUser: view})
	}
}

func resetPassword(user string, password *string) func(context.Context, *generated) (*cloudcockpit.ResetCustomerUserPasswordResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.ResetCustomerUserPasswordResponse, error) {
		view := adaAbbott()
		view.ID, view.TemporaryPassword = nil, password
		return g.cockpit.ResetCustomerUserPasswordWithResponse(ctx, uid(contoso), uid(user),
			&cloudcockpit.ResetCustomerUserPasswordParams{XTenant: tenant, XCorrelationID: &correlationID},
			cloudcockpit.CustomerUserUpdate{ProviderInstanceID: uid(microsoft), CustomerUser: view})
	}
}

func setLicenses(user, sku string) func(context.Context, *generated) (*cloudcockpit.SetCustomerUserLicensesResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.SetCustomerUserLicensesResponse, error) {
		return g.cockpit.SetCustomerUserLicensesWithResponse(ctx, uid(contoso), uid(user),
			&cloudcockpit.SetCustomerUserLicensesParams{XTenant: tenant, XCorrelationID: &correlationID},
			cloudcockpit.CustomerUserLicenses{ProviderInstanceID: uid(microsoft), Licenses: []cloudcockpit.License{
				{SkuID: officeE3, IsSelected: new(false)}, {SkuID: sku, IsSelected: new(true)},
			}})
	}
}

func listLicenses(customer, instance string) func(context.Context, *generated) (*cloudcockpit.ListCustomerLicensesResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.ListCustomerLicensesResponse, error) {
		return g.cockpit.ListCustomerLicensesWithResponse(ctx, uid(customer), &cloudcockpit.ListCustomerLicensesParams{
			XTenant: tenant, XCorrelationID: &correlationID, ProviderInstanceID: uid(instance),
		})
	}
}

func listPortalUsers(customer, reseller string) func(context.Context, *generated) (*cloudcockpit.ListPortalUsersResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.ListPortalUsersResponse, error) {
		return g.cockpit.ListPortalUsersWithResponse(ctx, uid(customer), &cloudcockpit.ListPortalUsersParams{
			XTenant: tenant, XCorrelationID: &correlationID, ResellerID: new(uid(reseller)),
		})
	}
}

func createPortalUser(customer string, u cloudcockpit.PortalUser) func(context.Context, *generated) (*cloudcockpit.CreatePortalUserResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.CreatePortalUserResponse, error) {
		return g.cockpit.CreatePortalUserWithResponse(ctx, uid(customer), &cloudcockpit.CreatePortalUserParams{
			XTenant: tenant, XCorrelationID: &correlationID, ResellerID: new(uid(reseller)),
		}, u)
	}
}

func createResellerUser(reseller string, u cloudcockpit.PortalUser) func(context.Context, *generated) (*cloudcockpit.CreateResellerUserResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.CreateResellerUserResponse, error) {
		return g.cockpit.CreateResellerUserWithResponse(ctx, uid(reseller),
			&cloudcockpit.CreateResellerUserParams{XTenant: tenant, XCorrelationID: &correlationID}, u)
	}
}

func listUsers(pageNumber int32) func(context.Context, *generated) (*cloudcockpit.ListUsersResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.ListUsersResponse, error) {
		return g.cockpit.ListUsersWithResponse(ctx, &cloudcockpit.ListUsersParams{
			XTenant: tenant, XCorrelationID: &correlationID, ResellerID: new(uid(reseller)), PageNumber: &pageNumber, PageSize: new(int32(1)),
			SearchValue: new("EXAMPLE"), SortPropertyName: new(cloudcockpit.ListUsersParamsSortPropertyName("Email")),
			AscendingOrder: new(false), Groups: new(viewers + "|" + administrators),
		})
	}
}

func updatePortalUser(email string, u cloudcockpit.PortalUser) func(context.Context, *generated) (*cloudcockpit.UpdatePortalUserResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.UpdatePortalUserResponse, error) {
		return g.cockpit.UpdatePortalUserWithResponse(ctx, email, &cloudcockpit.UpdatePortalUserParams{
			XTenant: tenant, XCorrelationID: &correlationID, ResellerID: new(uid(reseller)),
		}, u)
	}
}

func deletePortalUser(email, reseller string) func(context.Context, *generated) (*cloudcockpit.DeletePortalUserResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.DeletePortalUserResponse, error) {
		return g.cockpit.DeletePortalUserWithResponse(ctx, email, &cloudcockpit.DeletePortalUserParams{
			XTenant: tenant, XCorrelationID: &correlationID, ResellerID: new(uid(reseller)),
		})
	}
}

func listGroups(pageSize int32) func(context.Context, *generated) (*cloudcockpit.ListGroupsResponse, error) {
	return func(ctx context.Context, g *generated) (*cloudcockpit.ListGroupsResponse, error) {
		return g.cockpit.ListGroupsWithResponse(ctx, &cloudcockpit.ListGroupsParams{
			XTenant: tenant, XCorrelationID: &correlationID, PageNumber: new(int32(2)), PageSize: &pageSize,
		})
	}
}

// asCSP gives the asks the token of the CSP.
func asCSP(asks ...ask) []ask {
	for i := range asks {
		asks[i].client = "demo-csp"
	}
	return asks
}

// refusedByCockpit are the requests that are refused for what they hold.
func refusedByCockpit() []ask {
	nobody := cloudcockpit.CustomerUser{DisplayName: new(" ")}
	nobodys := newPortalUser("Nobody", "New", "nobody@northwind.example", viewers, nowhere)
	return asCSP(
		refuses("listCustomerUsers", 400, listCustomerUsers(2001), "pageSize"),
		refuses("getCustomerUser", 400, getCustomerUser(firstUser, new(uid(notMicrosoft))), "providerInstanceId"),
		refuses("getCustomerUser", 404, getCustomerUser(nowhere, new(uid(microsoft))), "customerUserId"),
		refuses("updateCustomerUser", 400, updateCustomerUser(firstUser, nobody),
			"customerUser.displayName", "customerUser.domain", "customerUser.email", "customerUser.location"),
		refuses("updateCustomerUser", 404, updateCustomerUser(nowhere, adaAbbott()), "customerUserId"),
		refuses("resetCustomerUserPassword", 400, resetPassword(firstUser, nil), "customerUser.temporaryPassword"),
		refuses("resetCustomerUserPassword", 404, resetPassword(nowhere, new(secret)), "customerUserId"),
		refuses("setCustomerUserLicenses", 400, setLicenses(firstUser, nowhere), "licenses[1].skuId"),
		refuses("setCustomerUserLicenses", 404, setLicenses(nowhere, premium), "customerUserId"),
		refuses("listCustomerLicenses", 400, listLicenses(contoso, notMicrosoft), "providerInstanceId"),
		refuses("listCustomerLicenses", 404, listLicenses(nowhere, microsoft), "customerId"),
		refuses("listPortalUsers", 400, listPortalUsers(northwind, nowhere), "resellerId"),
		refuses("listPortalUsers", 404, listPortalUsers(nowhere, reseller), "customerId"),
		refuses("createPortalUser", 400, createPortalUser(northwind, nobodys), "groups[1].id"),
		refuses("createPortalUser", 404, createPortalUser(nowhere, nils), "customerId"),
		refuses("createResellerUser", 400, createResellerUser(nowhere, edsger), "resellerId"),
		refuses("listUsers", 400, listUsers(0), "pageNumber"),
		refuses("updatePortalUser", 400, updatePortalUser("nils.new@northwind.example", newPortalUser("", "", "")), "email", "firstName", "lastName"),
		refuses("updatePortalUser", 404, updatePortalUser("nobody@northwind.example", nils), "email"),
		refuses("deletePortalUser", 400, deletePortalUser("nils.new@northwind.example", nowhere), "resellerId"),
		refuses("deletePortalUser", 404, deletePortalUser("nobody@northwind.example", reseller), "email"),
		refuses("listGroups", 400, listGroups(0), "pageSize"),
	)
}

// grantedByCockpit are the requests that succeed, each upon what those before it left.
func grantedByCockpit() []ask {
	return asCSP(
		grants("listCustomerUsers", 200, listCustomerUsers(4), checkCustomerUserPage),
		grants("getCustomerUser", 200, getCustomerUser(firstUser, new(uid(microsoft))), func(t *testing.T, _ *generated, got *cloudcockpit.GetCustomerUserResponse) {
			if diff := gocmp.Diff(adaAbbott(), *got.JSON200); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}),
		grants("updateCustomerUser", 200, updateCustomerUser(firstUser, adaLovelace()), checkUpdated),
		grants("resetCustomerUserPassword", 200, resetPassword(firstUser, new(secret)), checkPasswordReset),
		grants("listCustomerLicenses", 200, listLicenses(contoso, microsoft), func(t *testing.T, _ *generated, got *cloudcockpit.ListCustomerLicensesResponse) {
			compareLicenses(t, got, 22, 0, 6)
		}),
		grants("setCustomerUserLicenses", 200, setLicenses(firstUser, premium), checkLicensesSet),
		grants("createPortalUser", 201, createPortalUser(northwind, nils), checkPortalUserCreated),
		grants("listPortalUsers", 200, listPortalUsers(northwind, reseller), func(t *testing.T, _ *generated, got *cloudcockpit.ListPortalUsersResponse) {
			comparePortalUsers(t, *got.JSON200, returned(nils, "customer", "Viewer"))
		}),
		grants("createResellerUser", 201, createResellerUser(reseller, edsger), checkResellerUserCreated),
		grants("listUsers", 200, listUsers(2), checkPortalUserPage),
		grants("updatePortalUser", 204, updatePortalUser("NILS.new@northwind.example", nilsLate), checkPortalUserUpdated),
		grants("deletePortalUser", 204, deletePortalUser("nils.later@northwind.example", reseller), checkPortalUserDeleted),
		grants("listGroups", 200, listGroups(2), checkGroupPage),
	)
}
