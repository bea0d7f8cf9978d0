package shape

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A Node is where something stands in a document. Nodes share what leads to them, so that a large document costs little; they
// become pointers only when there is something to report.
type Node struct {
	parent *Node
	raw    string    // a pointer that leads here from the parent
	names  [2]string // or the names that do, the second of which may be missing
}

// String returns the JSON pointer of the node, as a $ref has it, or "" for none.
func (n *Node) String() string {
	if n == nil {
		return ""
	}
	var way []*Node
	for ; n != nil; n = n.parent {
		way = append(way, n)
	}
	var b strings.Builder
	for _, n := range slices.Backward(way) {
		b.WriteString(n.raw)
		for _, name := range n.names {
			if name != noName {
				b.WriteString("/" + strictjson.EscapePointer(name))
			}
		}
	}
	return b.String()
}

// noName stands for a name that is missing, because a name may be empty.
const noName = "\x00"

// Root is the node of a whole document.
var Root = &Node{raw: "#", names: [2]string{noName, noName}}

// Below returns the node that a JSON pointer leads to from n.
func (n *Node) Below(pointer string) *Node { return &Node{n, pointer, [2]string{noName, noName}} }

// At returns the node below n that a name leads to.
func (n *Node) At(name string) *Node { return &Node{n, "", [2]string{name, noName}} }

// In returns the node that a name leads to in the member of n that has a name, too, such as properties.
func (n *Node) In(member, name string) *Node { return &Node{n, "", [2]string{member, name}} }

// Nodes knows where the parts of a document stand: what a reference refers to stands where it is defined.
type Nodes struct {
	at    map[any]*Node
	later []later
}

// A later schema is referred to, and stands at the reference if it is defined nowhere.
type later struct {
	ref *openapi3.SchemaRef
	at  *Node
}

// NewNodes walks a document.
func NewNodes(doc *openapi3.T) *Nodes {
	n := &Nodes{at: map[any]*Node{}}
	root := Root
	n.at[doc] = root
	if c := doc.Components; c != nil {
		n.components(c, root.At("components"))
	}
	paths := root.At("paths")
	for _, template := range doc.Paths.Keys() {
		n.path(doc.Paths.Value(template), paths.At(template))
	}
	for len(n.later) > 0 { // of another file
		l := n.later[0]
		n.later = n.later[1:]
		n.define(l.ref.Value, l.at)
	}
	return n
}

// Of returns the node of a part of the document, given by its pointer, or nil.
func (n *Nodes) Of(part any) *Node {
	if n == nil {
		return nil
	}
	return n.at[part]
}

// Source returns what a part of the document says of itself.
func (n *Nodes) Source(part any, extensions map[string]any, origin *openapi3.Origin) Source {
	src := SourceOf(extensions, origin)
	src.Node = n.Of(part)
	return src
}

// Extensions ranges over the extensions of all parts that have some.
func (n *Nodes) Extensions() iter.Seq2[*Node, map[string]any] {
	return func(yield func(*Node, map[string]any) bool) {
		for part, at := range n.at {
			if extensions := extensionsOf(part); len(extensions) > 0 && !yield(at, extensions) {
				return
			}
		}
	}
}

func extensionsOf(part any) map[string]any {
	switch part := part.(type) {
	case *openapi3.T:
		return part.Extensions
	case *openapi3.PathItem:
		return part.Extensions
	case *openapi3.Operation:
		return part.Extensions
	case *openapi3.Parameter:
		return part.Extensions
	case *openapi3.Header:
		return part.Extensions
	case *openapi3.RequestBody:
		return part.Extensions
	case *openapi3.Response:
		return part.Extensions
	case *openapi3.MediaType:
		return part.Extensions
	case *openapi3.Schema:
		return part.Extensions
	}
	return nil
}

// put notes where a part stands, and reports whether it is new: a part that is referred to from several places stands where it was
// met first, which is where it is defined if that is a component.
func (n *Nodes) put(part any, at *Node) bool {
	if n.at[part] != nil {
		return false
	}
	n.at[part] = at
	return true
}

