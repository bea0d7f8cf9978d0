package contract_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract"
)

const anything = `
openapi: 3.0.3
info: {title: anything, version: "1"}
paths:
  /: {post: {operationId: any, requestBody: {content: {application/json: {schema: {nullable: true}}}}, responses: {"204": {description: ok}}}}
`

// What RFC 8259 accepts and we do too.
var goodJSON = []string{
	`null`, `true`, `false`, `0`, `-0`, `1`, `-1`, `10`, `0.5`, `1e5`, `1E+5`, `1e-5`, `-0.0e-0`, `123456789012345678901234567890`,
	`""`, `"a"`, `"\"\\\/\b\f\n\r\t"`, `"\u00e9"`, `"\uD83D\uDE00"`, `"😀"`, `"é"`, "\"\u2028\"", "\"\x7f\"", `"\uFFFF"`, `"\u0001"`,
	`[]`, `[ ]`, `[1]`, `[1,2]`, "[\n1\t,\r2 ]", `[[[]]]`, `[null,true,"",{}]`,
	`{}`, `{ }`, `{"a":1}`, `{"a":{"a":1}}`, `{"":0}`, `{"a":1,"b":2}`, ` {"a" : [ ] } `,
	strings.Repeat("[", 512) + strings.Repeat("]", 512),
}

