package explain

import (
	"math"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// Pieces checks a value that is never in memory as a whole. Its caller checks what is in an array or object first, and then the
// array or object by its own keywords.
type Pieces struct {
	walker    *walker
	explainer *explainer
}

// Pieces starts the check of a value at a place.
func (d *Direction) Pieces(s *shape.Shape, at Place, out *Report) *Pieces {
	w := &walker{direction: d, root: s, at: at, out: out}
	return &Pieces{w, &explainer{walker: w, visits: map[*shape.Shape]int{}}}
}

// Refused returns how many violations were found.
func (p *Pieces) Refused() int { return p.walker.refused }

// Full reports whether more violations would be of no use: the report has as many places as it keeps, or so many values were refused
// that a list of them is hostile.
func (p *Pieces) Full() bool { return p.walker.out.full() || p.walker.refused >= maxVisits }

// Value checks a value with all that is in it.
func (p *Pieces) Value(s *shape.Shape, value any, path *strictjson.Path, src shape.Source) {
	w := p.walker
	w.work, w.values, w.by.explained, w.inBranch = 0, 0, false, false
	before := w.refused
	if w.value(s, value, path, src, 1); w.TooMuch() {
		w.add("depth", "JSON nested less deeply in a schema with alternatives", value, path, src, false)
		return
	}
	if w.inBranch {
		w.branches(&frame{shape: s, value: value, path: path}, src)
	}
	if !w.direction.Accepts(s, value) {
		w.by.explained = true
		if p.explainer.value(s, value, path, src); w.refused == before {
			w.add("schema", "a value that the schema accepts", value, path, src, false)
		}
	}
}

// Object checks which members an object has. The members' values need only be of the kind that they have.
func (p *Pieces) Object(s *shape.Shape, members map[string]any, path *strictjson.Path, src shape.Source) {
	src = shape.OrElse(s.Source, src)
	p.walker.by.explained = false
	p.walker.members(s, members, path, src)
	p.own(s, members, path, src)
}

// Array checks how many elements an array has.
func (p *Pieces) Array(s *shape.Shape, elements int, path *strictjson.Path, src shape.Source) {
	// kin-openapi counts the elements of a slice. One that is as long as any of the limits, and one more, has the same faults.
	var most uint64
	for _, schema := range s.FirmSchemas() {
		most = max(most, schema.MinItems)
		if schema.MaxItems != nil {
			most = max(most, *schema.MaxItems)
		}
	}
	if most < math.MaxInt {
		elements = min(elements, int(most)+1)
	}
	p.own(s, make([]any, elements), path, shape.OrElse(s.Source, src))
}

// own explains what the keywords of a place say of an array or object, but for its members and elements.
func (p *Pieces) own(s *shape.Shape, value any, path *strictjson.Path, src shape.Source) {
	p.walker.by.explained = true
	p.explainer.outer(s, value, path, src)
}
