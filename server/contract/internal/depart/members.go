package depart

import (
	"bytes"
	"encoding/json"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// maxPlaces is how many places of respelt names are returned.
const maxPlaces = 10 * strictjson.MaxFindings

// Members returns JSON text with each name that is a declared one but for its case in the declared spelling, and the steps to the
// first thousand of these as they were sent. The text stays as it is if an object has a declared name in two spellings, which no
// service can read, or a name twice, or if it is no JSON. Names below a value that no schema describes are data.
func Members(s *shape.Shape, body []byte) (renamed []byte, at [][]strictjson.Step) {
	faults := 0
	r := &renamer{Reader: strictjson.Reader{Data: body, Found: func(string, string, []strictjson.Step) { faults++ }}}
	if !r.Whole(func() { r.value(s, nil) }) || faults > 0 || len(r.at) == 0 {
		return body, nil
	}
	return append(r.out, body[r.copied:]...), r.at
}

// A renamer copies JSON text. It keeps nothing else of it, so that the text may be large.
type renamer struct {
	strictjson.Reader
	out    []byte
	copied int // bytes before it are in out
	at     [][]strictjson.Step
}

func (r *renamer) value(s *shape.Shape, path *strictjson.Path) {
	switch c := r.Peek(); {
	case s != nil && c == '{':
		r.Nested(func() any { return r.object(s, path) })
	case s != nil && c == '[':
		r.Nested(func() any {
			r.Elements(path, func(here *strictjson.Path) { r.value(s.Items.Shape, here) })
			return nil
		})
	default:
		r.Skip(path)
	}
}

func (r *renamer) object(s *shape.Shape, path *strictjson.Path) any {
	spellings := map[string]string{} // by declared name
	return r.Members(path, func(here *strictjson.Path) any {
		declared := declaredName(s, here.Name)
		if _, isDeclared := s.Members[declared]; isDeclared {
			if other, twice := spellings[declared]; twice && other != here.Name {
				r.Failed = true
				return nil
			}
			spellings[declared] = here.Name
		}
		if declared != here.Name {
			r.rename(declared)
			if len(r.at) < maxPlaces {
				r.at = append(r.at, here.Steps())
			}
		}
		r.value(s.Child(declared).Shape, here)
		return nil
	})
}

// declaredName returns the declared name that a member's name is but for its case, or that name itself.
func declaredName(s *shape.Shape, name string) string {
	if _, declared := s.Members[name]; declared {
		return name
	}
	if declared, ok := s.Folded[strictjson.Fold(name)]; ok {
		return declared
	}
	return name
}

// rename writes another name than the one that was read last.
func (r *renamer) rename(name string) {
	from, to := r.LastName()
	r.out = append(r.out, r.Data[r.copied:from]...)
	quoted, err := json.Marshal(name)
	if err != nil { // a string always has JSON
		quoted = bytes.Clone(r.Data[from:to])
	}
	r.out = append(r.out, quoted...)
	r.copied = to
}
