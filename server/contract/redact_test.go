package contract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const secrets = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /things:
    post:
      operationId: put
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Thing"}}
          application/any+json: {}
          text/plain: {schema: {type: string}}
      responses:
        "200":
          description: d
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
        "400":
          description: d
          content: {application/json: {schema: {type: object, properties: {message: {type: string}, code: {type: integer}}}}}
  /nobody:
    get: {operationId: nobody, responses: {"204": {description: d}}}
components:
  schemas:
    Thing:
      type: object
      properties:
        name: {type: string}
        on: {type: boolean}
        n: {type: integer}
        password: {type: string, format: password, nullable: true}
        pin: {type: integer, writeOnly: true}
        keys: {type: array, items: {type: string, format: password}}
        any: {}
        list: {type: array, items: {}}
        tags: {type: array, items: {type: string}}
        sub: {allOf: [{$ref: "#/components/schemas/Thing"}, {type: object, additionalProperties: false, properties: {name: {type: string}}}]}
        one: {oneOf: [{type: string, format: password}, {type: object, properties: {name: {type: string}}}]}
        no: {not: {type: string}}
        map: {type: object, additionalProperties: {type: string}}
        guarded: {type: object, properties: {secret: {type: string, writeOnly: true}}, additionalProperties: {type: string}}
        credentials: {type: object, writeOnly: true, properties: {name: {type: string}}}
`

// Ensure every value that may be secret is replaced, and no other. What is not JSON is not shown.
func TestRedactRequest(t *testing.T) {
	t.Parallel()
	c := compile(t, secrets, contract.Options{})
	for _, test := range []struct{ name, body, want string }{
		{"what is declared", ` {"name" : "a\u0041", "on":true, "n":-1e2,"tags":["b", "c"]} `, ` {"name" : "a\u0041", "on":true, "n":-1e2,"tags":["b", "c"]} `},
		{"format password", `{"password":"hush","name":"a"}`, `{"password":"[redacted]","name":"a"}`},
		{"null tells nothing", `{"password":null,"any":null}`, `{"password":null,"any":null}`},
		{"writeOnly", `{"pin":1234}`, `{"pin":"[redacted]"}`},
		{"a secret of another type", `{"password":{"name":["hush"]},"pin":["hush"]}`, `{"password":"[redacted]","pin":"[redacted]"}`},
		{"a secret object", `{"credentials":{"name":"hush"}}`, `{"credentials":"[redacted]"}`},
		{"secret elements", `{"keys":["hush", "hush"]}`, `{"keys":["[redacted]", "[redacted]"]}`},
		{"nested", `{"sub":{"sub":{"password":"hush","name":"a"}}}`, `{"sub":{"sub":{"password":"[redacted]","name":"a"}}}`},
		{"misspelt", `{"pasword":"hush","sub":{"passwort":{"name":"hush"}}}`, `{"pasword":"[redacted]","sub":{"passwort":"[redacted]"}}`},
		{"twins in case", `{"Password":"hush","NAME":"hush","paſſword":"hush"}`, `{"Password":"[redacted]","NAME":"[redacted]","paſſword":"[redacted]"}`},
		{"an escaped name", `{"p\u0061ssword":"hush"}`, `{"p\u0061ssword":"[redacted]"}`},
		{"duplicates", `{"password":"hush","password":"hush","name":"a","name":"b"}`, `{"password":"[redacted]","password":"[redacted]","name":"a","name":"b"}`},
		{"no type declared", `{"any":"hush","list":["hush",{"name":"hush"}],"no":"hush"}`, `{"any":"[redacted]","list":["[redacted]","[redacted]"],"no":"[redacted]"}`},
		{"another type than declared", `{"name":["hush"],"tags":"hush","n":"hush","on":"hush","sub":7}`,
			`{"name":"[redacted]","tags":"[redacted]","n":"[redacted]","on":"[redacted]","sub":"[redacted]"}`},
		{"a branch", `{"one":"hush"}`, `{"one":"[redacted]"}`},
		{"a map", `{"map":{"x":"a"},"guarded":{"secret":"hush","secrte":"hush","Secret":"hush"}}`,
			`{"map":{"x":"a"},"guarded":{"secret":"[redacted]","secrte":"[redacted]","Secret":"[redacted]"}}`},
		{"not an object", `["hush"]`, `"[redacted]"`},
		{"not JSON", `{"name":"a","password":hush}`, ""},
		{"not all of it", `{"name":"a","password":"hu`, ""},
		{"something after it", `{"name":"a"}hush`, ""},
		{"a byte order mark", "\ufeff{}", ""},
		{"not UTF-8", "{\"name\":\"\xff\"}", ""},
		{"too deep", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), ""},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, _ := c.RedactRequest("put", "application/json; charset=utf-8", []byte(test.body), false); string(got) != test.want {
				t.Errorf("got\n%s, want\n%s", got, test.want)
			}
		})
	}
}

// Ensure nothing is shown that no schema describes.
func TestRedactRequest_media(t *testing.T) {
	t.Parallel()
	c := compile(t, secrets, contract.Options{})
	for _, test := range []struct{ operation, media, want string }{
		{"put", "application/json", `{"name":"a"}`}, {"put", "APPLICATION/JSON", `{"name":"a"}`}, {"put", "application/any+json", `"[redacted]"`},
		{"put", "text/plain", ""}, {"put", "", ""}, {"put", "x", ""}, {"put", "application/xml", ""}, {"put", "application/json;charset=latin1", ""},
		{"nobody", "application/json", ""}, {"nothing", "application/json", ""},
	} {
		if got, _ := c.RedactRequest(test.operation, test.media, []byte(`{"name":"a"}`), false); string(got) != test.want {
			t.Errorf("%s %s: got %s, want %s", test.operation, test.media, got, test.want)
		}
	}
}

