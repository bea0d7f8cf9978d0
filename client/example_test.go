package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"

	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// The examples run against a sandbox, whose demo data has these ids.
var (
	customerID         = uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	providerInstanceID = uuid.MustParse("b0000000-0000-4000-8000-000000000001")
	accountID          = uuid.MustParse("e0000000-0000-4000-8000-000000000001")
)

// run calls an example with clients of a sandbox of its own.
func run(example func(ctx context.Context, cc *client.CloudCockpit, mr *client.MyReports)) {
	ctx := context.Background()
	sb, err := sandbox.New(ctx, sandbox.Options{})
	if err != nil {
		panic(err)
	}
	defer sb.Close()
	srv := httptest.NewServer(sb)
	defer srv.Close()
	cc, err := client.NewCloudCockpit(client.WithBaseURL(srv.URL), client.WithTenant("portal.cloudcockpit.com"),
		client.WithClientCredentials("demo-csp", "demo-secret"), client.WithTokenURL(srv.URL+"/any/oauth2/v2.0/token"))
	if err != nil {
		panic(err)
	}
	mr, err := client.NewMyReports(client.WithBaseURL(srv.URL),
		client.WithClientCredentials("demo-myreports", "demo-secret"), client.WithTokenURL(srv.URL+"/connect/token"))
	if err != nil {
		panic(err)
	}
	example(ctx, cc, mr)
}

// A client needs the tenant and credentials. All mistakes in the options are reported at once.
func ExampleNewCloudCockpit() {
	cc, err := client.NewCloudCockpit(
		client.WithTenant("portal.cloudcockpit.com"),
		client.WithClientCredentials("your-client-id", "your-client-secret"),
		client.WithUserAgent("acme-sync/1.4"),
	)
	fmt.Println(cc != nil, err)

	_, err = client.NewCloudCockpit(client.WithBaseURL("http://api.cloudcockpit.com"), client.WithToken("a token"))
	fmt.Println(err)
	// Output:
	// true <nil>
	// client: WithToken: the token is empty, or holds characters that no token has
	// client: WithTenant: a domain of the tenant's portal must be given, such as portal.cloudcockpit.com; got ""
	// client: WithBaseURL: http://api.cloudcockpit.com would send the token in the clear; use https, or WithPlainHTTP if that is what you want
}

// MyReports has regions. A person grants access once; from then on the refresh token is renewed.
func ExampleNewMyReports() {
	config := client.MyReportsAuthorization("your-client-id", "your-client-secret", "http://127.0.0.1:8000")
	fmt.Println(config.AuthCodeURL("state"))
	// config.Exchange(ctx, code) turns the code that comes back into a token with a refresh token. Store it.

	mr, err := client.NewMyReports(
		client.WithRegion(client.NorthAmerica),
		client.WithAuthorization(config, &oauth2.Token{RefreshToken: "the stored one"}),
		client.WithTokenSaver(func(t *oauth2.Token) { /* store t.RefreshToken */ }),
	)
	fmt.Println(mr != nil, err)
	// Output:
	// https://login.xarios.cloud/connect/authorize?client_id=your-client-id&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000&response_type=code&scope=openid+offline_access+onboarding&state=state
	// true <nil>
}

// All fetches the next page when the loop reaches it, and none after the loop has ended.
func ExampleCustomerUsers_All() {
	run(func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) {
		users := cc.CustomerUsers(customerID, providerInstanceID)
		for user, err := range users.All(ctx, client.ListCustomerUsers{Search: "a", Descending: true}) {
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(*user.DisplayName, *user.Email)
			break
		}
	})
	// Output: Yuki Brandt yuki.brandt@contoso.example
}

// Edit reads the user, calls the function, and sends back the whole user, which the service's PATCH requires.
func ExampleCustomerUsers_Edit() {
	run(func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) {
		users := cc.CustomerUsers(customerID, providerInstanceID)
		userID := uuid.MustParse("a0000000-0000-4000-8000-000000000001")
		err := users.Edit(ctx, userID, func(u *client.CustomerUser) error {
			u.Location = new("GB")
			return nil
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		user, err := users.Get(ctx, userID)
		fmt.Println(*user.DisplayName, *user.Location, err)
	})
	// Output: Ada Abbott GB <nil>
}

// A patch names what changes. A role is removed by its name, although the service removes by index.
func ExamplePatch() {
	run(func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) {
		users := mr.AccountUsers(accountID)
		userID := uuid.MustParse("f0000000-0000-4000-8000-000000000001")
		patch := client.Patch().
			ReplaceDisplayName("My New Name").
			AddRole(client.RoleBrandingAdmin).
			RemoveRole(client.RoleUserAdmin)
		if err := users.Patch(ctx, userID, patch); err != nil {
			fmt.Println(err)
			return
		}
		user, err := users.Get(ctx, userID)
		fmt.Println(user.DisplayName, user.Roles, err)
	})
	// Output: My New Name [account.user branding.admin] <nil>
}

// Create returns the id of the new user.
func ExamplePortalUsers_Create() {
	run(func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) {
		id, err := cc.PortalUsers(customerID).Create(ctx, client.PortalUser{
			FirstName: new("Grace"), LastName: new("Hopper"), Email: new("grace@contoso.example"),
			Groups: []client.Group{{ID: uuid.MustParse("90000000-0000-4000-8000-000000000002")}},
		})
		fmt.Println(id != uuid.Nil, err)
	})
	// Output: true <nil>
}

// errors.Is tells the kind of an error, and errors.AsType gives its details.
func ExampleError() {
	run(func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) {
		users := cc.CustomerUsers(customerID, providerInstanceID)
		_, err := users.Get(ctx, uuid.MustParse("a0000000-0000-4000-8000-000000009999"))
		fmt.Println(errors.Is(err, client.ErrNotFound))

		_, err = users.List(ctx, client.ListCustomerUsers{PageSize: 2001})
		if failed, ok := errors.AsType[*client.Error](err); ok {
			fmt.Println(failed.Operation, failed.Status, failed.Message)
			for _, m := range failed.Members {
				fmt.Println(m.Member, m.Messages)
			}
		}
	})
	// Output:
	// true
	// listCustomerUsers 400 The request is not valid.
	// pageSize [is not valid (maximum): expected at most 2000]
}

// A test uses a sandbox in memory, which is discarded at its end.
func Example_sandbox() {
	ctx := context.Background() // in a test: t.Context()

	sb, _ := sandbox.New(ctx, sandbox.Options{})
	defer sb.Close()
	srv := httptest.NewServer(sb)
	defer srv.Close()
	token, _ := sb.Token("demo-csp")
	cc, err := client.NewCloudCockpit(client.WithBaseURL(srv.URL),
		client.WithTenant("portal.cloudcockpit.com"), client.WithToken(token))
	if err != nil {
		panic(err)
	}

	page, err := cc.CustomerUsers(customerID, providerInstanceID).List(ctx, client.ListCustomerUsers{})
	fmt.Println(page.TotalCount, err)
	// Output: 60 <nil>
}

// The original response has headers that no method returns.
func ExampleContextWithResponse() {
	run(func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) {
		var raw client.Response
		_, err := cc.Groups().List(client.ContextWithResponse(ctx, &raw), client.ListGroups{PageSize: 1})
		fmt.Println(raw.Status, raw.Header.Get("Content-Type"), err)
	})
	// Output: 200 application/json; charset=utf-8 <nil>
}
