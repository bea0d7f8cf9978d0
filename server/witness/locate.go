package witness

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A located is a node of the document.
type located struct {
	value    *yaml.Node // nil if there is no such node
	key      *yaml.Node // in the mapping that holds value, or nil
	line     int
	evidence Evidence // of value, or of the nearest node above that has x-evidence
}

// find returns the node at a pointer such as #/components/schemas/User. It follows references on the way.
func (d *Document) find(pointer string) located {
	return d.follow(pointer, 0)
}

const maxReferences = 32

func (d *Document) follow(pointer string, depth int) located {
	rest, ok := strings.CutPrefix(pointer, "#")
	if !ok || depth > maxReferences || len(d.root.Content) == 0 {
		return located{}
	}
	at := located{value: d.root.Content[0], line: 1}
	if rest == "" {
		return at
	}
	for _, step := range strings.Split(rest, "/")[1:] {
		at = d.deref(at, depth)
		at.step(unescaper.Replace(step))
		if at.value == nil {
			return located{}
		}
		at.takeEvidence()
	}
	return at
}

// deref returns the target if a node is a reference. A target without evidence gets that of the reference.
func (d *Document) deref(at located, depth int) located {
	ref := member(at.value, "$ref")
	if ref == nil {
		return at
	}
	target := d.follow(ref.Value, depth+1)
	if target.value == nil {
		return at
	}
	target = d.deref(target, depth+1)
	if target.evidence == (Evidence{}) {
		target.evidence = at.evidence
	}
	return target
}

// step replaces the node by one of its members or elements.
func (at *located) step(name string) {
	node := at.value
	at.value = nil
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == name {
				at.key, at.value, at.line = node.Content[i], node.Content[i+1], node.Content[i].Line
				return
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(name); err == nil && 0 <= i && i < len(node.Content) {
			at.key, at.value, at.line = nil, node.Content[i], node.Content[i].Line
		}
	}
}

// takeEvidence replaces the evidence by that of the node itself, if it has some.
func (at *located) takeEvidence() {
	node := member(at.value, "x-evidence")
	if node == nil {
		return
	}
	if grade := text(node, "grade"); grade != "" {
		at.evidence = Evidence{Grade: grade, Source: text(node, "source"), Reason: text(node, "reason")}
	}
}

// member returns the value of a member of a mapping, or nil.
func member(node *yaml.Node, name string) *yaml.Node {
	if node == nil {
		return nil
	}
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i+1]
		}
	}
	return nil
}

// text returns the text of a scalar member of a mapping, or "".
func text(node *yaml.Node, name string) string {
	if value := member(node, name); value != nil && value.Kind == yaml.ScalarNode {
		return value.Value
	}
	return ""
}

// evidenceOf returns the evidence of a schema of the document.
func (d *Document) evidenceOf(schema string) Evidence {
	if schema == "" {
		return Evidence{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if e, known := d.evidence[schema]; known {
		return e
	}
	e := d.find(schema).evidence
	if d.evidence == nil {
		d.evidence = map[string]Evidence{}
	}
	d.evidence[schema] = e
	return e
}

// evidenceOfResponse returns the evidence for a response of an operation: that in the operation's x-evidence for this status, or that of
// the response itself, or that of the operation.
func (d *Document) evidenceOfResponse(id, status string) Evidence {
	op := d.find(d.operation(id).pointer)
	if said := member(member(member(op.value, "x-evidence"), "responses"), status); said != nil && text(said, "grade") != "" {
		return Evidence{Grade: text(said, "grade"), Source: text(said, "source"), Reason: text(said, "reason")}
	}
	response := d.deref(d.find(d.operation(id).pointer+"/responses/"+status), 0)
	if response.value != nil {
		response.takeEvidence()
		if response.evidence != (Evidence{}) {
			return response.evidence
		}
	}
	return op.evidence
}

// locate sets the line and the evidence of a finding.
func (m *merger) locate(f *Finding) {
	d := m.doc
	info := d.operation(f.Operation)
	if f.Schema == "" && f.In == "response" && f.Operation != "" {
		key := strings.ToLower(d.responseKey(f.Operation, f.Status))
		if at := d.find(info.pointer + "/responses/" + strings.Replace(key, "xx", "XX", 1)); key != "" && at.value != nil {
			f.Line = at.line
			f.Evidence = d.evidenceOfResponse(f.Operation, key)
		}
	}
	if f.Schema != "" {
		if at := d.find(f.Schema); at.value != nil {
			f.Line, f.Evidence = at.line, at.evidence
		}
	}
	if f.Line == 0 {
		f.Line = info.line
	}
	if f.Class == New || f.Class == Foreign {
		f.Evidence = Evidence{} // the document states nothing there
	}
}
