package sandbox_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/gen/myreports"
)

func checkAccountUsers(t *testing.T, _ *generated, got *myreports.ListAccountUsersResponse) {
	item := func(id, name, email, primary string) myreports.AccountUserItem {
		return myreports.AccountUserItem{ID: uid(id), DisplayName: name, Email: email, PrimaryTenant: uid(primary)}
	}
	want := myreports.AccountUserList{PageSize: 3, Status: got.JSON200.Status, Timestamp: got.JSON200.Timestamp, Data: []myreports.AccountUserItem{
		item(accountUser, "Uma Underwood", "uma.underwood@acme.example", account),
		item(plainUser, "Victor Vance", "victor.vance@acme.example", account),
		item(visitingUser, "Wanda Wells", "wanda.wells@acme.example", secondAccount),
	}}
	if diff := gocmp.Diff(&want, got.JSON200); diff != "" {
		t.Errorf("the users (-want +got):\n%s", diff)
	}
	wantSuccess(t, got.JSON200.Status, got.JSON200.Timestamp)
}

// checkAccountUserCreated reads the new user back, which the response, its Location and a mail name.
func checkAccountUserCreated(t *testing.T, g *generated, created *myreports.CreateAccountUserResponse) {
	user := created.JSON201.Data
	wantSuccess(t, created.JSON201.Status, created.JSON201.Timestamp)
	want := myreports.AccountUser{
		ID: user.ID, DisplayName: nina.DisplayName, Email: nina.Email, PrimaryTenant: uid(account), Roles: []string{"account.user", "user.admin"},
	}
	got, err := readAccountUser(user.ID.String())(t.Context(), g)
	if err != nil || got.JSON200 == nil {
		t.Fatalf("read back: got %+v and error %v", got, err)
	}
	if diff := gocmp.Diff([]myreports.AccountUser{want, want}, []myreports.AccountUser{user, got.JSON200.Data}); diff != "" {
		t.Errorf("created and read back (-want +got):\n%s", diff)
	}
	if want := locationBase(g.url) + "/api/v1.0" + accountUsers + "/" + user.ID.String(); value(created.Headers201.Location) != want {
		t.Errorf("got Location %q, want %s", value(created.Headers201.Location), want)
	}
	wantMail(t, g, nina.Email, account, user.ID)
}

// wantAccountUser checks the user that the asks are about.
func wantAccountUser(t *testing.T, got *myreports.GetAccountUserResponse, name string, roles ...string) {
	t.Helper()
	if got.JSON200 == nil {
		t.Fatalf("got %d %s", got.StatusCode(), got.Body)
	}
	want := myreports.AccountUser{
		ID: uid(plainUser), DisplayName: name, Email: "victor.vance@acme.example", PrimaryTenant: uid(account), Roles: roles,
	}
	if diff := gocmp.Diff(want, got.JSON200.Data); diff != "" {
		t.Errorf("the user (-want +got):\n%s", diff)
	}
	wantSuccess(t, got.JSON200.Status, got.JSON200.Timestamp)
}

