package depart

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/contract/internal/format"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// Ensure that each text has the canonical form of what it means, or none.
func TestTexts(t *testing.T) {
	t.Parallel()
	const id = "A0000000-0000-4000-8000-00000000000a"
	enum := func(text string) (string, bool) { return EnumOf([]string{"DisplayName", "Name", "NAME"}, text) }
	for name, tests := range map[string]struct {
		of   func(string) (string, bool)
		want map[string]string // "" for none
	}{
		"boolean": {BooleanOf, map[string]string{"True": "true", "FALSE": "false", " true\t": "true", "true": "true", "1": "", "": "", "yes": "", "truе": ""}},
		"integer": {IntegerOf, map[string]string{"01": "1", " 1": "1", "+1": "1", "-01": "-1", "-0": "0", "000": "0", "1.0": "", "1e2": "", "": "", "+": "", "--1": "", "1 2": "", "0x1": "", "١": ""}},
		"uuid": {UUIDOf, map[string]string{
			strings.ReplaceAll(id, "-", ""): id, "{" + id + "}": id, "(" + id + ")": id, id: id, "{" + id + ")": "", "{" + id: "", "x": "", "": "",
			strings.Repeat("g", 32): "",
		}},
		"enum": {enum, map[string]string{"displayname": "DisplayName", "DISPLAYNAME": "DisplayName", "name": "", "other": "", "": ""}},
	} {
		for text, want := range tests.want {
			got, ok := tests.of(text)
			if ok != (want != "") || ok && got != want {
				t.Errorf("%s %q: got %q, %t, want %q", name, text, got, ok, want)
			}
		}
	}
}

// Ensure that what cannot be unescaped is taken literally, and nothing else is touched.
func TestEscapesOf(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"a=100%": "a=100%25", "a=%zz": "a=%25zz", "a=%4": "a=%254", "a;b=1;2": "a%3Bb=1%3B2", "a=%41+b": "a=%41+b", "a=%%41": "a=%25%41", "": "",
	} {
		if got, changed := EscapesOf(field); got != want || changed != (got != field) {
			t.Errorf("%q: got %q, %t, want %q", field, got, changed, want)
		}
	}
}

const schema = `{"type":"object","additionalProperties":false,"properties":{
	"displayName":{"type":"string"},"op":{"type":"string"},"value":{},"list":{"type":"array","items":{"$ref":"#/components/schemas/S"}},
	"next":{"$ref":"#/components/schemas/S"},"map":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/S"}},
	"one":{"oneOf":[{"type":"string"},{"type":"object","properties":{"branchName":{"type":"string"}}}]}}}`

func shapeOf(t testing.TB) *shape.Shape {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{},"components":{"schemas":{"S":` + schema + `}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return shape.NewShaper(nil).Of(doc.Components.Schemas["S"].Value)
}

// Ensure that names are respelt where one declared name is meant, and only there.
func TestMembers(t *testing.T) {
	t.Parallel()
	s := shapeOf(t)
	for body, want := range map[string]string{
		` {"DisplayName" : "DisplayName","op":1}`:         ` {"displayName" : "DisplayName","op":1}`,
		`{"DISPLAYNAME":1,"displayName":2}`:               `{"DISPLAYNAME":1,"displayName":2}`,
		`{"DISPLAYNAME":1,"DisplayName":2}`:               `{"DISPLAYNAME":1,"DisplayName":2}`,
		`{"Op":"add","Value":{"Op":1,"DisplayName":[2]}}`: `{"op":"add","value":{"Op":1,"DisplayName":[2]}}`,
		`{"list":[{"OP":1},{"oP":2}],"Next":{"Next":{}}}`: `{"list":[{"op":1},{"op":2}],"next":{"next":{}}}`,
		`{"map":{"OP":{"OP":1}}}`:                         `{"map":{"OP":{"op":1}}}`,
		`{"one":{"BranchName":1}}`:                        `{"one":{"branchName":1}}`,
		`{"\u004fp":1,"d\u0069splayname":2}`:              `{"op":1,"displayName":2}`,
		`{"other":{"Op":1}}`:                              `{"other":{"Op":1}}`,
		`{"Op":1,"Op":2}`:                                 `{"Op":1,"Op":2}`,
		`{"Op":1`:                                         `{"Op":1`,
		`[{"Op":1}]`:                                      `[{"Op":1}]`,
		`null`:                                            `null`,
		`{}`:                                              `{}`,
	} {
		got, at := Members(s, []byte(body))
		if string(got) != want || (len(at) > 0) != (body != want) {
			t.Errorf("%s\ngot  %s %v\nwant %s", body, got, at, want)
		}
	}
	_, at := Members(s, []byte(`{"List":[{},{"OP":1}]}`))
	var pointers []string
	for _, steps := range at {
		pointers = append(pointers, strictjson.Pointer("", steps))
	}
	if diff := cmp.Diff([]string{"/List", "/List/1/OP"}, pointers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Ensure that respelling changes names and nothing else, whatever the text.
func FuzzMembers(f *testing.F) {
	for _, body := range []string{`{"Op":[1,{"x":null}],"LIST":[{"NEXT":{}}]}`, `{"map":{"a":{"OP":"\ud83d\ude00"}}}`, ` [ ] `, `{"Op":1}x`} {
		f.Add([]byte(body))
	}
	s := shapeOf(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		got, at := Members(s, body)
		if len(at) == 0 {
			if string(got) != string(body) {
				t.Errorf("%q became %q without a reason", body, got)
			}
			return
		}
		var before, after any
		if json.Unmarshal(body, &before) != nil || json.Unmarshal(got, &after) != nil || !reflect.DeepEqual(folded(before), folded(after)) {
			t.Errorf("%q became %q", body, got)
		}
		if again, more := Members(s, got); len(more) > 0 || string(again) != string(got) {
			t.Errorf("%q is respelt again to %q", got, again)
		}
	})
}

// folded maps the names of a value to one case. Members whose names become equal are listed together.
func folded(value any) any {
	switch value := value.(type) {
	case map[string]any:
		all := map[string][]string{}
		for name, member := range value {
			text, err := json.Marshal(folded(member))
			if err != nil {
				return err
			}
			name = strictjson.Fold(name)
			all[name] = append(all[name], string(text))
			slices.Sort(all[name])
		}
		return all
	case []any:
		for i := range value {
			value[i] = folded(value[i])
		}
	}
	return value
}

// Ensure that a canonical UUID is one.
func FuzzUUIDOf(f *testing.F) {
	f.Add("{a0000000-0000-4000-8000-000000000001}")
	f.Add("a0000000000040008000000000000001")
	f.Fuzz(func(t *testing.T, text string) {
		if got, ok := UUIDOf(text); ok && !format.IsUUID([]byte(got)) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
