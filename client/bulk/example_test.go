package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/client/bulk"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

var (
	contoso = uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	account = uuid.MustParse("e0000000-0000-4000-8000-000000000001")
	viewers = uuid.MustParse("90000000-0000-4000-8000-000000000002")
)

// start returns clients of a sandbox in memory.
func start(ctx context.Context) (*client.CloudCockpit, *client.MyReports, func()) {
	sb, err := sandbox.New(ctx, sandbox.Options{})
	if err != nil {
		panic(err)
	}
	srv := httptest.NewServer(sb)
	csp, _ := sb.Token("demo-csp")
	reports, _ := sb.Token("demo-myreports")
	cc, err := client.NewCloudCockpit(client.WithBaseURL(srv.URL), client.WithTenant("portal.cloudcockpit.com"), client.WithToken(csp))
	if err != nil {
		panic(err)
	}
	mr, err := client.NewMyReports(client.WithBaseURL(srv.URL), client.WithToken(reports))
	if err != nil {
		panic(err)
	}
	return cc, mr, func() { srv.Close(); _ = sb.Close() }
}

// On-boarding: 500 people of a customer get access to the portal. Two of them cannot be created, which does not affect the
// others.
func ExampleRun() {
	ctx := context.Background()
	cc, _, stop := start(ctx)
	defer stop()
	users := cc.PortalUsers(contoso)

	people := make([]client.PortalUser, 500)
	for i := range people {
		people[i] = client.PortalUser{
			FirstName: new("Person"), LastName: new(fmt.Sprint(i)), Email: new(fmt.Sprintf("person%d@contoso.example", i)),
			Groups: []client.Group{{ID: viewers}},
		}
	}
	people[7].Email = nil
	if _, err := users.Create(ctx, people[300]); err != nil { // this e-mail address exists already
		fmt.Println(err)
	}

	opts := bulk.Options{Workers: 8, Progress: func(p bulk.Progress) {
		if p.Done%250 == 0 {
			fmt.Println(p.Done, "done")
		}
	}}
	results, err := bulk.Run(ctx, opts, bulk.Items(people), users.Create)
	for i, r := range results {
		if failed, ok := errors.AsType[*client.Error](r.Err); ok {
			fmt.Println("person", i, "was refused for the", failed.Members[0].Member)
		}
	}
	list, listErr := users.List(ctx)
	fmt.Println(len(list), "users", err, listErr)
	// Output:
	// 250 done
	// 500 done
	// person 7 was refused for the email
	// person 300 was refused for the email
	// 499 users <nil> <nil>
}

// A change of roles for every user of an account: first it is shown, then it is carried out.
func ExampleRun_roles() {
	ctx := context.Background()
	_, mr, stop := start(ctx)
	defer stop()
	users := mr.AccountUsers(account)
	list, err := users.List(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	patch := client.Patch().RemoveRole(client.RoleUserAdmin).AddRole(client.RoleBrandingAdmin)

	preview, err := bulk.Run(ctx, bulk.Options{}, bulk.Items(list), func(ctx context.Context, u client.AccountUserItem) (client.UserPatch, error) {
		return users.Preview(ctx, u.ID, patch)
	})
	for _, r := range preview {
		fmt.Println(r.Item.DisplayName+":", r.Value, r.Err)
	}
	if err != nil {
		return
	}
	// Each patch removes a role only where the preview has seen it.
	done, err := bulk.Run(ctx, bulk.Options{}, bulk.Items(preview), func(ctx context.Context, p bulk.Result[client.AccountUserItem, client.UserPatch]) (*client.AccountUser, error) {
		if err := users.Patch(ctx, p.Item.ID, p.Value); err != nil {
			return nil, err
		}
		return users.Get(ctx, p.Item.ID)
	})
	for _, r := range done {
		fmt.Println(r.Value.DisplayName+":", r.Value.Roles, r.Err)
	}
	fmt.Println(err)
	// Output:
	// Uma Underwood: test /roles/1 "user.admin"; remove /roles/1; add /roles/- "branding.admin" <nil>
	// Victor Vance: add /roles/- "branding.admin" <nil>
	// Wanda Wells: add /roles/- "branding.admin" <nil>
	// Uma Underwood: [account.user branding.admin] <nil>
	// Victor Vance: [account.user branding.admin] <nil>
	// Wanda Wells: [account.user branding.admin] <nil>
	// <nil>
}

// The list of a customer's users is read page by page, while the workers read single users of the pages before.
func ExampleRun_list() {
	ctx := context.Background()
	cc, _, stop := start(ctx)
	defer stop()
	users := cc.CustomerUsers(contoso, uuid.MustParse("b0000000-0000-4000-8000-000000000001"))

	var mu sync.Mutex
	locations := map[string]int{}
	_, err := bulk.Run(ctx, bulk.Options{Workers: 8}, users.All(ctx, client.ListCustomerUsers{PageSize: 20}),
		func(ctx context.Context, u client.CustomerUser) (struct{}, error) {
			user, err := users.Get(ctx, *u.ID)
			if err != nil {
				return struct{}{}, err
			}
			mu.Lock()
			defer mu.Unlock()
			locations[*user.Location]++
			return struct{}{}, nil
		})
	fmt.Println(locations, err)
	// Output: map[DE:12 GB:12 PT:12 SE:12 US:12] <nil>
}
