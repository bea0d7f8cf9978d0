package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
)

func getAccountUser(account, user string) call {
	return reports(http.MethodGet, "/accounts/"+account+"/users/"+user, "")
}

func patchAccountUser(patch string) call {
	return reports(http.MethodPatch, "/accounts/"+account+"/users/"+accountUser, patch)
}

// The messages of MyReports.
var (
	notFound   = at("Not Found")
	notAllowed = at("Method Not Allowed")
	malformed  = at("The JSON patch document was malformed and could not be parsed.")
)

// badID is the message about an id as it stands in a path.
func badID(escaped string) []string {
	id, err := url.PathUnescape(escaped)
	if err != nil {
		panic(err)
	}
	return at("The value '" + strings.ToValidUTF8(id, "\uFFFD") + "' is not valid.")
}

func badSegment(segment string) []string {
	return at("The target location specified by path segment '" + segment + "' was not found.")
}

func badTarget(value string) []string {
	return at("The value '" + value + "' is invalid for target location.")
}

func badIndex(segment string) []string {
	return at("The path segment '" + segment + "' is invalid for an array index.")
}

func outOfBounds(segment string) []string {
	return at("The index value provided by path segment '" + segment + "' is out of bounds of the array size.")
}

// badAccountUserReads are refused by getAccountUser, or fit no operation or no caller of MyReports.
func badAccountUserReads() []badRequest {
	read := getAccountUser(account, accountUser)
	user := "/accounts/" + account + "/users/" + accountUser
	rows := []badRequest{
		{"The path ends after the version", reports("GET", "", ""), 404, notFound},
		{"The path has no version", call{"GET", "/api" + user, "demo-myreports", nil, ""}, 404, notFound},
		{"The path has another version", call{"GET", "/api/v2.0" + user, "demo-myreports", nil, ""}, 404, notFound},
		{"The path names an account and something else", reports("GET", "/accounts/"+account+"/metrics", ""), 404, notFound},
		{"The path has an empty account", reports("GET", "/accounts//users/"+accountUser, ""), 404, notFound},
		{"The path goes on behind the user", reports("GET", user+"/roles", ""), 404, notFound},
		{"A path does not exist and there is no token", reports("GET", "/accountants", "").as(""), 404, notFound},
		{"A user is put", reports("PUT", user, "{}"), 405, notAllowed},
		{"A user is posted to", reports("POST", user, "[]"), 405, notAllowed},
		{"A user is asked for its head", reports("HEAD", user, ""), 405, notAllowed},
		{"A user is asked for its options", reports("OPTIONS", user, ""), 405, notAllowed},
		{"A user is traced", reports("TRACE", user, ""), 405, notAllowed},
		{"A user is connected to", reports("CONNECT", user, ""), 405, notAllowed},
		{"A method is in lower case", reports("patch", user, "[]"), 405, notAllowed},

		{"There is no token", read.as(""), 401, none},
		{"The token is garbage", read.authorized("Bearer garbage"), 401, none},
		{"The token is signed by nobody", read.authorized("Bearer " + jwt), 401, none},
		{"The scheme is Basic", read.authorized("Basic ZGVtbzpkZW1v"), 401, none},
		{"The header Authorization is given twice", read.authorized("Bearer "+jwt, "Bearer "+jwt), 401, none},
		{"The header is spelled Authorisation", read.as("").with("Authorisation", "Bearer "+jwt), 401, none},
		{"The token is one of CloudCockpit", read.as("demo-csp"), 401, none},
		{"The token is bad and so are the ids", getAccountUser("1", "2").as("demo-csp"), 401, none},

		{"The account is unknown", getAccountUser(nowhere, accountUser), 404, notFound},
		{"The account is another enterprise's", getAccountUser(othersAccount, othersUser), 404, notFound},
		{"The token is another enterprise's", read.as("other-myreports"), 404, notFound},
		{"The user is unknown", getAccountUser(account, nowhere), 404, notFound},
		{"The user is another enterprise's", getAccountUser(account, othersUser), 404, notFound},
		{"The user is a member of another account", getAccountUser(secondAccount, accountUser), 404, notFound},
		{"The user is a customer's", getAccountUser(account, "f1000000-0000-4000-8000-000000000001"), 404, notFound},
		{"The account is a customer", getAccountUser(accountCustomer, "f1000000-0000-4000-8000-000000000001"), 404, notFound},
		{"The account and the user are swapped", getAccountUser(accountUser, account), 404, notFound},
		{"Both ids are bad", getAccountUser("1", "2"), 400, badID("1")},
		{"The user's id is bad in an account that does not exist", getAccountUser(nowhere, "2"), 400, badID("2")},
		{"The account's id is bad and so is the body", withBody(getAccountUser("1", accountUser), "{}"), 400, badID("1")},
		{"The account's id is one character too long, as in the document", getAccountUser(account+"2", accountUser), 400, badID(account + "2")},
		{"A read has a body", withBody(read, "{}"), 400, at("The input was not valid.")},
		{"A read has a body in chunks", withBody(read, "[]").with("Transfer-Encoding", "chunked"), 400, at("The input was not valid.")},
		{"A read has a bad escape in its query", reports("GET", user+"?%zz=1", ""), 400, at("The supplied value is invalid.")},
	}
	for _, id := range badIDs(account) {
		rows = append(rows, badRequest{"The account's id is " + id[0], getAccountUser(id[1], accountUser), 400, badID(id[1])})
	}
	for _, id := range badIDs(accountUser) {
		rows = append(rows, badRequest{"The user's id is " + id[0], getAccountUser(account, id[1]), 400, badID(id[1])})
	}
	return rows
}