func checkAccountUserPatched(t *testing.T, g *generated, patched *myreports.PatchAccountUserResponse) {
	wantSuccess(t, patched.JSON200.Status, patched.JSON200.Timestamp)
	got, err := readAccountUser(plainUser)(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	wantAccountUser(t, got, "My New Name", "account.user", "user.admin")
}

func checkAccountUserDeleted(t *testing.T, g *generated, deleted *myreports.DeleteAccountUserResponse) {
	wantSuccess(t, deleted.JSON200.Status, deleted.JSON200.Timestamp)
	got, err := readAccountUser(plainUser)(t.Context(), g)
	if err != nil || got.JSON404 == nil {
		t.Errorf("read back: got %+v and error %v, want 404", got, err)
	}
}

func checkCustomersUsers(t *testing.T, _ *generated, got *myreports.ListAccountCustomerUsersResponse) {
	item := func(id, name, email string) myreports.AccountCustomerUserItem {
		return myreports.AccountCustomerUserItem{ID: uid(id), DisplayName: name, Email: email, PrimaryTenant: uid(accountCustomer)}
	}
	want := myreports.AccountCustomerUserList{PageSize: 2, Status: got.JSON200.Status, Timestamp: got.JSON200.Timestamp, Data: []myreports.AccountCustomerUserItem{
		item(customersUser, "Xavier Young", "xavier.young@bakery.example"),
		item("f1000000-0000-4000-8000-000000000002", "Yara Zeller", "yara.zeller@bakery.example"),
	}}
	if diff := gocmp.Diff(&want, got.JSON200); diff != "" {
		t.Errorf("the users (-want +got):\n%s", diff)
	}
	wantSuccess(t, got.JSON200.Status, got.JSON200.Timestamp)
}

// checkCustomersUserCreated reads the new user back, which the response, its Location and a mail name.
func checkCustomersUserCreated(t *testing.T, g *generated, created *myreports.CreateAccountCustomerUserResponse) {
	user := created.JSON201.Data
	wantSuccess(t, created.JSON201.Status, created.JSON201.Timestamp)
	want := myreports.AccountCustomerUser{
		ID: user.ID, DisplayName: otto.DisplayName, Email: otto.Email, PrimaryTenant: uid(accountCustomer),
		Roles: []string{"customer.user", "customer.user.uc"},
	}
	got, err := getCustomersUser(user.ID.String())(t.Context(), g)
	if err != nil || got.JSON200 == nil {
		t.Fatalf("read back: got %+v and error %v", got, err)
	}
	if diff := gocmp.Diff([]myreports.AccountCustomerUser{want, want}, []myreports.AccountCustomerUser{user, got.JSON200.Data}); diff != "" {
		t.Errorf("created and read back (-want +got):\n%s", diff)
	}
	if want := locationBase(g.url) + "/api/v1.0" + customerTeam + "/" + user.ID.String(); value(created.Headers201.Location) != want {
		t.Errorf("got Location %q, want %s", value(created.Headers201.Location), want)
	}
	wantMail(t, g, otto.Email, accountCustomer, user.ID)
}

// wantCustomersUser checks the user that the asks are about.
func wantCustomersUser(t *testing.T, got *myreports.GetAccountCustomerUserResponse, name string, roles ...string) {
	t.Helper()
	if got.JSON200 == nil {
		t.Fatalf("got %d %s", got.StatusCode(), got.Body)
	}
	want := myreports.AccountCustomerUser{
		ID: uid(customersUser), DisplayName: name, Email: "xavier.young@bakery.example", PrimaryTenant: uid(accountCustomer), Roles: roles,
	}
	if diff := gocmp.Diff(want, got.JSON200.Data); diff != "" {
		t.Errorf("the user (-want +got):\n%s", diff)
	}
	wantSuccess(t, got.JSON200.Status, got.JSON200.Timestamp)
}

func checkCustomersUserPatched(t *testing.T, g *generated, patched *myreports.PatchAccountCustomerUserResponse) {
	wantSuccess(t, patched.JSON200.Status, patched.JSON200.Timestamp)
	got, err := getCustomersUser(customersUser)(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	wantCustomersUser(t, got, "My New Name", "customer.user", "customer.user.uc")
}

func checkCustomersUserDeleted(t *testing.T, g *generated, deleted *myreports.DeleteAccountCustomerUserResponse) {
	wantSuccess(t, deleted.JSON200.Status, deleted.JSON200.Timestamp)
	got, err := getCustomersUser(customersUser)(t.Context(), g)
	if err != nil || got.JSON404 == nil {
		t.Errorf("read back: got %+v and error %v, want 404", got, err)
	}
}

// checkParentJoined wants a user of the account to have become one of its customer, and to have got no mail about it.
func checkParentJoined(t *testing.T, g *generated, created *myreports.CreateAccountCustomerUserResponse) {
	want := myreports.AccountCustomerUser{
		ID: uid(accountUser), DisplayName: "Uma Underwood", Email: "uma.underwood@acme.example", IsParent: true,
		PrimaryTenant: uid(account), Roles: []string{"customer.user"},
	}
	if diff := gocmp.Diff(want, created.JSON201.Data); diff != "" {
		t.Errorf("the user (-want +got):\n%s", diff)
	}
	wantMail(t, g, "xavier.young@bakery.example", accountCustomer, uid(customersUser))
}
