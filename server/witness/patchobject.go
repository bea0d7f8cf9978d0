package witness

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/witness/internal/yamledit"
)

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// addMember adds an undeclared member of a response to the object's properties. An object that requests have, too, gets it as
// readOnly: nothing was seen of it in a request.
func (p *planner) addMember(f *Finding) ([]yamledit.Edit, string) {
	name := lastStep(f.Place)
	if f.at == nil || f.parent == nil {
		return nil, "the member was not counted"
	}
	if name == counts.Other {
		return nil, "the names look like data: is it a map?"
	}
	at, node := p.doc.canonical(f.parent.Schema)
	if node == nil {
		return nil, "its object was not found in the document"
	}
	schema := p.schemaOf(f.at, 0)
	if p.doc.inRequests(at) {
		schema = append(schema, yamledit.Pair{Key: "readOnly", Value: yamledit.Bool(true)})
	}
	schema = append(schema, yamledit.Pair{Key: "x-evidence", Value: p.observedEvidence(f, Evidence{}, nil, "")})
	value := yamledit.Block(schema...)
	if member(node, "properties") == nil {
		return []yamledit.Edit{{Op: yamledit.Set, Pointer: at, Key: "properties", Value: yamledit.Block(yamledit.Pair{Key: name, Value: value}), After: "type"}}, ""
	}
	return []yamledit.Edit{{Op: yamledit.Set, Pointer: at + "/properties", Key: name, Value: value}}, ""
}

// schemaOf writes a schema from what was seen at a place that no schema describes.
func (p *planner) schemaOf(at *counts.Place, depth int) []yamledit.Pair {
	var pairs []yamledit.Pair
	kind, why := oneKind(at)
	if why == "" {
		pairs = append(pairs, yamledit.Pair{Key: "type", Value: yamledit.Text(kind)})
	}
	if at.Null > 0 {
		pairs = append(pairs, yamledit.Pair{Key: "nullable", Value: yamledit.Bool(true)})
	}
	switch kind {
	case "string":
		if format := formatOf(at); format != "" {
			pairs = append(pairs, yamledit.Pair{Key: "format", Value: yamledit.Text(format)})
		}
	case "object":
		pairs = append(pairs, p.propertiesOf(at, depth)...)
	case "array":
		items := yamledit.Block()
		if at.Items != nil && depth < counts.MaxDepth {
			items = yamledit.Block(p.schemaOf(at.Items, depth+1)...)
		}
		if len(items.Content) == 0 {
			items.Style = yaml.FlowStyle
		}
		pairs = append(pairs, yamledit.Pair{Key: "items", Value: items})
	}
	return pairs
}

func (p *planner) propertiesOf(at *counts.Place, depth int) []yamledit.Pair {
	properties := yamledit.Block()
	for _, of := range []map[string]*counts.Place{at.Members, at.Undeclared} {
		for _, name := range sortedKeys(of) {
			if of[name].Seen == 0 || name == counts.Other || depth >= counts.MaxDepth {
				continue
			}
			schema := yamledit.Block(p.schemaOf(of[name], depth+1)...)
			if len(schema.Content) == 0 {
				schema.Style = yaml.FlowStyle
			}
			properties.Content = append(properties.Content, yamledit.Text(name), schema)
		}
	}
	if len(properties.Content) == 0 {
		return nil
	}
	return []yamledit.Pair{{Key: "properties", Value: properties}}
}

// dropRequired takes a member out of what an object requires.
func (p *planner) dropRequired(f *Finding) ([]yamledit.Edit, string) {
	if f.Place == "" {
		return nil, "a body may be missing in no schema"
	}
	if f.parent == nil {
		return nil, "its object was not found in the document"
	}
	at, list := p.doc.requiredBy(f.parent.Schema, lastStep(f.Place))
	if list == nil {
		return nil, "what requires it was not found in the document"
	}
	edit := yamledit.Edit{Op: yamledit.Drop, Pointer: at + "/required", Value: yamledit.Text(lastStep(f.Place))}
	if len(list.Content) == 1 {
		edit = yamledit.Edit{Op: yamledit.Remove, Pointer: at, Key: "required"}
	}
	schema, node := p.doc.canonical(f.Schema)
	if node == nil || member(node, "$ref") != nil {
		return []yamledit.Edit{edit}, ""
	}
	return []yamledit.Edit{edit, p.evidence(f, schema, "")}, ""
}

