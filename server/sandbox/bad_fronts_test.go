package sandbox_test

import (
	"net/http"
	"strings"
)

// Calls of CloudCockpit that succeed, for the bad requests to depart from.

func customerUsers(query string) call {
	return cockpit(http.MethodGet, "/Customers/"+contoso+"/users?providerInstanceId="+microsoft+query, "")
}

func customerUser(id, query string) call {
	return cockpit(http.MethodGet, "/Customers/"+contoso+"/users/"+id+"?providerInstanceId="+microsoft+query, "")
}

// customerUserUpdate has the view of Ada, changed.
func customerUserUpdate(changes ...string) call {
	body := object([][2]string{{"providerInstanceId", quoted(microsoft)}, {"customerUser", object(ada, changes...)}})
	return cockpit(http.MethodPatch, "/Customers/"+contoso+"/users/"+firstUser, body)
}

var ada = [][2]string{
	{"id", quoted(firstUser)}, {"displayName", `"Ada Abbott"`}, {"email", `"ada.abbott@contoso.example"`},
	{"firstName", `"Ada"`}, {"lastName", `"Abbott"`}, {"location", `"US"`}, {"temporaryPassword", quoted(secret)},
	{"domain", `"contoso.example"`},
}

func portalUsers(query string) call {
	return cockpit(http.MethodGet, "/customer/"+contoso+"/users"+query, "")
}

// portalUserCreation has Grace, changed.
func portalUserCreation(changes ...string) call {
	return cockpit(http.MethodPost, "/customer/"+contoso+"/users", object(grace, changes...))
}

var grace = [][2]string{
	{"firstName", `"Grace"`}, {"lastName", `"Hopper"`}, {"email", `"grace.hopper@contoso.example"`}, {"role", `{}`},
	{"groups", `[{"id":"` + viewers + `"}]`},
}

// authorized is the call with a header Authorization of its own instead of the client's token.
func (c call) authorized(values ...string) call { return c.as("").with("Authorization", values...) }

// jwt is an unsigned token.
const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vLWNzcCJ9."

