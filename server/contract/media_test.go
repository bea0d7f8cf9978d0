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
      requestBody: {content: {"*/*": {schema: {type: string, format: binary}}, application/json: {schema: {type: string, format: binary}}}}
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
  /parts:
    post:
      operationId: parts
      requestBody: {content: {multipart/form-data: {schema: {$ref: "#/components/schemas/Parts"}}}}
      responses: {default: {description: ok}}
  /closed:
    post:
      operationId: closed
      requestBody: {content: {multipart/form-data: {schema: {type: object, additionalProperties: false, properties: {n: {type: integer}}}}}}
      responses: {default: {description: ok}}
components:
  schemas:
    Parts: {type: object, properties: {file: {type: string, format: binary}, files: {type: array, items: {type: string, format: binary}}, text: {type: string}, n: {type: integer}, meta: {type: object, properties: {n: {type: integer}}}}}
    A: {type: object, required: [a], properties: {a: {type: integer}}}
`

// Ensure a range of media types does not disable the schema: generators write */* if they do not know the type.
func TestMedia_rangesAreChecked(t *testing.T) {
	t.Parallel()
	c := compile(t, mediaTypes, contract.Options{})
	for _, test := range []struct{ target, head, body, want string }{
		{"/any", "Content-Type: application/json", `{"a":1}`, ""},
		{"/any", "Content-Type: application/json", `{"a":"1"}`, "body /a type"},
		{"/any", "Content-Type: application/merge-patch+json", `{}`, "body /a required"},
		{"/any", formType[0], "a=1", ""},
		{"/any", formType[0], "a=x", "body /a type"},
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

// Ensure a form is checked if its schema does not have the type object.
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
		{"/untyped", "Content-Type: multipart/form-data; boundary=x", part("one"), "body /a type"},
		{"/composed", formType[0], "a=1&b=true", ""},
		{"/composed", formType[0], "a=1", "body /b required"},
	} {
		if got := found(check(t, c, "POST", test.target, test.body, test.head)); got != test.want {
			t.Errorf("%s %s %q: got %q, want %q", test.target, test.head, test.body, got, test.want)
		}
	}
}

// Ensure the parts of a multipart body are read as strictly as other bodies, and undeclared parts follow the option.
func TestMedia_parts(t *testing.T) {
	t.Parallel()
	part := func(name, typ, value string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\nContent-Type: " + typ + "\r\n\r\n" + value + "\r\n"
	}
	const text, js = "text/plain", "application/json"
	tests := []struct{ target, parts, report, reject, ignore string }{
		{"/parts", part("file", "image/png", "\xff\x00") + part("n", text, "1"), "", "", ""},
		{"/parts", part("file", js, "{"), "", "", ""},
		{"/parts", part("files", "image/png", "a") + part("files", "image/png", "a"), "", "", ""},
		{"/parts", part("meta", js, `{"n":1}`), "", "", ""},
		{"/parts", part("meta", js, `{"n":"x","n":1}`), "body /meta/n duplicate", "body /meta/n duplicate", "body /meta/n duplicate"},
		{"/parts", part("meta", js, `{"n":1,"N":1}`), "body /meta/N case", "body /meta/N case", "body /meta/N case"},
		{"/parts", part("meta", js, `{"n":"x"}`), "body /meta/n type", "body /meta/n type", "body /meta/n type"},
		{"/parts", part("n", text, "1") + part("n", text, "2"), "body /n duplicate", "body /n duplicate", "body /n duplicate"},
		{"/parts", part("N", text, "1"), "body /N case", "body /N case", "body /N case"},
		{"/parts", part("n", text, "one"), "body /n type", "body /n type", "body /n type"},
		{"/parts", part("text", text, "\xff"), "body /text utf8", "body /text utf8", "body /text utf8"},
		{"/parts", part("text", text, "a\x00"), "body /text nul", "body /text nul", "body /text nul"},
		{"/parts", part("n", text, "1") + part("more", text, "1"), "(body /more undeclared)", "body /more undeclared", ""},
		{"/closed", part("n", text, "1") + part("more", text, "1"), "body /more additionalProperties", "body /more additionalProperties", "body /more additionalProperties"},
	}
	for _, test := range tests {
		for policy, want := range map[contract.Policy]string{contract.Report: test.report, contract.Reject: test.reject, contract.Ignore: test.ignore} {
			c := compile(t, mediaTypes, contract.Options{Undeclared: policy})
			if got := found(check(t, c, "POST", test.target, test.parts+"--x--\r\n", "Content-Type: multipart/form-data; boundary=x")); got != want {
				t.Errorf("%s %q: got %q, want %q", test.target, test.parts, got, want)
			}
		}
	}
	c := compile(t, mediaTypes, contract.Options{})
	for _, body := range []string{"x", part("n", text, "1"), ""} {
		if got := found(check(t, c, "POST", "/parts", body, "Content-Type: multipart/form-data; boundary=x")); got != "body syntax" && body != "" {
			t.Errorf("%q: got %q", body, got)
		}
	}
}
