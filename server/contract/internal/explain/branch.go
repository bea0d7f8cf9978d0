package explain

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A frame is a value on the way to the one that is looked at.
type frame struct {
	around *frame // nil for the whole value
	shape  *shape.Shape
	value  any
	path   *strictjson.Path // whose last step leads here from the value around

	accepts, applies map[*openapi3.Schema]bool // by schema, as far as they are known
}

// Branches checks members that a branch of oneOf or anyOf declares readOnly or writeOnly: a branch of the object that they are in,
// or of what is around it. kin-openapi is asked of which branches a value is, so that this is done only if it is not too much work.
func (w *walker) Branches(value any) {
	if w.inBranch {
		w.branches(&frame{shape: w.root, value: value}, w.at.Source)
	}
}

func (w *walker) branches(f *frame, src shape.Source) {
	if f.shape == nil {
		return
	}
	src = shape.OrElse(f.shape.Source, src)
	switch value := f.value.(type) {
	case map[string]any:
		for name, member := range value {
			at := f.below(f.shape.Member(name), member, &strictjson.Path{Parent: f.path, Name: name})
			w.branchMember(f, at, src)
			w.branches(at, src)
		}
	case []any:
		for i, element := range value {
			w.branches(f.below(f.shape.Items.Shape, element, &strictjson.Path{Parent: f.path, Index: i, Array: true}), src)
		}
	}
}

func (f *frame) below(s *shape.Shape, value any, path *strictjson.Path) *frame {
	return &frame{around: f, shape: s, value: value, path: path}
}

func (w *walker) branchMember(f, member *frame, src shape.Source) {
	s := member.shape
	if s == nil || !s.InBranch || member.value == nil {
		return
	}
	readOnly, writeOnly := f.shape.OneWay(member.path.Name)
	applies := func(a *shape.Applied) bool { return w.applies(f, a) }
	src = shape.OrElse(s.Source, src)
	if !w.direction.Response && !s.ReadOnly && slices.ContainsFunc(readOnly, applies) {
		w.add("readOnly", "only in responses", member.value, member.path, src, true)
	}
	if w.direction.Response && !s.WriteOnly && slices.ContainsFunc(writeOnly, applies) {
		w.add("writeOnly", "only in requests", member.value, member.path, src, false)
	}
}

// applies reports whether a schema applies to the value of a frame: whether that is of the branches around the schema, and what
// they are branches of applies, too.
func (w *walker) applies(f *frame, a *shape.Applied) bool {
	return a.Firm() || remember(&f.applies, a.Schema, func() bool {
		return slices.ContainsFunc(a.Ways, func(way shape.Way) bool {
			return w.reaches(f, way.Root) && !slices.ContainsFunc(way.Branches, func(b *openapi3.Schema) bool { return !w.accepts(f, b) })
		})
	})
}

// accepts reports whether the value of a frame is of a branch.
func (w *walker) accepts(f *frame, branch *openapi3.Schema) bool {
	return remember(&f.accepts, branch, func() bool { return branch.VisitJSON(f.value, w.direction.Accept...) == nil })
}

// reaches reports whether a schema that applies to the value around has root for the value of a frame.
func (w *walker) reaches(f *frame, root *openapi3.Schema) bool {
	if f.around == nil {
		return true
	}
	around := f.around.shape.All
	for i := range around {
		if around[i].Below(f.path) == root && w.applies(f.around, &around[i]) {
			return true
		}
	}
	return false
}

func remember(results *map[*openapi3.Schema]bool, s *openapi3.Schema, ask func() bool) bool {
	result, known := (*results)[s]
	if known {
		return result
	}
	if *results == nil {
		*results = map[*openapi3.Schema]bool{}
	}
	result = ask()
	(*results)[s] = result
	return result
}
