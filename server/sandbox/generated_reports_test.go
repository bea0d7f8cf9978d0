package sandbox_test

import (
	"context"
	"encoding/json"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/myreports"
)

// Two users to create, of the account and of its customer; the second has a role that costs.
var (
	nina = myreports.NewUser{DisplayName: "Nina New", Email: "nina.new@acme.example", Roles: []string{"user.admin"}}
	otto = myreports.NewUser{DisplayName: "Otto Old", Email: "otto.old@bakery.example", Roles: []string{"customer.user.uc"}}
)

var (
	rename = myreports.JSONPatch{
		{Op: new("replace"), Path: "/displayName", Value: json.RawMessage(`"My New Name"`)},
		{Op: new("add"), Path: "/roles/-", Value: json.RawMessage(`"user.admin"`)},
	}
	renameAndCharge = myreports.JSONPatch{rename[0], {Op: new("add"), Path: "/roles/-", Value: json.RawMessage(`"customer.user.uc"`)}}
	nickname        = myreports.JSONPatch{{Op: new("add"), Path: "/nickname", Value: json.RawMessage(`"N"`)}}
)

// The requests.

func listAccountUsers(account string) func(context.Context, *generated) (*myreports.ListAccountUsersResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.ListAccountUsersResponse, error) {
		return g.reports.ListAccountUsersWithResponse(ctx, uid(account))
	}
}

func createAccountUser(u myreports.NewUser) func(context.Context, *generated) (*myreports.CreateAccountUserResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.CreateAccountUserResponse, error) {
		return g.reports.CreateAccountUserWithResponse(ctx, uid(account), &myreports.CreateAccountUserParams{AcceptCharges: new(false)}, u)
	}
}

func readAccountUser(user string) func(context.Context, *generated) (*myreports.GetAccountUserResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.GetAccountUserResponse, error) {
		return g.reports.GetAccountUserWithResponse(ctx, uid(account), uid(user))
	}
}

func patchUser(user string, patch myreports.JSONPatch) func(context.Context, *generated) (*myreports.PatchAccountUserResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.PatchAccountUserResponse, error) {
		return g.reports.PatchAccountUserWithResponse(ctx, uid(account), uid(user), &myreports.PatchAccountUserParams{AcceptCharges: new(false)}, patch)
	}
}

func deleteAccountUser(user string) func(context.Context, *generated) (*myreports.DeleteAccountUserResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.DeleteAccountUserResponse, error) {
		return g.reports.DeleteAccountUserWithResponse(ctx, uid(account), uid(user))
	}
}

func activateAccountUser(user string) func(context.Context, *generated) (*myreports.SendAccountUserActivationEmailResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.SendAccountUserActivationEmailResponse, error) {
		return g.reports.SendAccountUserActivationEmailWithResponse(ctx, uid(account), uid(user))
	}
}

func listCustomersUsers(customer string) func(context.Context, *generated) (*myreports.ListAccountCustomerUsersResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.ListAccountCustomerUsersResponse, error) {
		return g.reports.ListAccountCustomerUsersWithResponse(ctx, uid(account), uid(customer))
	}
}

func createCustomersUser(u myreports.NewUser, charges *bool) func(context.Context, *generated) (*myreports.CreateAccountCustomerUserResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.CreateAccountCustomerUserResponse, error) {
		return g.reports.CreateAccountCustomerUserWithResponse(ctx, uid(account), uid(accountCustomer),
			&myreports.CreateAccountCustomerUserParams{AcceptCharges: charges}, u)
	}
}

func getCustomersUser(user string) func(context.Context, *generated) (*myreports.GetAccountCustomerUserResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.GetAccountCustomerUserResponse, error) {
		return g.reports.GetAccountCustomerUserWithResponse(ctx, uid(account), uid(accountCustomer), uid(user))
	}
}

func patchCustomersUser(user string, patch myreports.JSONPatch, charges *bool) func(context.Context, *generated) (*myreports.PatchAccountCustomerUserResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.PatchAccountCustomerUserResponse, error) {
		return g.reports.PatchAccountCustomerUserWithResponse(ctx, uid(account), uid(accountCustomer), uid(user),
			&myreports.PatchAccountCustomerUserParams{AcceptCharges: charges}, patch)
	}
}

