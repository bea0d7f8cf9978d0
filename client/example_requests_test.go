package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"github.com/resellerkit/resellerkit/client"
)

// Do sends a request that no method covers.
func ExampleCloudCockpit_Do() {
	run(func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) {
		var groups struct {
			Items []struct{ Name string }
		}
		err := cc.Do(ctx, http.MethodGet, "/v1/users/groups?pageSize=2", nil, &groups)
		fmt.Println(groups.Items, err)

		err = cc.Do(ctx, http.MethodDelete, "/v1/users/no-such-user@contoso.example", nil, nil)
		fmt.Println(errors.Is(err, client.ErrNotFound))
	})
	// Output:
	// [{Administrator} {Alert Manager}] <nil>
	// true
}

// A patch can be shown before it is sent: as it was built, and as it would be sent to a user.
func ExampleAccountUsers_Preview() {
	run(func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) {
		users := mr.AccountUsers(accountID)
		userID := uuid.MustParse("f0000000-0000-4000-8000-000000000001")
		patch := client.Patch().ReplaceDisplayName("My New Name").RemoveRole(client.RoleUserAdmin)
		fmt.Println(patch)

		preview, err := users.Preview(ctx, userID, patch)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := json.Marshal(preview)
		fmt.Println(string(body))
		fmt.Println(users.Patch(ctx, userID, preview))
	})
	// Output:
	// remove role "user.admin"; replace /displayName "My New Name"
	// [{"op":"test","path":"/roles/1","value":"user.admin"},{"op":"remove","path":"/roles/1"},{"op":"replace","path":"/displayName","value":"My New Name"}]
	// <nil>
}

// A hook can refuse calls, such as those that write in a dry run.
func ExampleWithHooks() {
	errDryRun := errors.New("a dry run does not write")
	cc, err := client.NewCloudCockpit(
		client.WithTenant("portal.cloudcockpit.com"), client.WithToken("an-access-token"),
		client.WithHooks(client.Hooks{Before: func(_ context.Context, a client.Attempt) error {
			if a.Method != http.MethodGet {
				return errDryRun
			}
			return nil
		}}))
	if err != nil {
		panic(err)
	}
	err = cc.Users().Delete(context.Background(), "grace@contoso.example")
	fmt.Println(errors.Is(err, client.ErrRefused), errors.Is(err, errDryRun))
	// Output: true true
}

// A limiter keeps the client below a limit that is known, retries included.
func ExampleWithRateLimit() {
	cc, err := client.NewCloudCockpit(
		client.WithTenant("portal.cloudcockpit.com"), client.WithToken("an-access-token"),
		client.WithRateLimit(rate.NewLimiter(rate.Limit(10), 3))) // ten requests a second, and bursts of three
	if err != nil {
		panic(err)
	}
	r := cc.Rate()
	fmt.Println(r.Available, r.Throttled, r.HeldUntil.IsZero())
	// Output: 3 0 true
}
