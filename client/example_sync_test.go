package client_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/resellerkit/resellerkit/client"
)

// A nightly synchronisation writes the users of a customer to a CSV file. It holds one page of users in memory. A list that
// breaks off ends with an error, so that an incomplete file does not replace the one of the night before.
func Example_nightlySync() {
	run(func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) {
		var file bytes.Buffer // of a real program: a temporary file, renamed at the end
		w := csv.NewWriter(&file)
		_ = w.Write([]string{"id", "name", "email", "location"})
		users := cc.CustomerUsers(customerID, providerInstanceID)
		for user, err := range users.All(ctx, client.ListCustomerUsers{SortBy: client.SortByDisplayName}) {
			if err != nil {
				fmt.Println("not complete:", err)
				return
			}
			_ = w.Write([]string{user.ID.String(), *user.DisplayName, *user.Email, *user.Location})
		}
		if w.Flush(); w.Error() != nil {
			fmt.Println(w.Error())
			return
		}
		lines := strings.Split(strings.TrimSpace(file.String()), "\n")
		fmt.Println(len(lines)-1, "users")
		fmt.Println(lines[1])
	})
	// Output:
	// 60 users
	// a0000000-0000-4000-8000-000000000001,Ada Abbott,ada.abbott@contoso.example,US
}
