package witness

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Description describes documents with their evidence and with what was seen. It holds the same as an [Explanation], as data for
// programs.
type Description struct {
	Contracts []*DescribedContract `json:"contracts"`
}

// A DescribedContract is one document.
type DescribedContract struct {
	Name       string                `json:"name"`
	Title      string                `json:"title"`
	Document   string                `json:"document"`
	Operations []*DescribedOperation `json:"operations"`
}

// A DescribedOperation is one operation.
type DescribedOperation struct {
	ID          string                `json:"id"`
	Method      string                `json:"method"`
	Path        string                `json:"path"`
	Tag         string                `json:"tag,omitempty"`
	Summary     string                `json:"summary,omitempty"`
	Description string                `json:"description,omitempty"`
	Evidence    Evidence              `json:"evidence,omitzero"`
	Line        int                   `json:"line,omitempty"`
	Guesses     int                   `json:"guesses"`
	Seen        int64                 `json:"seen"`
	Sentences   []Sentence            `json:"sentences,omitempty"`
	Parameters  []*DescribedParameter `json:"parameters,omitempty"`
	Request     *DescribedMessage     `json:"request,omitempty"`
	Responses   []*DescribedMessage   `json:"responses"`
}

// A DescribedParameter is a parameter, or a header of a response.
type DescribedParameter struct {
	Name        string   `json:"name"`
	In          string   `json:"in,omitempty"`
	Required    bool     `json:"required,omitempty"`
	Description string   `json:"description,omitempty"`
	Evidence    Evidence `json:"evidence,omitzero"`
	Line        int      `json:"line,omitempty"`
	Example     any      `json:"example,omitempty"`
	Schema      *Node    `json:"schema,omitempty"`
}

// A DescribedMessage is a request body or a response.
type DescribedMessage struct {
	Status      string                `json:"status,omitempty"`
	Required    bool                  `json:"required,omitempty"`
	Description string                `json:"description,omitempty"`
	Evidence    Evidence              `json:"evidence,omitzero"`
	Line        int                   `json:"line,omitempty"`
	Seen        int64                 `json:"seen"`
	Headers     []*DescribedParameter `json:"headers,omitempty"`
	Media       []*DescribedMedia     `json:"media,omitempty"`
}

// A DescribedMedia is a media type of a message.
type DescribedMedia struct {
	Type    string `json:"type"`
	Example any    `json:"example,omitempty"`
	Schema  *Node  `json:"schema,omitempty"`
}

// Describe describes documents. Each argument that is not empty narrows the result: to one operation, to one status of its responses, or
// to the operations that use a place of the document, given as a pointer such as #/components/schemas/Error. report may be nil.
func Describe(docs []*Document, report *Report, operation, status, pointer string) (*Description, error) {
	all := &Description{Contracts: []*DescribedContract{}}
	found := operation == "" && pointer == ""
	for _, doc := range docs {
		d := newDescriber(doc, report)
		c := &DescribedContract{
			Name: doc.Name, Document: doc.Path, Title: text(member(doc.root.Content[0], "info"), "title"), Operations: []*DescribedOperation{},
		}
		for _, id := range doc.operationIDs() {
			if (operation == "" || operation == id) && doc.uses(id, pointer) {
				c.Operations = append(c.Operations, d.operation(id, status))
				found = true
			}
		}
		if operation == "" || len(c.Operations) > 0 {
			all.Contracts = append(all.Contracts, c)
		}
	}
	if !found {
		return nil, fmt.Errorf("%w: %s", ErrUnknownPlace, strings.TrimSpace(operation+" "+pointer))
	}
	for _, c := range all.Contracts {
		for _, op := range c.Operations {
			if status != "" && len(op.Responses) == 0 {
				return nil, fmt.Errorf("%w: status %q of %s", ErrUnknownPlace, status, op.ID)
			}
		}
	}
	return all, nil
}

// uses reports whether an operation is a place of the document or uses it, directly or through references.
func (d *Document) uses(id, pointer string) bool {
	if pointer == "" {
		return true
	}
	at, _ := d.canonical(pointer)
	seen := map[string]bool{}
	d.reach(d.operation(id).pointer, seen)
	return seen[at]
}

// WriteJSON writes the description.
func (d *Description) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

// operationIDs returns the IDs of the operations in the order of the document.
func (d *Document) operationIDs() []string {
	ids := sortedKeys(d.operations)
	slices.SortStableFunc(ids, func(a, b string) int { return d.operations[a].line - d.operations[b].line })
	return ids
}

// A describer describes one document.
type describer struct {
	doc      *Document
	contract *ContractReport  // nil without a report
	seen     map[string]int64 // number of values by schema
}

