package contract_test

import (
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const mediaTypes = `
openapi: 3.0.3
info: {title: media, version: "1"}
paths:
  /any:
    post:
      operationId: any
      requestBody: {content: {"*/*": {schema: {$ref: "#/components/schemas/A"}}}}
      responses: {"200": {description: ok, content: {"application/*": {schema: {$ref: "#/components/schemas/A"}}}}}
  /file:
    post:
      operationId: file
      requestBody: {content: {"*/*": {schema: {type: string, format: binary}}}}
      responses: {"200": {description: ok, content: {"*/*": {schema: {type: string, format: binary}}}}}
  /untyped:
    post:
      operationId: untyped
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {required: [a], properties: {a: {type: integer}}}}
          multipart/form-data: {schema: {allOf: [{$ref: "#/components/schemas/A"}]}}
      responses: {default: {description: ok}}
  /composed:
    post:
      operationId: composed
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {allOf: [{$ref: "#/components/schemas/A"}, {required: [b], properties: {b: {type: boolean}}}]}}}}
      responses: {default: {description: ok}}
components:
  schemas:
    A: {type: object, required: [a], properties: {a: {type: integer}}}
`

// Ensure a range of media types does not hide the schema from what is decoded: generators write */* for want of a better one.
func TestMedia_rangesAreChecked(t *testing.T) {
	t.Parallel()
	c := compile(t, mediaTypes, contract.Options{})
	for _, test := range []struct{ target, head, body, want string }{
		{"/any", "Content-Type: application/json", `{"a":1}`, ""},
		{"/any", "Content-Type: application/json", `{"a":"1"}`, "body /a type"},
		{"/any", "Content-Type: application/merge-patch+json", `{}`, "body /a required"},
		{"/any", formType[0], "a=1", ""},
		{"/any", formType[0], "a=x", "body syntax"},
		{"/any", "Content-Type: image/png", "x", ""},
		{"/file", "Content-Type: application/json", "[", ""},
		{"/file", "Content-Type: text/plain", "\xff", ""},
	} {
		if got := found(check(t, c, "POST", test.target, test.body, test.head)); got != test.want {
			t.Errorf("%s %s %q: got %q, want %q", test.target, test.head, test.body, got, test.want)
		}
	}
	call, _ := c.Route("POST", newRequest(t, "POST", "/any", "").URL)
	for body, want := range map[string]string{`{"a":1}`: "", `{"a":null}`: "response /a nullable", `{"a":1`: "response syntax"} {
		if got := found(c.CheckResponse(call, 200, headerOf(jsonHead), []byte(body))); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// Ensure a form is checked whose schema does not say that it is an object.
func TestMedia_formsWithoutType(t *testing.T) {
	t.Parallel()
	c := compile(t, mediaTypes, contract.Options{})
	part := func(value string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + value + "\r\n--x--\r\n"
	}
	for _, test := range []struct{ target, head, body, want string }{
		{"/untyped", formType[0], "a=1", ""},
		{"/untyped", formType[0], "b=1", "body /a required; (body /b undeclared)"},
		{"/untyped", "Content-Type: multipart/form-data; boundary=x", part("1"), ""},
		{"/untyped", "Content-Type: multipart/form-data; boundary=x", part("one"), "body syntax"},
		{"/composed", formType[0], "a=1&b=true", ""},
		{"/composed", formType[0], "a=1", "body /b required"},
	} {
		if got := found(check(t, c, "POST", test.target, test.body, test.head)); got != test.want {
			t.Errorf("%s %s %q: got %q, want %q", test.target, test.head, test.body, got, test.want)
		}
	}
}
