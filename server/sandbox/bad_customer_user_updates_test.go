package sandbox_test

import "strings"

// badCustomerUserUpdates are refused by updateCustomerUser, each for its body or its ids.
func badCustomerUserUpdates() []badRequest {
	user := func(name string) []string { return at("customerUser." + name) }
	path := func(customer, user string) call {
		c := customerUserUpdate("id", "")
		c.target = "/v1/Customers/" + customer + "/users/" + user
		return c
	}
	raw := func(body string) call { return withBody(customerUserUpdate(), body) }
	update := func(changes ...string) call {
		return raw(object([][2]string{{"providerInstanceId", quoted(microsoft)}, {"customerUser", object(ada)}}, changes...))
	}
	provider := at("providerInstanceId")
	rows := []badRequest{
		{"The customer is unknown", path(nowhere, firstUser), 404, at("customerId")},
		{"The customer is another tenant's", path(fabrikamsOwn, fabrikamsUser), 404, at("customerId")},
		{"The customer is not the reseller's", path(contoso, firstUser).as("demo-reseller"), 404, at("customerId")},
		{"The user is unknown", path(contoso, nowhere), 404, at("customerUserId")},
		{"The user is another customer's", path(contoso, northwindsUser), 404, at("customerUserId")},
		{"The user is another tenant's", path(contoso, fabrikamsUser), 404, at("customerUserId")},
		{"Both ids are bad", path("1", "2"), 400, at("customerId", "customerUserId")},

		{"There is no provider instance", update("providerInstanceId", ""), 400, provider},
		{"The provider instance is null", update("providerInstanceId", "null"), 400, provider},
		{"The provider instance is empty", update("providerInstanceId", `""`), 400, provider},
		{"The provider instance is a number", update("providerInstanceId", "1"), 400, provider},
		{"The provider instance is in braces", update("providerInstanceId", `"{`+microsoft+`}"`), 400, provider},
		{"The provider instance has no hyphens", update("providerInstanceId", quoted(strings.ReplaceAll(microsoft, "-", ""))), 400, provider},
		{"The provider instance is one character too long", update("providerInstanceId", quoted(microsoft+"1")), 400, provider},
		{"The provider instance is a path", update("providerInstanceId", quoted("../"+microsoft[3:])), 400, provider},
		{"The provider instance is the placeholder of the document", update("providerInstanceId", `"string"`), 400, provider},
		{"The provider instance is unknown", update("providerInstanceId", quoted(nowhere)), 400, provider},
		{"The provider instance is not Microsoft's", update("providerInstanceId", quoted(notMicrosoft)), 400, provider},
		{"The provider instance is another customer's", update("providerInstanceId", quoted(northwinds)), 400, provider},
		{"The provider instance is another tenant's", update("providerInstanceId", quoted(fabrikams)), 400, provider},
		{"There is no customer user", update("customerUser", ""), 400, at("customerUser")},
		{"The customer user is null", update("customerUser", "null"), 400, at("customerUser")},
		{"The customer user is a list", update("customerUser", "["+object(ada)+"]"), 400, at("customerUser")},
		{"The customer user is text", update("customerUser", `"Ada"`), 400, at("customerUser")},
		{"The customer user is nested without end", update("customerUser", nested(1000)), 400, null},
		{"The body is the user itself", raw(object(ada)), 400, at("customerUser", "providerInstanceId")},
		{"The body is empty", raw("{}"), 400, at("customerUser", "providerInstanceId")},
		{"The body is a list", raw("[]"), 400, null},
		{"The body is a JSON Patch", raw(`[{"op":"replace","path":"/displayName","value":"` + secret + `"}]`), 400, null},
		{"The body has a member in another case", update("CustomerUser", object(ada)), 400, at("CustomerUser")},
		{"The body has a member only in another case", raw(strings.Replace(update().body, "customerUser", "CUSTOMERUSER", 1)), 400,
			at("CUSTOMERUSER", "customerUser")},
		{"The body has a member twice", raw(strings.Replace(update().body, "{", `{"providerInstanceId":`+quoted(microsoft)+`,`, 1)), 400, provider},
		{"The user has a member twice", raw(strings.Replace(update().body, `"id"`, `"domain":"a","id"`, 1)), 400, user("domain")},
		{"The user has a member twice by an escape", raw(strings.Replace(update().body, `"id"`, `"d\u006fmain":"a","id"`, 1)), 400, user("domain")},
		{"The user has the password twice", raw(strings.Replace(update().body, `"id"`, `"temporaryPassword":"`+secret+`","id"`, 1)), 400, user("temporaryPassword")},

		{"The user has a member that nothing declares", customerUserUpdate("phone", `"1"`), 400, user("phone")},
		{"The user has a member in another case", customerUserUpdate("displayname", `"Ada"`), 400, user("displayname")},
		{"The user has a member with an empty name", customerUserUpdate("", `"Ada"`), 400, user("")},
		{"The user is empty", customerUserUpdate("id", "", "displayName", "", "email", "", "firstName", "", "lastName", "", "location", "",
			"temporaryPassword", "", "domain", ""), 400,
			at("customerUser.displayName", "customerUser.domain", "customerUser.email", "customerUser.location")},
		{"The user's id is no UUID", customerUserUpdate("id", `"1"`), 400, user("id")},
		{"The user's id is null", customerUserUpdate("id", "null"), 400, user("id")},
		{"The user's id is empty", customerUserUpdate("id", `""`), 400, user("id")},
		{"The user's id is a number", customerUserUpdate("id", "1"), 400, user("id")},
		{"The user's id is not the path's", customerUserUpdate("id", quoted(nowhere)), 400, user("id")},
		{"The user's id is a colleague's", customerUserUpdate("id", quoted(strings.Replace(firstUser, "001", "002", 1))), 400, user("id")},

		{"The display name is a number", customerUserUpdate("displayName", "1"), 400, user("displayName")},
		{"The display name is an object", customerUserUpdate("displayName", "{}"), 400, user("displayName")},
		{"The display name has 51 letters", customerUserUpdate("displayName", letters(51)), 400, user("displayName")},
		{"The display name has 51 letters outside the basic plane", customerUserUpdate("displayName", `"`+strings.Repeat("𝒜", 51)+`"`), 400, user("displayName")},
		{"The display name has 51 letters as pairs of escapes", customerUserUpdate("displayName", `"`+strings.Repeat(`\ud835\udc9c`, 51)+`"`), 400, user("displayName")},
		{"The display name has a NUL", customerUserUpdate("displayName", `"Ada\u0000"`), 400, user("displayName")},
		{"The display name has the first half of a pair", customerUserUpdate("displayName", `"Ada\ud835"`), 400, user("displayName")},
		{"The display name has the second half of a pair", customerUserUpdate("displayName", `"\udc9cAda"`), 400, user("displayName")},
		{"The display name has the halves of a pair swapped", customerUserUpdate("displayName", `"\udc9c\ud835"`), 400, user("displayName")},
		{"The display name is no UTF-8", customerUserUpdate("displayName", "\"Ada\xFF\""), 400, user("displayName")},
		{"The display name is UTF-8 of a surrogate", customerUserUpdate("displayName", "\"\xED\xA0\x80\""), 400, user("displayName")},
		{"The display name is UTF-8 longer than it need be", customerUserUpdate("displayName", "\"\xC0\xAF\""), 400, user("displayName")},
		{"The display name has a line feed as it is", customerUserUpdate("displayName", "\"Ada\nAbbott\""), 400, null},
		{"The display name has an escape that is none", customerUserUpdate("displayName", `"\x41"`), 400, null},
		{"The display name is not a number", customerUserUpdate("displayName", "NaN"), 400, null},
		{"The display name is undefined", customerUserUpdate("displayName", "undefined"), 400, null},
		{"The display name is a number with a leading zero", customerUserUpdate("displayName", "01"), 400, null},
		{"The display name is a number with a plus", customerUserUpdate("displayName", "+1"), 400, null},
		{"The display name is nested deeply", customerUserUpdate("displayName", nested(400)), 400, user("displayName")},
		{"The e-mail has 49 letters", customerUserUpdate("email", letters(49)), 400, user("email")},
		{"The e-mail is a list", customerUserUpdate("email", `["ada@contoso.example"]`), 400, user("email")},
		{"The e-mail is a boolean", customerUserUpdate("email", "true"), 400, user("email")},
		{"The e-mail is a colleague's", customerUserUpdate("email", `"alan.huang@contoso.example"`), 400, user("email")},
		{"The e-mail is a colleague's in another case", customerUserUpdate("email", `"ALAN.Huang@Contoso.Example"`), 400, user("email")},
		{"The first name has 51 letters", customerUserUpdate("firstName", letters(51)), 400, user("firstName")},
		{"The first name is a number", customerUserUpdate("firstName", "1.5"), 400, user("firstName")},
		{"The last name has 51 letters", customerUserUpdate("lastName", letters(51)), 400, user("lastName")},
		{"The last name is a boolean", customerUserUpdate("lastName", "false"), 400, user("lastName")},
		{"The location is a number", customerUserUpdate("location", "49"), 400, user("location")},
		{"The password is a number", customerUserUpdate("temporaryPassword", "42"), 400, user("temporaryPassword")},
		{"The password has a NUL", customerUserUpdate("temporaryPassword", `"`+secret+`\u0000"`), 400, user("temporaryPassword")},
		{"The password is in a list", customerUserUpdate("temporaryPassword", `["`+secret+`"]`), 400, user("temporaryPassword")},
		{"The domain is an object", customerUserUpdate("domain", `{"name":"contoso.example"}`), 400, user("domain")},
	}
	for _, name := range []string{"displayName", "email", "location", "domain"} {
		rows = append(rows,
			badRequest{"There is no " + name, customerUserUpdate(name, ""), 400, user(name)},
			badRequest{"The " + name + " is null", customerUserUpdate(name, "null"), 400, user(name)},
			badRequest{"The " + name + " is empty", customerUserUpdate(name, `""`), 400, user(name)},
			badRequest{"The " + name + " is blank", customerUserUpdate(name, `" \t\u00a0"`), 400, user(name)})
	}
	for _, id := range badIDs(firstUser) {
		rows = append(rows, badRequest{"The user's id in the path is " + id[0], path(contoso, id[1]), 400, at("customerUserId")})
	}
	return rows
}