// badAccountUserPatches are refused by patchAccountUser. The user has the roles account.user and user.admin.
func badAccountUserPatches() []badRequest {
	op := func(members string) call { return patchAccountUser("[{" + members + "}]") }
	replace := func(path, value string) call {
		return op(`"op":"replace","path":` + quoted(path) + `,"value":` + value)
	}
	add := func(path, value string) call { return op(`"op":"add","path":` + quoted(path) + `,"value":` + value) }
	remove := func(path string) call { return op(`"op":"remove","path":` + quoted(path)) }
	rename := replace("/displayName", `"Renamed"`)
	path := func(account, user string) call {
		return reports(http.MethodPatch, "/accounts/"+account+"/users/"+user, rename.body)
	}
	charges := func(values ...string) call { return rename.with("accept-charges", values...) }
	rows := []badRequest{
		{"There is no token", rename.as(""), 401, none},
		{"The token is one of CloudCockpit", rename.as("demo-csp"), 401, none},
		{"The account is unknown", path(nowhere, accountUser), 404, notFound},
		{"The account is another enterprise's", path(othersAccount, othersUser), 404, notFound},
		{"The token is another enterprise's", rename.as("other-myreports"), 404, notFound},
		{"The user is unknown", path(account, nowhere), 404, notFound},
		{"The user is a member of another account", path(secondAccount, accountUser), 404, notFound},
		{"Both ids are bad", path("1", "2"), 400, badID("1")},
		{"The user's id is one character too long, as in the document", path(account, accountUser+"2"), 400, badID(accountUser + "2")},
		{"Charges are accepted with a yes", charges("yes"), 400, at("The supplied value is invalid for accept-charges.")},
		{"Charges are accepted with a 1", charges("1"), 400, at("The supplied value is invalid for accept-charges.")},
		{"Charges are accepted with True", charges("True"), 400, at("The supplied value is invalid for accept-charges.")},
		{"Charges are accepted with nothing", charges(""), 400, at("The supplied value is invalid for accept-charges.")},
		{"Charges are accepted twice", charges("true", "true"), 400, at("The supplied value is invalid for accept-charges.")},

		{"The patch is text", rename.with("Content-Type", "text/plain"), 415, at("Unsupported Media Type")},
		{"The patch has no media type", rename.with("Content-Type"), 415, at("Unsupported Media Type")},
		{"The patch has the media type twice", rename.with("Content-Type", "application/json", "application/json"), 415, at("Unsupported Media Type")},
		{"The patch is a merge patch", withBody(rename, `{"displayName":"Renamed"}`).with("Content-Type", "application/merge-patch+json"), 415, at("Unsupported Media Type")},
		{"The patch has the charset UTF-16", rename.with("Content-Type", "application/json-patch+json; charset=utf-16"), 415, at("Unsupported Media Type")},
		{"The patch says it is compressed", rename.with("Content-Encoding", "gzip"), 415, at("Unsupported Media Type")},
		{"The patch is too large by its length", withBody(rename, padded(rename.body, 1<<20+1)), 413, at("Payload Too Large")},
		{"The patch is too large in chunks", withBody(rename, overLimit).with("Transfer-Encoding", "chunked"), 413, at("Payload Too Large")},

		{"There is no body", patchAccountUser(""), 400, at("A non-empty request body is required.")},
		{"The body is blank", patchAccountUser(" \n"), 400, at("A non-empty request body is required.")},
		{"The body is null", patchAccountUser("null"), 400, at("A non-empty request body is required.")},
		{"The body stands twice, as in the document", patchAccountUser(rename.body + rename.body), 400, malformed},
		{"The body is an object", patchAccountUser(rename.body[1 : len(rename.body)-1]), 400, malformed},
		{"The body is a view of the user", patchAccountUser(`{"displayName":"Renamed"}`), 400, malformed},
		{"The body is text", patchAccountUser(`"replace"`), 400, malformed},
		{"The body is cut off", patchAccountUser(rename.body[:len(rename.body)-1]), 400, malformed},
		{"The body has a comma too many", patchAccountUser(`[{"op":"remove","path":"/roles"},]`), 400, malformed},
		{"The body has a comment", patchAccountUser("// rename\n" + rename.body), 400, malformed},
		{"The body begins with a byte order mark", patchAccountUser("\xEF\xBB\xBF" + rename.body), 400, malformed},
		{"The body is nested without end", patchAccountUser(nested(100_000)), 400, malformed},
		{"A value is nested too deeply", replace("/displayName", nested(600)), 400, malformed},
		{"An operation is null", patchAccountUser("[null]"), 400, malformed},
		{"An operation is a number", patchAccountUser("[1]"), 400, malformed},
		{"An operation is a list", patchAccountUser("[[]]"), 400, malformed},
		{"A second operation is text", patchAccountUser(rename.body[:len(rename.body)-1] + `,"x"]`), 400, malformed},
		{"An operation is empty", patchAccountUser("[{}]"), 400, malformed},
		{"The op is null", op(`"op":null,"path":"/displayName","value":"x"`), 400, at("Invalid JsonPatch operation ''.")},
		{"A second op is null", patchAccountUser(rename.body[:len(rename.body)-1] + `,{"op":null,"path":"/roles"}]`), 400, at("Invalid JsonPatch operation ''.")},
		{"The op is empty", op(`"op":"","path":"/displayName"`), 400, at("Invalid JsonPatch operation ''.")},
		{"The op is unknown", op(`"op":"merge","path":"/displayName","value":"x"`), 400, at("Invalid JsonPatch operation 'merge'.")},
		{"The op has a blank behind it", op(`"op":"add ","path":"/displayName","value":"x"`), 400, at("Invalid JsonPatch operation 'add '.")},
		{"The op is a number", op(`"op":1,"path":"/displayName","value":"x"`), 400, malformed},
		{"The op is in another case of the member", op(`"OP":"replace","path":"/displayName","value":"x"`), 400, malformed},
		{"The op stands twice", op(`"op":"test","op":"replace","path":"/displayName","value":"x"`), 400, malformed},
		{"The value stands twice", op(`"op":"replace","path":"/displayName","value":"x","value":"y"`), 400, malformed},
		{"A member of the value stands twice", replace("/displayName", `{"a":1,"a":2}`), 400, malformed},
		{"There is no path", op(`"op":"replace","value":"x"`), 400, malformed},
		{"The path is null", op(`"op":"replace","path":null,"value":"x"`), 400, malformed},
		{"The path is a list", op(`"op":"replace","path":["displayName"],"value":"x"`), 400, malformed},
		{"The value has half a surrogate pair", replace("/displayName", `"\ud800"`), 400, malformed},
		{"The value has a NUL", replace("/displayName", `"a\u0000"`), 400, malformed},
		{"The value is no UTF-8", replace("/displayName", "\"\xFF\""), 400, malformed},
		{"The value is not a number", replace("/displayName", "NaN"), 400, malformed},
		{"There is no from", op(`"op":"move","path":"/displayName"`), 400, malformed},
		{"The from is a number", op(`"op":"copy","from":1,"path":"/displayName"`), 400, malformed},

		{"The path names no property", replace("/nickname", `"x"`), 400, badSegment("nickname")},
		{"The path is empty", replace("", `{}`), 400, badSegment("")},
		{"The path is a slash", replace("/", `{}`), 400, badSegment("")},
		{"The path names the e-mail", replace("/email", `"x@acme.example"`), 400, badSegment("email")},
		{"The path names the id", replace("/id", quoted(nowhere)), 400, badSegment("id")},
		{"The path names the primary tenant", replace("/primaryTenant", quoted(secondAccount)), 400, badSegment("primaryTenant")},
		{"The path names a password", replace("/password", quoted(secret)), 400, badSegment("password")},
		{"The path goes below the display name", replace("/displayName/first", `"x"`), 400, badSegment("first")},
		{"The path goes below a role", replace("/roles/0/name", `"x"`), 400, badSegment("name")},
		{"The path goes below no property", replace("/a/b", `"x"`), 400, badSegment("a")},
		{"The path has a segment with a slash", replace("/a~1b", `"x"`), 400, badSegment("a/b")},
		{"The path has a look-alike letter", replace("/role\u017f", `[]`), 400, badSegment("role\u017f")},
		{"The path has a bad escape", replace("/a~2", `"x"`), 400, at("The provided string '/a~2' is an invalid path.")},
		{"The path ends in half an escape", remove("/roles~"), 400, at("The provided string '/roles~' is an invalid path.")},
		{"The from names no property", op(`"op":"move","from":"/nickname","path":"/displayName"`), 400, badSegment("nickname")},
		{"The from names the id", op(`"op":"copy","from":"/id","path":"/displayName"`), 400, badSegment("id")},

		{"A role is no index", remove("/roles/user.admin"), 400, badIndex("user.admin")},
		{"A role is added by its name", add("/roles/user.admin", `"user.admin"`), 400, badIndex("user.admin")},
		{"An index is behind the roles", remove("/roles/2"), 400, outOfBounds("2")},
		{"An index to add at is behind the end", add("/roles/3", `"user.admin"`), 400, outOfBounds("3")},
		{"An index is below 0", replace("/roles/-1", `"user.admin"`), 400, outOfBounds("-1")},
		{"An index is beyond 32 bits", remove("/roles/4294967296"), 400, badIndex("4294967296")},
		{"A role of no roles is removed", patchAccountUser(`[{"op":"replace","path":"/roles","value":[]},{"op":"remove","path":"/roles/-"}]`), 400, malformed},
		{"A role is added to removed roles", patchAccountUser(`[{"op":"remove","path":"/roles"},{"op":"add","path":"/roles/-","value":"user.admin"}]`), 400,
			at("For operation 'add', the target location specified by path '/roles/-' was not found.")},

		{"The roles are text", replace("/roles", `"account.user"`), 400, badTarget("account.user")},
		{"A role is unknown", add("/roles/-", `"account.user.admin"`), 400, badTarget("account.user.admin")},
		{"A role is in another case", add("/roles/-", `"User.Admin"`), 400, badTarget("User.Admin")},
		{"A role is a customer user's", add("/roles/-", `"customer.user"`), 400, badTarget("customer.user")},
		{"A role is empty", add("/roles/-", `""`), 400, badTarget("")},
		{"A role is null", add("/roles/-", `null`), 400, badTarget("")},
		{"A role among good ones is unknown", replace("/roles", `["account.user","root","user.admin"]`), 400, badTarget("root")},
		{"The display name is a list", replace("/displayName", `["x"]`), 400, badTarget("[\n  \"x\"\n]")},
		{"The display name is null", replace("/displayName", `null`), 400, at("The DisplayName field is required.")},
		{"The display name has no value", op(`"op":"replace","path":"/displayName"`), 400, at("The DisplayName field is required.")},
		{"The display name is empty", replace("/displayName", `""`), 400, at("The DisplayName field is required.")},
		{"The display name is blank", replace("/displayName", `"  "`), 400, at("The DisplayName field is required.")},
		{"The display name is removed", remove("/displayName"), 400, at("The DisplayName field is required.")},
		{"The display name has 101 letters", replace("/displayName", letters(101)), 400, at("The field DisplayName must be a string with a maximum length of 100.")},
		{"The display name is another in a test", op(`"op":"test","path":"/displayName","value":"Zoe"`), 400,
			at("The current value 'Uma Underwood' at path 'displayName' is not equal to the test value 'Zoe'.")},
		{"The role is another in a test", op(`"op":"test","path":"/roles/0","value":"user.admin"`), 400,
			at("The current value 'account.user' at position '0' is not equal to the test value 'user.admin'.")},
		{"A test fails after a change", patchAccountUser(`[{"op":"replace","path":"/displayName","value":"Renamed"},{"op":"test","path":"/displayName","value":"Uma"}]`), 400,
			at("The current value 'Renamed' at path 'displayName' is not equal to the test value 'Uma'.")},
		{"The last of many operations fails", patchAccountUser(`[{"op":"add","path":"/roles/-","value":"branding.admin"},{"op":"remove","path":"/roles/0"},{"op":"add","path":"/x"}]`), 400,
			badSegment("x")},
		{"The result has too long a name after a good one", patchAccountUser(`[{"op":"remove","path":"/roles"},{"op":"replace","path":"/displayName","value":` + letters(101) + `}]`), 400,
			at("The field DisplayName must be a string with a maximum length of 100.")},
	}
	for _, id := range badIDs(account) {
		rows = append(rows, badRequest{"The account's id is " + id[0], path(id[1], accountUser), 400, badID(id[1])})
	}
	return rows
}