// Ensure everything that is certain is shown of a body that was cut, and no part of a secret.
func TestRedactRequest_cut(t *testing.T) {
	t.Parallel()
	c := compile(t, secrets, contract.Options{})
	body := `{"name":"ä","x":{"hush":"hush"},"password":"h\u0075sh","keys":["hush","hush"],"pin":4711,"tags":["b"]}`
	whole := `{"name":"ä","x":"[redacted]","password":"[redacted]","keys":["[redacted]","[redacted]"],"pin":"[redacted]","tags":["b"]}`
	for i := range len(body) {
		got, _ := c.RedactRequest("put", "application/json", []byte(body[:i]), true)
		if !strings.HasPrefix(whole, string(got)) {
			t.Errorf("cut after %q: got %q", body[:i], got)
		}
	}
	if got, _ := c.RedactRequest("put", "application/json", []byte(body), true); string(got) != whole {
		t.Errorf("got %s, want %s", got, whole)
	}
	if got, _ := c.RedactRequest("put", "application/json", []byte(`{"name":"a","n":x,"password":"hush`), true); string(got) != `{"name":"a"` {
		t.Errorf("got %s, want what comes before the fault", got)
	}
}

// Ensure a response is redacted by the schema of its status, and texts that were hidden in the request are hidden in it.
func TestRedactResponse(t *testing.T) {
	t.Parallel()
	c := compile(t, secrets, contract.Options{})
	_, hidden := c.RedactRequest("put", "application/json", []byte(`{"x":{"a":"hush","n":[12345,""]},"name":"loud"}`), false)
	if slices.Sort(hidden); !slices.Equal(hidden, []string{"12345", "a", "hush", "n"}) {
		t.Errorf("hidden: got %q", hidden)
	}
	for _, test := range []struct {
		status     int
		body, want string
	}{
		{200, `{"name":"x","password":"hush"}`, `{"name":"x","password":"[redacted]"}`},
		{400, `{"message":"The value 'hush' is bad","code":7}`, `{"message":"[redacted]","code":7}`},
		{400, `{"message":"The 12345","stack":"x"}`, `{"message":"[redacted]","stack":"[redacted]"}`},
		{400, `{"message":"loud"}`, `{"message":"loud"}`},
		{500, `{"message":"loud"}`, ""},
		{200, `<html>`, ""},
	} {
		got := c.RedactResponse("put", test.status, "application/json", []byte(test.body), false, []string{"hush", "12345"})
		if string(got) != test.want {
			t.Errorf("%d %s: got %s, want %s", test.status, test.body, got, test.want)
		}
	}
	if got := c.RedactResponse("nothing", 200, "application/json", []byte(`{}`), false, nil); got != nil {
		t.Errorf("an unknown operation: got %s", got)
	}
}

func FuzzRedactRequest(f *testing.F) {
	c := compile(f, secrets, contract.Options{})
	f.Add(`{"name":"a","password":"hush"}`, true)
	f.Add(`{"guarded":{"Secret":"\ud83d\ude00"},"x":[1,{"a":null}]}`, false)
	f.Fuzz(func(t *testing.T, body string, cut bool) {
		shown, _ := c.RedactRequest("put", "application/json", []byte(body), cut)
		again, hidden := c.RedactRequest("put", "application/json", shown, cut)
		if string(again) != string(shown) && cut == false && shown != nil {
			t.Errorf("%q: got %q, and %q of that", body, shown, again)
		}
		for _, text := range hidden {
			if text != "[redacted]" {
				t.Errorf("%q: %q is left in %q", body, text, shown)
			}
		}
	})
}

func BenchmarkRedactRequest(b *testing.B) {
	c := compile(b, secrets, contract.Options{})
	for _, n := range []int{1, 200} {
		body := []byte(`{"tags":["` + strings.Repeat(`","some text that is shown","`, n) + `"],"password":"hush"}`)
		b.Run(fmt.Sprint(len(body)), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				c.RedactRequest("put", "application/json", body, false)
			}
		})
	}
}

// Ensure that nothing but names, kinds, null and booleans is shown where all values are hidden.
func TestRedaction_Values(t *testing.T) {
	t.Parallel()
	c := compile(t, secrets, contract.Options{Redaction: contract.Values})
	for body, want := range map[string]string{
		`{"name":"a","on":true,"n":-1e2,"tags":["b"],"password":null}`: `{"name":"[redacted]","on":true,"n":"[redacted]","tags":["[redacted]"],"password":null}`,
		`{"map":{"Grace Hopper":"x"},"grace@example.com":1,"more":2}`:  `{"map":{"[redacted]":"[redacted]"},"[redacted]":"[redacted]","more":"[redacted]"}`,
		`{"sub":{"name":"x","Name":"y"}}`:                              `{"sub":{"name":"[redacted]","Name":"[redacted]"}}`,
	} {
		if shown, _ := c.RedactRequest("put", "application/json", []byte(body), false); string(shown) != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, shown, want)
		}
		if shown := c.RedactResponse("put", 200, "application/json", []byte(body), false, nil); string(shown) != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, shown, want)
		}
	}
	shop := compile(t, shop, contract.Options{Redaction: contract.Values})
	if got, want := shop.RedactQuery("listItems", "search=Grace&pageSize=1&grace%40b.example&x=", nil), "search=[redacted]&pageSize=[redacted]&[redacted]&x=[redacted]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := contract.New(load(t, secrets), contract.Options{Redaction: 7}); err == nil || !strings.Contains(err.Error(), "Redaction") {
		t.Errorf("a Redaction that is none: %v", err)
	}
}
