package openapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Ensure every operation, parameter and schema component says how well it is proven, and says it well.
func TestEvidence(t *testing.T) {
	forEachRoot(t, func(t *testing.T, _ string, root *yaml.Node) {
		for _, fault := range evidenceFaults(root) {
			t.Error(fault)
		}
	})
}

// evidenceFaults tells where a document breaks the rules for x-evidence:
//
//   - every operation, every parameter (component or inline) and every schema component writes one;
//   - its grade is documented, with a source, or inferred or decided, with a source or a reason;
//   - it stands never beside a $ref, where it would be ignored;
//   - the statuses of its responses are among those of its operation.
func evidenceFaults(root *yaml.Node) []string {
	var faults []string
	report := func(path, format string, args ...any) {
		faults = append(faults, path+": "+fmt.Sprintf(format, args...))
	}
	walkYAML(root, "", func(path string, mapping *yaml.Node) {
		e := child(mapping, "x-evidence")
		switch {
		case e == nil:
			if mustHaveEvidence(path, mapping) {
				report(path, "has no x-evidence")
			}
		case child(mapping, "$ref") != nil:
			report(path, "has x-evidence beside a $ref")
		default:
			for _, fault := range gradeFaults(e, child(mapping, "responses")) {
				report(path+"/x-evidence", "%s", fault)
			}
		}
	})
	return faults
}

// mustHaveEvidence tells whether a mapping is an operation, a parameter or a schema component. References are none.
func mustHaveEvidence(path string, mapping *yaml.Node) bool {
	if child(mapping, "$ref") != nil {
		return false
	}
	at := strings.Split(path, "/")[1:]
	switch {
	case len(at) == 3 && at[0] == "components":
		return at[1] == "parameters" || at[1] == "schemas"
	case len(at) == 3 && at[0] == "paths":
		return slices.Contains(httpMethods, at[2])
	case len(at) == 4 && at[0] == "paths":
		return at[2] == "parameters"
	case len(at) == 5 && at[0] == "paths":
		return slices.Contains(httpMethods, at[2]) && at[3] == "parameters"
	}
	return false
}

var httpMethods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// gradeFaults tells what is wrong with one x-evidence. Responses are those of the node it stands on, or nil.
func gradeFaults(e, responses *yaml.Node) []string {
	if e.Kind != yaml.MappingNode {
		return []string{"is no mapping"}
	}
	var faults []string
	for i := 0; i < len(e.Content); i += 2 {
		key, value := e.Content[i].Value, e.Content[i+1]
		switch key {
		case "grade", "source", "reason":
			if strings.TrimSpace(value.Value) == "" {
				faults = append(faults, key+" is empty")
			}
		case "inferred", "decided":
			if value.Kind != yaml.SequenceNode || slices.ContainsFunc(value.Content, func(n *yaml.Node) bool { return n.Value == "" }) {
				faults = append(faults, key+" is no list of sentences")
			}
		case "responses":
			faults = append(faults, statusFaults(value, responses)...)
		default:
			faults = append(faults, "has the member "+key+", which nothing reads")
		}
	}
	source, reason := member(e, "source"), member(e, "reason")
	switch grade := member(e, "grade"); grade {
	case "documented":
		if source == "" {
			faults = append(faults, "is documented and names no source")
		}
	case "inferred", "decided":
		if source == "" && reason == "" {
			faults = append(faults, "is "+grade+" and names neither source nor reason")
		}
	default:
		faults = append(faults, fmt.Sprintf("has the grade %q", grade))
	}
	return faults
}

// statusFaults tells what is wrong with the evidence that an operation gives for single statuses.
func statusFaults(statuses, declared *yaml.Node) []string {
	if declared == nil {
		return []string{"grades responses, and there are none beside it"}
	}
	var faults []string
	for i := 0; i < len(statuses.Content); i += 2 {
		status, e := statuses.Content[i].Value, statuses.Content[i+1]
		if child(declared, status) == nil {
			faults = append(faults, "grades the status "+status+", which the operation does not declare")
		}
		for _, fault := range gradeFaults(e, nil) {
			faults = append(faults, status+" "+fault)
		}
	}
	return faults
}

// child is a member of a mapping, an alias followed; nil if there is none.
func child(mapping *yaml.Node, key string) *yaml.Node {
	if mapping.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			if value := mapping.Content[i+1]; value.Kind == yaml.AliasNode {
				return value.Alias
			}
			return mapping.Content[i+1]
		}
	}
	return nil
}

