// Package judge checks values against a schema. A [Plan] asks package accept first, and package explain if that does not
// accept.
package judge

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/format"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// A Planner compiles the plans for one direction: requests or responses.
type Planner struct {
	*shape.Nodes
	Rules
	pruner    *shape.Pruner
	shaper    *shape.Shaper
	compiler  *accept.Compiler
	direction *explain.Direction
}

// Rules are the choices that a caller has about schemas.
type Rules struct {
	Undeclared shape.Policy
	Formats    map[string]func([]byte) bool // see [format.Strings]
	Charsets   []string                     // of bodies
}

// NewPlanners returns the Planners for both directions, for the document that nodes were made of, which may be nil.
func NewPlanners(rules Rules, p *shape.Pruner, nodes *shape.Nodes) (request, response *Planner) {
	m := shape.NewShaper(nodes)
	return newPlanner(false, rules, p, nodes, m), newPlanner(true, rules, p, nodes, m)
}

func newPlanner(response bool, rules Rules, p *shape.Pruner, nodes *shape.Nodes, m *shape.Shaper) *Planner {
	formats := format.Strings(response, rules.Formats)
	dir := explain.NewDirection(response, rules.Undeclared, formats)
	return &Planner{nodes, rules, p, m, accept.NewCompiler(response, m, formats, format.UUID(response, rules.Formats), p.Patterns, rules.Undeclared, dir.Accept), dir}
}

// Keep returns a copy of a reference without the prose of its schema, for a plan to keep.
func (d *Planner) Keep(ref *openapi3.SchemaRef) *openapi3.SchemaRef { return d.pruner.Ref(ref) }

// Finish releases the document. It is called once, after the last plan was made.
func (d *Planner) Finish() {
	d.shaper.Prune(d.pruner)
	d.direction.AddPatterns(d.pruner.Formats)
}

// A Plan checks values against one schema. Its program accepts most correct ones without building a value.
type Plan struct {
	Direction *explain.Direction
	schema    *openapi3.Schema
	Shape     *shape.Shape
	Program   accept.Program
}

// Plan returns nil if ref is nil. A nil Plan accepts everything.
func (d *Planner) Plan(ref *openapi3.SchemaRef) *Plan {
	if ref == nil || ref.Value == nil {
		return nil
	}
	d.compiler.CollectOneWay(ref.Value)
	s := d.shaper.Of(ref.Value)
	return &Plan{d.direction, d.pruner.Schema(ref.Value), s, accept.Program{Root: d.compiler.Node(s)}}
}

// Check reports what is wrong with value: first what kin-openapi does not check, then, if kin-openapi does not accept it, why.
func (p *Plan) Check(value any, at explain.Place, out *explain.Report) {
	if p == nil {
		return
	}
	w := p.Direction.Walk(p.Shape, value, at, out)
	if w.TooMuch() {
		out.Add(at.Finding("depth", "JSON nested less deeply in a schema with alternatives"))
		return
	}
	w.Branches(value)
	if !p.accepts(value) && !w.Explain(p.Shape, value) {
		out.Add(at.Finding("schema", "a value that the schema accepts"))
	}
}

func (p *Plan) accepts(value any) bool {
	return p.schema.VisitJSON(value, p.Direction.Accept...) == nil
}

func (p *Plan) Options() []openapi3.SchemaValidationOption {
	if p == nil {
		return nil
	}
	return p.Direction.All
}
