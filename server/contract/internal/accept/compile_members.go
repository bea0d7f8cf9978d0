package accept

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A Member is a member that a schema of the place names.
type Member struct {
	name     string
	node     *Node
	weight   float64
	follows  uint32 // index of the member that last followed this one: a prediction, updated atomically
	refused  bool   // a schema with additionalProperties: false does not name it
	oneWay   bool   // it is not sent in this direction
	reported bool   // it is required but not declared
	plain    bool   // the name contains no character that JSON escapes
}

func (m *Member) special() bool { return m.refused || m.oneWay || m.reported }

// maxMembers is the size of a memberSet. Objects with more declared members need the full check.
const maxMembers = 256

// addMembers compiles the members of a shape.
func (d *Compiler) addMembers(n *Node, s *shape.Shape) {
	rest := s.Rest
	n.unnamed.open, n.unnamed.allow = s.Open, d.undeclared == shape.Ignore
	n.unnamed.node, n.unnamed.weight = d.Node(rest.Shape), weightOf(rest)
	names, required := shape.Names(s.Members), d.required(s)
	for name := range required {
		if _, declared := s.Members[name]; !declared {
			names = append(names, name)
			slices.Sort(names)
		}
	}
	if len(names) > maxMembers {
		n.never = true
		return
	}
	list := make([]Member, 0, len(names))
	for _, name := range names {
		c, declared := s.Members[name]
		if !declared {
			c = rest
		}
		m := Member{name: name, node: d.Node(c.Shape), weight: weightOf(c), follows: uint32(len(list) + 1)}
		m.refused = slices.ContainsFunc(s.Closed, func(closed *openapi3.Schema) bool { return closed.Properties[name] == nil })
		m.oneWay = c.Shape != nil && (c.Shape.InBranch || c.Shape.ReadOnly && !d.response || c.Shape.WriteOnly && d.response)
		_, twin := s.Folded[strictjson.Fold(name)]
		m.reported = !declared && (twin || s.Open && d.undeclared != shape.Ignore)
		m.plain = plain([]byte(name), 0) == len(name)
		if required[name] {
			n.required.add(len(list))
		}
		list = append(list, m)
	}
	n.members, n.oneWay = newMemberTable(list), d.oneWayNames
}

// required returns the members that the firm schemas require. Like kin-openapi it does not require a member that is not sent
// in this direction, if the schema that requires it says so, or a schema that is visited around it.
func (d *Compiler) required(s *shape.Shape) map[string]bool {
	var required map[string]bool
	for _, schema := range s.FirmSchemas() {
		if schema.IsEmpty() {
			continue
		}
		for _, name := range schema.Required {
			if d.exempt(s, schema, name) {
				continue
			}
			if required == nil {
				required = make(map[string]bool, len(schema.Required))
			}
			required[name] = true
		}
	}
	return required
}

func (d *Compiler) exempt(s *shape.Shape, schema *openapi3.Schema, name string) bool {
	if d.oneWay(schema, name) {
		return true
	}
	return slices.ContainsFunc(s.Roots(), func(root *openapi3.Schema) bool {
		return shape.Includes(root, schema) && d.oneWay(root, name)
	})
}

// oneWay reports whether the schema, or one in its allOf, declares the member readOnly in a request or writeOnly in a
// response.
func (d *Compiler) oneWay(schema *openapi3.Schema, name string) bool {
	if ref := schema.Properties[name]; ref != nil && ref.Value != nil {
		if ref.Value.ReadOnly && !d.response || ref.Value.WriteOnly && d.response {
			return true
		}
	}
	return slices.ContainsFunc(schema.AllOf, func(ref *openapi3.SchemaRef) bool { return d.oneWay(ref.Value, name) })
}

// CollectOneWay collects the names of readOnly and writeOnly members of s and of all schemas below it.
func (d *Compiler) CollectOneWay(s *openapi3.Schema) {
	if s == nil || d.collected[s] {
		return
	}
	d.collected[s] = true
	for name, ref := range s.Properties {
		if ref != nil && ref.Value != nil && (ref.Value.ReadOnly || ref.Value.WriteOnly) {
			d.oneWayNames[name] = true
		}
	}
	for ref := range shape.RefsOf(s) {
		if ref != nil {
			d.CollectOneWay(ref.Value)
		}
	}
}
