package witness

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/speakeasy-api/openapi/overlay"
	"go.yaml.in/yaml/v3"
)

// applyOverlay applies an overlay with the library that the code generator uses, and returns the decoded result. The library has a YAML
// package of its own, whose nodes are made here from values.
func applyOverlay(t *testing.T, document, text []byte) any {
	t.Helper()
	changes, err := overlay.ParseReader(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var value, result any
	if err := yaml.Unmarshal(document, &value); err != nil {
		t.Fatal(err)
	}
	root := &(&overlay.Action{}).Update
	if err := errors.Join(root.Encode(value), changes.Validate(), changes.ApplyTo(root), root.Decode(&result)); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return result
}

// diffValues says where two decoded documents differ first, or "".
func diffValues(at string, a, b any) string {
	switch a := a.(type) {
	case map[string]any:
		other, _ := b.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(a)) {
			if diff := diffValues(at+"/"+name, a[name], other[name]); diff != "" {
				return diff
			}
		}
		if len(a) != len(other) {
			return fmt.Sprintf("%s: %d members and %d", at, len(a), len(other))
		}
		return ""
	case []any:
		other, _ := b.([]any)
		if len(a) != len(other) {
			return fmt.Sprintf("%s: %v and %v", at, a, b)
		}
		for i := range a {
			if diff := diffValues(fmt.Sprint(at, "/", i), a[i], other[i]); diff != "" {
				return diff
			}
		}
		return ""
	}
	if fmt.Sprint(a) != fmt.Sprint(b) {
		return fmt.Sprintf("%s: %v and %v", at, a, b)
	}
	return ""
}
