package contract

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// A member is one that a schema of the place names. It is as large as a cache line (TestSizes).
type member struct {
	name     string
	head     uint64 // the first bytes of the name, as word reads them
	mask     uint64 // which of them there are
	tail     uint64 // the last bytes of a name of more than eight
	node     *node
	weight   float64
	follows  uint32 // the member that came after it when last it was another than expected; atomic
	refused  bool   // a closed schema of the place does not name it
	oneWay   bool   // it does not travel in this direction
	reported bool   // it is required, and undeclared
	plain    bool   // the name needs no escapes
}

func (m *member) special() bool { return m.refused || m.oneWay || m.reported }

// maxMembers is how many members a table holds; an object with more goes the slow way.
const maxMembers = 256

// addMembers compiles what a shape knows about members.
func (d *direction) addMembers(n *node, s *shape) {
	rest := s.rest
	n.strangers.open, n.strangers.allow = s.open, d.undeclared == Ignore
	n.strangers.node, n.strangers.weight = d.node(rest.shape), weightOf(rest)
	names := map[string]child{}
	maps.Copy(names, s.members)
	required := d.required(s)
	for name := range required {
		if _, named := names[name]; !named {
			names[name] = rest // a stranger that has to be there
		}
	}
	if len(names) > maxMembers {
		n.never = true
		return
	}
	list := d.pruner.members.list(len(names))[:0]
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c := names[name]
		m := member{name: name, node: d.node(c.shape), weight: weightOf(c), follows: uint32(len(list) + 1)}
		m.refused = slices.ContainsFunc(s.closed, func(closed *openapi3.Schema) bool { return closed.Properties[name] == nil })
		m.oneWay = c.shape != nil && (c.shape.readOnly && !d.response || c.shape.writeOnly && d.response)
		_, declared := s.members[name]
		_, twin := s.folded[fold(name)]
		m.reported = !declared && (twin || s.open && d.undeclared != Ignore)
		m.plain = plain([]byte(name), 0) == len(name)
		var head, mask [8]byte
		for k := range copy(head[:], name) {
			mask[k] = 0xFF
		}
		m.head, m.mask = word(head[:], 0), word(mask[:], 0)
		if len(name) > 8 {
			m.tail = word([]byte(name), len(name)-8)
		}
		if required[name] {
			n.required.add(len(list))
		}
		list = append(list, m)
	}
	n.members, n.oneWay = newMemberTable(list), d.oneWayNames
}

// required returns the members that the firm schemas ask for. As kin-openapi has it, one that does not travel in this
// direction is not asked for, if the schema says so that asks for it or one that is visited around it.
func (d *direction) required(s *shape) map[string]bool {
	required := map[string]bool{}
	for _, schema := range s.firmSchemas() {
		if schema.IsEmpty() {
			continue
		}
		for _, name := range schema.Required {
			if !d.exempt(s, schema, name) {
				required[name] = true
			}
		}
	}
	return required
}

func (d *direction) exempt(s *shape, schema *openapi3.Schema, name string) bool {
	if d.oneWay(schema, name) {
		return true
	}
	return slices.ContainsFunc(s.roots(), func(root *openapi3.Schema) bool {
		return includes(root, schema) && d.oneWay(root, name)
	})
}

// oneWay holds if the schema, or one it is composed of by allOf, declares the member readOnly in a request or writeOnly in a
// response.
func (d *direction) oneWay(schema *openapi3.Schema, name string) bool {
	if ref := schema.Properties[name]; ref != nil && ref.Value != nil {
		if ref.Value.ReadOnly && !d.response || ref.Value.WriteOnly && d.response {
			return true
		}
	}
	return slices.ContainsFunc(schema.AllOf, func(ref *openapi3.SchemaRef) bool { return d.oneWay(ref.Value, name) })
}

// collectOneWay notes the names of members that travel in one direction only, of all schemas below s.
func (d *direction) collectOneWay(s *openapi3.Schema) {
	if s == nil || d.collected[s] {
		return
	}
	d.collected[s] = true
	for name, ref := range s.Properties {
		if ref != nil && ref.Value != nil && (ref.Value.ReadOnly || ref.Value.WriteOnly) {
			d.oneWayNames[name] = true
		}
	}
	for _, ref := range refsOf(s) {
		if ref != nil {
			d.collectOneWay(ref.Value)
		}
	}
}

// refsOf returns the schemas that a schema refers to.
func refsOf(s *openapi3.Schema) openapi3.SchemaRefs {
	refs := slices.Concat(s.AllOf, s.AnyOf, s.OneOf)
	for _, ref := range []*openapi3.SchemaRef{s.Not, s.Items, s.AdditionalProperties.Schema} {
		if ref != nil {
			refs = append(refs, ref)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		refs = append(refs, s.Properties[name])
	}
	return refs
}

func includes(root, schema *openapi3.Schema) bool {
	return root == schema || slices.ContainsFunc(root.AllOf, func(ref *openapi3.SchemaRef) bool {
		return includes(ref.Value, schema)
	})
}
