package jsonbody

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// checked is a body as package contract makes them.
type checked struct {
	strings.Reader
	data []byte
}

func (c *checked) Bytes() []byte { return c.data }

// Ensure bodies of all kinds and lengths decode to what json.Unmarshal makes of them, one after the other, those after one
// that failed among them, and that white space around a value stays with it.
func TestDecode(t *testing.T) {
	t.Parallel()
	for range 3 {
		for _, text := range []string{
			`{"a":[1,2,{"b":null}]}`, ` "text" `, "\n[]\n\n", `12`, ` 3 `, `true`, `null`, `{"a":`, `"ü\u00fc"`, `"` + strings.Repeat("x", 600) + `"`,
			`[` + strings.Repeat(`"xyz",`, 500) + `1]`, `[` + strings.Repeat(`"xyz",`, maxReuse) + `1]`, `{}`, `}`, `{"a":1}`,
		} {
			var got, want any
			err, wantErr := Decode(&checked{data: []byte(text)}, &got), json.Unmarshal([]byte(text), &want)
			if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(got, want) {
				t.Errorf("%.40q: got %v, %v, want %v, %v", text, got, err, want, wantErr)
			}
		}
	}
}

// Ensure a wrong type is an error, and harms no later body.
func TestDecode_type(t *testing.T) {
	t.Parallel()
	for range 10 {
		var n int
		if err := Decode(&checked{data: []byte(`"text"`)}, &n); err == nil {
			t.Error("a string is decoded into an int")
		}
		if err := Decode(&checked{data: []byte(`7`)}, &n); err != nil || n != 7 {
			t.Errorf("got %d, %v, want 7", n, err)
		}
	}
}

// Ensure what comes after a value, which only an observed request can have, is not the next caller's.
func TestDecode_surplus(t *testing.T) {
	t.Parallel()
	for range 10 {
		for _, text := range []string{`{"a":1} [2]`, `{"a":1}}`, "{\"a\":1} \n"} {
			var got map[string]int
			if err := Decode(&checked{data: []byte(text)}, &got); err != nil || got["a"] != 1 {
				t.Errorf("%q: got %v, %v", text, got, err)
			}
		}
	}
}

// Ensure what was decoded, raw JSON among it, does not change when other bodies come.
func TestDecode_keeps(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			type item struct {
				Name string
				Raw  json.RawMessage
			}
			kept := make([]item, 200)
			for i := range kept {
				text := fmt.Sprintf(`{"name":"n%d.%d","raw":{"x":[%d]}}`, g, i, i)
				if err := Decode(&checked{data: []byte(text)}, &kept[i]); err != nil {
					t.Error(err)
				}
			}
			for i, k := range kept {
				if k.Name != fmt.Sprintf("n%d.%d", g, i) || string(k.Raw) != fmt.Sprintf(`{"x":[%d]}`, i) {
					t.Errorf("body %d.%d became %q, %s", g, i, k.Name, k.Raw)
				}
			}
		})
	}
	wg.Wait()
}

// Ensure a body without Bytes is read.
func TestDecode_reader(t *testing.T) {
	t.Parallel()
	var got []int
	if err := Decode(strings.NewReader(`[1,2]`), &got); err != nil || len(got) != 2 {
		t.Errorf("got %v, %v", got, err)
	}
}
