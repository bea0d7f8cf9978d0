package witness

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ErrUnknownPlace is returned by [Explain] for an operation, status or place that the document does not have.
var ErrUnknownPlace = errors.New("the document has no such place")

// An Explanation says what a document states about an operation, status or place, on what evidence, and what was seen of it. [Describe]
// returns the same as data for programs.
type Explanation struct {
	Document  string
	Operation string
	Method    string
	Template  string
	Status    string
	Place     string
	Line      int

	Says      []string // statements of the document, as text
	Evidence  Evidence
	Sentences []Sentence // about behaviour that a schema cannot express
	Seen      int64
	Of        int64 // exchanges of the operation
	First     string
	Last      string
	Findings  []*Finding

	Operations []OperationGuesses // all operations, if none was given
}

// A Sentence is a statement about behaviour that no source documents.
type Sentence struct {
	ID    string `json:"id,omitempty"`
	Grade string `json:"grade"`
	Text  string `json:"text"`
}

// OperationGuesses says how many statements about an operation are guesses, and how often the operation was seen.
type OperationGuesses struct {
	ID       string
	Method   string
	Template string
	Guesses  int
	Seen     int64
}

// Explain explains an operation of a document. what narrows it to a status of the operation, to a place in its messages such as /items/*/id
// or "query pageSize", or to a place of the document, given as a pointer that begins with #; such a pointer may also stand in place of
// the operation. Without an operation, Explain lists all. report may be nil.
func Explain(doc *Document, report *Report, operation, what string) (*Explanation, error) {
	e := &Explanation{Document: doc.Path, Operation: operation}
	x := explainer{doc: doc, e: e}
	if report != nil {
		x.report, x.contract = report, report.contractOf(doc.Name)
	}
	if strings.HasPrefix(operation, "#") {
		what, operation, e.Operation = operation, "", ""
	}
	switch {
	case strings.HasPrefix(what, "#"):
		return e, x.pointer(what)
	case operation == "":
		x.list()
		return e, nil
	case doc.operations[operation] == nil:
		return nil, fmt.Errorf("%w: operation %q", ErrUnknownPlace, operation)
	}
	info := doc.operation(operation)
	e.Method, e.Template, e.Line = info.method, info.template, info.line
	x.countSeen(operation)
	switch {
	case what == "":
		x.operation(info)
		return e, nil
	case info.responses[strings.ToUpper(what)] != nil:
		x.status(info, what)
		return e, nil
	}
	return e, x.place(what)
}

// An explainer makes one explanation.
type explainer struct {
	doc      *Document
	e        *Explanation
	report   *Report
	contract *ContractReport
}

// countSeen sets how often the operation was seen.
func (x *explainer) countSeen(operation string) {
	if x.contract == nil {
		return
	}
	if op := x.contract.counts.Operations[operation]; op != nil {
		x.e.Seen, x.e.Of, x.e.First, x.e.Last = op.Seen, op.Seen, op.First, op.Last
	}
}

func (x *explainer) list() {
	for _, id := range sortedKeys(x.doc.operations) {
		info := x.doc.operation(id)
		o := OperationGuesses{ID: id, Method: info.method, Template: info.template, Guesses: x.doc.guesses(info.pointer)}
		if x.contract != nil {
			if op := x.contract.counts.Operations[id]; op != nil {
				o.Seen = op.Seen
			}
		}
		x.e.Operations = append(x.e.Operations, o)
	}
}

// guesses counts the grades and sentences below a pointer that are inferred or decided, also behind references.
func (d *Document) guesses(pointer string) int {
	seen, n := map[string]bool{}, 0
	d.reach(pointer, seen)
	for at := range seen {
		_, node := d.canonical(at)
		if strings.HasSuffix(at, "/x-evidence") {
			n += len(sentencesOf(node))
		}
		if isGuess(text(node, "grade")) {
			n++
		}
	}
	return n
}

func (x *explainer) operation(info *operationInfo) {
	at := x.doc.find(info.pointer)
	x.e.Evidence = at.evidence
	x.e.Sentences = sentencesOf(member(at.value, "x-evidence"))
	if summary := text(at.value, "summary"); summary != "" {
		x.e.Says = append(x.e.Says, summary)
	}
	for _, status := range sortedKeys(info.responses) {
		x.e.Says = append(x.e.Says, "responds "+status)
	}
	x.findings(func(f *Finding) bool { return true })
}

