package shape

import (
	"iter"
	"maps"
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
	steps  string
}

// String returns the JSON pointer of the node, as a $ref has it, or "" for none.
func (n *Node) String() string {
	if n == nil {
		return ""
	}
	var steps []string
	for ; n != nil; n = n.parent {
		steps = append(steps, n.steps)
	}
	slices.Reverse(steps)
	return strings.Join(steps, "")
}

// Root is the node of a whole document.
var Root = &Node{steps: "#"}

// Below returns the node that a JSON pointer leads to from n.
func (n *Node) Below(pointer string) *Node { return &Node{n, pointer} }

// At returns the node below n that the names lead to.
func (n *Node) At(names ...string) *Node {
	steps := ""
	for _, name := range names {
		steps += "/" + strictjson.EscapePointer(name)
	}
	return &Node{n, steps}
}

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
		n.schema(ref, at.At("schemas", name))
	}
	for name, ref := range sorted(c.Parameters) {
		if ref.Ref == "" {
			n.parameter(ref.Value, ref.Value, at.At("parameters", name))
		}
	}
	for name, ref := range sorted(c.Headers) {
		if ref.Ref == "" && ref.Value != nil {
			n.parameter(ref.Value, &ref.Value.Parameter, at.At("headers", name))
		}
	}
	for name, ref := range sorted(c.RequestBodies) {
		if ref.Ref == "" {
			n.body(ref.Value, at.At("requestBodies", name))
		}
	}
	for name, ref := range sorted(c.Responses) {
		if ref.Ref == "" {
			n.response(ref.Value, at.At("responses", name))
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
			n.response(op.Responses.Value(status).Value, here.At("responses", status))
		}
	}
}

func (n *Nodes) parameters(list openapi3.Parameters, at *Node) {
	for i, ref := range list {
		n.parameter(ref.Value, ref.Value, at.At("parameters", strconv.Itoa(i)))
	}
}

// parameter notes a parameter, or a header, which part is.
func (n *Nodes) parameter(part any, p *openapi3.Parameter, at *Node) {
	if p != nil && n.put(part, at) {
		n.schema(p.Schema, at.At("schema"))
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
		n.parameter(ref.Value, &ref.Value.Parameter, at.At("headers", name))
	}
}

func (n *Nodes) content(content openapi3.Content, at *Node) {
	for key, media := range sorted(content) {
		here := at.At("content", key)
		if n.put(media, here) {
			n.schema(media.Schema, here.At("schema"))
		}
	}
}

func (n *Nodes) schema(ref *openapi3.SchemaRef, at *Node) {
	switch {
	case ref == nil || ref.Value == nil || n.at[ref.Value] != nil:
	case ref.Ref != "":
		n.later = append(n.later, later{ref, at})
	default:
		n.define(ref.Value, at)
	}
}

func (n *Nodes) define(s *openapi3.Schema, at *Node) {
	if !n.put(s, at) {
		return
	}
	for name, property := range sorted(s.Properties) {
		n.schema(property, at.At("properties", name))
	}
	n.schema(s.Items, at.At("items"))
	n.schema(s.AdditionalProperties.Schema, at.At("additionalProperties"))
	n.schema(s.Not, at.At("not"))
	n.branches(s.AllOf, at.At("allOf"))
	n.branches(s.OneOf, at.At("oneOf"))
	n.branches(s.AnyOf, at.At("anyOf"))
}

func (n *Nodes) branches(refs openapi3.SchemaRefs, at *Node) {
	for i, ref := range refs {
		n.schema(ref, at.At(strconv.Itoa(i)))
	}
}

// sorted ranges over a map in the order of its names, so that a part that is met twice has one place.
func sorted[T any](m map[string]T) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if !yield(name, m[name]) {
				return
			}
		}
	}
}