func newDescriber(doc *Document, report *Report) *describer {
	d := &describer{doc: doc, seen: map[string]int64{}}
	if report == nil {
		return d
	}
	if d.contract = report.contractOf(doc.Name); d.contract == nil {
		return d
	}
	for where, p := range d.contract.counts.Places() {
		if p.Declared != nil && where.Declared && (where.Outcome == "" || where.Outcome == "accepted") {
			d.seen[p.Declared.Schema] += p.Seen
		}
	}
	return d
}

func (d *describer) operation(id, status string) *DescribedOperation {
	info := d.doc.operation(id)
	at := d.doc.find(info.pointer)
	op := &DescribedOperation{
		ID: id, Method: info.method, Path: info.template, Summary: text(at.value, "summary"), Description: text(at.value, "description"),
		Evidence: at.evidence, Line: info.line, Guesses: d.doc.guesses(info.pointer), Sentences: sentencesOf(member(at.value, "x-evidence")),
		Responses: []*DescribedMessage{},
	}
	if tags := member(at.value, "tags"); tags != nil && len(tags.Content) > 0 {
		op.Tag = tags.Content[0].Value
	}
	if d.contract != nil {
		op.Seen = d.contract.counts.Operations[id].Seen
	}
	op.Parameters = d.parameters(info.pointer)
	if _, body := d.doc.canonical(info.pointer + "/requestBody"); body != nil {
		op.Request = d.message(info.pointer+"/requestBody", body)
		op.Request.Seen = op.Seen
	}
	_, responses := d.doc.canonical(info.pointer + "/responses")
	for i := 0; responses != nil && i+1 < len(responses.Content); i += 2 {
		key := responses.Content[i].Value
		if status != "" && status != key {
			continue
		}
		_, node := d.doc.canonical(info.pointer + "/responses/" + key)
		m := d.message(info.pointer+"/responses/"+key, node)
		m.Status, m.Line, m.Evidence = key, responses.Content[i].Line, d.doc.evidenceOfResponse(id, key)
		if d.contract != nil {
			if counted := d.contract.counts.Operations[id].Statuses[strings.ToUpper(key)]; counted != nil {
				m.Seen = counted.Seen
			}
		}
		op.Responses = append(op.Responses, m)
	}
	return op
}

// parameters describes the parameters of an operation, and those of its path that the operation does not declare anew.
func (d *describer) parameters(operation string) []*DescribedParameter {
	var list []*DescribedParameter
	for _, pointer := range []string{operation, operation[:strings.LastIndexByte(operation, '/')]} {
		_, own := d.doc.canonical(pointer + "/parameters")
		for i := 0; own != nil && i < len(own.Content); i++ {
			at, node := d.doc.canonical(pointer + "/parameters/" + itoa(i))
			if node != nil && !slices.ContainsFunc(list, isParameter(text(node, "in"), text(node, "name"))) {
				list = append(list, d.parameter(at, node))
			}
		}
	}
	return list
}

func isParameter(in, name string) func(*DescribedParameter) bool {
	return func(p *DescribedParameter) bool { return p.In == in && p.Name == name }
}

func (d *describer) parameter(at string, node *yaml.Node) *DescribedParameter {
	found := d.doc.find(at)
	return &DescribedParameter{
		Name: text(node, "name"), In: text(node, "in"), Required: text(node, "required") == "true", Description: text(node, "description"),
		Evidence: found.evidence, Line: node.Line, Example: valueOf(member(node, "example")),
		Schema: d.node(at+"/schema", "", found.evidence, nil),
	}
}

func (d *describer) message(at string, node *yaml.Node) *DescribedMessage {
	found := d.doc.deref(d.doc.find(at), 0)
	m := &DescribedMessage{
		Description: text(node, "description"), Required: text(node, "required") == "true", Evidence: found.evidence, Line: found.line,
	}
	base, _ := d.doc.canonical(at)
	headers := member(node, "headers")
	for i := 0; headers != nil && i+1 < len(headers.Content); i += 2 {
		name := headers.Content[i].Value
		if at, header := d.doc.canonical(base + "/headers/" + escaper.Replace(name)); header != nil {
			p := d.parameter(at, header)
			p.Name = name
			m.Headers = append(m.Headers, p)
		}
	}
	content := member(node, "content")
	for i := 0; content != nil && i+1 < len(content.Content); i += 2 {
		name, media := content.Content[i].Value, content.Content[i+1]
		m.Media = append(m.Media, &DescribedMedia{
			Type: name, Example: valueOf(member(media, "example")),
			Schema: d.node(base+"/content/"+escaper.Replace(name)+"/schema", "", found.evidence, nil),
		})
	}
	return m
}

// valueOf decodes an example.
func valueOf(node *yaml.Node) any {
	var value any
	if node == nil || node.Decode(&value) != nil {
		return nil
	}
	return value
}
