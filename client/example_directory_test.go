package client_test

import (
	"context"
	"fmt"

	"github.com/resellerkit/resellerkit/client"
)

// A customer and its provider instances are found by the customer's name.
func ExampleCustomers_All() {
	run(func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) {
		for customer, err := range cc.Customers().All(ctx, client.ListCustomers{Search: "contoso"}) {
			if err != nil {
				fmt.Println(err)
				return
			}
			for _, provider := range customer.ProviderCustomers {
				// A provider other than Microsoft has no users: the service refuses the list.
				page, err := cc.CustomerUsers(*customer.ID, provider.ProviderInstanceID).List(ctx, client.ListCustomerUsers{})
				if err == nil {
					fmt.Println(*customer.CompanyName, provider.ProviderInstanceID, page.TotalCount)
				}
			}
		}
	})
	// Output: Contoso b0000000-0000-4000-8000-000000000001 60
}

// Every user of every customer of every account.
func ExampleAccounts_All() {
	run(func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) {
		for account, err := range mr.Accounts().All(ctx, client.ListAccounts{}) {
			if err != nil {
				fmt.Println(err)
				return
			}
			for customer, err := range mr.AccountCustomers(account.ID).All(ctx, client.ListAccountCustomers{}) {
				if err != nil {
					fmt.Println(err)
					return
				}
				users, err := mr.CustomerUsers(account.ID, customer.ID).List(ctx)
				fmt.Println(account.ID, customer.ID, len(users), err)
			}
		}
	})
	// Output: e0000000-0000-4000-8000-000000000001 e1000000-0000-4000-8000-000000000001 2 <nil>
}
