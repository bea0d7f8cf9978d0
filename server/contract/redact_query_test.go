package contract_test

import (
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const queries = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /things:
    get:
      operationId: list
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: "a/b", in: query, schema: {type: string}}
        - {name: key, in: query, schema: {type: string, format: password}}
        - {name: token, in: header, schema: {type: string}}
      responses: {"204": {description: d}}
`

// Ensure the value of a query parameter is shown only if the document declares the parameter, does not mark it as secret,
// and the request was not refused because of it.
func TestContract_RedactQuery(t *testing.T) {
	t.Parallel()
	exact, folding := compile(t, queries, contract.Options{}), compile(t, queries, contract.Options{IgnoreCase: true})
	refused := func(pointer, rule string) contract.Violations {
		return contract.Violations{{In: "query", Pointer: pointer, Rule: rule}}
	}
	for _, test := range []struct {
		name, operation, query string
		found                  contract.Violations
		want, wantFolding      string
	}{
		{"declared", "list", "page=1&&p%61ge=2&page", nil, "page=1&&p%61ge=2&page", "page=1&&p%61ge=2&page"},
		{"other case", "list", "PAGE=1", nil, "PAGE=[redacted]", "PAGE=1"},
		{"undeclared", "list", "token=hush&%zz=hush&=hush", nil, "token=[redacted]&%zz=[redacted]&=[redacted]", "token=[redacted]&%zz=[redacted]&=[redacted]"},
		{"secret", "list", "key=hush", nil, "key=[redacted]", "key=[redacted]"},
		{"semicolon", "list", "page=1;token=hush", nil, "page=[redacted]", "page=[redacted]"},
		{"refused", "list", "page=hush&a/b=1", refused("/page", "type"), "page=[redacted]&a/b=1", "page=[redacted]&a/b=1"},
		{"refused, escaped pointer", "list", "page=1&a%2Fb=hush", refused("/a~1b", "syntax"), "page=1&a%2Fb=[redacted]", "page=1&a%2Fb=[redacted]"},
		{"an element refused", "list", "page=hush&a/b=1", refused("/page/0", "type"), "page=[redacted]&a/b=1", "page=[redacted]&a/b=1"},
		{"only respelt", "list", "page=1", refused("/page", "canonical"), "page=1", "page=1"},
		{"another place", "list", "page=1", contract.Violations{{In: "header", Pointer: "/page", Rule: "type"}}, "page=1", "page=1"},
		{"unknown operation", "none", "page=hush", nil, "page=[redacted]", "page=[redacted]"},
		{"no query", "list", "", nil, "", ""},
	} {
		if got := exact.RedactQuery(test.operation, test.query, test.found); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		if got := folding.RedactQuery(test.operation, test.query, test.found); got != test.wantFolding {
			t.Errorf("%s, ignoring case: got %q, want %q", test.name, got, test.wantFolding)
		}
	}
}
