package tally

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// drawn is a JSON value of names and texts that the shapes know and others, so that all branches are met.
func drawn(t *rapid.T, depth int) any {
	kinds := []string{"null", "true", "false", "integer", "number", "string", "word", "uuid"}
	if depth > 0 {
		kinds = append(kinds, "array", "object", "user", "page")
	}
	object := func(names []string) any {
		m := map[string]any{}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 6).Draw(t, "names") {
			m[name] = drawn(t, depth-1)
		}
		return m
	}
	switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); kind {
	case "null":
		return nil
	case "true", "false":
		return kind == "true"
	case "integer":
		return json.Number(fmt.Sprint(rapid.IntRange(-3, 1000).Draw(t, "integer")))
	case "number":
		return json.Number(rapid.SampledFrom([]string{"1.5", "1e3", "-0.0", "2E-2"}).Draw(t, "number"))
	case "string":
		return rapid.String().Draw(t, "string")
	case "word":
		return rapid.SampledFrom([]string{"", "user", "admin", "root", "12", "2026-11-27", "2026-11-27T10:11:12Z", "2026-11-27T10:11:12.1234567"}).Draw(t, "word")
	case "uuid":
		return rapid.SampledFrom([]string{uuid1, strings.ToUpper(uuid1)}).Draw(t, "uuid")
	case "array":
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return drawn(t, depth-1) }), 0, 3).Draw(t, "array")
	case "user":
		return object([]string{"id", "kind", "name", "password", "labels", "extra", "more", "e@mail"})
	case "page":
		return object([]string{"items", "total", "next", "1"})
	}
	return object([]string{"a", "b", "{}", "id", "items"})
}

// An oracle counts decoded values, the plain way.
type oracle map[string]*counts.Place

func (o oracle) at(path string) *counts.Place {
	if o[path] == nil {
		o[path] = &counts.Place{}
	}
	return o[path]
}

func (o oracle) value(path string, s *Shape, secret bool, value any) {
	p := o.at(path)
	p.Seen++
	secret = secret || s != nil && s.Secret
	switch value := value.(type) {
	case nil:
		p.Null++
	case bool:
		p.Boolean++
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			p.Number++
		} else {
			p.Integer++
		}
	case string:
		p.String++
	case []any:
		p.Array++
		for _, element := range value {
			var items *Shape
			if s != nil {
				items = s.Items
			}
			o.value(path+"/*", items, secret, element)
		}
	case map[string]any:
		p.Object++
		o.object(path, s, secret, value)
	}
}

func (o oracle) object(path string, s *Shape, secret bool, object map[string]any) {
	listed := map[string]bool{}
	if s != nil {
		for _, m := range s.Members {
			listed[m.Name] = true
			if value, there := object[m.Name]; there {
				o.value(path+"/"+m.Name, m.Schema, secret, value)
			} else {
				o.at(path+"/"+m.Name).Absent++
			}
		}
	}
	for name, value := range object {
		switch {
		case listed[name]:
		case s != nil && s.Map:
			o.value(path+"/{}", s.Rest, secret, value)
		case secret || !counts.IsName(name):
			o.value(path+"/{}", nil, secret, value)
		default:
			o.value(path+"/"+name, nil, secret, value)
		}
	}
}

// plainly writes what the oracle looks at.
func plainly(places map[string]*counts.Place) string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(places)) {
		p := places[path]
		if p.Seen+p.Absent > 0 {
			fmt.Fprintf(&b, "%s: seen %d absent %d null %d boolean %d integer %d number %d string %d array %d object %d\n",
				path, p.Seen, p.Absent, p.Null, p.Boolean, p.Integer, p.Number, p.String, p.Array, p.Object)
		}
	}
	return b.String()
}

// Ensure that one pass over the bytes counts what decoding and walking counts.
func TestTally_CountsAsDecoded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tally, want := New(users()), oracle{}
		for _, value := range rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return drawn(t, 4) }), 1, 4).Draw(t, "values") {
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "indented") {
				var b bytes.Buffer
				if err := json.Indent(&b, text, "", "\t"); err != nil {
					t.Fatal(err)
				}
				text = b.Bytes()
			}
			response(tally, string(text))
			want.value("", pageShape, false, value)
		}
		got := map[string]*counts.Place{}
		for at, p := range tally.Counts().Places() {
			if at.In == "response" && at.Media == "application/json" {
				if sum := got[at.Place]; sum != nil { // a declared member and an undeclared one cannot have one place
					t.Fatalf("%s stands twice", at.Place)
				}
				got[at.Place] = p
			}
		}
		if diff := cmp.Diff(plainly(want), plainly(got)); diff != "" {
			t.Fatalf("(-decoded +counted):\n%s", diff)
		}
	})
}

