package jsonbody

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/myreports"
)

// checked is a body as package contract makes it.
type checked struct {
	strings.Reader
	data []byte
}

func (c *checked) Bytes() []byte { return c.data }

// Ensure a body is decoded as encoding/json decodes it, and refused if encoding/json refuses it.
func TestDecode(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"a":[1,2,{"b":null}]}`, ` "text" `, "\n[]\n\n", `12`, ` 3 `, `true`, `null`, `{"a":`, `"ü\u00fc"`, `"` + strings.Repeat("x", 600) + `"`,
		`[` + strings.Repeat(`"xyz",`, 500) + `1]`, `{}`, `}`, `{"a":1}`, `{"a":1} [2]`, `{"a":1}}`, "{\"a\":1} \n", ``,
	} {
		var got, want any
		err, wantErr := Decode(&checked{data: []byte(text)}, &got), json.Unmarshal([]byte(text), &want)
		if (err == nil) != (wantErr == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%.40q: got %v, %v, want %v, %v", text, got, err, want, wantErr)
		}
	}
}

// Ensure generated types are decoded as encoding/json decodes them: null and absent members, raw JSON, and UUIDs and e-mail
// addresses, which have methods for it.
func TestDecode_generated(t *testing.T) {
	t.Parallel()
	const id = `"b0000000-0000-4000-8000-000000000001"`
	for _, tt := range []struct {
		text      string
		got, want any
	}{
		{`{"providerInstanceId":` + id + `,"customerUser":{"id":` + id + `,"displayName":"ü","temporaryPassword":null}}`, new(cloudcockpit.CustomerUserUpdate), new(cloudcockpit.CustomerUserUpdate)},
		{`{"providerInstanceId":` + id + `,"customerUser":{}}`, new(cloudcockpit.CustomerUserUpdate), new(cloudcockpit.CustomerUserUpdate)},
		{`{"firstName":"G","email":"g@contoso.example","role":{},"groups":[{"id":` + id + `,"name":null}],"more":[1]}`, new(cloudcockpit.PortalUser), new(cloudcockpit.PortalUser)},
		{`{"firstName":null,"groups":null}`, new(cloudcockpit.PortalUser), new(cloudcockpit.PortalUser)},
		{`[{"op":"replace","path":"/a","value":null},{"op":"replace","path":"/a"},{"op":"add","path":"/b","value":[ 1, {"c":"d"}]}]`, new(myreports.JSONPatch), new(myreports.JSONPatch)},
		{`[]`, new(myreports.JSONPatch), new(myreports.JSONPatch)},
		{`null`, new(myreports.JSONPatch), new(myreports.JSONPatch)},
		{`{"providerInstanceId":"no"}`, new(cloudcockpit.CustomerUserUpdate), nil},
		{`{"firstName":7}`, new(cloudcockpit.PortalUser), nil},
	} {
		err := Decode(&checked{data: []byte(tt.text)}, tt.got)
		if tt.want == nil {
			if err == nil {
				t.Errorf("%s: became %+v", tt.text, tt.got)
			}
			continue
		}
		if wantErr := json.Unmarshal([]byte(tt.text), tt.want); wantErr != nil {
			t.Fatal(wantErr)
		}
		if err != nil || !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: got %+v, %v, want %+v", tt.text, tt.got, err, tt.want)
		}
	}
}

// Ensure a member whose name differs in case is not bound.
func TestDecode_case(t *testing.T) {
	t.Parallel()
	var got cloudcockpit.PortalUser
	if err := Decode(&checked{data: []byte(`{"FIRSTNAME":"G","lastName":"H"}`)}, &got); err != nil || got.FirstName != nil || *got.LastName != "H" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Ensure a decoded value, raw JSON included, does not change when other bodies are decoded or when the body's bytes change.
func TestDecode_keeps(t *testing.T) {
	t.Parallel()
	type item struct {
		Name string          `json:"name"`
		Raw  json.RawMessage `json:"raw"`
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			kept := make([]item, 200)
			for i := range kept {
				text := fmt.Appendf(nil, `{"name":"n%d.%d","raw":{"x":[%d]}}`, g, i, i)
				if err := Decode(&checked{data: text}, &kept[i]); err != nil {
					t.Error(err)
				}
				clear(text)
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

// Ensure a body without Bytes is decoded.
func TestDecode_reader(t *testing.T) {
	t.Parallel()
	var got []int
	if err := Decode(strings.NewReader(`[1,2]`), &got); err != nil || len(got) != 2 {
		t.Errorf("got %v, %v", got, err)
	}
}
