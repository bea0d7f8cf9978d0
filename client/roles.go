package client

// The roles of account users, from the page Reseller Users of MyReports' documentation. The service may have others, so
// that methods take any string as a role.
const (
	RoleAccountUser          = "account.user"           // may sign in; every created user gets it
	RoleUserAdmin            = "user.admin"             // manages other users' permissions
	RoleAccountServiceStatus = "account.service.status" // gets status updates
	RoleAccountStorageAdmin  = "account.storage.admin"  // manages storage accounts
	RoleBrandingAdmin        = "branding.admin"         // changes the branding of portals
	RoleCustomerAdmin        = "customer.admin"         // manages customer accounts
	RoleOnboardingAdmin      = "onboarding.admin"       // uses the REST API
	RoleWebhooksAdmin        = "webhooks.admin"         // manages webhooks
)

// RoleCustomerUser lets a user of an account's customer sign in; every created user gets it. Most of the other roles of
// customer users are licences, which may cause charges: see [AccountCustomerUsers.AcceptCharges].
const RoleCustomerUser = "customer.user"
