package sandbox_test

import (
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// checkCustomerUserPage wants the page before the third of Northwind's ten users, four at a time and sorted downwards.
func checkCustomerUserPage(t *testing.T, _ *generated, got *cloudcockpit.ListCustomerUsersResponse) {
	page := *got.JSON200
	var emails []string
	for _, u := range page.Items {
		emails = append(emails, value(u.Email))
		if u.ID == nil || u.TemporaryPassword != nil || !strings.HasSuffix(value(u.Email), "@northwind.example") {
			t.Errorf("got %+v, want a user of Northwind with an id and no password", u)
		}
	}
	if downwards := slices.IsSortedFunc(emails, func(a, b string) int { return strings.Compare(b, a) }); !downwards || len(emails) != 4 {
		t.Errorf("got %q, want four users downwards", emails)
	}
	page.Items = nil
	want := cloudcockpit.CustomerUserPage{
		PaginationParameters: &cloudcockpit.PaginationParameters{PageNumber: 2, PageSize: 4},
		TotalPages:           3, TotalCount: 10, HasPreviousPage: true, HasNextPage: true,
	}
	if diff := gocmp.Diff(want, page); diff != "" {
		t.Errorf("the page (-want +got):\n%s", diff)
	}
}

func checkUpdated(t *testing.T, g *generated, _ *cloudcockpit.UpdateCustomerUserResponse) {
	got, err := getCustomerUser(firstUser, new(uid(microsoft)))(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(new(adaLovelace()), got.JSON200); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

func checkPasswordReset(t *testing.T, g *generated, _ *cloudcockpit.ResetCustomerUserPasswordResponse) {
	got, err := g.Password(t.Context(), tenant, uid(microsoft), uid(firstUser))
	if err != nil || got != secret {
		t.Errorf("got the password %q and error %v", got, err)
	}
	checkUpdated(t, g, nil) // nothing else of the user changed
}

// compareLicenses takes the seats of Contoso that are in use.
func compareLicenses(t *testing.T, got *cloudcockpit.ListCustomerLicensesResponse, office, business, bi int32) {
	t.Helper()
	license := func(sku, name string, total, consumed, suspended int32) cloudcockpit.License {
		return cloudcockpit.License{
			SkuID: sku, Name: &name, TotalLicenses: &total, ConsumedLicenses: &consumed, SuspendedLicenses: &suspended,
			AvailableLicenses: new(total - consumed - suspended), IsSelected: new(false),
		}
	}
	want := []cloudcockpit.License{
		license(officeE3, "Office 365 E3", 50, office, 0),
		license(premium, "Microsoft 365 Business Premium", 25, business, 5),
		license(powerBI, "Power BI (free)", 100, bi, 0),
	}
	if diff := gocmp.Diff(&want, got.JSON200); diff != "" {
		t.Errorf("the licences (-want +got):\n%s", diff)
	}
}

// checkLicensesSet wants the one seat to be taken, and the two that the user had to be free.
func checkLicensesSet(t *testing.T, g *generated, _ *cloudcockpit.SetCustomerUserLicensesResponse) {
	got, err := listLicenses(contoso, microsoft)(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	compareLicenses(t, got, 21, 1, 5)
}

func checkPortalUserCreated(t *testing.T, g *generated, created *cloudcockpit.CreatePortalUserResponse) {
	got, err := listPortalUsers(northwind, reseller)(t.Context(), g)
	if err != nil || got.JSON200 == nil || len(*got.JSON200) != 1 {
		t.Fatalf("got %+v and error %v, want one user", got, err)
	}
	if id := (*got.JSON200)[0].ID; id == nil || *id != *created.JSON201 {
		t.Errorf("got the id %v, want %s, which the creation gave", id, created.JSON201)
	}
}

func checkResellerUserCreated(t *testing.T, g *generated, created *cloudcockpit.CreateResellerUserResponse) {
	got, err := listUsers(2)(t.Context(), g)
	if err != nil || got.JSON200 == nil || len(got.JSON200.Items) != 1 {
		t.Fatalf("got %+v and error %v, want one user", got, err)
	}
	if id := got.JSON200.Items[0].ID; id == nil || *id != *created.JSON201 {
		t.Errorf("got the id %v, want %s, which the creation gave", id, created.JSON201)
	}
}

// checkPortalUserPage wants the second of two pages of one user each, downwards by e-mail.
func checkPortalUserPage(t *testing.T, _ *generated, got *cloudcockpit.ListUsersResponse) {
	page := *got.JSON200
	comparePortalUsers(t, page.Items, returned(edsger, "reseller", "Administrator"))
	page.Items = nil
	want := cloudcockpit.PortalUserPage{
		PaginationParameters: &cloudcockpit.PaginationParameters{PageNumber: 2, PageSize: 1},
		TotalPages:           2, TotalCount: 2, HasPreviousPage: true,
	}
	if diff := gocmp.Diff(want, page); diff != "" {
		t.Errorf("the page (-want +got):\n%s", diff)
	}
}

func checkPortalUserUpdated(t *testing.T, g *generated, _ *cloudcockpit.UpdatePortalUserResponse) {
	got, err := listPortalUsers(northwind, reseller)(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	comparePortalUsers(t, *got.JSON200, returned(nilsLate, "customer", "Alert Manager", "Administrator"))
}

// checkPortalUserDeleted wants the user to be in no list, and not to be deleted again.
func checkPortalUserDeleted(t *testing.T, g *generated, _ *cloudcockpit.DeletePortalUserResponse) {
	got, err := listPortalUsers(northwind, reseller)(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	comparePortalUsers(t, *got.JSON200, []cloudcockpit.PortalUser{}...)
	again, err := deletePortalUser("nils.later@northwind.example", reseller)(t.Context(), g)
	if err != nil || again.StatusCode() != 404 {
		t.Errorf("deleting it again: got %+v and error %v, want 404", again, err)
	}
}

// checkGroupPage wants the second page, two groups at a time: the last of three by name.
func checkGroupPage(t *testing.T, _ *generated, got *cloudcockpit.ListGroupsResponse) {
	want := cloudcockpit.GroupPage{
		Items:                []cloudcockpit.Group{{ID: uid(viewers), Name: new("Viewer")}},
		PaginationParameters: &cloudcockpit.PaginationParameters{PageNumber: 2, PageSize: 2},
		TotalPages:           2, TotalCount: 3, HasPreviousPage: true,
	}
	if diff := gocmp.Diff(&want, got.JSON200); diff != "" {
		t.Errorf("the page (-want +got):\n%s", diff)
	}
}
