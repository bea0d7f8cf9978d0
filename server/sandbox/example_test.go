package sandbox_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A sandbox in a test of your own: in memory, with the demo data, gone at the end.
func Example() {
	ctx := context.Background()
	sb, err := sandbox.New(ctx, sandbox.Options{})
	if err != nil {
		panic(err)
	}
	defer sb.Close()
	srv := httptest.NewServer(sb)
	defer srv.Close()
	token, err := sb.Token("demo-csp")
	if err != nil {
		panic(err)
	}

	signed := func(_ context.Context, req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	cc, err := cloudcockpit.NewClientWithResponses(srv.URL, cloudcockpit.WithRequestEditorFn(signed))
	if err != nil {
		panic(err)
	}
	customer := uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	search := "lovelace"
	update := cloudcockpit.CustomerUserUpdate{
		ProviderInstanceID: uuid.MustParse("b0000000-0000-4000-8000-000000000001"),
		CustomerUser: cloudcockpit.CustomerUser{
			DisplayName: new("Ada Lovelace"), Email: new("ada.lovelace@contoso.example"),
			FirstName: new("Ada"), LastName: new("Lovelace"), Location: new("GB"), Domain: new("contoso.example"),
		},
	}
	updated, err := cc.UpdateCustomerUserWithResponse(ctx, customer, uuid.MustParse("a0000000-0000-4000-8000-000000000001"),
		&cloudcockpit.UpdateCustomerUserParams{XTenant: "portal.cloudcockpit.com"}, update)
	if err != nil {
		panic(err)
	}
	list, err := cc.ListCustomerUsersWithResponse(ctx, customer, &cloudcockpit.ListCustomerUsersParams{
		XTenant: "portal.cloudcockpit.com", ProviderInstanceID: update.ProviderInstanceID, SearchValue: &search,
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(updated.StatusCode(), list.JSON200.TotalCount, *list.JSON200.Items[0].DisplayName)
	// Output: 200 1 Ada Lovelace
}
