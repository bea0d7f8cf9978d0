package judge

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/resellerkit/resellerkit/server/contract/internal/document"
	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// words are names of members and strings, few enough to be equal sometimes.
var words = []string{"a", "b", "A", "kind", "cat", "dog", "é", "K", "\u212a", "x y", "aB", "", "0a9f0000-0000-0000-0000-00000000000b", "2024-02-29", "😀😀"}

// drawSchemas draws the schemas of a document. S is the one that is tested; it may refer to the others.
func drawSchemas(t *rapid.T) map[string]any {
	all := map[string]any{}
	for _, name := range []string{"S", "P", "Q"} {
		all[name] = drawSchema(t, 3)
	}
	return all
}

func chance(t *rapid.T, percent int, label string) bool {
	return rapid.IntRange(0, 99).Draw(t, label) < percent
}

func drawSchema(t *rapid.T, depth int) any {
	if depth < 3 && chance(t, 15, "ref") {
		return map[string]any{"$ref": "#/components/schemas/" + rapid.SampledFrom([]string{"S", "P", "Q"}).Draw(t, "to")}
	}
	s := map[string]any{}
	types := []string{"", "string", "integer", "number", "boolean", "array", "object", "object", "object"}
	if depth == 0 {
		types = types[:5]
	}
	typ := rapid.SampledFrom(types).Draw(t, "type")
	if typ != "" {
		s["type"] = typ
	}
	maybe := func(percent int, key string, value func() any) {
		if chance(t, percent, key) {
			s[key] = value()
		}
	}
	yes := func() any { return true }
	small := func() any { return rapid.IntRange(0, 3).Draw(t, "n") }
	sub := func() any { return drawSchema(t, depth-1) }
	subs := func() any {
		list := []any{sub()}
		for range rapid.IntRange(0, 2).Draw(t, "branches") {
			list = append(list, sub())
		}
		return list
	}
	maybe(20, "nullable", yes)
	maybe(6, "readOnly", yes)
	if s["readOnly"] == nil {
		maybe(6, "writeOnly", yes)
	}
	if typ == "string" || typ == "" {
		maybe(15, "minLength", small)
		maybe(15, "maxLength", small)
		maybe(15, "pattern", func() any { return rapid.SampledFrom([]string{"^[a-z]+$", "a", `^\u00E9`, "K$", `^\d`}).Draw(t, "re") })
	}
	maybe(15, "format", func() any {
		return rapid.SampledFrom([]string{"uuid", "date", "date-time", "email", "byte", "uri", "ipv4", "ipv6", "hostname", "int32", "int64", "uint32", "uint64", "float", "double", "password", "binary", "other"}).Draw(t, "format")
	})
	if typ == "integer" || typ == "number" || typ == "" {
		number := func() any { return rapid.SampledFrom([]any{-1, 0, 1, 2, 2.5, 1e10}).Draw(t, "bound") }
		maybe(15, "minimum", number)
		maybe(15, "maximum", number)
		maybe(10, "exclusiveMinimum", yes)
		maybe(10, "exclusiveMaximum", yes)
		maybe(10, "multipleOf", func() any { return rapid.SampledFrom([]any{1, 2, 0.5, 0.01, 0.1}).Draw(t, "mul") })
	}
	if typ == "array" || typ == "" && depth > 0 {
		maybe(10, "minItems", small)
		maybe(10, "maxItems", small)
		maybe(20, "uniqueItems", yes)
		if typ == "array" {
			s["items"] = sub()
		} else {
			maybe(20, "items", sub)
		}
	}
	if (typ == "object" || typ == "") && depth > 0 {
		maybe(80, "properties", func() any {
			properties := map[string]any{}
			for range rapid.IntRange(1, 4).Draw(t, "members") {
				properties[rapid.SampledFrom(words).Draw(t, "name")] = sub()
			}
			return properties
		})
		maybe(30, "required", func() any {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(words), 1, 2, rapid.ID[string]).Draw(t, "required")
		})
		maybe(30, "additionalProperties", func() any {
			switch rapid.IntRange(0, 2).Draw(t, "additional") {
			case 0:
				return false
			case 1:
				return true
			}
			return sub()
		})
		maybe(7, "minProperties", small)
		maybe(7, "maxProperties", small)
	}
	maybe(8, "enum", func() any {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return drawValue(t, nil, nil, 1) }), 1, 4).Draw(t, "enum")
	})
	if depth > 0 {
		maybe(8, "allOf", subs)
		maybe(8, "anyOf", subs)
		maybe(8, "oneOf", func() any {
			if chance(t, 30, "discriminator") {
				s["discriminator"] = map[string]any{"propertyName": "kind", "mapping": map[string]any{"cat": "#/components/schemas/P", "dog": "Q"}}
				return []any{map[string]any{"$ref": "#/components/schemas/P"}, map[string]any{"$ref": "#/components/schemas/Q"}}
			}
			return subs()
		})
		maybe(5, "not", sub)
	}
	return s
}

