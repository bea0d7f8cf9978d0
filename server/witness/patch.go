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

// notInOpenAPI is why there is no patch for findings such as a byte order mark or a name in another case.
const notInOpenAPI = "OpenAPI cannot express this"

// patch returns the edits that settle a finding, or why there are none.
func (p *planner) patch(f *Finding) (edits []yamledit.Edit, why string) {
	switch {
	case f.Accepted != "":
		return nil, "accepted"
	case f.Class == Strict || f.Class == Yours || f.Class == Foreign:
		return nil, "findings of class " + string(f.Class) + " do not contradict the contract"
	case f.Exchanges < int64(p.opts.Min):
		return nil, fmt.Sprintf("seen in fewer than %d exchanges", p.opts.Min)
	case f.Operation == "":
		return nil, "the template of a path must be written by hand"
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
			if member(node, "enum") != nil { // an enumeration must list null as well: nullable does not extend it
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
	return nil, notInOpenAPI
}

// patchRequest returns the edits that loosen a constraint which accepted requests broke.
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
		return nil, "the service accepted it, but may have ignored it; declare it by hand if it has an effect"
	}
	return nil, "the new limit is not known, because values are not stored"
}

// onSchema returns edits of the schema of a finding, and the edit of the schema's x-evidence.
func (p *planner) onSchema(f *Finding, edit func(at string, node *yaml.Node) ([]yamledit.Edit, string)) ([]yamledit.Edit, string) {
	at, node := p.doc.canonical(f.Schema)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, "its schema was not found in the document"
	}
	edits, why := edit(at, node)
	if why != "" {
		return nil, why
	}
	return append(edits, p.evidenceEdit(f, at)), ""
}

// evidenceEdit returns the edit that sets the x-evidence of the node at a pointer to the grade observed, with the counts of a finding.
func (p *planner) evidenceEdit(f *Finding, at string) yamledit.Edit {
	_, node := p.doc.canonical(at)
	value := p.observedEvidence(f, p.doc.find(at).evidence, member(node, "x-evidence"))
	return yamledit.Edit{Op: yamledit.Set, Pointer: at, Key: "x-evidence", Value: value}
}

// observedEvidence returns an x-evidence of grade observed with the counts of a finding. The grade before becomes its member was. Source
// and reason are those of before, and all other members those of own, the node's present x-evidence.
func (p *planner) observedEvidence(f *Finding, before Evidence, own *yaml.Node) *yaml.Node {
	pairs := []yamledit.Pair{{Key: "grade", Value: yamledit.Text("observed")}}
	source, reason := "witness", ""
	if before.Grade != "" && before.Grade != "observed" {
		pairs = append(pairs, yamledit.Pair{Key: "was", Value: yamledit.Text(before.Grade)})
		if before.Source != "" {
			source = before.Source
		}
		reason = before.Reason
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

// seenPairs returns the members of an x-evidence that say how often something was seen, and between which days.
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

// changeType returns the edits that change a type to the one JSON type of all values that were seen, or from integer to number.
func (p *planner) changeType(f *Finding, at string, node *yaml.Node) ([]yamledit.Edit, string) {
	if f.at == nil {
		return nil, "the types of its values were not counted"
	}
	kind, why := oneKind(f.at)
	if why != "" {
		return nil, why
	}
	if kind == "object" || kind == "array" {
		return nil, "the schema of an " + kind + " must be written by hand"
	}
	edits := []yamledit.Edit{{Op: yamledit.Set, Pointer: at, Key: "type", Value: yamledit.Text(kind)}}
	for _, key := range typeKeywords {
		if member(node, key) != nil {
			edits = append(edits, yamledit.Edit{Op: yamledit.Remove, Pointer: at, Key: key})
		}
	}
	return edits, ""
}

// typeKeywords are the keywords that lose their meaning when the type changes.
var typeKeywords = []string{
	"format", "pattern", "enum", "default", "example", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
	"multipleOf", "items", "minItems", "maxItems", "uniqueItems",
	"properties", "required", "additionalProperties", "minProperties", "maxProperties",
}

// oneKind returns the JSON type of all values at a place except null, or why there is not one type.
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
	return "", "values of several types were seen: " + strings.Join(parts, ", ")
}

// changeFormat returns the edit that replaces a format by the one that all strings have, or that removes it if there is none.
func (p *planner) changeFormat(f *Finding, at string) ([]yamledit.Edit, string) {
	if f.at == nil {
		return nil, "the formats of its values were not counted"
	}
	if format := formatOf(f.at); format != "" {
		return []yamledit.Edit{{Op: yamledit.Set, Pointer: at, Key: "format", Value: yamledit.Text(format)}}, ""
	}
	return []yamledit.Edit{{Op: yamledit.Remove, Pointer: at, Key: "format"}}, ""
}

// formatOf returns the format that all strings at a place have, or "".
func formatOf(at *counts.Place) string {
	classes := stringsOf(at)
	if len(classes) == 1 && slices.Contains([]string{"uuid", "date-time", "date"}, classes[0].What) {
		return classes[0].What
	}
	return ""
}

// extendEnum returns the edits that add values to an enumeration.
func (p *planner) extendEnum(f *Finding, at string) ([]yamledit.Edit, string) {
	_, enum := p.doc.canonical(at + "/enum")
	if f.at == nil || enum == nil || len(f.at.Unlisted) == 0 {
		return nil, "its values were not counted"
	}
	if f.at.Unlisted[counts.Other] > 0 {
		return nil, "some values do not look like names, or there are too many to be stored; it may be no enumeration"
	}
	var edits []yamledit.Edit
	for _, value := range sortedKeys(f.at.Unlisted) {
		edits = append(edits, yamledit.Edit{Op: yamledit.Append, Pointer: at + "/enum", Value: yamledit.Text(value)})
	}
	return edits, ""
}
