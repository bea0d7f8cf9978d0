package sandbox_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// newcomer is the body of a portal user.
func newcomer(first, last, email string, groups ...string) string {
	items := make([]string, len(groups))
	for i, id := range groups {
		items[i] = fmt.Sprintf(`{"id":%q}`, id)
	}
	return fmt.Sprintf(`{"firstName":%q,"lastName":%q,"email":%q,"role":{},"groups":[%s]}`, first, last, email, strings.Join(items, ","))
}

func resellerUser(body string) call { return cockpit("POST", "/reseller/"+reseller+"/users", body) }

func everybody(query string) call { return cockpit("GET", query, "") }

func byEmail(method, escaped, body string) call { return cockpit(method, "/users/"+escaped, body) }

// staffed is a sandbox with portal users of every scope: c@ of Contoso, n@ of Northwind, r@ of its reseller.
func staffed(t *testing.T) *box {
	t.Helper()
	b := start(t, sandbox.Options{})
	b.play(t,
		turn{name: "a user of Contoso", call: cockpit("POST", "/customer/"+contoso+"/users", newcomer("Clara", "Zeta", "c@contoso.example", viewers)), status: 201},
		turn{name: "a user of Northwind", call: cockpit("POST", "/customer/"+northwind+"/users", newcomer("nils", "Young", "n@northwind.example", viewers, administrators)), status: 201},
		turn{name: "a user of the reseller", call: resellerUser(newcomer("Rita", "Xu", "r@alpine.example", alertManagers)), status: 201},
	)
	return b
}

func TestCreateResellerUser(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	good := resellerUser(newcomer("Edsger", "Dijkstra", "edsger@alpine.example", administrators))
	b.play(t, deniedCallers(good)...)
	b.play(t,
		turn{name: "a user, with an id that is ignored", call: withText(good, `"role"`, `"id":"`+nowhere+`","role"`), status: 201, lacks: []string{nowhere}},
		turn{name: "the e-mail in another case", call: withText(good, "edsger@", "EDSGER@"), status: 400, has: names("email")},
		turn{name: "by the reseller itself", call: withText(good, "edsger@", "e2@").as("demo-reseller"), status: 201},
		turn{name: "an unknown reseller", call: withTarget(good, reseller, nowhere), status: 400, has: names("resellerId")},
		turn{name: "another reseller", call: withTarget(good, reseller, nowhere).as("demo-reseller"), status: 400, has: names("resellerId")},
		turn{name: "blanks", call: resellerUser(newcomer(" ", "", "\t")), status: 400, has: append(append(names("firstName"), names("lastName")...), names("email")...)},
		turn{name: "no list of groups", call: withText(good, `"groups":[{"id":"`+administrators+`"}]`, `"groups":null`), status: 400, has: names("groups")},
		turn{name: "an unknown group and a taken e-mail", call: withText(good, administrators, nowhere), status: 400, has: append(names("groups[0].id"), names("email")...)},
		turn{name: "in the list of all", call: everybody("?searchValue=dijkstra&sortPropertyName=Email&ascendingOrder=false"), status: 200, has: []string{
			`"email":"edsger@alpine.example","firstName":"Edsger","groups":[{"id":"` + administrators + `","name":"Administrator"}]`, `"role":{"name":"reseller"}`, `"totalCount":2`}},
	)
}

