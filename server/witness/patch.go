package witness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/witness/internal/yamledit"
)

// noSchema says why findings about more than values have no patch.
const noSchema = "no schema can say this"

// patch returns the edits that settle a finding, or why there are none.
func (p *planner) patch(f *Finding) (edits []yamledit.Edit, why string) {
	switch {
	case f.Accepted != "":
		return nil, "accepted"
	case f.Class == Strict || f.Class == Yours || f.Class == Foreign:
		return nil, "class " + string(f.Class) + " is no departure of the service"
	case f.Exchanges < int64(p.opts.Min):
		return nil, fmt.Sprintf("seen in fewer than %d exchanges", p.opts.Min)
	case f.Operation == "":
		return nil, "a path template needs a person"
	}
	if f.In == "response" {
		return p.patchResponse(f)
	}
	return p.patchRequest(f)
}

func (p *planner) patchResponse(f *Finding) ([]yamledit.Edit, string) {
	switch f.Rule {
	case "status":
		return p.addStatus(f)
	case "mediaType":
		return p.addMediaType(f)
	case "undeclared", "additionalProperties":
		return p.addMember(f)
	case "nullable":
		return p.onSchema(f, func(at string, node *yaml.Node) ([]yamledit.Edit, string) {
			edits := []yamledit.Edit{{Op: yamledit.Set, Pointer: at, Key: "nullable", Value: yamledit.Bool(true), After: "type"}}
			if member(node, "enum") != nil { // which must list null, too: nullable does not widen it
				edits = append(edits, yamledit.Edit{Op: yamledit.Append, Pointer: at + "/enum", Value: yamledit.Null()})
			}
			return edits, ""
		})
	case "type":
		return p.onSchema(f, func(at string, node *yaml.Node) ([]yamledit.Edit, string) { return p.changeType(f, at, node) })
	case "format":
		return p.onSchema(f, func(at string, node *yaml.Node) ([]yamledit.Edit, string) { return p.changeFormat(f, at) })
	case "enum":
		return p.onSchema(f, func(at string, node *yaml.Node) ([]yamledit.Edit, string) { return p.extendEnum(f, at) })
	case "required":
		return p.dropRequired(f)
	}
	return nil, noSchema
}

// patchRequest loosens what was broken and accepted.
func (p *planner) patchRequest(f *Finding) ([]yamledit.Edit, string) {
	switch f.Rule {
	case "enum", "nullable":
		return p.patchResponse(f)
	case "required":
		if f.In == "body" {
			return p.dropRequired(f)
		}
		return p.dropRequiredParameter(f)
	case "maxLength":
		return p.onSchema(f, func(at string, node *yaml.Node) ([]yamledit.Edit, string) {
			if f.at == nil || f.at.Longest == 0 {
				return nil, "the length was not counted"
			}
			return []yamledit.Edit{{Op: yamledit.Set, Pointer: at, Key: "maxLength", Value: yamledit.Int(f.at.Longest)}}, ""
		})
	case "undeclared":
		return nil, "that a request is accepted does not say that the service reads this; a person must decide"
	}
	return nil, "how far it can be loosened is not known, for no values are kept"
}

// onSchema makes edits of the schema of a finding, and of its evidence.
func (p *planner) onSchema(f *Finding, edit func(at string, node *yaml.Node) ([]yamledit.Edit, string)) ([]yamledit.Edit, string) {
	at, node := p.doc.canonical(f.Schema)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, "its place in the document was not found"
	}
	edits, why := edit(at, node)
	if why != "" {
		return nil, why
	}
	return append(edits, p.evidence(f, at, "")), ""
}

// evidence returns the edit that says of a node what it now rests on.
func (p *planner) evidence(f *Finding, at, reason string) yamledit.Edit {
	_, node := p.doc.canonical(at)
	return yamledit.Edit{Op: yamledit.Set, Pointer: at, Key: "x-evidence", Value: p.observedEvidence(f, p.doc.find(at).evidence, member(node, "x-evidence"), reason)}
}

// observedEvidence returns an x-evidence. What the node said before stays as was, source and reason, and so do its sentences.
func (p *planner) observedEvidence(f *Finding, before Evidence, own *yaml.Node, reason string) *yaml.Node {
	pairs := []yamledit.Pair{{Key: "grade", Value: yamledit.Text("observed")}}
	source := "witness"
	if before.Grade != "" && before.Grade != "observed" {
		pairs = append(pairs, yamledit.Pair{Key: "was", Value: yamledit.Text(before.Grade)})
		if before.Source != "" {
			source = before.Source
		}
		if reason == "" {
			reason = before.Reason
		}
	}
	pairs = append(pairs, yamledit.Pair{Key: "source", Value: quoted(source)})
	pairs = append(pairs, p.seenPairs(f)...)
	if reason != "" {
		pairs = append(pairs, yamledit.Pair{Key: "reason", Value: quoted(reason)})
	}
	for i := 0; own != nil && i+1 < len(own.Content); i += 2 {
		if key := own.Content[i].Value; !slices.ContainsFunc(pairs, func(have yamledit.Pair) bool { return have.Key == key }) {
			pairs = append(pairs, yamledit.Pair{Key: key, Value: own.Content[i+1]})
		}
	}
	if own != nil && own.Style&yaml.FlowStyle == 0 {
		return yamledit.Block(pairs...)
	}
	return yamledit.Flow(pairs...)
}

