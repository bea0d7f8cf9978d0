package contract_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const routes = `
openapi: 3.0.3
info: {title: routes, version: "1"}
servers: [{url: "http://a/{v}", variables: {v: {default: v1, enum: [v1, v2]}}}, {url: "http://b/v1/"}, {url: "/"}]
paths:
  /: {get: {operationId: root, responses: &ok {default: {description: ok}}}}
  /users/{id}: {get: {operationId: user, parameters: [&id {name: id, in: path, required: true, schema: {type: string}}], responses: *ok}, delete: {operationId: deleteUser, parameters: [*id], responses: *ok}}
  /users/me: {get: {operationId: me, responses: *ok}, put: {operationId: putMe, responses: *ok}}
  /users/{id}/a: {get: {operationId: a, parameters: [*id], responses: *ok}}
  /users/me/b: {get: {operationId: b, responses: *ok}}
  /users/{id}.json: {get: {operationId: json, parameters: [*id], responses: *ok}}
  /Users/{id}/{name}-{ext}/x: {get: {operationId: parts, parameters: [*id, {name: name, in: path, required: true, schema: {type: string}}, {name: ext, in: path, required: true, schema: {type: string}}], responses: *ok}}
  /dir/: {get: {operationId: dir, responses: *ok}}
  /m/{id}: {get: {operationId: matrix, parameters: [{name: id, in: path, required: true, style: matrix, schema: {type: integer}}], responses: *ok}}
  /own: {servers: [{url: /elsewhere}], get: {operationId: own, responses: *ok}}
`

func TestRoute(t *testing.T) {
	t.Parallel()
	tests := []struct{ request, exact, folded string }{ // operation and values, or status and Allow
		{"GET /", "root", "root"},
		{"GET /v1/", "root", "root"},
		{"GET /v1", "404", "404"},
		{"GET /v2/users/1", "user id=1", "user id=1"},
		{"GET /v3/users/1", "404", "404"},
		{"GET /users/1", "user id=1", "user id=1"},
		{"GET /USERS/1", "404", "user id=1"},
		{"GET /V2/Users/Abc/", "404", "user id=Abc"},
		{"GET /users/1/", "404", "user id=1"},
		{"GET /users/1//", "404", "404"},
		{"GET /users//", "404", "404"},
		{"GET /users/", "404", "404"},
		{"GET //users/1", "404", "404"},
		{"GET /users/me", "me", "me"},
		{"GET /users/ME", "user id=ME", "me"},
		{"DELETE /users/me", "deleteUser id=me", "deleteUser id=me"},
		{"PATCH /users/me", "405 DELETE,GET,PUT", "405 DELETE,GET,PUT"},
		{"PATCH /users/1", "405 DELETE,GET", "405 DELETE,GET"},
		{"get /users/1", "405 DELETE,GET", "405 DELETE,GET"},
		{"GET /users/me/a", "a id=me", "a id=me"},
		{"GET /users/me/b", "b", "b"},
		{"GET /users/1/b", "404", "404"},
		{"GET /users/1.json", "json id=1", "json id=1"},
		{"GET /users/1.JSON", "user id=1.JSON", "json id=1"},
		{"GET /users/.json", "user id=.json", "user id=.json"},
		{"GET /Users/1/a-b-c/x", "parts id=1 name=a ext=b-c", "parts id=1 name=a ext=b-c"},
		{"GET /users/a%2Fb", "user id=a/b", "user id=a/b"},
		{"GET /users/a%252Fb", "user id=a%2Fb", "user id=a%2Fb"},
		{"GET /users/..", "user id=..", "user id=.."},
		{"GET /users/a+b%20c;d", "user id=a+b c;d", "user id=a+b c;d"},
		{"GET /%75sers/1", "user id=1", "user id=1"},
		{"GET /dir/", "dir", "dir"},
		{"GET /dir", "404", "404"},
		{"GET /elsewhere/own", "own", "own"},
		{"GET /own", "404", "404"},
	}
	exact, folded := compile(t, routes, contract.Options{}), compile(t, routes, contract.Options{IgnoreCase: true})
	for _, test := range tests {
		if got := routed(t, exact, test.request); got != test.exact {
			t.Errorf("%s: got %q, want %q", test.request, got, test.exact)
		}
		if got := routed(t, folded, test.request); got != test.folded {
			t.Errorf("%s, case ignored: got %q, want %q", test.request, got, test.folded)
		}
	}
}

