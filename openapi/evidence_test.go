package openapi_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// Ensure every operation, parameter and schema component has evidence, and that all evidence follows the rules.
func TestEvidence(t *testing.T) {
	forEachRoot(t, func(t *testing.T, _ string, root *yaml.Node) {
		for _, fault := range evidenceFaults(root) {
			t.Error(fault)
		}
	})
}

// evidenceFaults reports where a document breaks the rules for x-evidence:
//
//   - every operation, every parameter (component or inline) and every schema component has one;
//   - its grade is documented, with a source; inferred or decided, with a source or a reason; or observed, with what the
//     witness counted;
//   - it is never beside a $ref, where it would be ignored;
//   - the statuses of its responses are among those of its operation;
//   - its sentences have ids that are unique in the document, and that begin with the operationId on an operation.
func evidenceFaults(root *yaml.Node) []string {
	var faults []string
	report := func(path, format string, args ...any) {
		faults = append(faults, path+": "+fmt.Sprintf(format, args...))
	}
	seen := map[string]bool{}
	walkYAML(root, "", func(path string, mapping *yaml.Node) {
		e := child(mapping, "x-evidence")
		for _, id := range sentenceIDs(e) {
			if operation := member(mapping, "operationId"); operation != "" && !strings.HasPrefix(id, operation+".") {
				report(path+"/x-evidence", "the id %s does not begin with %s", id, operation)
			}
			if seen[id] {
				report(path+"/x-evidence", "the id %s is used twice", id)
			}
			seen[id] = true
		}
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

// sentenceIDs returns the ids of the sentences of one x-evidence, which may be nil.
func sentenceIDs(e *yaml.Node) (ids []string) {
	for _, grade := range []string{"inferred", "decided"} {
		if e == nil || child(e, grade) == nil || child(e, grade).Kind != yaml.MappingNode {
			continue
		}
		for i, n := range child(e, grade).Content {
			if i%2 == 0 {
				ids = append(ids, n.Value)
			}
		}
	}
	return ids
}

// sentenceID is the form of a sentence's id: what the sentence is about, and a name.
var sentenceID = regexp.MustCompile(`^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$`)

// sentenceFaults reports what is wrong with the sentences of one grade.
func sentenceFaults(grade string, sentences *yaml.Node) (faults []string) {
	if sentences.Kind != yaml.MappingNode || len(sentences.Content) == 0 {
		return []string{grade + " is no mapping from ids to sentences"}
	}
	for i := 0; i < len(sentences.Content); i += 2 {
		id, text := sentences.Content[i].Value, sentences.Content[i+1]
		if !sentenceID.MatchString(id) {
			faults = append(faults, fmt.Sprintf("%s has the id %q, which is not of the form operation.name", grade, id))
		}
		if text.Kind != yaml.ScalarNode || !strings.HasSuffix(text.Value, ".") {
			faults = append(faults, fmt.Sprintf("%s %s is no sentence", grade, id))
		}
	}
	return faults
}

// mustHaveEvidence reports whether a mapping is an operation, a parameter or a schema component, and not a reference to one.
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

// gradeFaults reports what is wrong with one x-evidence. Responses are those of the node that has it, or nil.
func gradeFaults(e, responses *yaml.Node) []string {
	if e.Kind != yaml.MappingNode {
		return []string{"is no mapping"}
	}
	var faults []string
	for i := 0; i < len(e.Content); i += 2 {
		key, value := e.Content[i].Value, e.Content[i+1]
		if e.Content[i].Tag != "!!str" { // a plain null is no text, so that readers of the document would not find it
			faults = append(faults, "has the key "+key+" without quotes")
		}
		switch key {
		case "grade", "source", "reason":
			if strings.TrimSpace(value.Value) == "" {
				faults = append(faults, key+" is empty")
			}
		case "inferred", "decided":
			faults = append(faults, sentenceFaults(key, value)...)
		case "responses":
			faults = append(faults, statusFaults(value, responses)...)
		case "was", "seen", "of", "null", "first", "last":
			if member(e, "grade") != "observed" {
				faults = append(faults, "has the member "+key+" without the grade observed")
			}
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
	case "observed":
		faults = append(faults, observedFaults(e)...)
	default:
		faults = append(faults, fmt.Sprintf("has the grade %q", grade))
	}
	return faults
}

// observed is what the witness counted: in seen of the exchanges that could show a fact, and between which days.
type observed struct {
	Was         string // the grade before
	Source      string
	Seen, Of    int64
	Null        *int64 // how many of the seen values were null
	First, Last string
}

// observedFaults reports what is wrong with the evidence of the witness.
func observedFaults(e *yaml.Node) (faults []string) {
	var o observed
	if err := e.Decode(&o); err != nil {
		return []string{"is observed and cannot be read: " + err.Error()}
	}
	if o.Source == "" {
		faults = append(faults, "is observed and names no source")
	}
	if !slices.Contains([]string{"", "documented", "inferred", "decided"}, o.Was) {
		faults = append(faults, fmt.Sprintf("was %q, which is no grade to be observed from", o.Was))
	}
	if o.Seen < 1 || o.Of < o.Seen || o.Null != nil && (*o.Null < 0 || *o.Null > o.Seen) {
		faults = append(faults, "is observed and has counts that do not fit")
	}
	first, errFirst := time.Parse(time.DateOnly, o.First)
	last, errLast := time.Parse(time.DateOnly, o.Last)
	if errFirst != nil || errLast != nil || last.Before(first) {
		faults = append(faults, "is observed and has no days from first to last")
	}
	return faults
}

// statusFaults reports what is wrong with the evidence that an operation has for single statuses.
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

// child returns a member of a mapping, the target of an alias, or nil if there is none.
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
		{"decisions that are a word",
			"a: {x-evidence: {grade: documented, source: a page, decided: x}}", "/a/x-evidence: decided is no mapping from ids to sentences"},
		{"decisions that are a list",
			"a: {x-evidence: {grade: documented, source: a page, decided: [It is so.]}}", "/a/x-evidence: decided is no mapping from ids to sentences"},
		{"decisions with ids",
			"a: {x-evidence: {grade: documented, source: a page, decided: {a.b: It is so.}}}", ""},
		{"an id without a name",
			"a: {x-evidence: {grade: documented, source: a page, decided: {a: It is so.}}}", `/a/x-evidence: decided has the id "a", which is not of the form operation.name`},
		{"a sentence without an end",
			"a: {x-evidence: {grade: documented, source: a page, inferred: {a.b: so}}}", "/a/x-evidence: inferred a.b is no sentence"},
		{"an id that is used twice",
			"a: {x-evidence: {grade: documented, source: a page, inferred: {a.b: So.}, decided: {a.b: So.}}}", "/a/x-evidence: the id a.b is used twice"},
		{"an id that two nodes use",
			"{a: {x-evidence: {grade: documented, source: a page, inferred: {a.b: So.}}}, b: {x-evidence: {grade: documented, source: a page, inferred: {a.b: So.}}}}",
			"/b/x-evidence: the id a.b is used twice"},
		{"an id of another operation",
			"a: {operationId: get, x-evidence: {grade: documented, source: a page, inferred: {list.b: So.}}}", "/a/x-evidence: the id list.b does not begin with get"},
		{"observed",
			"a: {x-evidence: {grade: observed, was: inferred, source: witness, seen: 12, of: 30, 'null': 2, first: 2026-11-20, last: 2026-11-27, reason: r}}", ""},
		{"a key that is null",
			"a: {x-evidence: {grade: observed, source: witness, seen: 1, of: 1, null: 1, first: 2026-11-20, last: 2026-11-20}}",
			"/a/x-evidence: has the key null without quotes"},
		{"observed without a source",
			"a: {x-evidence: {grade: observed, seen: 1, of: 1, first: 2026-11-20, last: 2026-11-20}}", "/a/x-evidence: is observed and names no source"},
		{"observed without counts",
			"a: {x-evidence: {grade: observed, source: witness, first: 2026-11-20, last: 2026-11-20}}", "/a/x-evidence: is observed and has counts that do not fit"},
		{"observed more often than there were exchanges",
			"a: {x-evidence: {grade: observed, source: witness, seen: 2, of: 1, first: 2026-11-20, last: 2026-11-20}}", "/a/x-evidence: is observed and has counts that do not fit"},
		{"null more often than observed",
			"a: {x-evidence: {grade: observed, source: witness, seen: 1, of: 1, 'null': 2, first: 2026-11-20, last: 2026-11-20}}", "/a/x-evidence: is observed and has counts that do not fit"},
		{"observed and days the wrong way round",
			"a: {x-evidence: {grade: observed, source: witness, seen: 1, of: 1, first: 2026-11-21, last: 2026-11-20}}", "/a/x-evidence: is observed and has no days from first to last"},
		{"observed before it was observed",
			"a: {x-evidence: {grade: observed, was: observed, source: witness, seen: 1, of: 1, first: 2026-11-20, last: 2026-11-20}}",
			`/a/x-evidence: was "observed", which is no grade to be observed from`},
		{"a count without the grade",
			"a: {x-evidence: {grade: inferred, reason: because, seen: 3}}", "/a/x-evidence: has the member seen without the grade observed"},
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
