package judge

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A judged is a schema for which the program is compared with the full check.
type judged struct {
	name string
	plan *Plan
	good []string
}

// judgeds returns the schemas of testdata and of all bodies of both APIs, in both directions.
func judgeds(t testing.TB) []judged {
	t.Helper()
	var list []judged
	for _, v := range readVectors(t) {
		list = append(list, judged{v.name, v.plan(t, false, shape.Report), v.good}, judged{v.name, v.plan(t, true, shape.Ignore), v.good})
	}
	for _, load := range []func() (*openapi3.T, error){openapi.CloudCockpit, openapi.MyReports, openapi.Sandbox} {
		doc, err := load()
		if err != nil {
			t.Fatal(err)
		}
		request, response := NewPlanners(rules(shape.Report), shape.NewPruner(pattern.NewSet(nil)), nil)
		examples := examplesOf(t, doc)
		for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
			ref := doc.Components.Schemas[name]
			list = append(list, judged{name, request.Plan(ref), examples[ref.Value]}, judged{name, response.Plan(ref), examples[ref.Value]})
		}
		request.Finish()
		response.Finish()
	}
	for _, v := range readVectors(t) {
		for i, formats := range formats[1:] {
			r := Rules{Undeclared: shape.Reject, Formats: formats}
			d := plannerOf(i%2 == 0, r)
			list = append(list, judged{v.name, d.Plan(v.document(t).Components.Schemas["S"]), nil})
			d.Finish()
		}
	}
	return list
}

// examplesOf returns the examples of all bodies of a document, by their schema.
func examplesOf(t testing.TB, doc *openapi3.T) map[*openapi3.Schema][]string {
	t.Helper()
	examples := map[*openapi3.Schema][]string{}
	add := func(content openapi3.Content) {
		for _, media := range content {
			values := []any{media.Example}
			for _, ref := range media.Examples {
				values = append(values, ref.Value.Value)
			}
			for _, value := range values {
				if value == nil || media.Schema == nil {
					continue
				}
				text, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				examples[media.Schema.Value] = append(examples[media.Schema.Value], string(text))
			}
		}
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody != nil {
				add(op.RequestBody.Value.Content)
			}
			for _, response := range op.Responses.Map() {
				add(response.Value.Content)
			}
		}
	}
	return examples
}

// agree fails if the program accepts a text in which the full check finds something, or that kin-openapi alone refuses.
func (j judged) agree(t interface{ Fatalf(string, ...any) }, text []byte) (accepted bool) {
	if !j.plan.Program.Accepts(text) {
		return false
	}
	if found := j.plan.slowly(text); len(found) > 0 {
		t.Fatalf("%s: the program accepts %q: %v", j.name, text, found)
	}
	value, ok := strictjson.Read(text, func(string, string, []strictjson.Step) {})
	if err := j.plan.schema.VisitJSON(value, j.plan.Direction.Accept...); !ok || err != nil {
		t.Fatalf("%s: the program accepts %q, kin-openapi: %v", j.name, text, err)
	}
	return true
}

// FuzzProgram compares the programs for the schemas of testdata and of our documents with the full check.
func FuzzProgram(f *testing.F) {
	all := judgeds(f)
	for i, j := range all {
		for _, text := range j.good {
			f.Add(uint16(i), text)
		}
	}
	for i, text := range []string{`{"a":1,"\u0061":2}`, "\"\xff\"", `[{"a":1},{"a":1}]`, `{"kind":"p","kind":"q"}`, `{"a":null}`} {
		f.Add(uint16(i), text)
	}
	f.Fuzz(func(t *testing.T, i uint16, text string) {
		all[int(i)%len(all)].agree(t, []byte(text))
	})
}

// FuzzSchemas draws the schemas, too.
func FuzzSchemas(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkDrawn(t, &tally{}) }))
}

// pageOf returns the first good page with its first item n times.
func pageOf(good []string, n int) []byte {
	var page map[string]json.RawMessage
	var items []json.RawMessage
	if json.Unmarshal([]byte(good[0]), &page) != nil || json.Unmarshal(page["items"], &items) != nil || len(items) == 0 {
		return nil
	}
	page["items"], _ = json.Marshal(slices.Repeat(items[:1], n))
	text, _ := json.Marshal(page)
	return text
}

// Ensure the programs for our documents accept the documents' examples, and a page of users.
func TestPrograms_ourDocuments(t *testing.T) {
	t.Parallel()
	good, accepted := 0, 0
	for _, j := range judgeds(t) {
		for _, text := range j.good {
			if len(j.plan.slowly([]byte(text))) == 0 {
				good++
				if j.agree(t, []byte(text)) {
					accepted++
				}
			}
		}
		if j.name == "CustomerUserPage" && !j.agree(t, pageOf(j.good, 25)) {
			t.Error("a page of users goes the slow way")
		}
	}
	if t.Logf("%d good messages, %d accepted by programs", good, accepted); good < 400 || accepted*100 < good*99 {
		t.Error("programs leave too much to the slow half")
	}
}
