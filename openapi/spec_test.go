package openapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/openapi"
)

// documents lists the contracts by the names of their files.
var documents = []struct {
	name string
	data []byte
	load func() (*openapi3.T, error)
}{
	{"cloudcockpit.yaml", openapi.CloudCockpitYAML, openapi.CloudCockpit},
	{"myreports.yaml", openapi.MyReportsYAML, openapi.MyReports},
	{"sandbox.yaml", openapi.SandboxYAML, openapi.Sandbox},
	{"witness.yaml", openapi.WitnessYAML, openapi.Witness},
}

// forEachDocument runs a test on each loaded document.
func forEachDocument(t *testing.T, test func(t *testing.T, name string, doc *openapi3.T)) {
	t.Helper()
	t.Parallel()
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			doc, err := d.load()
			if err != nil {
				t.Fatal(err)
			}
			test(t, d.name, doc)
		})
	}
}

// forEachRoot runs a test on the YAML nodes of each document, with references unresolved.
func forEachRoot(t *testing.T, test func(t *testing.T, name string, root *yaml.Node)) {
	t.Helper()
	t.Parallel()
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			test(t, d.name, parseYAML(t, d.data))
		})
	}
}

// parseYAML returns the root value of a document.
func parseYAML(t *testing.T, data []byte) *yaml.Node {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	return root.Content[0]
}

// walkYAML calls a function for every mapping below a node, and follows aliases. The path is a JSON pointer.
func walkYAML(n *yaml.Node, path string, visit func(path string, mapping *yaml.Node)) {
	switch n.Kind {
	case yaml.AliasNode:
		walkYAML(n.Alias, path, visit)
	case yaml.MappingNode:
		visit(path, n)
		for i := 0; i < len(n.Content); i += 2 {
			walkYAML(n.Content[i+1], path+"/"+pointerEscaper.Replace(n.Content[i].Value), visit)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			walkYAML(item, fmt.Sprintf("%s/%d", path, i), visit)
		}
	}
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// Ensure that yaml.v3 writes the documents with the same bytes, so that a program that edits nodes changes nothing else.
func TestDocuments_RoundTrip(t *testing.T) {
	t.Parallel()
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			var root yaml.Node
			if err := yaml.Unmarshal(d.data, &root); err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			encoder := yaml.NewEncoder(&got)
			encoder.SetIndent(2)
			if err := errors.Join(encoder.Encode(&root), encoder.Close()); err != nil {
				t.Fatal(err)
			}
			want := strings.Split(string(d.data), "\n")
			for i, line := range strings.Split(got.String(), "\n") {
				if i >= len(want) || line != want[i] {
					t.Fatalf("line %d is not in yaml.v3's form, which is\n%s", i+1, line)
				}
			}
			if got.Len() != len(d.data) {
				t.Errorf("yaml.v3 writes %d bytes, the document has %d", got.Len(), len(d.data))
			}
		})
	}
}

// Ensure that the documents are OpenAPI 3.0.3, and valid by kin-openapi with their examples.
func TestDocuments_Validate(t *testing.T) {
	forEachDocument(t, func(t *testing.T, _ string, doc *openapi3.T) {
		if doc.OpenAPI != "3.0.3" {
			t.Errorf("openapi: got %s, want 3.0.3", doc.OpenAPI)
		}
		if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaPatternValidation()); err != nil {
			t.Error(err)
		}
	})
}

// forEachOperation calls a function for each operation of a document.
func forEachOperation(doc *openapi3.T, visit func(place string, op *openapi3.Operation)) {
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			visit(method+" "+path, op)
		}
	}
}

// Ensure that every operation has an id, a summary, a description and a tag. Users and tools refer to operations by their ids: one that
// changes has no row in the table of server/internal/operationtest, and fails the tests that use it.
func TestDocuments_Operations(t *testing.T) {
	forEachDocument(t, func(t *testing.T, _ string, doc *openapi3.T) {
		seen := map[string]bool{}
		forEachOperation(doc, func(place string, op *openapi3.Operation) {
			if op.Summary == "" || op.Description == "" {
				t.Errorf("%s has no summary or no description", place)
			}
			if len(op.Tags) == 0 {
				t.Errorf("%s has no tag", place)
			}
			for _, tag := range op.Tags {
				if doc.Tags.Get(tag) == nil {
					t.Errorf("%s has the tag %q, which the document does not declare", place, tag)
				}
			}
			if op.OperationID == "" || seen[op.OperationID] {
				t.Errorf("%s has the operationId %q, which is empty or not its own", place, op.OperationID)
			}
			seen[op.OperationID] = true
		})
		if len(seen) == 0 {
			t.Error("the document has no operation")
		}
	})
}

// Ensure that every body has an example that is valid by its schema, as a request or as a response.
func TestDocuments_BodyExamples(t *testing.T) {
	forEachDocument(t, func(t *testing.T, _ string, doc *openapi3.T) {
		checked := 0
		check := func(place string, content openapi3.Content, direction openapi3.SchemaValidationOption) {
			for mediaType, media := range content {
				place := place + " " + mediaType
				if media.Schema == nil { // a stream
					continue
				}
				examples := examplesOf(media.Example, media.Examples)
				if len(examples) == 0 {
					t.Errorf("%s has no example", place)
				}
				for name, value := range examples {
					checked++
					checkExample(t, place+" "+name, media.Schema.Value, value, direction)
				}
			}
		}
		forEachOperation(doc, func(place string, op *openapi3.Operation) {
			if op.RequestBody != nil {
				check(place+" request", op.RequestBody.Value.Content, openapi3.VisitAsRequest())
			}
			for status, response := range op.Responses.Map() {
				check(place+" "+status, response.Value.Content, openapi3.VisitAsResponse())
			}
		})
		if checked == 0 {
			t.Error("the document has no example")
		}
	})
}

