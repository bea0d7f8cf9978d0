// Package client is what a Go program uses to manage users of CloudCockpit and of MyReports: typed operations with short
// names, listings that are iterators, errors that say what went wrong, and retries that never create a thing twice.
//
// Most callers want [NewCloudCockpit] or [NewMyReports]:
//
//	cc, err := client.NewCloudCockpit(
//		client.WithTenant("portal.cloudcockpit.com"),
//		client.WithClientCredentials(id, secret),
//	)
//	…
//	for user, err := range cc.CustomerUsers(customerID, providerInstanceID).All(ctx, client.ListCustomerUsers{}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(*user.DisplayName)
//	}
//
// A client and the resources it gives are values to keep and to share: they are safe for concurrent use, and nothing has
// to be closed.
//
// # Two kinds of user
//
// CloudCockpit has two, and mixing them up is easy. [CustomerUsers] live in a customer's Microsoft 365 tenant and have
// licences. Portal users sign in to CloudCockpit itself: [PortalUsers] are a customer's, [ResellerUsers] a reseller's,
// and [Users] are all of them, known by their e-mail. MyReports has [AccountUsers], of a reseller account, and
// [AccountCustomerUsers], of an account's customer.
//
// # Changing a user
//
// CloudCockpit's PATCH wants the whole view of a user, whatever changes: [CustomerUsers.Edit] reads, lets you change, and
// sends. MyReports takes a JSON Patch: [Patch] builds one that can name only what can be patched.
//
//	err := mr.AccountUsers(accountID).Patch(ctx, userID, client.Patch().ReplaceDisplayName("My New Name").AddRole("user.admin"))
//
// Members of the types that are pointers are set with Go 1.26's new: u.Location = new("GB").
//
// # Errors
//
// Every operation fails with an [*Error]. errors.Is tells its kind ([ErrNotFound], [ErrThrottled], [ErrNotJSON], …),
// errors.As gives the status, the headers, what the API's envelope says, and the correlation id that the vendor's support
// asks for:
//
//	if errors.Is(err, client.ErrNotFound) { … }
//	if failed, ok := errors.AsType[*client.Error](err); ok { log.Print(failed.Members) }
//
// An answer that is not what was promised is an error and never a zero value: a gateway's HTML page, an empty or a cut
// body, JSON of another shape, a redirect.
//
// # Retries
//
// What may safely be sent again is, with growing pauses, or when Retry-After says so; [RetryPolicy] has the rules.
// Creating, sending mail and a JSON Patch are not, once they may have been carried out. Each attempt has a timeout
// ([WithTimeout]), and the context limits the whole.
//
// # Tokens
//
// [WithClientCredentials] gets CloudCockpit's from Entra ID, [WithAuthorization] renews those that a person granted for
// MyReports, and [WithTokenSource] takes anybody's. A token is fetched when it is first needed, by one goroutine for all,
// again shortly before it expires, and once more when it is refused with 401.
//
// # Seeing what happens
//
// [WithLogger] logs each attempt, [WithHooks] calls you, [ContextWithResponse] gives the raw answer, and every request
// carries an X-Correlation-Id, which [ContextWithCorrelationID] sets. None of the lines holds a token, a password or a
// body. For tracing, wrap the transport of [WithHTTPClient].
//
// Package [github.com/resellerkit/resellerkit/client/checked] has each exchange checked against the contract in your own
// process.
//
// # What is guessed
//
// The vendors publish no machine-readable description, and the services were never asked. What the contracts in openapi/
// guess, the client guesses, too: the README has the table.
//
// # Compatibility
//
// The types of users, groups and licences are generated from the contract and follow it. The texts of errors and log
// lines may change; the kinds of error and the names of operations do not.
package client
