// Package client manages users of CloudCockpit and of MyReports: typed operations, lists as iterators, errors that can be
// matched, and retries that do not create anything twice.
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
// Clients and their resources are safe for concurrent use and need not be closed.
//
// # Finding ids
//
// CloudCockpit's users belong to a customer and a provider instance, both of which [Customers] lists; there are [Resellers]
// and [ProviderInstances], too. MyReports' users belong to one of the [Accounts], or to one of its [AccountCustomers].
//
// # Users
//
// CloudCockpit has two kinds of user. [CustomerUsers] belong to a customer's Microsoft 365 tenant and have licences. Portal
// users sign in to CloudCockpit itself: [PortalUsers] of a customer, [ResellerUsers] of a reseller, and [Users], which are
// all of them, identified by e-mail. MyReports has [AccountUsers] of a reseller account, and [AccountCustomerUsers] of an
// account's customer.
//
// # Changing a user
//
// CloudCockpit's PATCH requires the whole user: [CustomerUsers.Edit] reads it, calls your function, and sends it back.
// MyReports takes a JSON Patch, which [Patch] builds; it can be shown before it is sent, and removes a role by its name:
//
//	err := mr.AccountUsers(accountID).Patch(ctx, userID, client.Patch().ReplaceDisplayName("My New Name").RemoveRole("user.admin"))
//
// Members that are pointers are set with Go 1.26's new: u.Location = new("GB"). For an operation without a method there is
// [CloudCockpit.Do]. Package client/bulk calls a function for each item of a list, several at a time.
//
// # Errors
//
// Every operation fails with an [*Error]. errors.Is tells its kind ([ErrNotFound], [ErrConflict], [ErrThrottled], …); the
// fields hold status, headers, code and messages in whichever format the service wrote them, whether the request may have
// been carried out, and the correlation id for the vendor's support:
//
//	if errors.Is(err, client.ErrNotFound) { … }
//	if failed, ok := errors.AsType[*client.Error](err); ok { log.Print(failed.Members) }
//
// A response that departs from the contract in something that a caller depends on is an error, never a zero value: an HTML
// page of a gateway, a body that is empty, cut off or JSON of another shape, a redirect.
//
// # Retries
//
// An operation is sent again if that cannot carry it out twice: after growing pauses, or when Retry-After says so.
// [RetryPolicy] has the rules, and [ContextWithReplay] an exception for creating, sending e-mail and JSON Patch. Each
// attempt has a timeout ([WithTimeout]); the context limits the whole.
//
// # Sharing a quota
//
// The services document no limit, and no headers that tell one. A client therefore learns of a limit by a 429, and then
// holds back all its calls until the Retry-After has passed. [WithRateLimit] keeps it below a limit that you know; clients
// of one process can share a limiter. [CloudCockpit.Rate] shows both.
//
// Several programs, or several clients of one program, do not know of each other. If they share a quota, each of them gets
// its own 429, and none waits for the others. Divide the quota between them by WithRateLimit, or send their requests
// through one proxy that limits them ([WithBaseURL]). Pauses are drawn at random, so that they do not come back all at
// once, except that a Retry-After is obeyed to the second.
//
// # Tokens
//
// [WithClientCredentials] gets tokens for CloudCockpit from Entra ID, [WithAuthorization] renews the token that a person
// granted for MyReports, and [WithTokenSource] takes any source; one source can serve the clients of many tenants. A token
// is fetched when it is needed, once for all goroutines, again shortly before it expires, and once more after a 401.
//
// # Observing
//
// [WithLogger] logs each attempt, [WithHooks] calls functions that can also refuse it, [ContextWithResponse] returns the
// original response, and every request has an X-Correlation-Id, which [ContextWithCorrelationID] sets. Log lines hold no
// token, password or body. For tracing, wrap the transport of [WithHTTPClient]. Package client/checked checks each exchange
// against the contract.
//
// # What is guessed
//
// The vendors publish no machine-readable description. The contracts in openapi/ are reconstructed from documentation, and
// the client follows them; openapi/EVIDENCE.md lists what is documented, inferred and decided.
//
// # Compatibility
//
// The types of users, groups and licences are generated from the contract and follow it. The texts of errors and log lines
// may change; the kinds of error and the names of operations do not.
package client
