package client

// The roles of account users, from the page Reseller Users of MyReports' documentation. A service may know others: the
// methods that take a role take any string.
const (
	RoleAccountUser          = "account.user"           // may sign in; given to everybody who is created
	RoleUserAdmin            = "user.admin"             // manages other users' permissions
	RoleAccountServiceStatus = "account.service.status" // gets status updates
	RoleAccountStorageAdmin  = "account.storage.admin"  // manages storage accounts
	RoleBrandingAdmin        = "branding.admin"         // changes the branding of portals
	RoleCustomerAdmin        = "customer.admin"         // manages customer accounts
	RoleOnboardingAdmin      = "onboarding.admin"       // uses the REST API
	RoleWebhooksAdmin        = "webhooks.admin"         // manages webhooks
)

// RoleCustomerUser lets a user of an account's customer sign in; it is given to everybody who is created. The other roles
// of customers are many and mostly licences, which may cause charges: see [AccountCustomerUsers.AcceptCharges].
const RoleCustomerUser = "customer.user"