func deleteCustomersUser(user string) func(context.Context, *generated) (*myreports.DeleteAccountCustomerUserResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.DeleteAccountCustomerUserResponse, error) {
		return g.reports.DeleteAccountCustomerUserWithResponse(ctx, uid(account), uid(accountCustomer), uid(user))
	}
}

func activateCustomersUser(user string) func(context.Context, *generated) (*myreports.SendAccountCustomerUserActivationEmailResponse, error) {
	return func(ctx context.Context, g *generated) (*myreports.SendAccountCustomerUserActivationEmailResponse, error) {
		return g.reports.SendAccountCustomerUserActivationEmailWithResponse(ctx, uid(account), uid(accountCustomer), uid(user))
	}
}

// asEnterprise gives the asks the token of the first enterprise.
func asEnterprise(asks ...ask) []ask {
	for i := range asks {
		asks[i].client = "demo-myreports"
	}
	return asks
}

// misspelt is the ask with an id in its path that is too long by a digit.
func misspelt(id string, a ask) ask {
	a.status, a.name, a.longer, a.check = 400, "misspelt "+id, id, nil
	a.says = []string{"The value '" + id + "2' is not valid."}
	return a
}

// refusedByReports are the requests that are refused for what they hold.
func refusedByReports() []ask {
	const notFound = "Not Found"
	const noNickname = "The target location specified by path segment 'nickname' was not found."
	unnamed := myreports.NewUser{Email: "nobody@acme.example"}
	asks := asEnterprise(
		refuses("listAccountUsers", 404, listAccountUsers(othersAccount), notFound),
		refuses("createAccountUser", 400, createAccountUser(unnamed), "The DisplayName field is required."),
		refuses("getAccountUser", 404, readAccountUser(nowhere), notFound),
		refuses("patchAccountUser", 400, patchUser(plainUser, nickname), noNickname),
		refuses("patchAccountUser", 404, patchUser(nowhere, rename), notFound),
		refuses("deleteAccountUser", 404, deleteAccountUser(nowhere), notFound),
		refuses("sendAccountUserActivationEmail", 400, activateAccountUser(visitingUser), "This is not the primary tenant for this User.", "TenantNotPrimary"),
		refuses("sendAccountUserActivationEmail", 404, activateAccountUser(nowhere), notFound),
		refuses("listAccountCustomerUsers", 404, listCustomersUsers(nowhere), notFound),
		refuses("createAccountCustomerUser", 400, createCustomersUser(unnamed, nil), "The DisplayName field is required."),
		grants("createAccountCustomerUser", 402, createCustomersUser(otto, nil), func(t *testing.T, _ *generated, got *myreports.CreateAccountCustomerUserResponse) {
			wantEcho(t, *got.JSON402, otto)
		}),
		refuses("getAccountCustomerUser", 404, getCustomersUser(plainUser), notFound),
		refuses("patchAccountCustomerUser", 400, patchCustomersUser(customersUser, nickname, nil), noNickname),
		grants("patchAccountCustomerUser", 402, patchCustomersUser(customersUser, renameAndCharge, new(false)), func(t *testing.T, _ *generated, got *myreports.PatchAccountCustomerUserResponse) {
			wantEcho(t, *got.JSON402, renameAndCharge)
		}),
		refuses("patchAccountCustomerUser", 404, patchCustomersUser(nowhere, renameAndCharge, nil), notFound),
		refuses("deleteAccountCustomerUser", 404, deleteCustomersUser(nowhere), notFound),
		refuses("sendAccountCustomerUserActivationEmail", 404, activateCustomersUser(nowhere), notFound),
	)
	for _, good := range append(grantedByReports(), grantedByAccounts()...) {
		if good.status < 300 {
			foreign := good
			foreign.status, foreign.name, foreign.client, foreign.says, foreign.check = 404, "another enterprise's token", "other-myreports", []string{notFound}, nil
			asks = append(asks, misspelt(account, good), foreign)
		}
	}
	return append(asks, asEnterprise(
		misspelt(plainUser, refuses("getAccountUser", 400, readAccountUser(plainUser))),
		misspelt(plainUser, refuses("patchAccountUser", 400, patchUser(plainUser, rename))),
		misspelt(plainUser, refuses("deleteAccountUser", 400, deleteAccountUser(plainUser))),
		misspelt(accountCustomer, refuses("listAccountCustomerUsers", 400, listCustomersUsers(accountCustomer))),
		misspelt(accountCustomer, refuses("createAccountCustomerUser", 400, createCustomersUser(otto, nil))),
		misspelt(customersUser, refuses("getAccountCustomerUser", 400, getCustomersUser(customersUser))),
		misspelt(customersUser, refuses("deleteAccountCustomerUser", 400, deleteCustomersUser(customersUser))),
	)...)
}

