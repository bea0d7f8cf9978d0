package openapi_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/openapi"
)

var update = flag.Bool("update", false, "rewrite the README's table of evidence")

// TestReadmeEvidence holds the README's table of what no page prints to the documents. After a change of the documents:
//
//	go test ./openapi -run TestReadmeEvidence -update
func TestReadmeEvidence(t *testing.T) {
	t.Parallel()
	const file = "../README.md"
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	marked := regexp.MustCompile(`(?s)(<!-- evidence -->\n).*(<!-- /evidence -->)`)
	if !marked.Match(readme) {
		t.Fatal("README.md has no place for the table of evidence")
	}
	table := evidenceTable(t, "CloudCockpit", openapi.CloudCockpitYAML) + evidenceTable(t, "MyReports", openapi.MyReportsYAML)
	want := marked.ReplaceAllString(string(readme), "${1}"+strings.ReplaceAll(table, "$", "$$")+"${2}")
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(readme) != want {
		t.Error("README.md's table of evidence is not that of the documents; run go test ./openapi -run TestReadmeEvidence -update")
	}
}

// evidence is the value of x-evidence.
type evidence struct {
	Grade, Source, Reason string
	Inferred, Decided     yaml.Node // from ids to sentences
	Responses             map[string]evidence
}

// sentences returns the values of a mapping, in its order.
func sentences(mapping yaml.Node) (all []string) {
	for i := 1; i < len(mapping.Content); i += 2 {
		all = append(all, mapping.Content[i].Value)
	}
	return all
}

func evidenceTable(t *testing.T, api string, document []byte) string {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(document, &root); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n| where | grade | what, and why |\n|---|---|---|\n", api)
	walkEvidence(root.Content[0], nil, func(path []string, e evidence) {
		row := func(where, grade, text string) {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", where, grade, strings.ReplaceAll(text, "|", `\|`))
		}
		where := "`" + placeName(path) + "`"
		if e.Grade != "documented" || e.Reason != "" {
			row(where, e.Grade, cmp.Or(e.Reason, e.Source))
		}
		for _, status := range slices.Sorted(maps.Keys(e.Responses)) {
			row(where+" "+status, e.Responses[status].Grade, e.Responses[status].Reason)
		}
		for _, text := range sentences(e.Inferred) {
			row(where, "inferred", text)
		}
		for _, text := range sentences(e.Decided) {
			row(where, "decided", text)
		}
	})
	return b.String() + "\n"
}

// walkEvidence visits every x-evidence in the order of the document. A path names mappings by their keys, and the items of a
// list by their name or index.
func walkEvidence(n *yaml.Node, path []string, visit func([]string, evidence)) {
	switch n.Kind {
	case yaml.MappingNode:
		if id := member(n, "operationId"); id != "" {
			path = []string{id}
		}
		for i := 0; i < len(n.Content); i += 2 {
			key, value := n.Content[i].Value, n.Content[i+1]
			if key != "x-evidence" {
				walkEvidence(value, append(path[:len(path):len(path)], key), visit)
				continue
			}
			var e evidence
			if value.Decode(&e) == nil {
				visit(path, e)
			}
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			name := member(item, "name")
			if name == "" {
				name = fmt.Sprint(i)
			}
			walkEvidence(item, append(path[:len(path):len(path)], name), visit)
		}
	}
}

func member(n *yaml.Node, key string) string {
	if n.Kind != yaml.MappingNode {
		return ""
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1].Value
		}
	}
	return ""
}

// placeName drops what a reader does not need: CustomerUser.temporaryPassword, listCustomerUsers.pageSize.
func placeName(path []string) string {
	var parts []string
	for _, part := range path {
		switch part {
		case "components", "schemas", "securitySchemes", "properties", "parameters", "responses", "headers",
			"content", "application/json", "schema":
		default:
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ".")
}
