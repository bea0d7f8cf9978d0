package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// JSON returns a document in YAML as JSON, with its members in the order of the document, which is the order in which a person
// wrote them to be read. Aliases are replaced by what they stand for; a value of a type that JSON lacks, such as a date, becomes a
// string.
func JSON(document []byte) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(document, &root); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	if len(root.Content) == 0 {
		return nil, fmt.Errorf("read the document: it is empty")
	}
	var out bytes.Buffer
	if err := writeJSON(&out, root.Content[0]); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func writeJSON(out *bytes.Buffer, n *yaml.Node) error {
	switch n.Kind {
	case yaml.AliasNode:
		return writeJSON(out, n.Alias)
	case yaml.MappingNode:
		return writeList(out, '{', n.Content, '}')
	case yaml.SequenceNode:
		return writeList(out, '[', n.Content, ']')
	}
	var value any = n.Value
	switch n.Tag {
	case "!!int", "!!float", "!!bool", "!!null":
		if err := n.Decode(&value); err != nil {
			return fmt.Errorf("line %d: %w", n.Line, err)
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	out.Write(text)
	return nil
}

// writeList writes the elements of an array, or names and values of an object in turn. A name is written as a string, whatever its
// type in YAML is: the statuses of responses may be integers there.
func writeList(out *bytes.Buffer, begin byte, content []*yaml.Node, end byte) error {
	out.WriteByte(begin)
	for i, n := range content {
		name := begin == '{' && i%2 == 0
		switch {
		case begin == '{' && !name:
			out.WriteByte(':')
		case i > 0:
			out.WriteByte(',')
		}
		if name {
			n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: n.Value, Line: n.Line}
		}
		if err := writeJSON(out, n); err != nil {
			return err
		}
	}
	out.WriteByte(end)
	return nil
}
