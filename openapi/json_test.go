package openapi_test

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/openapi"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	got, err := openapi.JSON([]byte("z: &it {b: 1, a: [true, null, 1.5, \"1\"]}\ny: *it\n200: 2026-11-27\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"z":{"b":1,"a":[true,null,1.5,"1"]},"y":{"b":1,"a":[true,null,1.5,"1"]},"200":"2026-11-27"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	for _, bad := range []string{"", "a: [", "a: .nan"} {
		if got, err := openapi.JSON([]byte(bad)); err == nil {
			t.Errorf("%q: got %s, want an error", bad, got)
		}
	}
}

// Ensure the JSON of each document says what its YAML says.
func TestJSON_Documents(t *testing.T) {
	t.Parallel()
	for name, document := range map[string][]byte{"cloudcockpit": openapi.CloudCockpitYAML, "myreports": openapi.MyReportsYAML, "sandbox": openapi.SandboxYAML} {
		converted, err := openapi.JSON(document)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var texts [2]string
		for i, data := range [][]byte{document, converted} {
			doc, err := openapi3.NewLoader().LoadFromData(data)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			text, err := doc.MarshalJSON()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			texts[i] = string(text)
		}
		if diff := cmp.Diff(texts[0], texts[1]); diff != "" {
			t.Errorf("%s (-YAML +JSON):\n%s", name, diff)
		}
	}
}
