package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/time/rate"

	"github.com/resellerkit/resellerkit/client"
)

// A service that acts for several tenants needs one token for all of them, and one limit.
func Example_manyTenants() {
	run(func(ctx context.Context, _ *client.CloudCockpit, _ *client.MyReports) {
		var tokensIssued atomic.Int32
		identity := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			tokensIssued.Add(1)
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"access_token":"shared","token_type":"Bearer","expires_in":3599}`)
		}))
		defer identity.Close()
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"items":[{"id":"90000000-0000-4000-8000-000000000001","name":"Administrator of %s"}],"totalPages":1}`, r.Header.Get("X-Tenant"))
		}))
		defer service.Close()

		config := clientcredentials.Config{
			ClientID: "your-client-id", ClientSecret: "your-client-secret",
			TokenURL: client.CloudCockpitTokenURL, Scopes: []string{client.CloudCockpitScope},
			AuthStyle: oauth2.AuthStyleInParams,
		}
		config.TokenURL = identity.URL // only in this example
		tokens := config.TokenSource(ctx)
		limit := rate.NewLimiter(20, 5) // 20 requests a second, and bursts of 5
		for _, tenant := range []string{"portal.cloudcockpit.com", "portal.fabrikam.example"} {
			cc, err := client.NewCloudCockpit(client.WithTenant(tenant), client.WithTokenSource(tokens), client.WithRateLimit(limit),
				client.WithBaseURL(service.URL)) // only in this example
			if err != nil {
				fmt.Println(err)
				return
			}
			for group, err := range cc.Groups().All(ctx, client.ListGroups{}) {
				if err != nil {
					fmt.Println(err)
					return
				}
				fmt.Println(*group.Name)
			}
		}
		fmt.Println(tokensIssued.Load(), "token")
	})
	// Output:
	// Administrator of portal.cloudcockpit.com
	// Administrator of portal.fabrikam.example
	// 1 token
}