// badFronts are refused before CloudCockpit looks at parameters and body.
func badFronts() []badRequest {
	users, user := "/Customers/"+contoso+"/users", "/Customers/"+contoso+"/users/"+firstUser
	people := "/customer/" + contoso + "/users"
	list, update, create := customerUsers(""), customerUserUpdate(), portalUserCreation()
	rows := []badRequest{
		{"The path ends after the version and two slashes", cockpit("GET", "//", ""), 404, null},
		{"The version is another", call{"GET", "/v1/../v2/Customers", "demo-csp", http.Header{"X-Tenant": {tenant}}, ""}, 404, null},
		{"The path names a list that no document has", cockpit("GET", "/Orders", ""), 404, null},
		{"The path names a word in the place of a customer", cockpit("GET", "/Customers/mca", ""), 400, at("customerId")},
		{"The resource is in the singular", cockpit("GET", "/Customers/"+contoso+"/user", ""), 404, null},
		{"The path goes on behind a user", cockpit("GET", user+"/x", ""), 404, null},
		{"The path goes on behind a user with two slashes", cockpit("GET", user+"//", ""), 404, null},
		{"The path names one portal user", cockpit("GET", people+"/"+firstUser, ""), 404, null},
		{"The path has an empty customer", cockpit("GET", "/Customers//users", ""), 404, null},
		{"The path has an empty segment", cockpit("GET", "/Customers/"+contoso+"//users", ""), 404, null},
		{"The path climbs out of a customer", cockpit("GET", "/Customers/"+contoso+"/../users", ""), 404, null},
		{"The path has no token on a path that does not exist", cockpit("GET", "/Orders", "").as(""), 404, null},

		{"A list of customer users is posted to", cockpit("POST", users, "{}"), 405, null},
		{"A list of customer users is put", cockpit("PUT", users, "{}"), 405, null},
		{"A list of customer users is patched", cockpit("PATCH", users, "{}"), 405, null},
		{"A list of customer users is deleted", cockpit("DELETE", users, ""), 405, null},
		{"A list of customer users is asked for its head", cockpit("HEAD", users, ""), 405, null},
		{"A list of customer users is asked for its options", cockpit("OPTIONS", users, ""), 405, null},
		{"A list of customer users is traced", cockpit("TRACE", users, ""), 405, null},
		{"A list of customer users is connected to", cockpit("CONNECT", users, ""), 405, null},
		{"A method is invented", cockpit("FETCH", users, ""), 405, null},
		{"A method is in lower case", cockpit("get", users, ""), 405, null},
		{"A customer user is put", cockpit("PUT", user, update.body), 405, null},
		{"A customer user is deleted", cockpit("DELETE", user, ""), 405, null},
		{"A customer user is posted to", cockpit("POST", user, update.body), 405, null},
		{"A customer user is asked for its head", cockpit("HEAD", user, ""), 405, null},
		{"Portal users are patched", cockpit("PATCH", people, "{}"), 405, null},
		{"Portal users are deleted", cockpit("DELETE", people, ""), 405, null},
		{"Portal users are asked for their options", cockpit("OPTIONS", people, ""), 405, null},
		{"A method is overridden by a header", cockpit("POST", user, update.body).with("X-HTTP-Method-Override", "PATCH"), 405, null},
		{"A method is wrong and there is no token", cockpit("DELETE", user, "").as(""), 405, null},

		{"A list has no token", list.as(""), 401, none},
		{"A read has no token", customerUser(firstUser, "").as(""), 401, none},
		{"An update has no token", update.as(""), 401, none},
		{"A list of portal users has no token", portalUsers("").as(""), 401, none},
		{"A creation has no token", create.as(""), 401, none},
		{"The token is empty", list.authorized("Bearer "), 401, none},
		{"The scheme stands alone", list.authorized("Bearer"), 401, none},
		{"The token is garbage", list.authorized("Bearer garbage"), 401, none},
		{"The token is signed by nobody", update.authorized("Bearer " + jwt), 401, none},
		{"The token has the placeholder of the documents", list.authorized("Bearer eyJ0eXAiOiJKV1QiLCJhbGciOi..."), 401, none},
		{"The scheme is Basic", update.authorized("Basic ZGVtby1jc3A6ZGVtby1zZWNyZXQ="), 401, none},
		{"The token has no scheme", list.authorized(jwt), 401, none},
		{"The token is in the query", customerUsers("&access_token=" + jwt).as(""), 401, none},
		{"The header is spelled Authorisation", list.as("").with("Authorisation", "Bearer "+jwt), 401, none},
		{"The header Authorization is given twice", update.authorized("Bearer "+jwt, "Bearer "+jwt), 401, none},
		{"The token is one of MyReports", list.as("demo-myreports"), 401, none},
		{"A creation has a token of MyReports", create.as("demo-myreports"), 401, none},

		{"A list has no tenant", list.with("X-Tenant"), 400, at("X-Tenant")},
		{"An update has no tenant", update.with("X-Tenant"), 400, at("X-Tenant")},
		{"The tenant is empty", create.with("X-Tenant", ""), 400, at("X-Tenant")},
		{"The tenant is given twice", update.with("X-Tenant", tenant, tenant), 400, at("X-Tenant")},
		{"Two tenants are given", list.with("X-Tenant", tenant, fabrikam), 400, at("X-Tenant")},
		{"The tenant is unknown", list.with("X-Tenant", "portal.unknown.example"), 403, none},
		{"The tenant is another's", update.with("X-Tenant", fabrikam), 403, none},
		{"The token is another tenant's", update.as("fabrikam-csp"), 403, none},
		{"A reader's token is another tenant's", portalUsers("").as("fabrikam-csp"), 403, none},
		{"The tenant is a pattern", list.with("X-Tenant", "%"), 403, none},
		{"Two tenants are in one header", list.with("X-Tenant", tenant+", "+fabrikam), 403, none},
		{"The tenant has the sign of the Kelvin for a k", list.with("X-Tenant", strings.Replace(tenant, "k", "\u212A", 1)), 403, none},
		{"The tenant has a port", create.with("X-Tenant", tenant+":443"), 403, none},

		{"The correlation id is no UUID", list.with("X-Correlation-Id", "request-1"), 400, at("X-Correlation-Id")},
		{"The correlation id is in braces", update.with("X-Correlation-Id", "{"+nowhere+"}"), 400, at("X-Correlation-Id")},
		{"The correlation id has no hyphens", create.with("X-Correlation-Id", strings.ReplaceAll(nowhere, "-", "")), 400, at("X-Correlation-Id")},
		{"The correlation id is empty", list.with("X-Correlation-Id", ""), 400, at("X-Correlation-Id")},
		{"The correlation id is given twice", update.with("X-Correlation-Id", nowhere, nowhere), 400, at("X-Correlation-Id")},
		{"The correlation id is one character too long", portalUsers("").with("X-Correlation-Id", nowhere+"1"), 400, at("X-Correlation-Id")},
		{"The correlation id has a prefix", customerUser(firstUser, "").with("X-Correlation-Id", "urn:uuid:"+nowhere), 400, at("X-Correlation-Id")},

		{"A list has a body", withBody(list, "{}"), 400, null},
		{"A list has a body of blanks", withBody(list, " "), 400, null},
		{"A list has a body of text", withBody(list, "text").with("Content-Type", "text/plain"), 400, null},
		{"A list has a body in chunks", withBody(list, "{}").with("Transfer-Encoding", "chunked"), 400, null},
		{"A read has a body", withBody(customerUser(firstUser, ""), "{}"), 400, null},
		{"A list of portal users has a body", withBody(portalUsers(""), create.body), 400, null},
		{"A list has a body over the limit", withBody(list, overLimit), 413, null},
	}
	return append(rows, badBodies("An update", update)...)
}