// Ensure the walk sees each kind of fault: a test that cannot fail proves nothing.
func TestEvidenceFaults(t *testing.T) {
	t.Parallel()
	const good = "x-evidence: {grade: documented, source: a page}"
	for _, test := range []struct{ name, document, want string }{
		{"an operation without evidence",
			"paths: {/a: {get: {operationId: a}}}", "/paths/~1a/get: has no x-evidence"},
		{"an operation with evidence",
			"paths: {/a: {get: {" + good + "}}}", ""},
		{"an inline parameter without evidence",
			"paths: {/a: {get: {" + good + ", parameters: [{name: q}]}}}", "/paths/~1a/get/parameters/0: has no x-evidence"},
		{"a parameter of a path without evidence",
			"paths: {/a: {parameters: [{name: q}]}}", "/paths/~1a/parameters/0: has no x-evidence"},
		{"a parameter that is a reference",
			"paths: {/a: {parameters: [{$ref: here}]}}", ""},
		{"a parameter component without evidence",
			"components: {parameters: {Q: {name: q}}}", "/components/parameters/Q: has no x-evidence"},
		{"a schema component without evidence",
			"components: {schemas: {User: {type: object}}}", "/components/schemas/User: has no x-evidence"},
		{"a schema component that is an alias of one without evidence",
			"components: {schemas: {A: &a {type: object, " + good + "}, B: *a}}", ""},
		{"evidence beside a reference",
			"components: {schemas: {A: {$ref: B, " + good + "}}}", "/components/schemas/A: has x-evidence beside a $ref"},
		{"evidence beside a reference deep down",
			"a: [{b: {$ref: B, " + good + "}}]", "/a/0/b: has x-evidence beside a $ref"},
		{"a grade of its own making",
			"a: {x-evidence: {grade: guessed, source: a page}}", `/a/x-evidence: has the grade "guessed"`},
		{"no grade",
			"a: {x-evidence: {source: a page}}", `/a/x-evidence: has the grade ""`},
		{"documented without a source",
			"a: {x-evidence: {grade: documented, reason: because}}", "/a/x-evidence: is documented and names no source"},
		{"an empty source",
			"a: {x-evidence: {grade: documented, source: ' '}}", "/a/x-evidence: source is empty"},
		{"inferred from nothing",
			"a: {x-evidence: {grade: inferred}}", "/a/x-evidence: is inferred and names neither source nor reason"},
		{"decided for no reason",
			"a: {x-evidence: {grade: decided}}", "/a/x-evidence: is decided and names neither source nor reason"},
		{"decided for a reason",
			"a: {x-evidence: {grade: decided, reason: because}}", ""},
		{"evidence that is a word",
			"a: {x-evidence: documented}", "/a/x-evidence: is no mapping"},
		{"a misspelt member",
			"a: {x-evidence: {grade: decided, reason: because, raeson: x}}", "/a/x-evidence: has the member raeson, which nothing reads"},
		{"decisions that are no list",
			"a: {x-evidence: {grade: documented, source: a page, decided: x}}", "/a/x-evidence: decided is no list of sentences"},
		{"a status that the operation does not declare",
			"a: {x-evidence: {grade: documented, source: a page, responses: {'404': {grade: decided, reason: because}}}, responses: {'200': {}}}",
			"/a/x-evidence: grades the status 404, which the operation does not declare"},
		{"a status that the operation declares",
			"a: {x-evidence: {grade: documented, source: a page, responses: {'404': {grade: decided, reason: because}}}, responses: {'404': {}}}", ""},
		{"a status with evidence that says nothing",
			"a: {x-evidence: {grade: documented, source: a page, responses: {'404': {grade: decided}}}, responses: {'404': {}}}",
			"/a/x-evidence: 404 is decided and names neither source nor reason"},
		{"statuses where no operation is",
			"a: {x-evidence: {grade: documented, source: a page, responses: {}}}",
			"/a/x-evidence: grades responses, and there are none beside it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			faults := evidenceFaults(parseYAML(t, []byte(test.document)))
			if test.want == "" && len(faults) > 0 {
				t.Errorf("got %q, want none", faults)
			}
			if test.want != "" && !slices.Contains(faults, test.want) {
				t.Errorf("got %q, want %q among them", faults, test.want)
			}
		})
	}
}