// Ensure which users each caller sees, and that search, order, groups and pages work together.
func TestListUsers(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	b.play(t, deniedCallers(everybody(""))...)
	for _, row := range []struct {
		name, query, client, want string
	}{
		{"all of the tenant, by name in descending order", "", "demo-csp", "r n c"},
		{"ascending", "?ascendingOrder=true", "demo-csp", "c n r"},
		{"descending", "?ascendingOrder=false", "demo-csp", "r n c"},
		{"by e-mail", "?sortPropertyName=Email&ascendingOrder=false", "demo-csp", "r n c"},
		{"the reseller's and its customers'", "", "demo-reseller", "r n"},
		{"named by itself", "?resellerId=" + reseller, "demo-reseller", "r n"},
		{"in the reseller's context", "?resellerId=" + reseller, "demo-csp", "r n"},
		{"a part of the name, with the space between", "?searchValue=LS+yo", "demo-csp", "n"},
		{"a part of the e-mail", "?searchValue=@ALPINE", "demo-csp", "r"},
		{"nothing is a pattern", "?searchValue=%25", "demo-csp", ""},
		{"an empty search", "?searchValue=", "demo-csp", "r n c"},
		{"a group", "?groups=" + viewers, "demo-csp", "n c"},
		{"one of two groups", "?groups=" + administrators + "%7C" + alertManagers, "demo-csp", "r n"},
		{"an unknown group", "?groups=" + nowhere, "demo-csp", ""},
		{"what is no id", "?groups=viewers", "demo-csp", ""},
		{"no groups", "?groups=", "demo-csp", "r n c"},
		{"a group and a search", "?groups=" + viewers + "&searchValue=young", "demo-reseller", "n"},
		{"the second page", "?pageSize=2&pageNumber=2", "demo-csp", "c"},
		{"a page past the end", "?pageSize=2&pageNumber=2147483647", "demo-csp", ""},
	} {
		page := decode[cloudcockpit.PortalUserPage](t, b.do(t, everybody(row.query).as(row.client)))
		var got []string
		for _, u := range page.Items {
			got = append(got, (*u.Email)[:1])
		}
		if list := strings.Join(got, " "); list != row.want {
			t.Errorf("%s: got %q, want %q", row.name, list, row.want)
		}
	}
	page := b.do(t, everybody("?pageSize=2"))
	for _, part := range []string{`"totalCount":3`, `"totalPages":2`, `"hasNextPage":true`, `"hasPreviousPage":false`, `"continuationToken":null`, `{"pageNumber":1,"pageSize":2}`} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the first page lacks %s: %s", part, page.body)
		}
	}
	b.play(t,
		turn{name: "an unknown reseller", call: everybody("?resellerId=" + nowhere), status: 400, has: names("resellerId")},
		turn{name: "another reseller", call: everybody("?resellerId=" + nowhere).as("demo-reseller"), status: 400, has: names("resellerId")},
		turn{name: "bad pages", call: everybody("?pageNumber=0&pageSize=2001&sortPropertyName=DisplayName"), status: 400,
			has: append(append(names("pageNumber"), names("pageSize")...), names("sortPropertyName")...)},
	)
}

func TestListGroups(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	good := cockpit("GET", "/users/groups", "")
	b.play(t, deniedCallers(good)...)
	b.play(t,
		turn{name: "all, by name", call: good, status: 200, has: []string{`"items":[{"id":"` + administrators + `","name":"Administrator"},{"id":"` +
			alertManagers + `","name":"Alert Manager"},{"id":"` + viewers + `","name":"Viewer"}]`, `"totalCount":3`, `"totalPages":1`}},
		turn{name: "a reseller", call: good.as("demo-reseller"), status: 200, has: []string{viewers}},
		turn{name: "the last page", call: cockpit("GET", "/users/groups?pageSize=2&pageNumber=2", ""), status: 200,
			has: []string{`"items":[{"id":"` + viewers, `"hasPreviousPage":true`, `"hasNextPage":false`}},
		turn{name: "a page past the end", call: cockpit("GET", "/users/groups?pageNumber=2147483647&pageSize=2000", ""), status: 200, has: []string{`"items":[]`}},
		turn{name: "a bad page", call: cockpit("GET", "/users/groups?pageSize=0", ""), status: 400, has: names("pageSize")},
	)
}