func (p *planner) dropRequiredParameter(f *Finding) ([]yamledit.Edit, string) {
	at, node := p.doc.parameter(f.Operation, f.In, lastStep(f.Place))
	if node == nil || f.In == "path" {
		return nil, "its parameter was not found in the document"
	}
	if f.Exchanges < 3 {
		return nil, "seen in fewer than 3 exchanges"
	}
	return []yamledit.Edit{{Op: yamledit.Remove, Pointer: at, Key: "required"}, p.evidence(f, at, "")}, ""
}

// addStatus adds a response: with the schema of another error of the operation, if what was seen fits it, or else with one that is
// written from what was seen.
func (p *planner) addStatus(f *Finding) ([]yamledit.Edit, string) {
	if f.runs < p.opts.Runs {
		return nil, fmt.Sprintf("seen in fewer than %d runs", p.opts.Runs)
	}
	op := p.contract.counts.Operations[f.Operation]
	message := op.Undeclared[strconv.Itoa(f.Status)]
	if message == nil {
		return nil, "what was seen with it was not counted"
	}
	evidence := yamledit.Pair{Key: "x-evidence", Value: p.observedEvidence(f, Evidence{}, nil, "")}
	pairs := []yamledit.Pair{{Key: "description", Value: yamledit.Text("Seen; no page prints it.")}, evidence}
	if content := p.contentOf(f, op, message.UndeclaredMedia); content != nil {
		pairs = append(pairs, yamledit.Pair{Key: "content", Value: content})
	}
	status := strconv.Itoa(f.Status)
	at, node := p.doc.canonical(p.doc.operation(f.Operation).pointer + "/responses")
	if node == nil {
		return nil, "its responses were not found in the document"
	}
	return []yamledit.Edit{{Op: yamledit.Set, Pointer: at, Key: status, Value: yamledit.Block(pairs...), Before: status}}, ""
}

func (p *planner) contentOf(f *Finding, op *counts.Operation, media map[string]*counts.Media) *yaml.Node {
	content := yamledit.Block()
	for _, name := range sortedKeys(media) {
		if media[name].Seen == 0 || name == "" || name == counts.Other {
			continue
		}
		schema := p.likeOther(f, op, media[name].Body)
		if schema == nil && media[name].Body != nil {
			schema = yamledit.Block(p.schemaOf(media[name].Body, 0)...)
		}
		if schema == nil || len(schema.Content) == 0 {
			schema = yamledit.Flow()
		}
		content.Content = append(content.Content, yamledit.Text(name), yamledit.Block(yamledit.Pair{Key: "schema", Value: schema}))
	}
	if len(content.Content) == 0 {
		return nil
	}
	return content
}

// likeOther returns a reference to the schema of another error status of the operation that describes what was seen, or nil.
func (p *planner) likeOther(f *Finding, op *counts.Operation, seen *counts.Place) *yaml.Node {
	if seen == nil {
		return nil
	}
	for _, status := range sortedKeys(op.Statuses) {
		if (status >= "4") != (f.Status >= 400) {
			continue
		}
		for _, name := range sortedKeys(op.Statuses[status].Media) {
			body := op.Statuses[status].Media[name].Body
			if body == nil || body.Declared == nil || !describes(body.Declared, seen, 0) {
				continue
			}
			if ref := componentOf(body.Declared.Schema); ref != "" {
				return yamledit.Flow(yamledit.Pair{Key: "$ref", Value: quoted(ref)})
			}
		}
	}
	return nil
}

// addMediaType adds a media type to a response beside the declared ones.
func (p *planner) addMediaType(f *Finding) ([]yamledit.Edit, string) {
	op := p.contract.counts.Operations[f.Operation]
	status := statusText(f.Status)
	message := op.Statuses[status]
	if message == nil {
		return nil, "what was seen with it was not counted"
	}
	content := p.contentOf(f, op, message.UndeclaredMedia)
	if content == nil {
		return nil, "the type is missing, or does not look like one"
	}
	at, node := p.doc.canonical(p.doc.operation(f.Operation).pointer + "/responses/" + status + "/content")
	if node == nil {
		return nil, "its content was not found in the document"
	}
	var edits []yamledit.Edit
	for i := 0; i+1 < len(content.Content); i += 2 {
		edits = append(edits, yamledit.Edit{Op: yamledit.Set, Pointer: at, Key: content.Content[i].Value, Value: content.Content[i+1]})
	}
	return edits, ""
}
