package sandbox_test

import (
	"net/http"
	"strings"
)

// badDirectories are refused by the lists of customers, resellers and provider instances, and by the reads of one of them.
func badDirectories() (rows []badRequest) {
	get := func(target string) call { return cockpit(http.MethodGet, target, "") }
	for list, target := range map[string]string{"customers": "/Customers?", "resellers": "/Resellers?", "provider instances": "/Providers/Instances?"} {
		rows = append(rows,
			badRequest{"The page of the " + list + " is 0", get(target + "pageNumber=0"), 400, at("pageNumber")},
			badRequest{"The page of the " + list + " is a word", get(target + "pageNumber=one"), 400, at("pageNumber")},
			badRequest{"The pages of the " + list + " are empty", get(target + "pageSize=0"), 400, at("pageSize")},
			badRequest{"The pages of the " + list + " are too large", get(target + "pageSize=2001"), 400, at("pageSize")},
			badRequest{"The list of " + list + " has no tenant", without(get(target), "X-Tenant"), 400, at("X-Tenant")},
			badRequest{"The list of " + list + " is another tenant's", get(target).with("X-Tenant", fabrikam), 403, nil},
			badRequest{"The list of " + list + " is posted to", cockpit(http.MethodPost, strings.TrimSuffix(target, "?"), "{}"), 405, null},
		)
	}
	for list, target := range map[string]string{"customers": "/Customers?", "resellers": "/Resellers?"} {
		rows = append(rows,
			badRequest{"The order of the " + list + " is a number", get(target + "ascendingOrder=1"), 400, at("ascendingOrder")},
			badRequest{"The " + list + " are sorted by another property", get(target + "sortPropertyName=CompanyName"), 400, at("sortPropertyName")},
			badRequest{"The " + list + " are searched in another field", get(target + "searchField=Name&searchValue=x"), 400, at("searchField")},
			badRequest{"The " + list + " are searched in a field for nothing", get(target + "searchField=Company.Name"), 400, at("searchValue")},
			badRequest{"The " + list + " are searched for a long text", get(target + "searchValue=" + strings.Repeat("x", 256)), 400, at("searchValue")},
		)
	}
	pair := func(customer, instance string) call {
		return get("/Resellers?customerId=" + customer + "&providerInstanceId=" + instance)
	}
	return append(rows,
		badRequest{"Deleted customers are included twice", get("/Customers?includeDeleted=true&includeDeleted=true"), 400, at("includeDeleted")},
		badRequest{"Customers are those of an unknown reseller", get("/Customers?resellerId=" + nowhere), 400, at("resellerId")},
		badRequest{"Customers are those of the CSP, for a reseller", get("/Customers?resellerId=" + nowhere).as("demo-reseller"), 400, at("resellerId")},
		badRequest{"Customers are those of no UUID", get("/Customers?resellerId=1"), 400, at("resellerId")},
		badRequest{"A customer is no UUID", get("/Customers/1"), 400, at("customerId")},
		badRequest{"A customer is unknown", get("/Customers/" + nowhere), 404, at("customerId")},
		badRequest{"A customer is another tenant's", get("/Customers/" + fabrikamsOwn), 404, at("customerId")},
		badRequest{"A customer is not the reseller's", get("/Customers/" + contoso).as("demo-reseller"), 404, at("customerId")},
		badRequest{"A customer has no relation to the reseller", get("/Customers/" + contoso + "?resellerId=" + reseller), 403, nil},
		badRequest{"A customer has no relation to an unknown reseller", get("/Customers/" + northwind + "?resellerId=" + nowhere), 403, nil},
		badRequest{"The customer's reseller is no UUID", get("/Customers/" + northwind + "?resellerId=x"), 400, at("resellerId")},
		badRequest{"Resellers are listed by a reseller", get("/Resellers").as("demo-reseller"), 403, nil},
		badRequest{"A customer of a reseller comes without an instance", get("/Resellers?customerId=" + northwind), 400, at("providerInstanceId")},
		badRequest{"An instance comes without a customer", get("/Resellers?providerInstanceId=" + northwinds), 400, at("customerId")},
		badRequest{"A reseller's customer is unknown", pair(nowhere, northwinds), 400, at("customerId")},
		badRequest{"A reseller's customer is another tenant's", pair(fabrikamsOwn, fabrikams), 400, at("customerId")},
		badRequest{"The instance is another customer's", pair(northwind, microsoft), 400, at("providerInstanceId")},
		badRequest{"The instance is unknown", pair(northwind, nowhere), 400, at("providerInstanceId")},
		badRequest{"Search and customer lack their other halves", get("/Resellers?searchField=MpnId&customerId=" + northwind), 400, at("searchValue", "providerInstanceId")},
		badRequest{"A reseller is no UUID", get("/Resellers/1"), 400, at("resellerId")},
		badRequest{"A reseller is unknown", get("/Resellers/" + nowhere), 404, at("resellerId")},
		badRequest{"A reseller is a customer", get("/Resellers/" + northwind), 404, at("resellerId")},
		badRequest{"A reseller is another one", get("/Resellers/" + nowhere).as("demo-reseller"), 404, at("resellerId")},
	)
}