// Ensure that every parameter and header has an example that is valid by its schema.
func TestDocuments_ParameterExamples(t *testing.T) {
	forEachDocument(t, func(t *testing.T, _ string, doc *openapi3.T) {
		check := func(place string, p *openapi3.Parameter, direction openapi3.SchemaValidationOption) {
			examples := examplesOf(p.Example, p.Examples)
			if len(examples) == 0 {
				t.Errorf("%s has no example", place)
			}
			for _, value := range examples {
				checkExample(t, place, p.Schema.Value, value, direction)
			}
		}
		forEachOperation(doc, func(place string, op *openapi3.Operation) {
			for _, p := range op.Parameters {
				check(place+" "+p.Value.Name, p.Value, openapi3.VisitAsRequest())
			}
			for status, response := range op.Responses.Map() {
				for name, header := range response.Value.Headers {
					check(place+" "+status+" "+name, &header.Value.Parameter, openapi3.VisitAsResponse())
				}
			}
		})
	})
}

func examplesOf(example any, examples openapi3.Examples) map[string]any {
	all := map[string]any{}
	if example != nil {
		all["example"] = example
	}
	for name, ref := range examples {
		all[name] = ref.Value.Value
	}
	return all
}

var uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// checkExample checks an example against its schema and formats, and that it is not a placeholder.
func checkExample(t *testing.T, place string, schema *openapi3.Schema, value any, direction openapi3.SchemaValidationOption) {
	t.Helper()
	uuid := openapi3.WithStringFormatValidator("uuid", openapi3.NewCallbackValidator(func(s string) error {
		if !uuidPattern.MatchString(s) {
			return fmt.Errorf("%q is no UUID in lower case", s)
		}
		return nil
	}))
	if err := schema.VisitJSON(value, direction, uuid, openapi3.EnableFormatValidation(), openapi3.MultiErrors()); err != nil {
		t.Errorf("%s: the schema does not allow the example: %v", place, err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Errorf("%s: %v", place, err)
	}
	if regexp.MustCompile(`"string"|\b42\b`).Match(text) {
		t.Errorf("%s: the example %s holds a placeholder", place, text)
	}
}

// Ensure that a $ref has no siblings, which OpenAPI 3.0 ignores.
func TestDocuments_References(t *testing.T) {
	forEachRoot(t, func(t *testing.T, _ string, root *yaml.Node) {
		walkYAML(root, "", func(path string, mapping *yaml.Node) {
			if member(mapping, "$ref") != "" && len(mapping.Content) > 2 {
				t.Errorf("%s has something beside its $ref", path)
			}
		})
	})
}

// Ensure that every pattern compiles as RE2, which validates requests and responses.
func TestDocuments_Patterns(t *testing.T) {
	forEachRoot(t, func(t *testing.T, _ string, root *yaml.Node) {
		walkYAML(root, "", func(path string, mapping *yaml.Node) {
			if pattern := member(mapping, "pattern"); pattern != "" {
				if _, err := regexp.Compile(pattern); err != nil {
					t.Errorf("%s/pattern: %v", path, err)
				}
			}
		})
	})
}

// Ensure that an operation declares one media type: with a second one, a patch type, the generated server takes a patch for plain JSON
// and responds with 415.
// No server is generated from the witness's document, and its report has a type for each of its readers.
func TestDocuments_MediaTypes(t *testing.T) {
	forEachDocument(t, func(t *testing.T, name string, doc *openapi3.T) {
		if name == "witness.yaml" {
			return
		}
		forEachOperation(doc, func(place string, op *openapi3.Operation) {
			if op.RequestBody != nil && len(op.RequestBody.Value.Content) != 1 {
				t.Errorf("%s takes %d media types, want 1", place, len(op.RequestBody.Value.Content))
			}
			for status, response := range op.Responses.Map() {
				described := 0 // a stream has no schema
				for _, media := range response.Value.Content {
					if media.Schema != nil {
						described++
					}
				}
				if described > 1 {
					t.Errorf("%s %s gives %d media types, want 1", place, status, described)
				}
			}
		})
	})
}

// Ensure that a 204, and a 401 or 403 of the two APIs, have no body, as the pages print them. Errors of the control plane have one.
func TestDocuments_EmptyAnswers(t *testing.T) {
	forEachDocument(t, func(t *testing.T, name string, doc *openapi3.T) {
		empty := []string{"204", "401", "403"}
		if name == "sandbox.yaml" || name == "witness.yaml" {
			empty = []string{"204"}
		}
		forEachOperation(doc, func(place string, op *openapi3.Operation) {
			for status, response := range op.Responses.Map() {
				if slices.Contains(empty, status) && len(response.Value.Content) > 0 {
					t.Errorf("%s %s has a body", place, status)
				}
			}
		})
	})
}

// Ensure that each load returns a new document, so that a caller may change it.
func TestLoad_OwnDocument(t *testing.T) {
	t.Parallel()
	for _, d := range documents {
		first, err := d.load()
		if err != nil {
			t.Fatal(err)
		}
		first.Paths = openapi3.NewPaths()
		second, err := d.load()
		if err != nil {
			t.Fatal(err)
		}
		if second.Paths.Len() == 0 || second.Validate(context.Background()) != nil {
			t.Errorf("%s: a change of one document shows in the next", d.name)
		}
	}
}