func withBody(c call, body string) call {
	c.body = body
	return c
}

// badBodies are refused whatever the schema of a body is. The call has a good one.
func badBodies(subject string, c call) []badRequest {
	typed := func(values ...string) call { return c.with("Content-Type", values...) }
	media := at("Content-Type")
	return []badRequest{
		{subject + " has no media type", typed(), 415, media},
		{subject + " has an empty media type", typed(""), 415, media},
		{subject + " is text", typed("text/plain"), 415, media},
		{subject + " is a form", typed("application/x-www-form-urlencoded"), 415, media},
		{subject + " is a merge patch", typed("application/merge-patch+json"), 415, media},
		{subject + " is JSON of another name", typed("text/json"), 415, media},
		{subject + " has a media type without a slash", typed("json"), 415, media},
		{subject + " has two media types in one header", typed("application/json, application/json"), 415, media},
		{subject + " has the media type twice", typed("application/json", "application/json"), 415, media},
		{subject + " has the charset Latin-1", typed("application/json; charset=iso-8859-1"), 415, media},
		{subject + " has the charset UTF-16", typed("application/json; charset=utf-16"), 415, media},
		{subject + " has a broken parameter of the media type", typed("application/json; charset"), 415, media},
		{subject + " says it is compressed", c.with("Content-Encoding", "gzip"), 415, at("Content-Encoding")},
		{subject + " says it is compressed twice", c.with("Content-Encoding", "identity", "br"), 415, at("Content-Encoding")},
		{subject + " is too large by its length", withBody(c, padded(c.body, 1<<20+1)), 413, null},
		{subject + " is too large in chunks", withBody(c, padded(c.body, 1<<20+1)).with("Transfer-Encoding", "chunked"), 413, null},

		{subject + " has no body", withBody(c, ""), 400, null},
		{subject + " has blanks for a body", withBody(c, " \r\n\t"), 400, null},
		{subject + " is null", withBody(c, "null"), 400, null},
		{subject + " is text in quotes", withBody(c, `"text"`), 400, null},
		{subject + " is a number", withBody(c, "42"), 400, null},
		{subject + " is cut off", withBody(c, c.body[:len(c.body)-1]), 400, null},
		{subject + " is cut off in a string", withBody(c, c.body[:20]), 400, null},
		{subject + " has a comma too many", withBody(c, c.body[:len(c.body)-1]+","+c.body[len(c.body)-1:]), 400, null},
		{subject + " ends in a comment", withBody(c, c.body+"// done"), 400, null},
		{subject + " begins with a comment", withBody(c, "/* begin */"+c.body), 400, null},
		{subject + " begins with a byte order mark", withBody(c, "\xEF\xBB\xBF"+c.body), 400, null},
		{subject + " stands twice", withBody(c, c.body+c.body), 400, null},
		{subject + " stands twice on two lines", withBody(c, c.body+"\n"+c.body), 400, null},
		{subject + " has a byte behind it", withBody(c, c.body+"\x00"), 400, null},
		{subject + " has single quotes", withBody(c, strings.ReplaceAll(c.body, `"`, `'`)), 400, null},
		{subject + " is UTF-16", withBody(c, "\xFF\xFE{\x00}\x00"), 400, null},
		{subject + " is nested without end", withBody(c, nested(100_000)), 400, null},
		{subject + " is opened without end", withBody(c, strings.Repeat("[", 1<<20)), 400, null},
	}
}