// Ensure that each string is counted once, under the class that says most of it.
func TestClassOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]class{
		"": classEmpty, uuid1: classUUID, strings.ToUpper(uuid1): classUpperUUID, "{" + uuid1 + "}": classOther, uuid1[:35] + "g": classWord,
		"2026-11-27T10:11:12Z": classDateTime, "2026-11-27T10:11:12.1234567+01:00": classDateTime, "2026-11-27T10:11:12": classLocalDateTime,
		"0001-01-01T00:00:00": classLocalDateTime, "2026-11-27T10:11:12.1234567": classLocalDateTime, "2026-11-27": classDate,
		"2026-02-30": classWord, "2026-11-27 10:11:12": classOther, "12": classDigits, "-12": classOther, "abc_1.x-y": classWord,
		"abc.": classOther, "a b": classOther, "é": classOther, "/Date(1)/": classOther, "grace@contoso.example": classOther,
	} {
		if got := classOf([]byte(text)); got != want {
			t.Errorf("%q has the class %d, want %d", text, got, want)
		}
	}
}

// Ensure that what is read as JSON is what encoding/json takes for it, and that nothing else is.
func FuzzScanner(f *testing.F) {
	for _, text := range []string{page, goodOne, `[1,-0.5e+3,"\ud83d\ude00\u0041",{"":{}}]`, `{"a":1,}`, "\"\x01\"", `"\x"`, `01`, ` null `, `{"items":{}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tally := New(users())
		m := &Message{JSON: true, Body: data}
		tally.Response(0, 0, 200, m)
		c := tally.Counts()
		_, faulty := c.Operations["list"].Statuses["200"].Misfits["syntax"]
		if len(data) > 0 && faulty == json.Valid(data) && deepest(data) <= strictjson.MaxDepth {
			t.Errorf("%q is JSON: %t", data, faulty)
		}
		if len(data) == 0 {
			return
		}
		fit := tally.Response(0, 0, 200, m)
		if again := tally.Response(0, 0, 200, m); again != fit {
			t.Errorf("the same message has the Fit %x and %x", fit, again)
		}
		text, err := json.Marshal(tally.Counts())
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &counts.Counts{}); err != nil {
			t.Errorf("the counts cannot be read again: %v\n%s", err, text)
		}
	})
}

// deepest is how many brackets are open at once at most, those in strings included.
func deepest(data []byte) int {
	depth, most := 0, 0
	for _, c := range data {
		switch c {
		case '[', '{':
			depth++
			most = max(most, depth)
		case ']', '}':
			depth--
		}
	}
	return most
}

// Ensure that queries of any kind are counted without fault, and alike each time.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{"page=1&search=x", "PAGE=%31&&=&a", "ids=1&ids=x&filter={}", "a=%zz", "a;b", "a+b=c+d", "%00=1"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		tally := New(users())
		fit := request(tally, query, nil)
		if again := request(tally, query, nil); again != fit {
			t.Errorf("the same query has the Fit %x and %x", fit, again)
		}
		text, err := json.Marshal(tally.Counts())
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &counts.Counts{}); err != nil {
			t.Errorf("the counts cannot be read again: %v\n%s", err, text)
		}
	})
}

// userPage is a page of n users.
func userPage(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"items":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"a0000000-0000-4000-8000-%012d","kind":"user","labels":{"department":"Sales","office":"North"},`+
			`"name":"User Number %d","extra":{"email":"user.number%d@contoso.example","location":"US","temporaryPassword":null}}`, i, i, i)
	}
	fmt.Fprintf(&b, `],"total":%d}`, n)
	return b.Bytes()
}

func BenchmarkTally(b *testing.B) {
	for name, body := range map[string][]byte{"page of 25": userPage(25), "page of 2000": userPage(2000)} {
		b.Run(name, func(b *testing.B) {
			tally, m := New(users()), &Message{JSON: true, Body: body}
			tally.Response(0, 0, 200, m)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if tally.Response(0, 0, 200, m) != 0 {
					b.Fatal("it does not fit")
				}
			}
		})
	}
	b.Run("in parallel", func(b *testing.B) {
		tally, body := New(users()), userPage(25)
		b.SetBytes(int64(len(body)))
		b.RunParallel(func(pb *testing.PB) {
			m := &Message{JSON: true, Body: body}
			for pb.Next() {
				tally.Response(0, 0, 200, m)
			}
		})
	})
}