func TestUpdatePortalUser(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	body := newcomer("Clara", "Zetkin", "clara@contoso.example", alertManagers)
	good := byEmail("PATCH", "C@contoso.example", body)
	b.play(t, deniedCallers(good)...)
	b.play(t,
		turn{name: "a blank name", call: withText(good, "Zetkin", " "), status: 400, has: names("lastName")},
		turn{name: "a taken e-mail and an unknown group", call: withText(withText(good, "clara@contoso.example", "N@northwind.example"), alertManagers, nowhere), status: 400, has: append(names("email"), names("groups[0].id")...)},
		turn{name: "another id", call: withText(good, `"role"`, `"id":"`+nowhere+`","role"`), status: 400, has: names("id")},
		turn{name: "an unknown user", call: byEmail("PATCH", "nobody@contoso.example", body), status: 404, has: names("email")},
		turn{name: "a user outside of the context", call: withTarget(good, "example", "example?resellerId="+reseller), status: 404, has: names("email")},
		turn{name: "a user that the reseller does not see", call: good.as("demo-reseller"), status: 404, has: names("email")},
		turn{name: "an unknown context", call: withTarget(good, "example", "example?resellerId="+nowhere), status: 400, has: names("resellerId")},
		turn{name: "the context of another reseller", call: withTarget(good, "example", "example?resellerId="+nowhere).as("demo-reseller"), status: 400, has: names("resellerId")},
		turn{name: "the whole view, by the e-mail in another case", call: good, status: 204},
		turn{name: "the old e-mail", call: good, status: 404, has: names("email")},
		turn{name: "the new view", call: everybody("?searchValue=zetkin"), status: 200, has: []string{`"email":"clara@contoso.example","firstName":"Clara","groups":[{"id":"` + alertManagers, `"role":{"name":"customer"}`}},
		turn{name: "the e-mail in another case is the user's own", call: withText(byEmail("PATCH", "clara@contoso.example", body), "clara@", "CLARA@"), status: 204},
		turn{name: "a customer's user by its reseller", call: byEmail("PATCH", "n@northwind.example", newcomer("Nils", "Young", "n@northwind.example")).as("demo-reseller"), status: 204},
	)
}

func TestDeletePortalUser(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	good := byEmail("DELETE", "c%40contoso.example", "")
	b.play(t, deniedCallers(good)...)
	b.play(t,
		turn{name: "an unknown user", call: byEmail("DELETE", "nobody%40x", ""), status: 404, has: names("email")},
		turn{name: "a user that the reseller does not see", call: good.as("demo-reseller"), status: 404, has: names("email")},
		turn{name: "a body", call: byEmail("DELETE", "c%40contoso.example", "{}"), status: 400},
		turn{name: "the deletion", call: good, status: 204},
		turn{name: "again", call: good, status: 404, has: names("email")},
		turn{name: "it is in no list", call: everybody(""), status: 200, has: []string{`"totalCount":2`}, lacks: []string{"c@contoso"}},
		turn{name: "nor in its customer's", call: cockpit("GET", "/customer/"+contoso+"/users", ""), status: 200, lacks: []string{"c@contoso"}},
		turn{name: "its e-mail is free", call: resellerUser(newcomer("Carl", "A", "C@Contoso.example")), status: 201},
		turn{name: "a reseller's user by itself", call: byEmail("DELETE", "r@alpine.example", "").as("demo-reseller"), status: 204},
	)
}

// Ensure that the e-mail in the path is decoded once.
func TestPortalUser_EmailInPath(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	for _, email := range []string{
		"plus+tag@x.example", "slash/er@x.example", "sp ace@x.example", "pércent%41@x.example", "%2F@x.example", "ünï@x.example",
		"日本@x.example", "a;b=c@x.example", "question?@x.example", "hash#@x.example", "..@x.example", "amp&@x.example", "groups",
	} {
		b.play(t, turn{name: "create " + email, call: resellerUser(newcomer("A", "B", email)), status: 201})
		path := url.PathEscape(email)
		b.play(t, turn{name: "update " + path, call: byEmail("PATCH", path, newcomer("New", "Name", email)), status: 204})
		b.play(t, turn{name: "delete " + path, call: byEmail("DELETE", path, ""), status: 204})
	}
	b.play(t,
		turn{name: "a plus is no space", call: byEmail("DELETE", "sp+ace@x.example", ""), status: 404},
		turn{name: "nothing is decoded twice", call: byEmail("DELETE", "%252F@x.example", ""), status: 404},
		turn{name: "an empty segment", call: byEmail("DELETE", "", ""), status: 404},
	)
}