// What is no JSON, and what is none that two readers understand alike; with the rule.
var badJSON = []struct{ rule, text string }{
	{"syntax", `{`}, {"syntax", `}`}, {"syntax", `[`}, {"syntax", `]`}, {"syntax", `[1`}, {"syntax", `[1,`}, {"syntax", `[1,]`},
	{"syntax", `[,1]`}, {"syntax", `[1 2]`}, {"syntax", `[1,,2]`}, {"syntax", `{"a"}`}, {"syntax", `{"a":}`}, {"syntax", `{"a":1,}`},
	{"syntax", `{a:1}`}, {"syntax", `{'a':1}`}, {"syntax", `{1:1}`}, {"syntax", `{"a" 1}`}, {"syntax", `{"a":1 "b":2}`}, {"syntax", `{,}`},
	{"syntax", `nul`}, {"syntax", `Null`}, {"syntax", `TRUE`}, {"syntax", `undefined`}, {"syntax", `NaN`}, {"syntax", `Infinity`},
	{"syntax", `-`}, {"syntax", `+1`}, {"syntax", `01`}, {"syntax", `1.`}, {"syntax", `.1`}, {"syntax", `1e`}, {"syntax", `1e+`}, {"trailing", `0x1`},
	{"syntax", `-01`}, {"trailing", `1_0`}, {"syntax", `--1`},
	{"syntax", `"`}, {"syntax", `"\`}, {"syntax", `"\"`}, {"syntax", `"\x"`}, {"syntax", `"\u12"`}, {"syntax", `"\u12g4"`}, {"syntax", `"\U0041"`},
	{"syntax", "\"\n\""}, {"syntax", "\"\x00\""}, {"syntax", "\"\\n\x1f\""}, {"syntax", `'a'`}, {"syntax", "\xEF\xBB\xBF1"}, {"syntax", "\x001"},
	{"syntax", "\u00a01"}, {"syntax", `/* */1`}, {"syntax", "\x0c1"}, {"syntax", "\xff"},
	{"trailing", `1 2`}, {"trailing", `1,`}, {"trailing", `{}{}`}, {"trailing", `{}]`}, {"trailing", `nullx`}, {"trailing", "1\x00"}, {"trailing", `1//`},
	{"trailing", `truefalse`}, {"trailing", `""""`},
	{"utf8", "\"\xff\""}, {"utf8", "\"\xc0\x80\""}, {"utf8", "\"\xed\xa0\x80\""}, {"utf8", "\"\xf4\x90\x80\x80\""}, {"utf8", "\"\xe2\x82\""}, {"utf8", "\"\\n\xff\""},
	{"utf8", `"\ud800"`}, {"utf8", `"\udc00"`}, {"utf8", `"\ud800\u0041"`}, {"utf8", `"\ud800\ud800"`}, {"utf8", `"\ud800x"`}, {"utf8", `"\ud800\n"`}, {"utf8", "{\"\xff\":1}"},
	{"nul", `"\u0000"`}, {"nul", `{"a\u0000":1}`},
	{"duplicate", `{"a":1,"a":1}`}, {"duplicate", `{"a":1,"\u0061":1}`}, {"duplicate", `[{"a":1,"b":2,"a":{}}]`},
	{"depth", strings.Repeat("[", 513) + strings.Repeat("]", 513)}, {"depth", strings.Repeat(`{"a":`, 513)},
}

func check(t testing.TB, c *contract.Contract, method, target, body string, headers ...string) contract.Violations {
	t.Helper()
	r := newRequest(t, method, target, "", headers...)
	call, rej := c.Route(method, r.URL)
	if rej != nil {
		t.Fatal(rej.Violations)
	}
	return c.CheckRequest(call, r, []byte(body))
}

func TestJSON_accepts(t *testing.T) {
	t.Parallel()
	c := compile(t, anything, contract.Options{})
	for _, text := range goodJSON {
		if vs := check(t, c, "POST", "/", text, jsonType...); len(vs) > 0 {
			t.Errorf("%.40q: %v", text, vs)
		}
		if !json.Valid([]byte(text)) {
			t.Errorf("%.40q: encoding/json refuses it", text)
		}
	}
}

func TestJSON_refuses(t *testing.T) {
	t.Parallel()
	c := compile(t, anything, contract.Options{})
	for _, bad := range badJSON {
		if vs := check(t, c, "POST", "/", bad.text, jsonType...); len(vs) != 1 || vs[0].Rule != bad.rule || !vs[0].Refused {
			t.Errorf("%.40q: got %v, want %s", bad.text, vs, bad.rule)
		}
		inside := `{"x":` + bad.text + `}`
		if vs := check(t, c, "POST", "/", inside, jsonType...); len(vs.Refused()) == 0 {
			t.Errorf("%.40q: accepted", inside)
		}
		after := `{}` + bad.text
		if vs := check(t, c, "POST", "/", after, jsonType...); found(vs) != "body trailing" {
			t.Errorf("%.40q: got %v", after, vs)
		}
	}
}

// FuzzJSON holds the strict reader to encoding/json: what it accepts, encoding/json accepts, and nothing panics.
func FuzzJSON(f *testing.F) {
	for _, text := range goodJSON {
		f.Add(text)
	}
	for _, bad := range badJSON {
		f.Add(bad.text)
	}
	f.Add(good)
	c := compile(f, anything, contract.Options{})
	items := compile(f, shop, contract.Options{})
	f.Fuzz(func(t *testing.T, text string) {
		vs := check(t, c, "POST", "/", text, jsonType...)
		if len(vs) == 0 && text != "" && !json.Valid([]byte(text)) {
			t.Errorf("%q: accepted", text)
		}
		for _, v := range check(t, items, "POST", "/api/items", text, jsonType...) {
			if v.Rule == "schema" {
				t.Errorf("%q: refused without a reason", text)
			}
		}
	})
}

// Ensure every reason of kin-openapi is put into words: no mutation of a good body is refused without one.
func TestExplain_namesEveryReason(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	values := []string{
		`null`, `true`, `0`, `-1`, `1.5`, `1e999`, `""`, `"abc"`, `"abcdefgh"`, `[]`, `[1,1]`, `[null]`, `{}`, `{"x":1}`, `{"y":[]}`, `{"name":null}`,
		`{"kids":[{"kids":1}]}`, `{"kids":["a",{"kids":[]}]}`, `"` + uuid + `"`, `"2024-02-30"`, `{"X":1,"x":"a"}`,
	}
	var item map[string]any
	for name := range strings.FieldsSeq("id name secret count big price day at code kind maybe list owner labels free bare any both one tree more") {
		for _, value := range values {
			if err := json.Unmarshal([]byte(good), &item); err != nil {
				t.Fatal(err)
			}
			item[name] = json.RawMessage(value)
			body, err := json.Marshal(item)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range check(t, c, "POST", "/api/items", string(body), jsonType...) {
				if v.Rule == "schema" || v.Rule == "" || v.Expected == "" {
					t.Errorf("%s %s: %+v", name, value, v)
				}
			}
		}
	}
}

// Ensure the report does not depend on the order of Go's maps.
func TestViolations_order(t *testing.T) {
	t.Parallel()
	c := compile(t, shop, contract.Options{})
	const body = `{"z":1,"y":1,"Name":1,"count":-1,"big":1.5,"owner":{"b":1,"a":1},"list":["b","a"],"kind":1}`
	first := check(t, c, "POST", "/api/items?b=1&a=1", body, jsonType...)
	for range 20 {
		if again := check(t, c, "POST", "/api/items?b=1&a=1", body, jsonType...); !reflect.DeepEqual(first, again) {
			t.Fatalf("got %v, then %v", first, again)
		}
	}
}
