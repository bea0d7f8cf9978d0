// Package yamledit changes single members of a YAML document and leaves everything else, comments and order among it, as it was.
//
// Most callers want [Parse], some edits, and [Document.Bytes]. An edit is a value, so that the same list of edits can be applied to a
// document and be written as an OpenAPI Overlay by [Overlay].
package yamledit

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ErrRoundTrip says that the document is written in another style than the encoder's, so that a diff would show changes that no edit
// made.
var ErrRoundTrip = errors.New("the document is not in the style in which it would be written again")

// An Edit is one change. Its Pointer is a JSON pointer to a mapping or a list, such as #/components/schemas/User, without references on
// the way.
type Edit struct {
	Op      Op
	Pointer string
	Key     string     // Set and Remove: the member
	Value   *yaml.Node // Set: the member's; Append and Drop: the element
	After   string     // Set: a new member stands behind this one, if it is there, and else at the end
	Before  string     // Set: a new member stands before the first one that sorts after Before, among the others
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

// Parse parses a document. It returns ErrRoundTrip if writing it again would change it.
func Parse(data []byte) (*Document, error) {
	d := &Document{root: &yaml.Node{}}
	if err := yaml.Unmarshal(data, d.root); err != nil {
		return nil, fmt.Errorf("parse YAML: %w", err)
	}
	again, err := d.Bytes()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, data) {
		return d, ErrRoundTrip
	}
	return d, nil
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

// Apply makes edits, in their order. After an error the document may have some of them.
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

// find follows a pointer, or returns nil.
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

// index returns where the key of a member stands in the content of a mapping, or -1.
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
		return errors.New("is of another kind")
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
	if len(node.Content) > 0 && isNumber(e.Key) { // a status is quoted as the others are
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

// position returns where a new member goes.
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

// Text returns a node of a string, quoted where YAML would read it as something else.
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

// Plain returns a node of text that needs no quotes, such as a day.
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