// seenPairs say how often something was seen, and between which days.
func (p *planner) seenPairs(f *Finding) []yamledit.Pair {
	pairs := []yamledit.Pair{{Key: "seen", Value: yamledit.Int(f.Exchanges)}, {Key: "of", Value: yamledit.Int(max(f.Of, f.Exchanges))}}
	if f.Rule == "nullable" {
		pairs = append(pairs, yamledit.Pair{Key: "null", Value: yamledit.Int(f.Exchanges)})
	}
	first, last := cmp.Or(f.First, p.contract.First), cmp.Or(f.Last, p.contract.Last)
	return append(pairs, yamledit.Pair{Key: "first", Value: yamledit.Plain(first)}, yamledit.Pair{Key: "last", Value: yamledit.Plain(last)})
}

func quoted(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}

// changeType changes the type to the one kind that was always found, or from integer to number.
func (p *planner) changeType(f *Finding, at string, node *yaml.Node) ([]yamledit.Edit, string) {
	if f.at == nil {
		return nil, "the kinds were not counted"
	}
	kind, why := oneKind(f.at)
	if why != "" {
		return nil, why
	}
	if kind == "object" || kind == "array" {
		return nil, "what is in the " + kind + " is another schema, which needs a person"
	}
	edits := []yamledit.Edit{{Op: yamledit.Set, Pointer: at, Key: "type", Value: yamledit.Text(kind)}}
	for _, key := range typeKeywords {
		if member(node, key) != nil {
			edits = append(edits, yamledit.Edit{Op: yamledit.Remove, Pointer: at, Key: key})
		}
	}
	return edits, ""
}

// typeKeywords are those that mean nothing, or something else, once the type has changed.
var typeKeywords = []string{
	"format", "pattern", "enum", "default", "example", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
	"multipleOf", "items", "minItems", "maxItems", "uniqueItems", "properties", "required", "additionalProperties", "minProperties", "maxProperties",
}

// oneKind returns the kind that all values of a place have but for null.
func oneKind(at *counts.Place) (kind, why string) {
	kinds := slices.DeleteFunc(kindsOf(at), func(c Count) bool { return c.What == "null" })
	switch {
	case len(kinds) == 1:
		return kinds[0].What, ""
	case len(kinds) == 2 && kinds[0].What == "integer" && kinds[1].What == "number":
		return "number", ""
	case len(kinds) == 0:
		return "", "only null was seen"
	}
	var parts []string
	for _, c := range kinds {
		parts = append(parts, fmt.Sprintf("%d %s", c.N, c.What))
	}
	return "", "values of several kinds were seen: " + strings.Join(parts, ", ")
}

// changeFormat puts the format in the place of the declared one that all strings have, and drops it where they have none in common.
func (p *planner) changeFormat(f *Finding, at string) ([]yamledit.Edit, string) {
	if f.at == nil {
		return nil, "the formats were not counted"
	}
	if format := formatOf(f.at); format != "" {
		return []yamledit.Edit{{Op: yamledit.Set, Pointer: at, Key: "format", Value: yamledit.Text(format)}}, ""
	}
	return []yamledit.Edit{{Op: yamledit.Remove, Pointer: at, Key: "format"}}, ""
}

// formatOf returns the format that all strings of a place have, or "".
func formatOf(at *counts.Place) string {
	classes := stringsOf(at)
	if len(classes) == 1 && slices.Contains([]string{"uuid", "date-time", "date"}, classes[0].What) {
		return classes[0].What
	}
	return ""
}

// extendEnum adds values that look like words.
func (p *planner) extendEnum(f *Finding, at string) ([]yamledit.Edit, string) {
	_, enum := p.doc.canonical(at + "/enum")
	if f.at == nil || enum == nil || len(f.at.Unlisted) == 0 {
		return nil, "the values were not counted"
	}
	if f.at.Unlisted[counts.Other] > 0 {
		return nil, "values were seen that are not kept, for they do not look like names or are too many: is it an enumeration?"
	}
	var edits []yamledit.Edit
	for _, value := range sortedKeys(f.at.Unlisted) {
		edits = append(edits, yamledit.Edit{Op: yamledit.Append, Pointer: at + "/enum", Value: yamledit.Text(value)})
	}
	return edits, ""
}
