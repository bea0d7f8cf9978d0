package contract_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
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

// Ensure violations carry the grade of the nearest node that has one, and none where the document is silent.
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
		{"undeclared parameter", check(t, c, "GET", "/api/items?other=0", "", "X-Tenant: t"), ""},
		{"undeclared member", check(t, c, "POST", "/api/items", `{"name":"a","more":1,`+owner+`}`, jsonType...), ""},
		{"undeclared media type", c.CheckResponse(call, 200, http.Header{"Content-Type": {"text/html"}}, []byte("x")), ""},
		{"no media type", c.CheckResponse(call, 200, nil, []byte("x")), "documented"},
		{"path item", check(t, c, "POST", "/api/items", ""), "documented"},
		{"property", check(t, c, "POST", "/api/items", `{"name":"",`+owner+`}`, jsonType...), "decided"},
		{"missing property", check(t, c, "POST", "/api/items", `{`+owner+`}`, jsonType...), "decided"},
		{"readOnly property", check(t, c, "POST", "/api/items", `{"name":"a","id":"`+uuid+`",`+owner+`}`, jsonType...), "inferred"},
		{"component", check(t, c, "POST", "/api/items", `{"name":"a","owner":{"name":1}}`, jsonType...), "documented"},
		{"unknown member", check(t, c, "POST", "/api/items", `{"name":"a","owner":{"name":"","x":1}}`, jsonType...), "documented"},
		{"none", check(t, c, "POST", "/api/things", `{"a":""}`, jsonType...), ""},
		{"operation's word on a response", c.CheckResponse(call, 404, headerOf(jsonHead), []byte("[]")), "inferred"},
		{"status", c.CheckResponse(call, 500, nil, nil), ""},
		{"element of a response", c.CheckResponse(call, 200, headerOf(jsonHead), []byte(`{"id":"x","name":"a",`+owner+`}`)), "inferred"},
	}
	for _, test := range tests {
		if len(test.found) != 1 || test.found[0].Grade != test.want {
			t.Errorf("%s: got %+v, want grade %q", test.name, test.found, test.want)
		}
	}
}

// Ensure a violation is one line and contains no value of the message.
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

// Ensure a call of another Contract is refused, and one with the same operation is checked.
func TestCheck_foreignCall(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	r := newRequest(t, "GET", "/", "")
	for _, call := range []*contract.Call{nil, {}, {Operation: &contract.Operation{ID: "other"}}} {
		if len(c.CheckRequest(call, r, nil)) != 1 || len(c.CheckResponse(call, 200, nil, nil)) != 1 {
			t.Errorf("%v: accepted", call)
		}
	}
	if vs := c.CheckResponse(&contract.Call{Operation: &contract.Operation{ID: "getSpecial"}}, 200, nil, nil); len(vs) > 0 {
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

const bare = `
openapi: 3.0.3
info: {title: bare, version: "1"}
paths:
  /a:
    get:
      operationId: a
      security: [{key: []}]
      parameters: [{name: X-In, in: header, schema: {type: string}}, {name: q, in: query, schema: {type: string}}]
      responses: {"200": {description: ok, headers: {X-Out: {schema: {type: string}}}, content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: x-key}}}
`

var policies = map[string]contract.Policy{
	"default": contract.Default, "report": contract.Report, "reject": contract.Reject, "ignore": contract.Ignore,
}

// Ensure members, parameters, headers and statuses each follow their own policy.
func TestUndeclared_eachKind(t *testing.T) {
	t.Parallel()
	member, parameter, in, out, status := "response /b undeclared", "query /r undeclared", "header /X-More undeclared", "response header", "response status"
	tests := []struct {
		name    string
		options func(contract.Policy) contract.Options
		want    map[string][]string // by policy, what is reported and what is refused
	}{
		{"members", func(p contract.Policy) contract.Options {
			return contract.Options{Undeclared: p, UndeclaredParameters: contract.Ignore, UndeclaredStatuses: contract.Ignore}
		}, map[string][]string{"default": {"(" + member + ")"}, "report": {"(" + member + ")"}, "reject": {member}, "ignore": nil}},
		{"parameters", func(p contract.Policy) contract.Options {
			return contract.Options{Undeclared: contract.Ignore, UndeclaredParameters: p, UndeclaredStatuses: contract.Ignore}
		}, map[string][]string{"default": nil, "report": {"(" + parameter + ")"}, "reject": {parameter}, "ignore": nil}},
		{"headers", func(p contract.Policy) contract.Options {
			return contract.Options{Undeclared: contract.Ignore, UndeclaredHeaders: p, UndeclaredStatuses: contract.Ignore}
		}, map[string][]string{"default": nil, "report": {"(" + in + ")", "(" + out + ")"}, "reject": {in, out}, "ignore": nil}},
		{"statuses", func(p contract.Policy) contract.Options {
			return contract.Options{Undeclared: contract.Ignore, UndeclaredStatuses: p}
		}, map[string][]string{"default": {status}, "report": {"(" + status + ")"}, "reject": {status}, "ignore": nil}},
	}
	head := jsonHead + "\nX-Out: 1\nX-More: 1\nVary: Origin\nAccess-Control-Allow-Origin: *"
	for _, test := range tests {
		for name, policy := range policies {
			opts := test.options(policy)
			opts.Observe = true
			c := compile(t, bare, opts)
			var got []string
			request := check(t, c, "GET", "/a?r=1&q=1", "", "X-In: 1", "X-Key: 1", "X-More: 1", "Sec-Fetch-Mode: cors", "User-Agent: x")
			call, _ := c.Route("GET", newRequest(t, "GET", "/a", "").URL)
			for _, vs := range []contract.Violations{
				request, c.CheckResponse(call, 200, headerOf(head), []byte(`{"a":1,"b":1}`)), c.CheckResponse(call, 502, nil, []byte("down")),
			} {
				if len(vs) > 0 {
					got = append(got, found(vs))
				}
			}
			if strings.Join(got, "; ") != strings.Join(test.want[name], "; ") {
				t.Errorf("%s, %s: got %q, want %q", test.name, name, got, test.want[name])
			}
		}
	}
}

// Ensure an undeclared status that is only reported is sent as it is written, and one that HTTP does not have never is.
func TestUndeclared_statusPasses(t *testing.T) {
	t.Parallel()
	for policy, want := range map[contract.Policy]string{contract.Report: "(response status)", contract.Ignore: ""} {
		var vs contract.Violations
		c := compile(t, stream, contract.Options{
			UndeclaredStatuses: policy, Finding: func(_ *http.Request, v contract.Violation) { vs = append(vs, v) },
		})
		w := httptest.NewRecorder()
		c.Handler(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(rw, "no ")
			rw.(http.Flusher).Flush()
			if w.Body.String() != "no " {
				t.Errorf("held back: %q", w.Body)
			}
			fmt.Fprint(rw, "upstream")
		})).ServeHTTP(w, newRequest(t, "GET", "/json", ""))
		if w.Code != 502 || w.Body.String() != "no upstream" || found(vs) != want {
			t.Errorf("policy %d: %d %q, found %q, want %q", policy, w.Code, w.Body, found(vs), want)
		}
		call, _ := c.Route("GET", newRequest(t, "GET", "/json", "").URL)
		if got := found(c.CheckResponse(call, 1000, nil, nil)); got != "response status" {
			t.Errorf("policy %d: status 1000: found %q", policy, got)
		}
	}
}
