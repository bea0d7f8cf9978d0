package sandbox_test

import "strings"

// badIDs are what no id of a path may be: how it is bad, and how that stands in a path.
func badIDs(id string) [][2]string {
	return [][2]string{
		{"in braces", "%7B" + id + "%7D"},
		{"in parentheses", "(" + id + ")"},
		{"without hyphens", strings.ReplaceAll(id, "-", "")},
		{"one character too long", id + "2"},
		{"one character too short", id[1:]},
		{"with a hyphen in another place", id[1:9] + id[:1] + id[9:]},
		{"with a letter beyond f", "g" + id[1:]},
		{"behind a blank", "%20" + id},
		{"before a line feed", id + "%0A"},
		{"a path that climbs", "%2E%2E%2F" + id},
		{"two dots", "%2E%2E"},
		{"a URN", "urn:uuid:" + id},
		{"a number", "1"},
		{"the word null", "null"},
		{"a quote", "%27%20OR%201=1--"},
		{"bytes that are no UTF-8", "%FF" + id[1:]},
		{"a NUL", "%00" + id[1:]},
		{"a placeholder", "%7BcustomerId%7D"},
	}
}

// badCustomerUserLists are refused by listCustomerUsers.
func badCustomerUserLists() []badRequest {
	path := func(customer string) call {
		return cockpit("GET", "/Customers/"+customer+"/users?providerInstanceId="+microsoft, "")
	}
	instance := func(query string) call { return cockpit("GET", "/Customers/"+contoso+"/users"+query, "") }
	provider := at("providerInstanceId")
	rows := []badRequest{
		{"The customer is unknown", path(nowhere), 400, at("customerId")},
		{"The customer is another tenant's", path(fabrikamsOwn), 400, at("customerId")},
		{"The customer is not the reseller's", path(contoso).as("demo-reseller"), 400, at("customerId")},
		{"The customer is a provider instance", path(microsoft), 400, at("customerId")},

		{"There is no provider instance", instance(""), 400, provider},
		{"The provider instance is empty", instance("?providerInstanceId="), 400, provider},
		{"The provider instance has no value", instance("?providerInstanceId"), 400, provider},
		{"The provider instance is no UUID", instance("?providerInstanceId=1"), 400, provider},
		{"The provider instance is in braces", instance("?providerInstanceId=%7B" + microsoft + "%7D"), 400, provider},
		{"The provider instance has no hyphens", instance("?providerInstanceId=" + strings.ReplaceAll(microsoft, "-", "")), 400, provider},
		{"The provider instance is given twice", customerUsers("&providerInstanceId=" + microsoft), 400, provider},
		{"The provider instance is given twice in another case", customerUsers("&ProviderInstanceID=" + northwinds), 400, provider},
		{"The provider instance is unknown", instance("?providerInstanceId=" + nowhere), 400, provider},
		{"The provider instance is not Microsoft's", instance("?providerInstanceId=" + notMicrosoft), 400, provider},
		{"The provider instance is another customer's", instance("?providerInstanceId=" + northwinds), 400, provider},
		{"The provider instance is another tenant's", instance("?providerInstanceId=" + fabrikams), 400, provider},
		{"The provider instance is the customer", instance("?providerInstanceId=" + contoso), 400, provider},

		{"The page number is 0", customerUsers("&pageNumber=0"), 400, at("pageNumber")},
		{"The page number is below 0", customerUsers("&pageNumber=-1"), 400, at("pageNumber")},
		{"The page number has a plus", customerUsers("&pageNumber=%2B1"), 400, at("pageNumber")},
		{"The page number has a plus that is a blank", customerUsers("&pageNumber=+1"), 400, at("pageNumber")},
		{"The page number has a blank behind it", customerUsers("&pageNumber=1%20"), 400, at("pageNumber")},
		{"The page number has an exponent", customerUsers("&pageNumber=1e1"), 400, at("pageNumber")},
		{"The page number has a fraction of nothing", customerUsers("&pageNumber=1.0"), 400, at("pageNumber")},
		{"The page number has a fraction", customerUsers("&pageNumber=1.5"), 400, at("pageNumber")},
		{"The page number has an underscore", customerUsers("&pageNumber=1_0"), 400, at("pageNumber")},
		{"The page number is hexadecimal", customerUsers("&pageNumber=0x1"), 400, at("pageNumber")},
		{"The page number has a leading zero", customerUsers("&pageNumber=01"), 400, at("pageNumber")},
		{"The page number is one above 32 bits", customerUsers("&pageNumber=2147483648"), 400, at("pageNumber")},
		{"The page number is beyond 64 bits", customerUsers("&pageNumber=18446744073709551617"), 400, at("pageNumber")},
		{"The page number is a word", customerUsers("&pageNumber=one"), 400, at("pageNumber")},
		{"The page number is in Arabic digits", customerUsers("&pageNumber=%D9%A1"), 400, at("pageNumber")},
		{"The page number is a boolean", customerUsers("&pageNumber=true"), 400, at("pageNumber")},
		{"The page number is empty", customerUsers("&pageNumber="), 400, at("pageNumber")},
		{"The page number has no value", customerUsers("&pageNumber"), 400, at("pageNumber")},
		{"The page number is a list", customerUsers("&pageNumber=1,2"), 400, at("pageNumber")},
		{"The page number is given twice", customerUsers("&pageNumber=1&pageNumber=1"), 400, at("pageNumber")},
		{"The page number is given twice in another case", customerUsers("&pageNumber=1&PAGENUMBER=2"), 400, at("pageNumber")},

		{"The page size is 0", customerUsers("&pageSize=0"), 400, at("pageSize")},
		{"The page size is below 0", customerUsers("&pageSize=-25"), 400, at("pageSize")},
		{"The page size is one above its maximum", customerUsers("&pageSize=2001"), 400, at("pageSize")},
		{"The page size is minus nothing", customerUsers("&pageSize=-0"), 400, at("pageSize")},
		{"The page size is empty", customerUsers("&pageSize="), 400, at("pageSize")},
		{"The page size has a unit", customerUsers("&pageSize=25users"), 400, at("pageSize")},
		{"The page size is infinite", customerUsers("&pageSize=Infinity"), 400, at("pageSize")},

		{"The order is True", customerUsers("&ascendingOrder=True"), 400, at("ascendingOrder")},
		{"The order is TRUE", customerUsers("&ascendingOrder=TRUE"), 400, at("ascendingOrder")},
		{"The order is 1", customerUsers("&ascendingOrder=1"), 400, at("ascendingOrder")},
		{"The order is 0", customerUsers("&ascendingOrder=0"), 400, at("ascendingOrder")},
		{"The order is yes", customerUsers("&ascendingOrder=yes"), 400, at("ascendingOrder")},
		{"The order is empty", customerUsers("&ascendingOrder="), 400, at("ascendingOrder")},
		{"The order has a blank behind it", customerUsers("&ascendingOrder=false+"), 400, at("ascendingOrder")},
		{"The order is given twice", customerUsers("&ascendingOrder=true&ascendingOrder=true"), 400, at("ascendingOrder")},

		{"The sort property begins with a small letter", customerUsers("&sortPropertyName=displayName"), 400, at("sortPropertyName")},
		{"The sort property is no such property", customerUsers("&sortPropertyName=Email"), 400, at("sortPropertyName")},
		{"The sort property is empty", customerUsers("&sortPropertyName="), 400, at("sortPropertyName")},
		{"The sort properties are two", customerUsers("&sortPropertyName=DisplayName,UserPrincipalName"), 400, at("sortPropertyName")},
		{"The sort property is SQL", customerUsers("&sortPropertyName=DisplayName%20DESC"), 400, at("sortPropertyName")},
		{"The seek operation is in small letters", customerUsers("&seekOperation=next"), 400, at("seekOperation")},
		{"The seek operation is a number", customerUsers("&seekOperation=0"), 400, at("seekOperation")},
		{"The seek operation is empty", customerUsers("&seekOperation="), 400, at("seekOperation")},
		{"The seek operation has a blank behind it", customerUsers("&seekOperation=Next%20"), 400, at("seekOperation")},
		{"The seek operation is given twice", customerUsers("&seekOperation=Next&seekOperation=Last"), 400, at("seekOperation")},

		{"The reseller is no UUID", customerUsers("&resellerId=reseller"), 400, at("resellerId")},
		{"The reseller is empty", customerUsers("&resellerId="), 400, at("resellerId")},
		{"The reseller is unknown", customerUsers("&resellerId=" + nowhere), 400, at("resellerId")},
		{"The reseller is not the customer's", customerUsers("&resellerId=" + reseller), 400, at("resellerId")},
		{"The reseller is given twice", customerUsers("&resellerId=" + reseller + "&resellerid=" + reseller), 400, at("resellerId")},

		{"The search is given twice", customerUsers("&searchValue=a&searchValue=b"), 400, at("searchValue")},
		{"The search is given twice in another case", customerUsers("&searchValue=a&SEARCHVALUE=a"), 400, at("searchValue")},
		{"The search has a NUL", customerUsers("&searchValue=%00"), 400, at("searchValue")},
		{"The search has a bad escape", customerUsers("&searchValue=%zz"), 400, at("searchValue")},
		{"The search ends in half an escape", customerUsers("&searchValue=a%2"), 400, at("searchValue")},
		{"The search is no UTF-8", customerUsers("&searchValue=%FF"), 400, at("searchValue")},
		{"The search has half a surrogate pair", customerUsers("&searchValue=%ED%A0%80"), 400, at("searchValue")},
		{"The search has a semicolon", customerUsers("&searchValue=a;b"), 400, at("searchValue")},
		{"A name has a bad escape", customerUsers("&%zz=1"), 400, null},
		{"A name cannot be read", customerUsers("&%zz=1"), 400, null},
		{"Parameters are parted by a semicolon", customerUsers(";pageSize=1"), 400, at("providerInstanceId")},
	}
	for _, id := range badIDs(contoso) {
		rows = append(rows, badRequest{"The customer's id is " + id[0], path(id[1]), 400, at("customerId")})
	}
	return rows
}

