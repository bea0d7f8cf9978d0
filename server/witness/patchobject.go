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

// sortedKeys returns the keys of a map in order.
func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// addMember returns the edits that add an undeclared member of a response to the object's properties. If requests use the same object, the
// member is readOnly there, because no request with it was seen.
func (p *planner) addMember(f *Finding) ([]yamledit.Edit, string) {
	name := lastStep(f.Place)
	if f.at == nil || f.parent == nil {
		return nil, "the member was not counted"
	}
	if name == counts.Other {
		return nil, "the names look like data; the object may be a map"
	}
	at, node := p.doc.canonical(f.parent.Schema)
	if node == nil {
		return nil, "its object was not found in the document"
	}
	schema := p.schemaOf(f.at, 0)
	if p.doc.inRequests(at) {
		schema = append(schema, yamledit.Pair{Key: "readOnly", Value: yamledit.Bool(true)})
	}
	schema = append(schema, yamledit.Pair{Key: "x-evidence", Value: p.observedEvidence(f, Evidence{}, nil)})
	value := yamledit.Block(schema...)
	if member(node, "properties") == nil {
		properties := yamledit.Block(yamledit.Pair{Key: name, Value: value})
		return []yamledit.Edit{{Op: yamledit.Set, Pointer: at, Key: "properties", Value: properties, After: "type"}}, ""
	}
	return []yamledit.Edit{{Op: yamledit.Set, Pointer: at + "/properties", Key: name, Value: value}}, ""
}

// schemaOf returns a schema for the values that were seen at an undeclared place.
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

// propertiesOf returns the properties of such a schema.
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

// dropRequired returns the edits that remove a member from the required members of an object.
func (p *planner) dropRequired(f *Finding) ([]yamledit.Edit, string) {
	if f.Place == "" {
		return nil, "the schema of a response cannot make its body optional"
	}
	if f.parent == nil {
		return nil, "its object was not found in the document"
	}
	at, list := p.doc.requiredBy(f.parent.Schema, lastStep(f.Place))
	if list == nil {
		return nil, "the schema that requires it was not found in the document"
	}
	edit := yamledit.Edit{Op: yamledit.Drop, Pointer: at + "/required", Value: yamledit.Text(lastStep(f.Place))}
	if len(list.Content) == 1 {
		edit = yamledit.Edit{Op: yamledit.Remove, Pointer: at, Key: "required"}
	}
	schema, node := p.doc.canonical(f.Schema)
	if node == nil || member(node, "$ref") != nil {
		return []yamledit.Edit{edit}, ""
	}
	return []yamledit.Edit{edit, p.evidenceEdit(f, schema)}, ""
}

// dropRequiredParameter returns the edits that make a parameter optional. They need three exchanges, because a service may tolerate a
// missing parameter once and not always.
func (p *planner) dropRequiredParameter(f *Finding) ([]yamledit.Edit, string) {
	at, node := p.doc.parameter(f.Operation, f.In, lastStep(f.Place))
	if node == nil || f.In == "path" {
		return nil, "its parameter was not found in the document"
	}
	if f.Exchanges < 3 {
		return nil, "seen in fewer than 3 exchanges"
	}
	return []yamledit.Edit{{Op: yamledit.Remove, Pointer: at, Key: "required"}, p.evidenceEdit(f, at)}, ""
}

// addStatus returns the edit that adds a response with an undeclared status. Its schema is that of another response of the operation if
// what was seen matches it, and otherwise a new one.
func (p *planner) addStatus(f *Finding) ([]yamledit.Edit, string) {
	if f.runs < p.opts.Runs {
		return nil, fmt.Sprintf("seen in fewer than %d runs", p.opts.Runs)
	}
	op := p.contract.counts.Operations[f.Operation]
	message := op.Undeclared[strconv.Itoa(f.Status)]
	if message == nil {
		return nil, "its responses were not counted"
	}
	evidence := yamledit.Pair{Key: "x-evidence", Value: p.observedEvidence(f, Evidence{}, nil)}
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

// contentOf returns the content of a response that describes the bodies seen, or nil if there were none.
func (p *planner) contentOf(f *Finding, op *counts.Operation, media map[string]*counts.Media) *yaml.Node {
	content := yamledit.Block()
	for _, name := range sortedKeys(media) {
		if media[name].Seen == 0 || name == "" || name == counts.Other {
			continue
		}
		schema := p.sameAsOther(f, op, media[name].Body)
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

// sameAsOther returns a reference to the schema of another response of the operation, if what was seen matches that schema, or nil. Only
// errors are compared with errors.
func (p *planner) sameAsOther(f *Finding, op *counts.Operation, seen *counts.Place) *yaml.Node {
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

// addMediaType returns the edits that add an undeclared media type to a response.
func (p *planner) addMediaType(f *Finding) ([]yamledit.Edit, string) {
	op := p.contract.counts.Operations[f.Operation]
	status := statusText(f.Status)
	message := op.Statuses[status]
	if message == nil {
		return nil, "its responses were not counted"
	}
	content := p.contentOf(f, op, message.UndeclaredMedia)
	if content == nil {
		return nil, "the Content-Type is missing, or does not look like a media type"
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
