package openapi_test

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// traceabilityCSV has a row for each statement of the source documents: the element of a contract that models it and the test
// that enforces it, or the reason why it is not modelled. A statement that is not modelled because it is a defect of the document may
// have a test of what the defect leads to.
//
//go:embed traceability.csv
var traceabilityCSV []byte

// A statement is a row. Its fields are the columns, in order.
type statement struct {
	id, document, place, text, element, test, notModelled string
}

var columns = []string{"id", "document", "place", "statement", "element", "test", "notModelled"}

// A source is a document: how the ids of its rows begin, and the least number of them.
type source struct {
	prefix string
	least  int
}

// sources are the four source documents, and the two collections of facts of public pages about the operations by which a
// caller finds the ids that it begins with.
var sources = map[string]source{
	"000_e2a9239e3428c9f9.txt":  {"000", 25},
	"001_ed4490e7bf7deee6.txt":  {"001", 50},
	"002_6e609573ae027a2b.txt":  {"002", 35},
	"003_48dda8d66cf09cef.txt":  {"003", 30},
	"cloudcockpit-customers.md": {"004", 40},
	"myreports-accounts.md":     {"005", 25},
}

// Ensure that every statement of the documents is modelled and enforced, or has a reason why it is not.
func TestTraceability(t *testing.T) {
	t.Parallel()
	rows, err := readStatements(traceabilityCSV)
	if err != nil {
		t.Fatal(err)
	}
	roots := map[string]*yaml.Node{}
	for _, d := range documents {
		roots[d.name] = parseYAML(t, d.data)
	}
	for _, fault := range traceFaults(rows, roots, testSources{}) {
		t.Error(fault)
	}
	count := map[string]int{}
	for _, row := range rows {
		count[row.document]++
	}
	for document, source := range sources {
		if count[document] < source.least {
			t.Errorf("%s has %d rows, want at least %d", document, count[document], source.least)
		}
	}
}

// Ensure that every check of TestDocuments belongs to a row. One without a row shows that a row was lost.
func TestTraceability_ChecksHaveRows(t *testing.T) {
	t.Parallel()
	rows, err := readStatements(traceabilityCSV)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	for _, row := range rows {
		if id, ok := strings.CutPrefix(row.test, "server/sandbox.TestDocuments/"); ok {
			wanted[id] = true
		}
	}
	names, err := testSources{}.names("server/sandbox")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if idPattern.MatchString(name) && !wanted[name] {
			t.Errorf("server/sandbox has the check %s, which belongs to no row", name)
		}
	}
}

var (
	idPattern    = regexp.MustCompile(`^00[0-5]-\d{2}$`)
	placePattern = regexp.MustCompile(`^[A-Z].*, lines? \d+|^§\d+`)
)

func readStatements(data []byte) ([]statement, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = len(columns)
	header, err := r.Read()
	if err != nil || !slices.Equal(header, columns) {
		return nil, fmt.Errorf("the columns are %q, %w, want %q", header, err, columns)
	}
	var rows []statement
	for {
		f, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, statement{f[0], f[1], f[2], f[3], f[4], f[5], f[6]})
	}
}

// tests returns the names of the tests of a package: those of functions, and the strings that are keys of tables.
type tests interface {
	names(pkg string) (map[string]bool, error)
}

// traceFaults returns what is wrong with the rows.
func traceFaults(rows []statement, roots map[string]*yaml.Node, known tests) []string {
	var faults []string
	seen := map[string]bool{}
	for _, row := range rows {
		report := func(format string, args ...any) {
			faults = append(faults, row.id+": "+fmt.Sprintf(format, args...))
		}
		if !idPattern.MatchString(row.id) || row.id[:3] != sources[row.document].prefix {
			report("is no id of %s", row.document)
		}
		if seen[row.id] {
			report("stands twice")
		}
		seen[row.id] = true
		if sources[row.document].least == 0 {
			report("there is no document %s", row.document)
		}
		if !placePattern.MatchString(row.place) || row.text == "" {
			report("does not say where it stands, or what")
		}
		if modelled := row.element != "" && row.test != ""; modelled == (row.notModelled != "") || !modelled && row.element != "" {
			report("wants an element and a test, or the reason why it is not modelled")
		}
		if row.element != "" {
			if err := checkElement(row, roots); err != nil {
				report("%v", err)
			}
		}
		if row.test != "" {
			if err := checkTest(row.test, known); err != nil {
				report("%v", err)
			}
		}
	}
	return faults
}