// badCustomerUserReads are refused by getCustomerUser.
func badCustomerUserReads() []badRequest {
	path := func(customer, instance, user string) call {
		return cockpit("GET", "/Customers/"+customer+"/users/"+user+"?providerInstanceId="+instance, "")
	}
	bare := func(query string) call { return cockpit("GET", "/Customers/"+contoso+"/users/"+firstUser+query, "") }
	provider := at("providerInstanceId")
	rows := []badRequest{
		{"The customer is unknown", path(nowhere, microsoft, firstUser), 404, at("customerId")},
		{"The customer is another tenant's", path(fabrikamsOwn, fabrikams, fabrikamsUser), 404, at("customerId")},
		{"The customer is not the reseller's", path(contoso, microsoft, firstUser).as("demo-reseller"), 404, at("customerId")},
		{"The user is unknown", customerUser(nowhere, ""), 404, at("customerUserId")},
		{"The user is another customer's", customerUser(northwindsUser, ""), 404, at("customerUserId")},
		{"The user is another tenant's", customerUser(fabrikamsUser, ""), 404, at("customerUserId")},
		{"The user is the customer", customerUser(contoso, ""), 404, at("customerUserId")},
		{"The provider instance is empty", bare("?providerInstanceId="), 400, provider},
		{"The provider instance is no UUID", bare("?providerInstanceId=x"), 400, provider},
		{"The provider instance is given twice", customerUser(firstUser, "&providerInstanceId="+microsoft), 400, provider},
		{"The provider instance is unknown", path(contoso, nowhere, firstUser), 400, provider},
		{"The provider instance is not Microsoft's", path(contoso, notMicrosoft, firstUser), 400, provider},
		{"The provider instance is another customer's", path(contoso, northwinds, northwindsUser), 400, provider},
		{"The provider instance is another tenant's", path(contoso, fabrikams, fabrikamsUser), 400, provider},
		{"Both ids are bad", path("1", microsoft, "2"), 400, at("customerId", "customerUserId")},
	}
	for _, id := range badIDs(firstUser) {
		rows = append(rows, badRequest{"The user's id is " + id[0], customerUser(id[1], ""), 400, at("customerUserId")})
	}
	return rows
}
