package witness

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// canonical resolves the references on the way of a pointer and at its end. It returns the pointer to the same node without references,
// and the node, or nil if there is none.
func (d *Document) canonical(pointer string) (string, *yaml.Node) {
	if len(d.root.Content) == 0 || pointer == "" {
		return "", nil
	}
	at, node := "#", d.root.Content[0]
	steps := strings.Split(pointer, "/")[1:]
	for depth := 0; ; {
		if ref := member(node, "$ref"); ref != nil {
			if depth++; depth > maxReferences {
				return "", nil
			}
			at, node = "#", d.root.Content[0]
			steps = append(slices.Clone(strings.Split(ref.Value, "/")[1:]), steps...)
			continue
		}
		if len(steps) == 0 {
			return at, node
		}
		place := located{value: node}
		place.step(unescaper.Replace(steps[0]))
		if place.value == nil {
			return "", nil
		}
		at, node, steps = at+"/"+steps[0], place.value, steps[1:]
	}
}

// requiredBy returns the schema that requires a member, with its list of required members: the schema itself, or one in its allOf.
func (d *Document) requiredBy(schema, name string) (string, *yaml.Node) {
	return d.requiredBelow(schema, name, 0)
}

func (d *Document) requiredBelow(schema, name string, depth int) (string, *yaml.Node) {
	at, node := d.canonical(schema)
	if node == nil || depth > maxReferences {
		return "", nil
	}
	list := member(node, "required")
	if list != nil && slices.ContainsFunc(list.Content, func(n *yaml.Node) bool { return n.Value == name }) {
		return at, list
	}
	if all := member(node, "allOf"); all != nil {
		for i := range all.Content {
			if at, list := d.requiredBelow(at+"/allOf/"+itoa(i), name, depth+1); list != nil {
				return at, list
			}
		}
	}
	return "", nil
}

// parameter returns a parameter of an operation, by its location and name.
func (d *Document) parameter(id, in, name string) (string, *yaml.Node) {
	op := d.operation(id).pointer
	for _, list := range []string{op + "/parameters", op[:max(0, strings.LastIndexByte(op, '/'))] + "/parameters"} {
		_, node := d.canonical(list)
		if node == nil {
			continue
		}
		for i := range node.Content {
			at, p := d.canonical(list + "/" + itoa(i))
			if text(p, "in") == in && strings.EqualFold(text(p, "name"), name) {
				return at, p
			}
		}
	}
	return "", nil
}

// componentOf returns the pointer of a schema if it is a component, and otherwise "".
func componentOf(schema string) string {
	if strings.HasPrefix(schema, "#/components/schemas/") && strings.Count(schema, "/") == 3 {
		return schema
	}
	return ""
}

// describes reports whether a schema accepts the values that were seen at a place.
func describes(d *counts.Declared, seen *counts.Place, depth int) bool {
	if d == nil || depth > counts.MaxDepth {
		return true
	}
	for _, kind := range kindsOf(seen) {
		if !slices.Contains(d.Kinds, kind.What) && !(kind.What == "integer" && slices.Contains(d.Kinds, "number")) {
			return false
		}
	}
	if format := d.Format; (format == "uuid" || format == "date-time" || format == "date") && seen.String > 0 && formatOf(seen) != format {
		return false
	}
	for name, m := range d.Members {
		child := membersOf(seen)[name]
		if child == nil {
			if m.Required && seen.Object > 0 {
				return false
			}
			continue
		}
		if m.Required && child.Seen < seen.Object || !describes(m.Declared, child, depth+1) {
			return false
		}
	}
	for name := range membersOf(seen) {
		if _, declared := d.Members[name]; !declared && len(d.Members) > 0 {
			return false
		}
	}
	return seen.Items == nil || describes(d.Items, seen.Items, depth+1)
}

// membersOf returns the members that were seen at a place, declared or not.
func membersOf(p *counts.Place) map[string]*counts.Place {
	all := map[string]*counts.Place{}
	for _, of := range []map[string]*counts.Place{p.Members, p.Undeclared} {
		for name, child := range of {
			if child.Seen > 0 {
				all[name] = child
			}
		}
	}
	return all
}

// inRequests reports whether the request body of an operation uses a schema.
func (d *Document) inRequests(schema string) bool {
	for _, info := range d.operations {
		seen := map[string]bool{}
		d.reach(info.pointer+"/requestBody", seen)
		if seen[schema] {
			return true
		}
	}
	return false
}

// reach collects the canonical pointers of all mappings and lists below a pointer, also those behind references.
func (d *Document) reach(pointer string, seen map[string]bool) {
	at, node := d.canonical(pointer)
	if node == nil || seen[at] {
		return
	}
	seen[at] = true
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i+1].Kind != yaml.ScalarNode {
				d.reach(at+"/"+escaper.Replace(node.Content[i].Value), seen)
			}
		}
	case yaml.SequenceNode:
		for i, child := range node.Content {
			if child.Kind != yaml.ScalarNode {
				d.reach(at+"/"+itoa(i), seen)
			}
		}
	}
}
