package openapi_test

import (
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

var update = flag.Bool("update", false, "rewrite the tables of EVIDENCE.md")

const refresh = "run go test ./openapi -run TestEvidenceTables -update"

// Ensure that the tables in EVIDENCE.md are those of the documents, and that the README shows rows of them. After a change
// of x-evidence in a document:
//
//	go test ./openapi -run TestEvidenceTables -update
func TestEvidenceTables(t *testing.T) {
	t.Parallel()
	const file = "EVIDENCE.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	apis := []evidenceTable{
		newEvidenceTable(t, "CloudCockpit", openapi.CloudCockpitYAML), newEvidenceTable(t, "MyReports", openapi.MyReportsYAML),
	}
	var tables strings.Builder
	for _, api := range apis {
		tables.WriteString(api.String())
	}
	before, _, found := strings.Cut(string(text), "<!-- generated -->\n")
	if !found {
		t.Fatalf("%s has no line <!-- generated -->, which the tables follow", file)
	}
	if want := before + "<!-- generated -->\n" + tables.String(); *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(text) != want {
		t.Errorf("%s does not have the tables of the documents; %s", file, refresh)
	}
	checkReadmeRows(t, apis)
}

var readmeRows = regexp.MustCompile(`(?s)<!-- evidence -->\n\| where .*?\n\|---.*?\n(.*?)<!-- /evidence -->`)

// checkReadmeRows ensures that every row of the README's table is one of EVIDENCE.md, without its source.
func checkReadmeRows(t *testing.T, apis []evidenceTable) {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	table := readmeRows.FindStringSubmatch(string(readme))
	if table == nil {
		t.Fatal("README.md has no table of evidence")
	}
	known := map[string]bool{}
	for _, api := range apis {
		for _, f := range slices.Concat(api.guessed, api.printed) {
			known[fmt.Sprintf("| %s | %s | %s |", f.where, f.grade, f.text)] = true
		}
	}
	for row := range strings.Lines(table[1]) {
		if !known[strings.TrimSpace(row)] {
			t.Errorf("openapi/EVIDENCE.md does not have this row of README.md: %s", row)
		}
	}
}

// evidence is the value of x-evidence.
type evidence struct {
	Grade, Source, Reason string
	Inferred, Decided     yaml.Node // sentences
	Responses             map[string]evidence
	Seen, Of              int64 // of grade observed: in how many exchanges, of those that could show it
	First, Last           string
}

// sentences returns the texts of a list, or of a mapping from ids to texts.
func sentences(n yaml.Node) (all []string) {
	for i, item := range n.Content {
		if n.Kind == yaml.SequenceNode || i%2 == 1 {
			all = append(all, item.Value)
		}
	}
	return all
}

// A fact is a row of a table.
type fact struct{ where, grade, source, text, seen string }

// evidenceTable has the facts of a document: those that a page prints or the witness observed, and the others.
type evidenceTable struct {
	api              string
	printed, guessed []fact
	counts           map[string]int // of facts, by grade
}

func newEvidenceTable(t *testing.T, api string, document []byte) evidenceTable {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(document, &root); err != nil {
		t.Fatal(err)
	}
	table := evidenceTable{api: api, counts: map[string]int{}}
	walkEvidence(root.Content[0], nil, func(path []string, e evidence) {
		where := "`" + placeName(path) + "`"
		table.add(where, e)
		for _, status := range slices.Sorted(maps.Keys(e.Responses)) {
			table.add(where+" "+status, e.Responses[status])
		}
		for _, text := range sentences(e.Inferred) {
			table.add(where, evidence{Grade: "inferred", Reason: text})
		}
		for _, text := range sentences(e.Decided) {
			table.add(where, evidence{Grade: "decided", Reason: text})
		}
	})
	return table
}

func (t *evidenceTable) add(where string, e evidence) {
	f := fact{where: where, grade: e.Grade, source: cell(e.Source), text: cell(e.Reason)}
	if e.Of > 0 {
		f.seen = fmt.Sprintf("%d of %d, %s to %s", e.Seen, e.Of, e.First, e.Last)
	}
	t.counts[e.Grade]++
	// A reason beside a documented fact says which part of it is not printed.
	if e.Grade == "observed" || e.Grade == "documented" && e.Reason == "" {
		t.printed = append(t.printed, f)
	} else {
		t.guessed = append(t.guessed, f)
	}
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func (t evidenceTable) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\n%d facts are documented, %d observed, %d inferred and %d decided.\n",
		t.api, t.counts["documented"], t.counts["observed"], t.counts["inferred"], t.counts["decided"])
	fmt.Fprintf(&b, "\n### %s: guessed, in whole or in part\n\n| where | grade | source | what, and why |\n|---|---|---|---|\n", t.api)
	for _, f := range t.guessed {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.where, f.grade, f.source, f.text)
	}
	fmt.Fprintf(&b, "\n### %s: proven\n\n| where | grade | source | seen |\n|---|---|---|---|\n", t.api)
	for _, f := range t.printed {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.where, f.grade, f.source, f.seen)
	}
	return b.String()
}

// walkEvidence calls visit for every x-evidence in the order of the document. A path consists of the keys of mappings and of
// the names, or else indices, of list items.
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

// placeName shortens a path to the parts that a reader needs: CustomerUser.temporaryPassword, listCustomerUsers.pageSize.
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