// grantedByReports are the requests that succeed, each upon what those before it left; one of the last is refused for that.
func grantedByReports() []ask {
	uma := myreports.NewUser{DisplayName: "Ignored", Email: "uma.underwood@acme.example"}
	return asEnterprise(
		grants("listAccountUsers", 200, listAccountUsers(account), checkAccountUsers),
		grants("createAccountUser", 201, createAccountUser(nina), checkAccountUserCreated),
		grants("getAccountUser", 200, readAccountUser(plainUser), func(t *testing.T, _ *generated, got *myreports.GetAccountUserResponse) {
			wantAccountUser(t, got, "Victor Vance", "account.user")
		}),
		grants("patchAccountUser", 200, patchUser(plainUser, rename), checkAccountUserPatched),
		grants("sendAccountUserActivationEmail", 204, activateAccountUser(plainUser), func(t *testing.T, g *generated, _ *myreports.SendAccountUserActivationEmailResponse) {
			wantMail(t, g, "victor.vance@acme.example", account, uid(plainUser))
		}),
		grants("deleteAccountUser", 200, deleteAccountUser(plainUser), checkAccountUserDeleted),
		grants("listAccountCustomerUsers", 200, listCustomersUsers(accountCustomer), checkCustomersUsers),
		grants("createAccountCustomerUser", 201, createCustomersUser(otto, new(true)), checkCustomersUserCreated),
		grants("getAccountCustomerUser", 200, getCustomersUser(customersUser), func(t *testing.T, _ *generated, got *myreports.GetAccountCustomerUserResponse) {
			wantCustomersUser(t, got, "Xavier Young", "customer.user")
		}),
		grants("patchAccountCustomerUser", 200, patchCustomersUser(customersUser, renameAndCharge, new(true)), checkCustomersUserPatched),
		grants("sendAccountCustomerUserActivationEmail", 204, activateCustomersUser(customersUser), func(t *testing.T, g *generated, _ *myreports.SendAccountCustomerUserActivationEmailResponse) {
			wantMail(t, g, "xavier.young@bakery.example", accountCustomer, uid(customersUser))
		}),
		grants("deleteAccountCustomerUser", 200, deleteCustomersUser(customersUser), checkCustomersUserDeleted),
		grants("createAccountCustomerUser", 201, createCustomersUser(uma, nil), checkParentJoined),
		refuses("sendAccountCustomerUserActivationEmail", 400, activateCustomersUser(accountUser), "This is not the primary tenant for this User.", "TenantNotPrimary"),
	)
}

// wantEcho holds the body of a 402 to be the request's.
func wantEcho(t *testing.T, got, sent any) {
	t.Helper()
	text, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	var want any
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("the echo (-want +got):\n%s", diff)
	}
}

// wantSuccess checks what every success of MyReports has.
func wantSuccess(t *testing.T, status myreports.SuccessStatus, timestamp string) {
	t.Helper()
	if status != myreports.SuccessStatusSuccess || !sevenDigits.MatchString(timestamp) {
		t.Errorf("got status %q and timestamp %q", status, timestamp)
	}
}

// wantMail wants the newest mail to be an activation.
func wantMail(t *testing.T, g *generated, to, tenant string, user uuid.UUID) {
	t.Helper()
	mails, err := g.Outbox(t.Context())
	if err != nil || len(mails) == 0 {
		t.Fatalf("got %d mails and error %v", len(mails), err)
	}
	got := mails[len(mails)-1]
	want := control.Mail{ID: got.ID, Time: got.Time, Kind: control.Activation, To: to, API: got.API, Tenant: tenant, UserID: user}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("the newest mail (-want +got):\n%s", diff)
	}
}