func (n *Nodes) components(c *openapi3.Components, at *Node) {
	for name, ref := range sorted(c.Schemas) {
		n.schema(ref, at, "schemas", name)
	}
	for name, ref := range sorted(c.Parameters) {
		if ref.Ref == "" {
			n.parameter(ref.Value, ref.Value, at.In("parameters", name))
		}
	}
	for name, ref := range sorted(c.Headers) {
		if ref.Ref == "" && ref.Value != nil {
			n.parameter(ref.Value, &ref.Value.Parameter, at.In("headers", name))
		}
	}
	for name, ref := range sorted(c.RequestBodies) {
		if ref.Ref == "" {
			n.body(ref.Value, at.In("requestBodies", name))
		}
	}
	for name, ref := range sorted(c.Responses) {
		if ref.Ref == "" {
			n.response(ref.Value, at.In("responses", name))
		}
	}
}

func (n *Nodes) path(item *openapi3.PathItem, at *Node) {
	if item == nil {
		return
	}
	n.put(item, at)
	n.parameters(item.Parameters, at)
	for method, op := range sorted(item.Operations()) {
		here := at.At(strings.ToLower(method))
		n.put(op, here)
		n.parameters(op.Parameters, here)
		if op.RequestBody != nil && op.RequestBody.Value != nil {
			n.body(op.RequestBody.Value, here.At("requestBody"))
		}
		for _, status := range op.Responses.Keys() {
			n.response(op.Responses.Value(status).Value, here.In("responses", status))
		}
	}
}

func (n *Nodes) parameters(list openapi3.Parameters, at *Node) {
	for i, ref := range list {
		n.parameter(ref.Value, ref.Value, at.In("parameters", strconv.Itoa(i)))
	}
}

// parameter notes a parameter, or a header, which part is.
func (n *Nodes) parameter(part any, p *openapi3.Parameter, at *Node) {
	if p != nil && n.put(part, at) {
		n.schema(p.Schema, at, "schema", noName)
		n.content(p.Content, at)
	}
}

func (n *Nodes) body(body *openapi3.RequestBody, at *Node) {
	if body != nil && n.put(body, at) {
		n.content(body.Content, at)
	}
}

func (n *Nodes) response(r *openapi3.Response, at *Node) {
	if r == nil || !n.put(r, at) {
		return
	}
	n.content(r.Content, at)
	for name, ref := range sorted(r.Headers) {
		n.parameter(ref.Value, &ref.Value.Parameter, at.In("headers", name))
	}
}

func (n *Nodes) content(content openapi3.Content, at *Node) {
	for key, media := range sorted(content) {
		here := at.In("content", key)
		if n.put(media, here) {
			n.schema(media.Schema, here, "schema", noName)
		}
	}
}

// schema notes a schema that stands in a member of at, or below a name in that.
func (n *Nodes) schema(ref *openapi3.SchemaRef, at *Node, member, name string) {
	switch {
	case ref == nil || ref.Value == nil || n.at[ref.Value] != nil:
	case ref.Ref != "":
		n.later = append(n.later, later{ref, at.In(member, name)})
	default:
		n.define(ref.Value, at.In(member, name))
	}
}

func (n *Nodes) define(s *openapi3.Schema, at *Node) {
	if !n.put(s, at) {
		return
	}
	for name, property := range sorted(s.Properties) {
		n.schema(property, at, "properties", name)
	}
	n.schema(s.Items, at, "items", noName)
	n.schema(s.AdditionalProperties.Schema, at, "additionalProperties", noName)
	n.schema(s.Not, at, "not", noName)
	n.branches(s.AllOf, at, "allOf")
	n.branches(s.OneOf, at, "oneOf")
	n.branches(s.AnyOf, at, "anyOf")
}

func (n *Nodes) branches(refs openapi3.SchemaRefs, at *Node, keyword string) {
	for i, ref := range refs {
		n.schema(ref, at, keyword, strconv.Itoa(i))
	}
}

// Names returns the keys of a map, sorted.
func Names[T any](m map[string]T) []string {
	if len(m) == 0 {
		return nil
	}
	names := make([]string, 0, len(m)) // slices.Sorted does not know how many there will be
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// sorted ranges over a map in the order of its names, so that a part that is met twice has one place.
func sorted[T any](m map[string]T) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, name := range Names(m) {
			if !yield(name, m[name]) {
				return
			}
		}
	}
}
