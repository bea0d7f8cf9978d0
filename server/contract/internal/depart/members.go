package depart

import (
	"bytes"
	"encoding/json"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// Members returns JSON text with each name that is a declared one but for its case in the declared spelling, and the steps to each of
// these as they were sent. A name is left alone if the object has another spelling of it, too, and so is text that is no JSON or has
// names twice. Names below a value that no schema describes are data.
func Members(s *shape.Shape, body []byte) (renamed []byte, at [][]strictjson.Step) {
	faults := 0
	value, ok := strictjson.Read(body, func(string, string, []strictjson.Step) { faults++ })
	if !ok || faults > 0 {
		return body, nil
	}
	r := &renamer{Reader: strictjson.Reader{Data: body, Found: func(string, string, []strictjson.Step) {}}}
	r.Space()
	r.value(s, value, nil)
	if len(r.at) == 0 {
		return body, nil
	}
	return append(r.out, body[r.copied:]...), r.at
}

// A renamer copies JSON text that was read before, and knows the value of each place from that.
type renamer struct {
	strictjson.Reader
	out    []byte
	copied int // bytes before it are in out
	at     [][]strictjson.Step
}

func (r *renamer) value(s *shape.Shape, value any, path *strictjson.Path) {
	switch value := value.(type) {
	case map[string]any:
		if s != nil {
			r.object(s, value, path)
			return
		}
	case []any:
		if s != nil {
			r.array(s, value, path)
			return
		}
	}
	r.ReadValue(nil)
}

func (r *renamer) array(s *shape.Shape, elements []any, path *strictjson.Path) {
	r.Accept('[')
	for i, element := range elements {
		r.Space()
		r.value(s.Items.Shape, element, &strictjson.Path{Parent: path, Index: i, Array: true})
		r.Space()
		r.Accept(',')
	}
	r.Space()
	r.Accept(']')
}

func (r *renamer) object(s *shape.Shape, members map[string]any, path *strictjson.Path) {
	r.Accept('{')
	for range members {
		r.Space()
		start := r.Pos
		name := r.ReadString(nil)
		declared := declaredName(s, members, name)
		if declared != name {
			r.rename(start, declared)
			r.at = append(r.at, (&strictjson.Path{Parent: path, Name: name}).Steps())
		}
		r.Space()
		r.Accept(':')
		r.Space()
		next, ok := s.Members[declared]
		if !ok {
			next = s.Rest
		}
		r.value(next.Shape, members[name], &strictjson.Path{Parent: path, Name: name})
		r.Space()
		r.Accept(',')
	}
	r.Space()
	r.Accept('}')
}

// declaredName returns the declared name that a member's name is but for its case, or that name itself.
func declaredName(s *shape.Shape, members map[string]any, name string) string {
	if _, declared := s.Members[name]; declared {
		return name
	}
	folded := strictjson.Fold(name)
	declared, ok := s.Folded[folded]
	if !ok {
		return name
	}
	for other := range members {
		if other != name && strictjson.Fold(other) == folded {
			return name
		}
	}
	return declared
}

// rename writes another name than the one from start to the reader's position.
func (r *renamer) rename(start int, name string) {
	r.out = append(r.out, r.Data[r.copied:start]...)
	quoted, err := json.Marshal(name)
	if err != nil { // a string always has JSON
		quoted = bytes.Clone(r.Data[start:r.Pos])
	}
	r.out = append(r.out, quoted...)
	r.copied = r.Pos
}
