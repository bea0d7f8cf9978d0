package yamledit

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Overlay returns edits as an OpenAPI Overlay 1.0. after is the document with the edits applied. An Overlay appends new members at the end
// of a mapping, and it cannot replace a list, which is removed and written again.
func Overlay(title string, edits []Edit, after *Document) ([]byte, error) {
	actions := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	lists := map[string]bool{}
	for _, e := range edits {
		if e.Op == Append || e.Op == Drop {
			if lists[e.Pointer] {
				continue
			}
			lists[e.Pointer] = true
			e = e.whole(after)
		}
		actions.Content = append(actions.Content, e.actions()...)
	}
	root := Block(
		Pair{"overlay", Text("1.0.0")},
		Pair{"info", Flow(Pair{"title", Text(title)}, Pair{"version", Text("1")})},
		Pair{"actions", actions},
	)
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(root), enc.Close()); err != nil {
		return nil, fmt.Errorf("write overlay: %w", err)
	}
	return b.Bytes(), nil
}

// whole returns an edit that sets the complete list of which this one changes an element.
func (e Edit) whole(after *Document) Edit {
	at := strings.LastIndexByte(e.Pointer, '/')
	return Edit{Op: Set, Pointer: e.Pointer[:at], Key: unescaper.Replace(e.Pointer[at+1:]), Value: after.find(e.Pointer)}
}

// actions returns the actions of an edit of a mapping. An update merges mappings and appends to lists, so that a mapping or list must be
// removed before it can be replaced.
func (e Edit) actions() []*yaml.Node {
	target := Path(e.Pointer)
	member := target + "[" + strconv.Quote(e.Key) + "]"
	if e.Op == Remove {
		return []*yaml.Node{removal(member)}
	}
	update := Block(Pair{"target", Text(target)}, Pair{"update", Block(Pair{e.Key, e.Value})})
	if e.Value.Kind == yaml.ScalarNode {
		return []*yaml.Node{update}
	}
	return []*yaml.Node{removal(member), update}
}

func removal(target string) *yaml.Node {
	return Block(Pair{"target", Text(target)}, Pair{"remove", Bool(true)})
}

// Path returns the JSONPath (RFC 9535) for a pointer.
func Path(pointer string) string {
	var b strings.Builder
	b.WriteByte('$')
	for _, step := range Steps(pointer) {
		if n, err := strconv.Atoi(step); err == nil && n >= 0 && !strings.Contains(pointer, "/responses/"+step) {
			fmt.Fprintf(&b, "[%d]", n)
		} else {
			b.WriteString("[" + strconv.Quote(step) + "]")
		}
	}
	return b.String()
}