// drawValue draws a value that often fits the schema.
func drawValue(t *rapid.T, all map[string]any, schema any, depth int) any {
	s, _ := schema.(map[string]any)
	if ref, ok := s["$ref"].(string); ok {
		return drawValue(t, all, all[ref[strings.LastIndexByte(ref, '/')+1:]], depth)
	}
	for _, key := range []string{"oneOf", "anyOf", "allOf"} {
		if list, ok := s[key].([]any); ok && chance(t, 70, "branch") {
			return drawValue(t, all, rapid.SampledFrom(list).Draw(t, "which"), depth)
		}
	}
	if list, ok := s["enum"].([]any); ok && chance(t, 80, "enumerated") {
		return rapid.SampledFrom(list).Draw(t, "enum")
	}
	typ, _ := s["type"].(string)
	if typ == "" || chance(t, 4, "other type") {
		typ = rapid.SampledFrom([]string{"string", "integer", "number", "boolean", "array", "object", "null"}).Draw(t, "kind")
	}
	if depth <= 0 && (typ == "array" || typ == "object") {
		typ = "null"
	}
	switch typ {
	case "string":
		if format, ok := s["format"].(string); ok && chance(t, 80, "formatted") {
			if list := formatted[format]; len(list) > 0 {
				return rapid.SampledFrom(list).Draw(t, "formatted")
			}
		}
		return rapid.SampledFrom(words).Draw(t, "word")
	case "integer":
		return rapid.SampledFrom([]any{0, 1, 2, -1, 3, 100, json.Number("1.0"), json.Number("2147483648"), json.Number("9223372036854775807"), json.Number("9223372036854775808")}).Draw(t, "integer")
	case "number":
		return rapid.SampledFrom([]any{0, 1, 1.5, -1.25, 19.99, json.Number("1e999"), json.Number("1E2"), json.Number("-0"), json.Number("0.30000000000000004"), json.Number("1e39"), 2.5}).Draw(t, "number")
	case "boolean":
		return rapid.Bool().Draw(t, "boolean")
	case "array":
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return drawValue(t, all, s["items"], depth-1) }), 0, 4).Draw(t, "array")
	case "object":
		return drawObject(t, all, s, depth)
	}
	return nil
}

func drawObject(t *rapid.T, all, s map[string]any, depth int) any {
	object := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if chance(t, 80, "member") {
			object[name] = drawValue(t, all, properties[name], depth-1)
		}
	}
	required, _ := s["required"].([]string)
	for _, name := range required {
		if object[name] == nil {
			object[name] = drawValue(t, all, properties[name], depth-1)
		}
	}
	if chance(t, 15, "unnamed") {
		name := rapid.SampledFrom(words).Draw(t, "name")
		if _, declared := properties[name]; !declared {
			object[name] = drawValue(t, all, s["additionalProperties"], depth-1)
		}
	}
	if _, ok := s["discriminator"]; ok || chance(t, 10, "kind") {
		object["kind"] = rapid.SampledFrom([]string{"cat", "dog", "cow"}).Draw(t, "kind")
	}
	return object
}

