package shape

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// An Applied is a schema that applies to a place.
type Applied struct {
	Schema  *openapi3.Schema
	node    *Node
	weight  float64
	firm    bool
	negated bool // it is below a not
	root    bool // it does not apply as a part of another schema

	Ways []Way // to it, unless it applies firmly
}

// A Way leads from a root of a shape to a schema that is a part of it.
type Way struct {
	Root     *openapi3.Schema
	Branches []*openapi3.Schema // of oneOf and anyOf that it passes; a value has to match them all
}

// Firm reports whether the schema applies to every value at the place.
func (a *Applied) Firm() bool { return a.firm }

// Below returns the schema that a has for a member or an element, or nil. A schema below a not has none.
func (a *Applied) Below(step *strictjson.Path) *openapi3.Schema {
	ref := a.Schema.Items
	if !step.Array {
		if ref = a.Schema.Properties[step.Name]; ref == nil {
			ref = a.Schema.AdditionalProperties.Schema
		}
	}
	if ref == nil || a.negated {
		return nil
	}
	return ref.Value
}

// OneWay returns the schemas of branches in which a member is readOnly, and those in which it is writeOnly.
func (s *Shape) OneWay(name string) (readOnly, writeOnly []*Applied) {
	for i := range s.All {
		a := &s.All[i]
		ref := a.Schema.Properties[name]
		if a.firm || a.negated || ref == nil || ref.Value == nil {
			continue
		}
		if ref.Value.ReadOnly {
			readOnly = append(readOnly, a)
		}
		if ref.Value.WriteOnly {
			writeOnly = append(writeOnly, a)
		}
	}
	return readOnly, writeOnly
}

func (w *Way) prune(p *Pruner) {
	w.Root = p.Schema(w.Root)
	for i := range w.Branches {
		w.Branches[i] = p.Schema(w.Branches[i])
	}
}
