package sandbox_test

import "strings"

// badPortalUserLists are refused by listPortalUsers.
func badPortalUserLists() []badRequest {
	path := func(customer, query string) call { return cockpit("GET", "/customer/"+customer+"/users"+query, "") }
	rows := []badRequest{
		{"The customer is unknown", path(nowhere, ""), 404, at("customerId")},
		{"The customer is another tenant's", path(fabrikamsOwn, ""), 404, at("customerId")},
		{"The customer is not the reseller's", path(contoso, "").as("demo-reseller"), 404, at("customerId")},
		{"The customer is the reseller", path(reseller, ""), 404, at("customerId")},
		{"The reseller is no UUID", portalUsers("?resellerId=1"), 400, at("resellerId")},
		{"The reseller is empty", portalUsers("?resellerId="), 400, at("resellerId")},
		{"The reseller is unknown", portalUsers("?resellerId=" + nowhere), 400, at("resellerId")},
		{"The reseller is not the customer's", portalUsers("?resellerId=" + reseller), 400, at("resellerId")},
		{"The reseller is not the caller's", path(northwind, "?resellerId="+nowhere).as("demo-reseller"), 400, at("resellerId")},
		{"The reseller is given twice", path(northwind, "?resellerId="+reseller+"&ResellerId="+reseller), 400, at("resellerId")},
		{"The reseller has a bad escape", portalUsers("?resellerId=%g1"), 400, at("resellerId")},
	}
	for _, id := range badIDs(contoso) {
		rows = append(rows, badRequest{"The customer's id is " + id[0], path(id[1], ""), 400, at("customerId")})
	}
	return rows
}

