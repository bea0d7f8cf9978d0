package contract_test

import (
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

func TestUndeclared(t *testing.T) {
	t.Parallel()
	body := `{"name":"a",` + owner + `,"more":1}`
	for policy, want := range map[contract.Policy]string{
		contract.Report: "(query /x undeclared); (body /more undeclared)",
		contract.Reject: "query /x undeclared; body /more undeclared",
		contract.Ignore: "",
	} {
		c := compile(t, shop, contract.Options{Undeclared: policy})
		if got := found(check(t, c, "POST", "/api/items?x=1", body, jsonType...)); got != want {
			t.Errorf("policy %d: got %q, want %q", policy, got, want)
		}
	}
	c := compile(t, shop, contract.Options{Undeclared: contract.Ignore})
	if got := found(check(t, c, "POST", "/api/items?x=%zz", `{"name":"a","owner":{"name":"o","x":1},"NAME":1}`, jsonType...)); got !=
		"query /x syntax; body /NAME case; body /owner/x additionalProperties" {
		t.Errorf("ignoring ignores too much: %q", got)
	}
}

// Ensure violations carry the grade of the nearest node that has one.
func TestGrades(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	call, _ := c.Route("GET", newRequest(t, "GET", "/api/items/"+uuid, "").URL)
	tests := []struct {
		name  string
		found contract.Violations
		want  string
	}{
		{"parameter", check(t, c, "GET", "/api/items?pageSize=0", "", "X-Tenant: t"), "inferred"},
		{"parameter without its own", check(t, c, "GET", "/api/items?active=0", "", "X-Tenant: t"), "documented"},
		{"undeclared parameter", check(t, c, "GET", "/api/items?other=0", "", "X-Tenant: t"), "documented"},
		{"path item", check(t, c, "POST", "/api/items", ""), "documented"},
		{"property", check(t, c, "POST", "/api/items", `{"name":"",`+owner+`}`, jsonType...), "decided"},
		{"missing property", check(t, c, "POST", "/api/items", `{`+owner+`}`, jsonType...), "decided"},
		{"readOnly property", check(t, c, "POST", "/api/items", `{"name":"a","id":"`+uuid+`",`+owner+`}`, jsonType...), "inferred"},
		{"component", check(t, c, "POST", "/api/items", `{"name":"a","owner":{"name":1}}`, jsonType...), "documented"},
		{"unknown member", check(t, c, "POST", "/api/items", `{"name":"a","owner":{"name":"","x":1}}`, jsonType...), "documented"},
		{"none", check(t, c, "POST", "/api/things", `{"a":""}`, jsonType...), ""},
		{"operation's word on a response", c.CheckResponse(call, 404, headerOf(jsonHead), []byte("[]")), "inferred"},
		{"status", c.CheckResponse(call, 500, nil, nil), "documented"},
		{"element of a response", c.CheckResponse(call, 200, headerOf(jsonHead), []byte(`{"id":"x","name":"a",`+owner+`}`)), "inferred"},
	}
	for _, test := range tests {
		if len(test.found) != 1 || test.found[0].Grade != test.want {
			t.Errorf("%s: got %+v, want grade %q", test.name, test.found, test.want)
		}
	}
}

// Ensure a violation is one line and holds no value of the message.
func TestViolation_text(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	body := `{"name":"hunter2 hunter2","hunter\n3":1,"kind":"hunter2","code":"HUNTER2","at":"hunter2","list":["hunter2"],"one":"hunter2","owner":{"id":"hunter2"}}`
	vs := check(t, c, "POST", "/api/items?hunter3=hunter2", body, jsonType...)
	text := vs.Error()
	if strings.Contains(strings.ToLower(text), "hunter2") || strings.ContainsAny(text, "\n\x00") {
		t.Errorf("got %s", text)
	}
	if want := "createItem: body /name: maxLength: expected at most 5 characters (decided)"; !strings.Contains(text, want) {
		t.Errorf("got %s, want %s", text, want)
	}
	if want := `(body /hunter\n3: undeclared`; !strings.Contains(text, want[1:]) {
		t.Errorf("got %s, want %s", text, want)
	}
}

// Ensure a call that is not this Contract's is told so, and one with a known operation is checked.
func TestCheck_foreignCall(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	r := newRequest(t, "GET", "/", "")
	for _, call := range []*contract.Call{nil, {}, {Operation: "other"}} {
		if len(c.CheckRequest(call, r, nil)) != 1 || len(c.CheckResponse(call, 200, nil, nil)) != 1 {
			t.Errorf("%v: accepted", call)
		}
	}
	if vs := c.CheckResponse(&contract.Call{Operation: "getSpecial"}, 200, nil, nil); len(vs) > 0 {
		t.Error(vs)
	}
}

// Ensure an API key that the document's security takes in the query is not undeclared.
func TestUndeclared_keyInQuery(t *testing.T) {
	t.Parallel()
	const doc = `
openapi: 3.0.3
info: {title: keys, version: "1"}
security: [{key: []}, {key: [], other: []}]
paths:
  /a: {get: {operationId: a, responses: {default: {description: any}}}}
  /b: {get: {operationId: b, security: [], responses: {default: {description: any}}}}
components: {securitySchemes: {key: {type: apiKey, in: query, name: api_key}, other: {type: http, scheme: basic}}}
`
	c := compile(t, doc, contract.Options{Observe: true, Undeclared: contract.Reject})
	for target, want := range map[string]string{
		"/a?api_key=x": "", "/a": "", "/a?api_key=x&api_key=y": "query /api_key duplicate", "/b?api_key=x": "query /api_key undeclared",
	} {
		if got := found(check(t, c, "GET", target, "")); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
}
