package stock_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// A call is a request to be built, with the values of each parameter as they appear in the request.
type call struct {
	method, path string
	parameters   openapi3.Parameters
	given        map[*openapi3.Parameter][]string // one element for each value
	query        string                           // replaces the query of the parameters
}

// request builds the request. It is nil if no server would see it, because net/http refuses it first.
func (c call) request() *http.Request {
	path, query, header := c.path, []string{}, http.Header{}
	for _, ref := range c.parameters {
		p := ref.Value
		for _, value := range c.given[p] {
			switch p.In {
			case "path":
				path = strings.ReplaceAll(path, "{"+p.Name+"}", value)
			case "query":
				name := url.QueryEscape(p.Name)
				if p.Style == "deepObject" {
					name += "[a]"
				}
				query = append(query, name+"="+value)
			case "header":
				header.Add(p.Name, value)
			case "cookie":
				header.Add("Cookie", p.Name+"="+value)
			}
		}
	}
	if c.query != "" {
		query = append(query, c.query)
	}
	target, err := url.ParseRequestURI(path)
	if err != nil {
		return nil
	}
	target.RawQuery = strings.Join(query, "&")
	return &http.Request{Method: c.method, URL: target, Header: header, Body: http.NoBody}
}

// with returns the call with other values of a parameter.
func (c call) with(p *openapi3.Parameter, values ...string) call {
	given := map[*openapi3.Parameter][]string{p: values}
	for other := range c.given {
		if other != p {
			given[other] = c.given[other]
		}
	}
	c.given = given
	return c
}

// valid returns a valid value of a parameter, as it appears in a request.
func valid(p *openapi3.Parameter) string {
	if try, ok := p.Extensions["x-try"].(string); ok {
		return try
	}
	schema := p.Schema.Value
	switch {
	case schema.Format == "uuid":
		return "c0000000-0000-4000-8000-00000000000a"
	case schema.Type.Is("integer"):
		return "17"
	case schema.Type.Is("boolean"):
		return "true"
	case len(schema.Enum) > 0:
		return fmt.Sprint(schema.Enum[0])
	}
	return "x@y.example"
}

// values are tried for every parameter, whatever its type.
var values = []string{
	"", "a", "a%20b", "a+b", "a%2Bb", "a%2Fb", "a%252Fb", "%zz", "a%", "%00", "%C3%A9", "%FF", "é", ";", "a;b", "=", "a=b", "%26", "a,b", " 1", "1 ",
	"C0000000-0000-4000-8000-00000000000A", "urn:uuid:c0000000-0000-4000-8000-00000000000a", "%7Bc0000000-0000-4000-8000-00000000000a%7D",
	"c000000000004000800000000000000a", "c0000000-0000-4000-8000-00000000000g", "c0000000-0000-4000-8000-0000000000", "c0000000%2D0000-4000-8000-00000000000a",
	"0", "-1", "%2B1", "+1", "007", "1_000", "1e3", "0x10", "1.0", "%31", "127", "128",
	"2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
	"true", "TRUE", "True", "tRUE", "t", "F", "false", "yes", "null",
}

// calls returns a call of each operation, with all of its parameters.
func (a api) calls(t *testing.T) []call {
	t.Helper()
	document, err := a.document()
	if err != nil {
		t.Fatal(err)
	}
	var calls []call
	for path, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			c := call{method: method, path: path, parameters: slices.Concat(item.Parameters, op.Parameters), given: map[*openapi3.Parameter][]string{}}
			for _, ref := range c.parameters {
				c.given[ref.Value] = []string{valid(ref.Value)}
			}
			calls = append(calls, c)
		}
	}
	return calls
}
