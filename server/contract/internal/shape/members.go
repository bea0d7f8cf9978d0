package shape

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

func (m *Shaper) fillMembers(s *Shape, all []Applied) {
	for _, a := range all {
		for name := range a.Schema.Properties {
			m.fillMember(s, name, all)
		}
		for _, name := range a.Schema.Required {
			m.fillMember(s, name, all) // a member that has to be sent is declared
		}
	}
	s.Rest = m.child(all, func(a Applied) *openapi3.SchemaRef { return a.Schema.AdditionalProperties.Schema })
}

func (m *Shaper) fillMember(s *Shape, name string, all []Applied) {
	if s.Members == nil {
		n := 0
		for _, a := range all {
			n += len(a.Schema.Properties)
		}
		s.Members, s.Folded = make(map[string]Child, n), make(map[string]string, n)
	}
	if _, done := s.Members[name]; !done {
		member := m.member(name, all)
		s.Members[name] = member
		s.Folded[strictjson.Fold(name)] = name
		s.guarded = s.guarded || member.Shape != nil && member.Shape.Secret
	}
}

func (m *Shaper) member(name string, all []Applied) Child {
	return m.child(all, func(a Applied) *openapi3.SchemaRef {
		if ref := a.Schema.Properties[name]; ref != nil {
			return ref
		}
		return a.Schema.AdditionalProperties.Schema
	})
}

func (m *Shaper) fillItems(s *Shape, all []Applied) {
	s.Items = m.child(all, func(a Applied) *openapi3.SchemaRef { return a.Schema.Items })
}

func (m *Shaper) child(all []Applied, of func(Applied) *openapi3.SchemaRef) Child {
	if len(all) == 1 && all[0].firm && !all[0].negated { // as most are
		if ref := of(all[0]); ref != nil && ref.Value != nil {
			return Child{m.Of(ref.Value), all[0].weight}
		}
		return Child{}
	}
	var roots []Applied
	weight := 0.0
	for _, a := range all {
		if ref := of(a); ref != nil && ref.Value != nil {
			roots = append(roots, Applied{Schema: ref.Value, weight: 1, firm: a.firm, negated: a.negated})
			weight += a.weight
		}
	}
	return Child{m.Merged(roots), weight}
}

// Child returns what is known of a member, declared or not.
func (s *Shape) Child(name string) Child {
	if member, declared := s.Members[name]; declared {
		return member
	}
	return s.Rest
}