// checkElement resolves file.yaml#/json/pointer. A pointer to a parameter ends with an index, so that the statement must name the
// parameter, or a new parameter before it would change what the row refers to.
func checkElement(row statement, roots map[string]*yaml.Node) error {
	file, pointer, _ := strings.Cut(row.element, "#")
	node := roots[file]
	if node == nil || !strings.HasPrefix(pointer, "/") {
		return fmt.Errorf("%s is no pointer into a document", row.element)
	}
	previous := ""
	for _, token := range strings.Split(pointer, "/")[1:] {
		key := strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		next := child(node, key)
		if index, err := strconv.Atoi(key); err == nil && node.Kind == yaml.SequenceNode && index >= 0 && index < len(node.Content) {
			next = node.Content[index]
			if previous == "parameters" && !strings.Contains(row.text, member(next, "name")) {
				return fmt.Errorf("%s is %s, of which the statement says nothing", row.element, member(next, "name"))
			}
		}
		if next == nil {
			return fmt.Errorf("%s has no %s", row.element, key)
		}
		node, previous = next, key
	}
	return nil
}

// checkTest finds package.TestName or package.TestName/subtest.
func checkTest(name string, known tests) error {
	dir, test := path.Split(name)
	if before, after, ok := strings.Cut(name, ".Test"); ok {
		dir, test = before, "Test"+after
	}
	names, err := known.names(dir)
	if err != nil {
		return err
	}
	for _, part := range strings.SplitN(test, "/", 2) {
		if !names[part] {
			return fmt.Errorf("there is no test %s: %s has no %s", name, dir, part)
		}
	}
	return nil
}

// testSources reads the names of tests from the sources of their packages, once each.
type testSources map[string]map[string]bool

func (s testSources) names(pkg string) (map[string]bool, error) {
	if names := s[pkg]; names != nil {
		return names, nil
	}
	dir := path.Join("..", pkg)
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path.Join(dir, file.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if name := testName(n); name != "" {
				names[name] = true
			}
			return true
		})
	}
	s[pkg] = names
	return names, nil
}

// testName returns the name of a test function, or the string that is the key of an entry of a table.
func testName(n ast.Node) string {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Recv == nil && strings.HasPrefix(n.Name.Name, "Test") {
			return n.Name.Name
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.BasicLit); ok && key.Kind == token.STRING {
			if text, err := strconv.Unquote(key.Value); err == nil {
				return text
			}
		}
	}
	return ""
}

// someTests replaces the tests of the packages in the test below.
type someTests map[string]bool

func (s someTests) names(string) (map[string]bool, error) { return s, nil }

// Ensure that the check notices each kind of fault.
func TestTraceFaults(t *testing.T) {
	t.Parallel()
	roots := map[string]*yaml.Node{"a.yaml": parseYAML(t, []byte("paths: {/x: {get: {parameters: [{name: q}]}}}"))}
	known := someTests{"TestDocuments": true, "000-01": true}
	good := statement{"000-01", "000_e2a9239e3428c9f9.txt", "Heading, line 1", "q: something", "a.yaml#/paths/~1x/get/parameters/0",
		"server/sandbox.TestDocuments/000-01", ""}
	if faults := traceFaults([]statement{good}, roots, known); len(faults) > 0 {
		t.Fatalf("a good row: got %q, want none", faults)
	}
	for _, test := range []struct {
		name   string
		change func(*statement)
	}{
		{"an id of another document", func(s *statement) { s.id = "001-01" }},
		{"an id in another form", func(s *statement) { s.id = "000-1" }},
		{"no id", func(s *statement) { s.id = "" }},
		{"an unknown document", func(s *statement) { s.document = "000.txt" }},
		{"no line", func(s *statement) { s.place = "Heading" }},
		{"no statement", func(s *statement) { s.text = "" }},
		{"neither element nor reason", func(s *statement) { s.element = "" }},
		{"neither test nor reason", func(s *statement) { s.test = "" }},
		{"nothing at all", func(s *statement) { s.element, s.test = "", "" }},
		{"modelled and not", func(s *statement) { s.notModelled = "because" }},
		{"an element that is not modelled", func(s *statement) { s.test, s.notModelled = "", "because" }},
		{"an unknown file", func(s *statement) { s.element = "b.yaml#/paths" }},
		{"no pointer", func(s *statement) { s.element = "a.yaml" }},
		{"a pointer to nothing", func(s *statement) { s.element = "a.yaml#/paths/~1y" }},
		{"a pointer below a text", func(s *statement) { s.element += "/name/x" }},
		{"an index out of range", func(s *statement) { s.element = "a.yaml#/paths/~1x/get/parameters/1" }},
		{"a negative index", func(s *statement) { s.element = "a.yaml#/paths/~1x/get/parameters/-1" }},
		{"a parameter that the statement does not name", func(s *statement) { s.text = "pageSize: something" }},
		{"an unknown test", func(s *statement) { s.test = "server/sandbox.TestOther" }},
		{"an unknown subtest", func(s *statement) { s.test = "server/sandbox.TestDocuments/000-02" }},
		{"no test at all", func(s *statement) { s.test = "by hand" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			row := good
			test.change(&row)
			if len(traceFaults([]statement{row}, roots, known)) == 0 {
				t.Errorf("got no fault in %+v", row)
			}
		})
	}
	if len(traceFaults([]statement{good, good}, roots, known)) == 0 {
		t.Error("got no fault in a row that stands twice")
	}
}