// badPortalUserCreations are refused by createPortalUser.
func badPortalUserCreations() []badRequest {
	path := func(customer, query string) call {
		c := portalUserCreation()
		c.target = "/v1/customer/" + customer + "/users" + query
		return c
	}
	raw := func(body string) call { return withBody(portalUserCreation(), body) }
	twice := func(member, again string) call {
		return raw(strings.Replace(portalUserCreation().body, member, again+","+member, 1))
	}
	group := func(group string) call { return portalUserCreation("groups", "["+group+"]") }
	viewer := `{"id":"` + viewers + `"}`
	rows := []badRequest{
		{"The customer is unknown", path(nowhere, ""), 404, at("customerId")},
		{"The customer is another tenant's", path(fabrikamsOwn, ""), 404, at("customerId")},
		{"The customer is not the reseller's", path(contoso, "").as("demo-reseller"), 404, at("customerId")},
		{"The reseller is no UUID", path(contoso, "?resellerId=1"), 400, at("resellerId")},
		{"The reseller is unknown", path(contoso, "?resellerId="+nowhere), 400, at("resellerId")},
		{"The reseller is not the customer's", path(contoso, "?resellerId="+reseller), 400, at("resellerId")},
		{"The reseller is not the caller's", path(northwind, "?resellerId="+nowhere).as("demo-reseller"), 400, at("resellerId")},
		{"The reseller is given twice", path(northwind, "?resellerId="+reseller+"&resellerId="+reseller), 400, at("resellerId")},

		{"The body is empty", raw("{}"), 400, at("email", "firstName", "groups", "lastName")},
		{"The body is a list", raw("[" + object(grace) + "]"), 400, null},
		{"The body has a member in another case", portalUserCreation("Email", `"grace@contoso.example"`), 400, at("Email")},
		{"The body has a member only in another case", raw(strings.Replace(object(grace), "email", "EMAIL", 1)), 400, at("EMAIL", "email")},
		{"The body has two undeclared members that are twins", portalUserCreation("phone", "1", "Phone", "2"), 400, at("phone")},
		{"The body has an undeclared member with a NUL", portalUserCreation("note", `"a\u0000"`), 400, at("note")},
		{"The body has an undeclared member twice", twice(`"groups"`, `"note":1,"note":2`), 400, at("note")},
		{"The body has a member twice", twice(`"email"`, `"email":"ada@contoso.example"`), 400, at("email")},
		{"A group has its id twice", group(`{"id":"` + administrators + `","id":"` + viewers + `"}`), 400, at("groups[0].id")},
		{"A second group has its name twice", group(viewer + `,{"id":"` + viewers + `","name":"a","name":"b"}`), 400, at("groups[1].name")},
		{"The role has its name twice", portalUserCreation("role", `{"name":"csp","name":"customer"}`), 400, at("role.name")},

		{"The id is no UUID", portalUserCreation("id", `"1"`), 400, at("id")},
		{"The id is null", portalUserCreation("id", "null"), 400, at("id")},
		{"The id is a number", portalUserCreation("id", "7"), 400, at("id")},
		{"The e-mail is an object", portalUserCreation("email", "{}"), 400, at("email")},
		{"The e-mail has an unpaired surrogate", portalUserCreation("email", `"grace\ud800@contoso.example"`), 400, at("email")},
		{"The first name is no UTF-8", portalUserCreation("firstName", "\"Gr\xE9ce\""), 400, at("firstName")},
		{"The last name has a NUL", portalUserCreation("lastName", `"\u0000"`), 400, at("lastName")},
		{"The last name is minus infinity", portalUserCreation("lastName", "-Infinity"), 400, null},

		{"The role is null", portalUserCreation("role", "null"), 400, at("role")},
		{"The role is text", portalUserCreation("role", `"csp"`), 400, at("role")},
		{"The role is a list", portalUserCreation("role", `[]`), 400, at("role")},
		{"The role has a member that nothing declares", portalUserCreation("role", `{"id":1}`), 400, at("role.id")},
		{"The role has a member in another case", portalUserCreation("role", `{"Name":"csp"}`), 400, at("role.Name")},
		{"The role's name is a number", portalUserCreation("role", `{"name":1}`), 400, at("role.name")},

		{"There are no groups", portalUserCreation("groups", ""), 400, at("groups")},
		{"The groups are null", portalUserCreation("groups", "null"), 400, at("groups")},
		{"The groups are an object", portalUserCreation("groups", viewer), 400, at("groups")},
		{"The groups are text", portalUserCreation("groups", quoted(viewers)), 400, at("groups")},
		{"A group is text", group(quoted(viewers)), 400, at("groups[0]")},
		{"A group is null", group("null"), 400, at("groups[0]")},
		{"A group is a list", group("[]"), 400, at("groups[0]")},
		{"A group has no id", group("{}"), 400, at("groups[0].id")},
		{"A group has a name alone", group(`{"name":"Viewer"}`), 400, at("groups[0].id")},
		{"A group's id is null", group(`{"id":null}`), 400, at("groups[0].id")},
		{"A group's id is no UUID", group(`{"id":"Viewer"}`), 400, at("groups[0].id")},
		{"A group's id is in braces", group(`{"id":"{` + viewers + `}"}`), 400, at("groups[0].id")},
		{"A group's id is in another case of the member", group(`{"ID":"` + viewers + `"}`), 400, at("groups[0].ID", "groups[0].id")},
		{"A group's name is a number", group(`{"id":"` + viewers + `","name":1}`), 400, at("groups[0].name")},
		{"A group is unknown", group(`{"id":"` + nowhere + `"}`), 400, at("groups[0].id")},
		{"A second group is unknown", group(viewer + `,{"id":"` + nowhere + `"}`), 400, at("groups[1].id")},
		{"Two groups are unknown", group(`{"id":"` + nowhere + `"},` + viewer + `,{"id":"` + contoso + `"}`), 400, at("groups[0].id", "groups[2].id")},
		{"An eleventh group is bad", group(strings.Repeat(viewer+",", 10) + "{}"), 400, at("groups[10].id")},
	}
	for _, name := range []string{"firstName", "lastName", "email"} {
		rows = append(rows,
			badRequest{"There is no " + name, portalUserCreation(name, ""), 400, at(name)},
			badRequest{"The " + name + " is null", portalUserCreation(name, "null"), 400, at(name)},
			badRequest{"The " + name + " is empty", portalUserCreation(name, `""`), 400, at(name)},
			badRequest{"The " + name + " is blank", portalUserCreation(name, `" "`), 400, at(name)},
			badRequest{"The " + name + " is a number", portalUserCreation(name, "1"), 400, at(name)},
			badRequest{"The " + name + " has 256 letters", portalUserCreation(name, letters(256)), 400, at(name)})
	}
	for _, id := range badIDs(contoso) {
		rows = append(rows, badRequest{"The customer's id is " + id[0], path(id[1], ""), 400, at("customerId")})
	}
	return append(rows, badBodies("A creation", portalUserCreation())...)
}
