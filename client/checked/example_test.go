package checked_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/client/checked"
)

// A response with a member that the contract does not know is reported.
func ExampleObserve() {
	srv := httptest.NewServer(respond(200, `{"data":[],"page_size":0,"status":"success","timestamp":"2026-01-02T03:04:05.0000000Z","page_index":0}`))
	defer srv.Close()

	mr, err := client.NewMyReports(client.WithBaseURL(srv.URL), client.WithToken("t"),
		checked.Observe(func(_ context.Context, f checked.Finding) { fmt.Println(f.Violation) }))
	if err != nil {
		panic(err)
	}
	users, err := mr.AccountUsers(account).List(context.Background())
	fmt.Println(len(users), err)
	// Output:
	// listAccountUsers: response /page_index: undeclared: expected only declared members
	// 0 <nil>
}
