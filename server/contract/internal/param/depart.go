package param

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/depart"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// Departs returns the canonical form of a text that is given for p and that its schema refuses, and how the text departs from it.
// The schema accepts that form; with the rule Empty it is absence. There is none if the schema accepts the text, or if there is no
// such form.
func (p *Parameter) Departs(text string) (canonical string, rule depart.Rule, ok bool) {
	if p.Kind != Primitive || p.takes(text) {
		return "", "", false
	}
	if text == "" && p.In == openapi3.ParameterInQuery && p.typ == "string" && !p.Required {
		return "", depart.Empty, true
	}
	for _, rule := range p.ways() {
		if canonical, ok := p.canonical(text, rule); ok && p.takes(canonical) {
			return canonical, rule, true
		}
	}
	return "", "", false
}

// takes reports whether there is nothing to say about one text.
func (p *Parameter) takes(text string) bool {
	var out explain.Report
	p.Check([]string{text}, &out)
	return len(out.Findings()) == 0
}

// ways returns the rules by which a text can depart, which depend on where it stands: frameworks bind headers more strictly than
// queries.
func (p *Parameter) ways() []depart.Rule {
	switch p.In {
	case openapi3.ParameterInQuery:
		return []depart.Rule{depart.Boolean, depart.Integer, depart.Enum, depart.UUID}
	case openapi3.ParameterInHeader:
		return []depart.Rule{depart.Boolean}
	case openapi3.ParameterInPath:
		return []depart.Rule{depart.UUID}
	}
	return nil
}

func (p *Parameter) canonical(text string, rule depart.Rule) (string, bool) {
	switch {
	case rule == depart.Boolean && p.typ == "boolean":
		return depart.BooleanOf(text)
	case rule == depart.Integer && p.typ == "integer":
		return depart.IntegerOf(text)
	case rule == depart.Enum && p.typ == "string":
		return depart.EnumOf(listed(p.shape()), text)
	case rule == depart.UUID && p.typ == "string" && isUUID(p.shape()):
		return depart.UUIDOf(text)
	}
	return "", false
}

// listed returns the texts of the enumerations of a value.
func listed(s *shape.Shape) []string {
	var texts []string
	if s == nil {
		return nil
	}
	for _, schema := range s.FirmSchemas() {
		for _, value := range schema.Enum {
			if text, ok := value.(string); ok {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

func isUUID(s *shape.Shape) bool {
	if s == nil {
		return false
	}
	for _, schema := range s.FirmSchemas() {
		if schema.Format == "uuid" {
			return true
		}
	}
	return false
}