// without is the call without a header.
func without(c call, name string) call {
	c.header = c.header.Clone()
	c.header.Del(name)
	return c
}

// badAccountLists are refused by the lists of accounts and of their customers, and by the reads of one of them.
func badAccountLists() (rows []badRequest) {
	get := func(target string) call { return reports(http.MethodGet, target, "") }
	customers := "/accounts/" + account + "/customers"
	for list, target := range map[string]string{"accounts": "/accounts?", "customers": customers + "?"} {
		for what, query := range map[string]string{"a word": "one", "negative": "-1", "a fraction": "1.5", "too great": "2147483648", "not given": ""} {
			rows = append(rows, badRequest{"The page of the " + list + " is " + what, get(target + "pageIndex=" + query), 400, at("The value '" + query + "' is not valid.")})
		}
		rows = append(rows,
			badRequest{"The pages of the " + list + " are empty", get(target + "pageSize=0"), 400, at("The value '0' is not valid.")},
			badRequest{"The first of two errors about the " + list, get(target + "pageSize=a%2Bb&PAGEINDEX=x%20y"), 400, at("The value 'x y' is not valid.")},
			badRequest{"The page of the " + list + " is given twice", get(target + "pageIndex=0&pageIndex=0"), 400, at("The supplied value is invalid for pageIndex.")},
			badRequest{"The list of " + list + " has no token", get(target).as(""), 401, nil},
			badRequest{"The list of " + list + " has the other API's token", get(target).as("demo-csp"), 401, nil},
			badRequest{"The list of " + list + " is deleted", reports(http.MethodDelete, strings.TrimSuffix(target, "?"), ""), 405, notAllowed},
		)
	}
	return append(rows,
		badRequest{"The pages of the customers are too large", get(customers + "?pageSize=1001"), 400, at("The value '1001' is not valid.")},
		badRequest{"An account is no UUID", get("/accounts/1"), 400, badID("1")},
		badRequest{"An account is unknown", get("/accounts/" + nowhere), 404, notFound},
		badRequest{"An account is another enterprise's", get("/accounts/" + othersAccount), 404, notFound},
		badRequest{"An account is a customer", get("/accounts/" + accountCustomer), 404, notFound},
		badRequest{"The customers are an unknown account's", get("/accounts/" + nowhere + "/customers"), 404, notFound},
		badRequest{"The customers are another enterprise's", get("/accounts/" + othersAccount + "/customers"), 404, notFound},
		badRequest{"The customers' account is no UUID, and the page none", get("/accounts/1/customers?pageSize=x"), 400, badID("1")},
		badRequest{"A customer is no UUID", get(customers + "/2"), 400, badID("2")},
		badRequest{"A customer and its account are no UUIDs", get("/accounts/1/customers/2"), 400, badID("1")},
		badRequest{"A customer is unknown", get(customers + "/" + nowhere), 404, notFound},
		badRequest{"A customer is the account", get(customers + "/" + account), 404, notFound},
		badRequest{"A customer is another account's", get("/accounts/" + secondAccount + "/customers/" + accountCustomer), 404, notFound},
	)
}
