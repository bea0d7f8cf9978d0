package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A test of a program against a service that throttles, fails, and loses responses.
func Example_faults() {
	ctx := context.Background() // in a test: t.Context()
	sb, _ := sandbox.New(ctx, sandbox.Options{})
	defer sb.Close()
	srv := httptest.NewServer(sb)
	defer srv.Close()
	token, _ := sb.Token("demo-csp")
	cc, err := client.NewCloudCockpit(client.WithBaseURL(srv.URL), client.WithTenant("portal.cloudcockpit.com"),
		client.WithToken(token), client.WithRetry(client.RetryPolicy{MinDelay: time.Millisecond})) // quick, for a test
	if err != nil {
		panic(err)
	}
	users := cc.CustomerUsers(customerID, providerInstanceID)

	// The second request is throttled, and for the fifth a gateway fails. The loop gets all users.
	err = sb.SetFaults(
		control.FaultRule{Operation: "listCustomerUsers", Match: &control.FaultMatch{Nth: 2}, Action: control.FaultAction{Status: 429, RetryAfter: new(int32(0))}},
		control.FaultRule{Operation: "listCustomerUsers", Match: &control.FaultMatch{Nth: 5}, Action: control.FaultAction{Gateway: true, Status: 502}},
	)
	if err != nil {
		panic(err)
	}
	n := 0
	for _, err := range users.All(ctx, client.ListCustomerUsers{PageSize: 10}) {
		if err != nil {
			panic(err)
		}
		n++
	}
	fmt.Println(n, "users")

	// A user is created, and the response is lost. The client does not create a second one; the program looks for the first.
	err = sb.SetFaults(control.FaultRule{Operation: "createPortalUser", Action: control.FaultAction{CommitThenFail: true, Cut: control.Before}, Count: new(int32(1))})
	if err != nil {
		panic(err)
	}
	user := client.PortalUser{FirstName: new("Grace"), LastName: new("Hopper"), Email: new("grace@contoso.example")}
	_, err = cc.PortalUsers(customerID).Create(ctx, user)
	if failed, ok := errors.AsType[*client.Error](err); ok && failed.MaybeCarriedOut {
		list, err := cc.PortalUsers(customerID).List(ctx)
		fmt.Println("perhaps created; found", len(list), err)
	}
	// Output:
	// 60 users
	// perhaps created; found 1 <nil>
}
