package operationtest

// The clients that call the operations, by their roles.
var (
	resellers   = []string{"demo-csp", "demo-reseller"}
	enterprises = []string{"demo-myreports"}
)

const (
	customerUser = "/Customers/{customer}/users/{user}"
	account      = "/accounts/{account}/users"
	team         = "/accounts/{account}/customers/{team}/users"

	customerView = `{"providerInstanceId":"{instance}","customerUser":{"displayName":"X","email":"x@x","location":"US","domain":"x"}}`
	passwordView = `{"providerInstanceId":"{instance}","customerUser":{"displayName":"X","email":"x@x","location":"US","domain":"x","temporaryPassword":"x"}}`
	portalUser   = `{"firstName":"X","lastName":"X","email":"new@x","role":{},"groups":[]}`
	groupUser    = `{"firstName":"X","lastName":"X","email":"new@x","role":{},"groups":[{"id":"{group}"}]}`
	newUser      = `{"email":"new@x","displayName":"X"}`
)

// table has the operations of all documents. Targets are below the base of their API.
var table = []Operation{
	{
		ID: "listCustomers", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: "/Customers"},
		More: map[string]Request{"in a context": {Method: "GET", Target: "/Customers?resellerId={reseller}"}},
	},
	{
		ID: "getCustomer", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: "/Customers/{customer}"},
		More: map[string]Request{"in a context": {Method: "GET", Target: "/Customers/{customer}?resellerId={reseller}"}},
	},
	{
		ID: "listResellers", API: CloudCockpit, Clients: resellers[:1],
		Good: Request{Method: "GET", Target: "/Resellers"},
		More: map[string]Request{
			"of a customer": {Method: "GET", Target: "/Resellers?customerId={customer}&providerInstanceId={instance}"},
		},
	},
	{
		ID: "getReseller", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: "/Resellers/{reseller}"},
	},
	{
		ID: "listProviderInstances", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: "/Providers/Instances"},
	},
	{
		ID: "listCustomerUsers", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: "/Customers/{customer}/users?providerInstanceId={instance}"},
		More: map[string]Request{
			"in a context": {Method: "GET", Target: "/Customers/{customer}/users?providerInstanceId={instance}&resellerId={reseller}"},
		},
	},
	{
		ID: "getCustomerUser", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: customerUser + "?providerInstanceId={instance}"},
	},
	{
		ID: "updateCustomerUser", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "PATCH", Target: customerUser, Body: customerView},
	},
	{
		ID: "resetCustomerUserPassword", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "PATCH", Target: customerUser + "/reset-password", Body: passwordView},
	},
	{
		ID: "setCustomerUserLicenses", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "PATCH", Target: customerUser + "/licenses", Body: `{"providerInstanceId":"{instance}","licenses":[]}`},
		More: map[string]Request{
			"of an SKU": {
				Method: "PATCH", Target: customerUser + "/licenses",
				Body: `{"providerInstanceId":"{instance}","licenses":[{"skuId":"{sku}","isSelected":true}]}`,
			},
		},
	},
	{
		ID: "listCustomerLicenses", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: "/Customers/{customer}/licenses?providerInstanceId={instance}"},
		More: map[string]Request{
			"in a context": {Method: "GET", Target: "/Customers/{customer}/licenses?providerInstanceId={instance}&resellerId={reseller}"},
		},
	},
	{
		ID: "listPortalUsers", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: "/customer/{customer}/users"},
		More: map[string]Request{"in a context": {Method: "GET", Target: "/customer/{customer}/users?resellerId={reseller}"}},
	},
	{
		ID: "createPortalUser", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "POST", Target: "/customer/{customer}/users", Body: portalUser},
		More: map[string]Request{
			"in a context": {Method: "POST", Target: "/customer/{customer}/users?resellerId={reseller}", Body: portalUser},
			"in a group":   {Method: "POST", Target: "/customer/{customer}/users", Body: groupUser},
		},
	},
	{
		ID: "createResellerUser", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "POST", Target: "/reseller/{reseller}/users", Body: portalUser},
	},
	{
		ID: "listUsers", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: "?resellerId={reseller}"},
		More: map[string]Request{"of a group": {Method: "GET", Target: "?groups={group}", Filter: true}},
	},
	{
		ID: "updatePortalUser", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "PATCH", Target: "/users/{email}", Body: portalUser},
		More: map[string]Request{"in a context": {Method: "PATCH", Target: "/users/{email}?resellerId={reseller}", Body: portalUser}},
	},
	{
		ID: "deletePortalUser", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "DELETE", Target: "/users/{email}"},
		More: map[string]Request{"in a context": {Method: "DELETE", Target: "/users/{email}?resellerId={reseller}"}},
	},
	{
		ID: "listGroups", API: CloudCockpit, Clients: resellers,
		Good: Request{Method: "GET", Target: "/users/groups"},
	},

	{
		ID: "listAccounts", API: MyReports, Clients: enterprises,
		Good: Request{Method: "GET", Target: "/accounts"},
	},
	{
		ID: "getAccount", API: MyReports, Clients: enterprises,
		Good: Request{Method: "GET", Target: "/accounts/{account}"},
	},
	{
		ID: "listAccountCustomers", API: MyReports, Clients: enterprises,
		Good: Request{Method: "GET", Target: "/accounts/{account}/customers"},
	},
	{
		ID: "getAccountCustomer", API: MyReports, Clients: enterprises,
		Good: Request{Method: "GET", Target: "/accounts/{account}/customers/{team}"},
	},
	{
		ID: "listAccountUsers", API: MyReports, Clients: enterprises,
		Good: Request{Method: "GET", Target: account},
	},
	{
		ID: "createAccountUser", API: MyReports, Clients: enterprises,
		Good: Request{Method: "POST", Target: account, Body: newUser},
	},
	{
		ID: "getAccountUser", API: MyReports, Clients: enterprises,
		Good: Request{Method: "GET", Target: account + "/{member}"},
	},
	{
		ID: "patchAccountUser", API: MyReports, Clients: enterprises,
		Good: Request{Method: "PATCH", Target: account + "/{member}", Body: `[{"op":"replace","path":"/displayName","value":"X"}]`},
		More: map[string]Request{
			"wrongly": {
				Method: "PATCH", Target: account + "/{member}", Body: `[{"op":"replace","path":"/nope","value":"X"}]`, Refused: true,
			},
		},
	},
	{
		ID: "deleteAccountUser", API: MyReports, Clients: enterprises,
		Good: Request{Method: "DELETE", Target: account + "/{member}"},
	},
	{
		ID: "sendAccountUserActivationEmail", API: MyReports, Clients: enterprises,
		Good: Request{Method: "POST", Target: account + "/{member}/sendActivationEmail"},
	},
	{
		ID: "listAccountCustomerUsers", API: MyReports, Clients: enterprises,
		Good: Request{Method: "GET", Target: team},
	},
	{
		ID: "createAccountCustomerUser", API: MyReports, Clients: enterprises,
		Good: Request{Method: "POST", Target: team, Body: newUser},
		More: map[string]Request{
			"with charges": {
				Method: "POST", Target: team, Body: `{"email":"new@x","displayName":"X","roles":["customer.user.uc"]}`, Refused: true,
			},
		},
	},
	{
		ID: "getAccountCustomerUser", API: MyReports, Clients: enterprises,
		Good: Request{Method: "GET", Target: team + "/{player}"},
	},
	{
		ID: "patchAccountCustomerUser", API: MyReports, Clients: enterprises,
		Good: Request{Method: "PATCH", Target: team + "/{player}", Body: `[{"op":"replace","path":"/displayName","value":"X"}]`},
		More: map[string]Request{
			"with charges": {
				Method: "PATCH", Target: team + "/{player}", Body: `[{"op":"add","path":"/roles/-","value":"customer.user.uc"}]`, Refused: true,
			},
		},
	},
	{
		ID: "deleteAccountCustomerUser", API: MyReports, Clients: enterprises,
		Good: Request{Method: "DELETE", Target: team + "/{player}"},
	},
	{
		ID: "sendAccountCustomerUserActivationEmail", API: MyReports, Clients: enterprises,
		Good: Request{Method: "POST", Target: team + "/{player}/sendActivationEmail"},
	},

	{ID: "getHealth", API: Control, Open: true, Good: Request{Method: "GET", Target: "/_sandbox/health"}},
	{ID: "getReady", API: Control, Open: true, Good: Request{Method: "GET", Target: "/_sandbox/ready"}},
	{ID: "getCloudCockpitDocument", API: Control, Open: true, Good: Request{Method: "GET", Target: "/_sandbox/openapi/cloudcockpit.yaml"}},
	{ID: "getReport", API: Control, Good: Request{Method: "GET", Target: "/_sandbox/report"}},
	{ID: "explain", API: Control, Good: Request{Method: "GET", Target: "/_sandbox/explain?operation=listGroups"}},
	{ID: "getMyReportsDocument", API: Control, Open: true, Good: Request{Method: "GET", Target: "/_sandbox/openapi/myreports.yaml"}},
	{ID: "getState", API: Control, Good: Request{Method: "GET", Target: "/_sandbox/state"}},
	{ID: "replaceState", API: Control, Good: Request{Method: "PUT", Target: "/_sandbox/state", Body: `{"clients":[]}`}},
	{ID: "reset", API: Control, Good: Request{Method: "POST", Target: "/_sandbox/reset"}},
	{ID: "listExchanges", API: Control, Good: Request{Method: "GET", Target: "/_sandbox/exchanges"}},
	{ID: "rotateKey", API: Control, Good: Request{Method: "POST", Target: "/_sandbox/keys"}},
	{ID: "listOutbox", API: Control, Good: Request{Method: "GET", Target: "/_sandbox/outbox"}},
	{ID: "getClock", API: Control, Good: Request{Method: "GET", Target: "/_sandbox/clock"}},
	{
		ID: "setClock", API: Control,
		Good: Request{Method: "PUT", Target: "/_sandbox/clock", Body: `{"now":"2026-01-02T03:04:05Z","frozen":true}`},
	},
	{ID: "getFaults", API: Control, Good: Request{Method: "GET", Target: "/_sandbox/faults"}},
	{ID: "setFaults", API: Control, Good: Request{Method: "PUT", Target: "/_sandbox/faults", Body: `{"rules":[]}`}},
	{ID: "clearFaults", API: Control, Good: Request{Method: "DELETE", Target: "/_sandbox/faults"}},
}