func routed(t *testing.T, c *contract.Contract, line string) string {
	t.Helper()
	method, target, _ := strings.Cut(line, " ")
	call, rej := c.Route(method, newRequest(t, "GET", target, "").URL)
	if rej != nil {
		return strings.TrimSpace(map[int]string{404: "404", 405: "405"}[rej.Status] + " " + strings.Join(rej.Allow, ","))
	}
	text := call.ID
	for i, name := range call.PathNames {
		text += " " + name + "=" + call.PathValues[i]
	}
	return text
}

func TestPathStyles(t *testing.T) {
	t.Parallel()
	c := compile(t, routes, contract.Options{})
	for target, want := range map[string]string{"/m/;id=5": "", "/m/5": "path /id type", "/m/;id=x": "path /id type"} {
		if got := found(check(t, c, "GET", target, "")); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
}

// Ensure that with IgnoreCase the handler gets the document's spelling, and other spellings are reported.
func TestIgnoreCase(t *testing.T) {
	t.Parallel()
	tests := []struct{ target, want, found string }{
		{"/api/items?pageSize=1", "/api/items?pageSize=1", ""},
		{"/API/Items/?PAGESIZE=1&Other=%41&search", "/api/items?pageSize=1&Other=%41&search", "(path canonical); (query /Other undeclared); (query /pageSize canonical)"},
		{"/api/items/?pagesize=1&pageSize=2", "", "(path canonical); (query /pageSize canonical); query /pageSize duplicate"},
		{"/api/items?IDS=1&ids=2", "/api/items?ids=1&ids=2", "(query /ids canonical)"},
		{"/api/items?PageSize=x%20y", "", "(query /pageSize canonical); query /pageSize type"},
	}
	for _, test := range tests {
		var all contract.Violations
		got := ""
		opts := contract.Options{IgnoreCase: true, Finding: func(_ *http.Request, v contract.Violation) { all = append(all, v) }}
		compile(t, shop, opts).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.URL.Path + "?" + r.URL.RawQuery
			if r.URL.EscapedPath() != r.URL.Path {
				t.Errorf("%s: RawPath %q", test.target, r.URL.RawPath)
			}
			answer(w, contract.FromContext(r.Context()))
		})).ServeHTTP(httptest.NewRecorder(), newRequest(t, "GET", test.target, "", "X-Tenant: t"))
		if got != test.want || found(all) != test.found {
			t.Errorf("%s: got %q, found %q; want %q, %q", test.target, got, found(all), test.want, test.found)
		}
	}
}

// Ensure Quick finds what Find finds, for paths with every byte.
func TestRoute_everyByte(t *testing.T) {
	t.Parallel()
	c := compile(t, routes, contract.Options{})
	for b := range 256 {
		u := &url.URL{Path: "/users/a" + string([]byte{byte(b)}) + "b"}
		quick, _ := c.Route("GET", u)
		// A RawPath with the same meaning prevents quick routing.
		whole, _ := c.Route("GET", &url.URL{Path: u.Path, RawPath: "/%75sers" + u.EscapedPath()[len("/users"):]})
		if (quick == nil) != (whole == nil) {
			t.Errorf("%q: %v, want %v", u.Path, quick, whole)
		} else if quick != nil && quick.ID == whole.ID && quick.PathValue("id") != whole.PathValue("id") {
			t.Errorf("%q: %q, want %q", u.Path, quick.PathValue("id"), whole.PathValue("id"))
		}
	}
}