var formatted = map[string][]string{
	"uuid": {"0a9f0000-0000-0000-0000-00000000000b", "0A9F0000-0000-0000-0000-00000000000b", "0a9f0000-0000-0000-0000-00000000000g"},
	"date": {"2024-02-29", "2023-02-29"}, "date-time": {"2024-02-29T23:59:59Z", "2024-02-29T23:59:60Z", "2024-02-29T00:00:00.123+05:30"},
	"email": {"a@b", "a b@c", `"a b"@c`}, "byte": {"QQ==", "QR==", ""}, "uri": {"https://a/b", "urn:x:y", "/a", "http://a b"},
	"ipv4": {"1.2.3.4", "1.2.3.04"}, "ipv6": {"::1", "1:2:3:4:5:6:7:8", "1"}, "hostname": {"a.b", "-a"},
}

// formats are what callers opt in to: all formats, none, one, and functions of their own.
var formats = []map[string]func([]byte) bool{
	rules(shape.Report).Formats, nil, {"uuid": nil},
	{"uuid": func(text []byte) bool { return len(text) > 3 }, "other": func(text []byte) bool { return len(text) < 3 }, "uri": nil},
}

// A tally counts drawn values.
type tally struct{ values, good, accepted int }

// checkDrawn draws schemas and values, and checks that the full check finds nothing in what the program accepts, and what it finds
// piece by piece, too.
func checkDrawn(t *rapid.T, n *tally) {
	schemas := drawSchemas(t)
	text, err := json.Marshal(schemas)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(
		`{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{},"components":{"schemas":` + string(text) + `}}`))
	if err != nil || slices.ContainsFunc(slices.Collect(maps.Values(doc.Components.Schemas)), func(ref *openapi3.SchemaRef) bool {
		errs, _ := document.Check(usedBy(doc, ref), pattern.NewSet(nil))
		return len(errs) > 0
	}) {
		t.Skip("no such document")
	}
	drawn := rules(shape.Policy(rapid.IntRange(int(shape.Report), int(shape.Ignore)).Draw(t, "policy")))
	drawn.Formats = rapid.SampledFrom(formats).Draw(t, "formats")
	d := plannerOf(rapid.Bool().Draw(t, "response"), drawn)
	j := judged{string(text), d.Plan(doc.Components.Schemas["S"]), nil}
	d.Finish()
	for range 8 {
		value, err := json.Marshal(drawValue(t, schemas, schemas["S"], 4))
		if err != nil {
			t.Fatal(err)
		}
		j.samePieces(t, value)
		n.values++
		accepted := j.agree(t, value)
		if accepted {
			n.accepted++
		}
		if accepted || len(j.plan.slowly(value)) == 0 {
			n.good++
		}
	}
}

// usedBy returns a document with an operation whose response has a schema.
func usedBy(doc *openapi3.T, ref *openapi3.SchemaRef) *openapi3.T {
	used := *doc
	response := openapi3.NewResponse().WithJSONSchemaRef(ref)
	used.Paths = openapi3.NewPaths(openapi3.WithPath("/", &openapi3.PathItem{Get: &openapi3.Operation{
		Responses: openapi3.NewResponses(openapi3.WithStatus(200, &openapi3.ResponseRef{Value: response})),
	}}))
	return &used
}

// TestProgram_drawn is FuzzSchemas with random input.
func TestProgram_drawn(t *testing.T) {
	t.Parallel()
	n := &tally{}
	rapid.Check(t, func(t *rapid.T) { checkDrawn(t, n) })
	t.Logf("%+v", *n)
}
