package contract

import (
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/judge"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/param"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
	"github.com/resellerkit/resellerkit/server/contract/internal/tally"
	"github.com/resellerkit/resellerkit/server/contract/internal/tallyshape"
)

// A tallyPlan is what tallies are told of the document. It is made for the first of them.
type tallyPlan struct {
	c          *Contract
	operations []*tally.Operation // by operation.index
	shapes     tallyshape.Shapes
}

func newTallyPlan(c *Contract) *tallyPlan {
	p := &tallyPlan{c: c, operations: make([]*tally.Operation, len(c.operations)), shapes: tallyshape.Shapes{}}
	for _, op := range c.operations {
		p.operations[op.index] = p.operation(op)
	}
	return p
}

func (p *tallyPlan) operation(op *operation) *tally.Operation {
	t := &tally.Operation{ID: op.ID, Request: p.request(op)}
	if op.responses.policy != Ignore {
		t.UndeclaredStatus = tally.StatusRule
	}
	for _, k := range op.responses.keys {
		t.Statuses = append(t.Statuses, tally.Status{Key: k.key, Declaration: p.response(k.plan)})
	}
	return t
}

func (p *tallyPlan) request(op *operation) tally.Declaration {
	d := tally.Declaration{
		Parameters: p.parameters(op),
		Declares:   op.query.Declares,
		Reserves:   op.query.Reserves,
		IsUndeclared: func(name string) bool {
			return !param.IsOfNoAPI(name) && !slices.ContainsFunc(op.keyHeaders, func(key string) bool { return strings.EqualFold(key, name) })
		},
	}
	if p.c.options.IgnoreCase {
		d.FoldQuery = strictjson.Fold
	}
	if p.c.options.UndeclaredParameters != Ignore {
		d.UndeclaredQuery = tally.Undeclared
	}
	if p.c.options.UndeclaredHeaders != Ignore {
		d.UndeclaredHeader = tally.Undeclared
	}
	if op.body != nil {
		d.Media = p.media(op.body.media)
		if op.body.required {
			d.EmptyBody = tally.Required
		}
	}
	return d
}

func (p *tallyPlan) response(plan *responsePlan) tally.Declaration {
	d := tally.Declaration{Media: p.media(plan.media), IsUndeclared: func(name string) bool { return !param.IsOfNoAPI(name) }}
	for _, header := range plan.headers {
		d.Parameters = append(d.Parameters, p.parameter(header))
	}
	if p.c.options.UndeclaredHeaders != Ignore {
		d.UndeclaredHeader = tally.Undeclared
	}
	onlyJSON := !slices.ContainsFunc(plan.media, func(m *media.Plan) bool { return m.Decoder != media.JSONBody })
	if onlyJSON && len(plan.media) > 0 {
		d.EmptyBody = tally.Required
	}
	return d
}

func (p *tallyPlan) parameters(op *operation) []tally.Parameter {
	var list []tally.Parameter
	for _, declared := range slices.Concat(op.path, op.queryOrder, op.header, op.cookie) {
		t := p.parameter(declared)
		t.Index = slices.Index(op.PathNames, declared.Name)
		list = append(list, t)
	}
	return list
}

func (p *tallyPlan) parameter(declared *param.Parameter) tally.Parameter {
	form := declared.Form()
	t := tally.Parameter{
		In: declared.In, Name: declared.Name, Required: declared.Required, AllowEmpty: form.AllowEmpty,
		Exploded: form.Exploded, Separator: form.Separator, Schema: p.shape(declared.Plan),
	}
	if t.In == "header" {
		t.Name = http.CanonicalHeaderKey(t.Name)
	}
	switch {
	case form.Opaque:
		t.Kind = tally.Opaque
	case form.List:
		t.Kind = tally.List
		t.Elements = elementsOf(declared)
	case form.JSON:
		t.Kind = tally.JSON
	}
	return t
}

// elementsOf returns how the elements are found in a text with escapes, or nil where an escaped separator is one, too.
func elementsOf(p *param.Parameter) func(text, raw string) []string {
	switch {
	case p.In == openapi3.ParameterInPath:
		return p.ElementsInPath
	case p.In == openapi3.ParameterInQuery && !p.Form().Exploded:
		return p.Elements
	}
	return nil
}

func (p *tallyPlan) media(plans []*media.Plan) []tally.Media {
	var list []tally.Media
	for _, m := range plans {
		list = append(list, tally.Media{Key: m.Key(), JSON: m.TakesJSON(), Schema: p.shape(m.Plan)})
	}
	return list
}

func (p *tallyPlan) shape(plan *judge.Plan) *tally.Shape {
	if plan == nil {
		return nil
	}
	return p.shapes.Of(plan.Shape, plan.Direction)
}
