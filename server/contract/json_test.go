package contract_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strconv"
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

// A jsonText is a line of testdata/json. In bad.txt it begins with the rule that the text breaks. Texts are quoted as in Go.
type jsonText struct{ rule, text string }

// goodJSON returns texts that RFC 8259 and this package accept.
func goodJSON(t testing.TB) []jsonText {
	return append(readTexts(t, "testdata/json/good.txt"), jsonText{"", strings.Repeat("[", 512) + strings.Repeat("]", 512)})
}

// badJSON returns texts that are not JSON, and those that two readers understand differently.
func badJSON(t testing.TB) []jsonText {
	return append(readTexts(t, "testdata/json/bad.txt"),
		jsonText{"depth", strings.Repeat("[", 513) + strings.Repeat("]", 513)}, jsonText{"depth", strings.Repeat(`{"a":`, 513)})
}

func readTexts(t testing.TB, file string) []jsonText {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []jsonText
	for line := range strings.Lines(string(data)) {
		rule, quoted, ok := strings.Cut(line, ` "`)
		if !ok || strings.HasPrefix(line, `"`) {
			rule, quoted = "", line[1:]
		}
		text, err := strconv.Unquote(`"` + strings.TrimSpace(quoted))
		if err != nil {
			t.Fatalf("%s: %s: %v", file, line, err)
		}
		list = append(list, jsonText{rule, text})
	}
	return list
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
	for _, good := range goodJSON(t) {
		outOfRange := good.text == "1E400" // JSON, but not a number that a schema accepts
		if vs := check(t, c, "POST", "/", good.text, jsonType...); (len(vs) > 0) != outOfRange {
			t.Errorf("%.40q: %v", good.text, vs)
		}
		if !json.Valid([]byte(good.text)) {
			t.Errorf("%.40q: encoding/json refuses it", good.text)
		}
		if inside := `{"x":` + good.text + `,"y":[` + good.text + `]}`; len(good.text) < 500 {
			if vs := check(t, c, "POST", "/", inside, jsonType...); len(vs) > 0 {
				t.Errorf("%.40q: %v", inside, vs)
			}
		}
	}
}

func TestJSON_refuses(t *testing.T) {
	t.Parallel()
	c := compile(t, anything, contract.Options{})
	for _, bad := range badJSON(t) {
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

// FuzzJSON checks that encoding/json accepts what the strict reader accepts, and that nothing panics.
func FuzzJSON(f *testing.F) {
	for _, one := range append(goodJSON(f), badJSON(f)...) {
		f.Add(one.text)
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

// Ensure every refusal of a mutated body names a reason.
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
