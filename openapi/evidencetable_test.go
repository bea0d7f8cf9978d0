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

var update = flag.Bool("update", false, "rewrite the tables of evidence")

// Ensure that the tables in EVIDENCE.md are those of the documents, and that the README shows rows of them. After a change
// of x-evidence in a document:
//
//	go test ./openapi -run TestEvidenceTables -update
//
// To show another row in the README, write its first cell there and run the same.
func TestEvidenceTables(t *testing.T) {
	t.Parallel()
	apis := []evidenceTable{
		newEvidenceTable(t, "CloudCockpit", openapi.CloudCockpitYAML), newEvidenceTable(t, "MyReports", openapi.MyReportsYAML),
	}
	holdFile(t, "EVIDENCE.md", regexp.MustCompile(`(?s)(<!-- generated -->\n)(.*)()`), func(string) string {
		return apis[0].String() + apis[1].String()
	})
	rows := readmeRows(apis)
	holdFile(t, "../README.md", regexp.MustCompile(`(?s)(<!-- evidence -->\n)(.*)(<!-- /evidence -->)`), func(table string) string {
		var b strings.Builder
		for i, line := range strings.SplitAfter(table, "\n") {
			cells := strings.Split(line, "|")
			if i < 2 || len(cells) < 2 { // the head, and what follows the last row
				b.WriteString(line)
				continue
			}
			row, found := rows[strings.TrimSpace(cells[1])]
			if !found {
				t.Errorf("README.md shows evidence for %s, which no document has", cells[1])
			}
			b.WriteString(row)
		}
		return b.String()
	})
}

// holdFile ensures that the second group of pattern in a file is what generate makes of it, or makes it so with -update.
func holdFile(t *testing.T, file string, pattern *regexp.Regexp, generate func(string) string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := pattern.FindSubmatchIndex(text)
	if at == nil {
		t.Fatalf("%s has no part that matches %s", file, pattern)
	}
	want := string(text[:at[4]]) + generate(string(text[at[4]:at[5]])) + string(text[at[5]:])
	switch {
	case string(text) == want:
	case *update:
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s does not have the evidence of the documents; run go test ./openapi -run TestEvidenceTables -update", file)
	}
}

// readmeRows returns the rows that the README can show, by their first cell. They have no source, for the lack of space.
func readmeRows(apis []evidenceTable) map[string]string {
	rows := map[string]string{}
	for _, api := range apis {
		for _, f := range slices.Concat(api.printed, api.guessed) {
			rows[f.where] = fmt.Sprintf("| %s | %s | %s |\n", f.where, f.grade, f.text)
		}
	}
	return rows
}

// evidence is the value of x-evidence.
type evidence struct {
	Grade, Source, Reason string
	Inferred, Decided     yaml.Node // from ids to sentences
	Responses             map[string]evidence
	Seen, Of              int64 // of grade observed: in how many exchanges, of those that could show it
	First, Last           string
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
		table.addSentences("inferred", e.Inferred)
		table.addSentences("decided", e.Decided)
	})
	return table
}

// addSentences adds the rules about behaviour, which have ids of their own.
func (t *evidenceTable) addSentences(grade string, sentences yaml.Node) {
	for i := 0; i+1 < len(sentences.Content); i += 2 {
		id, text := sentences.Content[i].Value, sentences.Content[i+1].Value
		t.add("`"+id+"`", evidence{Grade: grade, Reason: text})
	}
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
