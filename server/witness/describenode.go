package witness

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Node is a schema of a [Description].
type Node struct {
	Name        string   `json:"name,omitempty"`
	Type        string   `json:"type,omitempty"`
	Format      string   `json:"format,omitempty"`
	Nullable    bool     `json:"nullable,omitempty"`
	Required    bool     `json:"required,omitempty"`
	ReadOnly    bool     `json:"readOnly,omitempty"`
	WriteOnly   bool     `json:"writeOnly,omitempty"`
	Enum        []string `json:"enum,omitempty"`
	Limits      string   `json:"limits,omitempty"` // of length, size and pattern, as text
	Description string   `json:"description,omitempty"`
	Evidence    Evidence `json:"evidence,omitzero"` // unless it is the same as the parent's
	Line        int      `json:"line,omitempty"`
	Seen        int64    `json:"seen"`
	Members     []*Node  `json:"members,omitempty"`
	Items       *Node    `json:"items,omitempty"`
	Ref         string   `json:"ref,omitempty"`       // name of the component
	Recursive   bool     `json:"recursive,omitempty"` // the schema contains itself; its members are not repeated
}

// maxDescribed limits the depth of nested schemas.
const maxDescribed = 24

// node describes the schema at a pointer. above lists the pointers of the schemas that contain it.
func (d *describer) node(pointer, name string, parent Evidence, above []string) *Node {
	at, node := d.doc.canonical(pointer)
	if node == nil {
		return nil
	}
	n := &Node{
		Name: name, Type: text(node, "type"), Format: text(node, "format"),
		Nullable: isTrue(node, "nullable"), ReadOnly: isTrue(node, "readOnly"), WriteOnly: isTrue(node, "writeOnly"),
		Limits: limitsOf(node), Description: text(node, "description"), Line: node.Line, Seen: d.seen[at],
	}
	if enum := member(node, "enum"); enum != nil {
		for _, value := range enum.Content {
			n.Enum = append(n.Enum, value.Value)
		}
	}
	if component := componentOf(at); component != "" {
		n.Ref = unescaper.Replace(component[strings.LastIndexByte(component, '/')+1:])
	}
	evidence := d.doc.find(at).evidence
	if evidence == (Evidence{}) {
		evidence = parent
	}
	if evidence != parent {
		n.Evidence = evidence
	}
	if n.Recursive = slices.Contains(above, at) || len(above) >= maxDescribed; n.Recursive {
		return n
	}
	above = append(slices.Clone(above), at)
	d.members(n, at, node, evidence, above)
	if member(node, "items") != nil {
		n.Items = d.node(at+"/items", "", evidence, above)
	}
	return n
}

// members describes the members of an object, including those of the schemas in its allOf, oneOf and anyOf.
func (d *describer) members(n *Node, at string, node *yaml.Node, evidence Evidence, above []string) {
	required := member(node, "required")
	properties := member(node, "properties")
	for i := 0; properties != nil && i+1 < len(properties.Content); i += 2 {
		name := properties.Content[i].Value
		child := d.node(at+"/properties/"+escaper.Replace(name), name, evidence, above)
		if child == nil {
			continue
		}
		child.Line = properties.Content[i].Line
		child.Required = required != nil && slices.ContainsFunc(required.Content, func(r *yaml.Node) bool { return r.Value == name })
		n.Members = append(n.Members, child)
	}
	for _, keyword := range []string{"allOf", "oneOf", "anyOf"} {
		branches := member(node, keyword)
		for i := 0; branches != nil && i < len(branches.Content); i++ {
			branch := d.node(at+"/"+keyword+"/"+itoa(i), "", evidence, above)
			if branch == nil {
				continue
			}
			n.Members = append(n.Members, branch.Members...)
			if n.Type == "" {
				n.Type = branch.Type
			}
		}
	}
}

func isTrue(node *yaml.Node, name string) bool { return text(node, name) == "true" }

// limitsOf returns the limits of a schema as text, such as "1–50 characters".
func limitsOf(node *yaml.Node) string {
	var parts []string
	for _, of := range []struct{ least, most, unit string }{
		{"minLength", "maxLength", " characters"}, {"minimum", "maximum", ""},
		{"minItems", "maxItems", " elements"}, {"minProperties", "maxProperties", " members"},
	} {
		least, most := text(node, of.least), text(node, of.most)
		switch {
		case least != "" && most != "":
			parts = append(parts, least+"–"+most+of.unit)
		case least != "":
			parts = append(parts, "at least "+least+of.unit)
		case most != "":
			parts = append(parts, "at most "+most+of.unit)
		}
	}
	if pattern := text(node, "pattern"); pattern != "" {
		parts = append(parts, "pattern "+strconv.Quote(pattern))
	}
	return strings.Join(parts, ", ")
}