func (x *explainer) status(info *operationInfo, status string) {
	x.e.Status = status
	at := x.doc.find(info.pointer + "/responses/" + status)
	x.e.Line, x.e.Evidence = at.line, x.doc.evidenceOfResponse(x.e.Operation, status)
	_, node := x.doc.canonical(info.pointer + "/responses/" + status)
	if text := text(node, "description"); text != "" {
		x.e.Says = append(x.e.Says, strings.TrimSpace(text))
	}
	content := member(node, "content")
	for i := 0; content != nil && i+1 < len(content.Content); i += 2 {
		x.e.Says = append(x.e.Says, content.Content[i].Value+": "+x.doc.outline(member(content.Content[i+1], "schema")))
	}
	x.e.Sentences = sentencesOf(member(x.doc.find(info.pointer).value, "x-evidence"))
	if x.contract != nil {
		x.e.Seen, x.e.First, x.e.Last = 0, "", ""
		if m := x.contract.counts.Operations[x.e.Operation].Statuses[strings.ToUpper(status)]; m != nil {
			x.e.Seen = m.Seen
		}
	}
	x.findings(func(f *Finding) bool { return statusText(f.Status) == status })
}

// outline returns the names of the members of a schema as text.
func (d *Document) outline(schema *yaml.Node) string {
	name := ""
	if ref := text(schema, "$ref"); ref != "" {
		name = ref[strings.LastIndexByte(ref, '/')+1:] + ": "
		_, schema = d.canonical(ref)
	}
	properties := member(schema, "properties")
	if properties == nil {
		return name + text(schema, "type")
	}
	var names []string
	for i := 0; i+1 < len(properties.Content); i += 2 {
		names = append(names, properties.Content[i].Value)
	}
	return name + strings.Join(names, ", ")
}

// place explains a place in the messages of an operation.
func (x *explainer) place(what string) error {
	operations := x.doc.contract.Tally().Counts()
	if x.contract != nil {
		operations = x.contract.counts
	}
	found := false
	for where, p := range operations.Places() {
		name := where.Place
		if where.In != "body" && where.In != "response" {
			name = where.In + " " + strings.TrimPrefix(where.Place, "/")
		}
		if where.Operation != x.e.Operation || name != what || !where.Declared || where.Outcome != "" && where.Outcome != "accepted" {
			continue
		}
		if !found && p.Declared != nil {
			if err := x.pointer(p.Declared.Schema); err != nil {
				return err
			}
			x.e.Seen, x.e.Of = 0, 0
		}
		found = true
		x.e.Seen += p.Seen
		x.e.Of += p.Seen + p.Absent
	}
	if !found {
		return fmt.Errorf("%w: %q of %s", ErrUnknownPlace, what, x.e.Operation)
	}
	x.e.Place = what
	bare := what
	if _, name, isParameter := strings.Cut(what, " "); isParameter {
		bare = "/" + name
	}
	x.e.Findings = nil
	x.findings(func(f *Finding) bool { return f.Place == bare })
	return nil
}

// pointer explains a place of the document.
func (x *explainer) pointer(pointer string) error {
	at := x.doc.find(pointer)
	if at.value == nil {
		return fmt.Errorf("%w: %s", ErrUnknownPlace, pointer)
	}
	x.e.Place, x.e.Line, x.e.Evidence = pointer, at.line, at.evidence
	canonical, node := x.doc.canonical(pointer)
	if description := text(node, "description"); description != "" {
		x.e.Says = append(x.e.Says, strings.TrimSpace(description))
	}
	if node != nil && node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if key, value := node.Content[i].Value, node.Content[i+1]; value.Kind == yaml.ScalarNode && key != "description" {
				x.e.Says = append(x.e.Says, key+": "+value.Value)
			}
		}
	}
	x.e.Sentences = sentencesOf(member(node, "x-evidence"))
	x.findings(func(f *Finding) bool { return f.Schema == pointer || f.Schema == canonical })
	return nil
}

// findings adds the findings that a function selects.
func (x *explainer) findings(of func(*Finding) bool) {
	if x.report == nil {
		return
	}
	for _, f := range x.report.Findings {
		if f.Contract == x.doc.Name && (x.e.Operation == "" || f.Operation == x.e.Operation) && of(f) {
			x.e.Findings = append(x.e.Findings, f)
		}
	}
}

// sentencesOf returns the sentences of an x-evidence, which are a list, or a mapping from IDs to sentences.
func sentencesOf(evidence *yaml.Node) []Sentence {
	var list []Sentence
	for _, grade := range []string{"inferred", "decided"} {
		node := member(evidence, grade)
		if node == nil {
			continue
		}
		if node.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(node.Content); i += 2 {
				list = append(list, Sentence{node.Content[i].Value, grade, node.Content[i+1].Value})
			}
			continue
		}
		for _, text := range node.Content {
			list = append(list, Sentence{Grade: grade, Text: text.Value})
		}
	}
	return list
}
