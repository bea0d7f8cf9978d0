// Package yamledit changes members of a YAML document and leaves everything else as it is, including comments and order.
//
// Most callers call [Parse], [Document.Apply] and [Document.Bytes]. The same list of edits can also be written as an OpenAPI Overlay, with
// [Overlay].
package yamledit

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ErrRoundTrip says that encoding the document again would change lines without an edit, because it is not formatted as the encoder formats
// it.
var ErrRoundTrip = errors.New("the document is not formatted as the YAML encoder formats it")

// An Edit is one change. Its Pointer is a JSON pointer to a mapping or a list, such as #/components/schemas/User. References on the way are
// not followed.
type Edit struct {
	Op      Op
	Pointer string
	Key     string     // for Set and Remove: name of the member
	Value   *yaml.Node // for Set: value of the member; for Append and Drop: the element
	After   string     // for Set: name of the member after which a new one is inserted; by default it is appended
	Before  string     // for Set: a new member is inserted before the first one whose name sorts after Before
}

// Op is a kind of edit.
type Op int

// Kinds of edits.
const (
	Set    Op = iota // puts a member into a mapping, or replaces it
	Remove           // removes a member of a mapping
	Append           // appends an element to a list
	Drop             // removes the elements of a list that have the text of Value
)

// A Document is parsed YAML.
type Document struct{ root *yaml.Node }

// Parse parses a document.
func Parse(data []byte) (*Document, error) {
	d := &Document{root: &yaml.Node{}}
	if err := yaml.Unmarshal(data, d.root); err != nil {
		return nil, fmt.Errorf("parse YAML: %w", err)
	}
	return d, nil
}

// CheckRoundTrip returns ErrRoundTrip if parsing and encoding a document would change it.
func CheckRoundTrip(data []byte) error {
	d, err := Parse(data)
	if err != nil {
		return err
	}
	again, err := d.Bytes()
	if err != nil {
		return err
	}
	if !bytes.Equal(again, data) {
		return ErrRoundTrip
	}
	return nil
}

// Bytes writes the document.
func (d *Document) Bytes() ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(d.root), enc.Close()); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return b.Bytes(), nil
}

// Apply applies edits in their order. After an error some of them may have been applied.
func (d *Document) Apply(edits ...Edit) error {
	for _, e := range edits {
		node := d.find(e.Pointer)
		if node == nil {
			return fmt.Errorf("%s is not in the document", e.Pointer)
		}
		if err := e.apply(node); err != nil {
			return fmt.Errorf("%s: %w", e.Pointer, err)
		}
	}
	return nil
}

// find returns the node at a pointer, or nil.
func (d *Document) find(pointer string) *yaml.Node {
	if len(d.root.Content) == 0 {
		return nil
	}
	node := d.root.Content[0]
	for _, step := range Steps(pointer) {
		if node = child(node, step); node == nil {
			return nil
		}
	}
	return node
}

var unescaper = strings.NewReplacer("~1", "/", "~0", "~")

// Steps returns the steps of a pointer, unescaped.
func Steps(pointer string) []string {
	_, rest, ok := strings.Cut(pointer, "/")
	if !ok {
		return nil
	}
	steps := strings.Split(rest, "/")
	for i, step := range steps {
		steps[i] = unescaper.Replace(step)
	}
	return steps
}

func child(node *yaml.Node, step string) *yaml.Node {
	switch node.Kind {
	case yaml.MappingNode:
		if i := index(node, step); i >= 0 {
			return node.Content[i+1]
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && 0 <= i && i < len(node.Content) {
			return node.Content[i]
		}
	}
	return nil
}

// index returns the index of a key in the content of a mapping, or -1.
func index(node *yaml.Node, key string) int {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return i
		}
	}
	return -1
}

func (e Edit) apply(node *yaml.Node) error {
	want := yaml.MappingNode
	if e.Op == Append || e.Op == Drop {
		want = yaml.SequenceNode
	}
	if node.Kind != want {
		return errors.New("is not a mapping, or not a list")
	}
	switch e.Op {
	case Set:
		e.set(node)
	case Remove:
		if i := index(node, e.Key); i >= 0 {
			node.Content = append(node.Content[:i], node.Content[i+2:]...)
		}
	case Append:
		node.Content = append(node.Content, e.Value)
	case Drop:
		var kept []*yaml.Node
		for _, element := range node.Content {
			if element.Value != e.Value.Value {
				kept = append(kept, element)
			}
		}
		node.Content = kept
	}
	return nil
}

func (e Edit) set(node *yaml.Node) {
	if i := index(node, e.Key); i >= 0 {
		value := *e.Value
		value.LineComment = node.Content[i+1].LineComment
		node.Content[i+1] = &value
		return
	}
	key := Text(e.Key)
	if len(node.Content) > 0 && isNumber(e.Key) { // a status must be quoted: in YAML it would be a number
		key.Style = yaml.DoubleQuotedStyle
	}
	at := e.position(node)
	rest := append([]*yaml.Node{key, e.Value}, node.Content[at:]...)
	node.Content = append(node.Content[:at:at], rest...)
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// position returns the index at which a new member is inserted.
func (e Edit) position(node *yaml.Node) int {
	if e.After != "" {
		if i := index(node, e.After); i >= 0 {
			return i + 2
		}
	}
	if e.Before != "" {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value > e.Before {
				return i
			}
		}
	}
	return len(node.Content)
}

// Text returns a node of a string. It is quoted if YAML would read it as another type otherwise.
func Text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

// Bool returns a node of a boolean.
func Bool(b bool) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(b)}
}

// Null returns a node of null.
func Null() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"} }

// Int returns a node of a number.
func Int(n int64) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(n, 10)}
}

// Plain returns a node without quotes, such as a day.
func Plain(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

// A Pair is a member of a mapping.
type Pair struct {
	Key   string
	Value *yaml.Node
}

// Flow returns a mapping on one line.
func Flow(pairs ...Pair) *yaml.Node {
	n := Block(pairs...)
	n.Style = yaml.FlowStyle
	return n
}

// Block returns a mapping with a line for each member.
func Block(pairs ...Pair) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, p := range pairs {
		n.Content = append(n.Content, Text(p.Key), p.Value)
	}
	return n
}
