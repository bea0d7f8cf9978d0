package shape

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// isSecret holds for a schema whose values are never shown.
func isSecret(s *openapi3.Schema) bool { return s.WriteOnly || s.Format == "password" }

// MemberShape is what is known about a member's value, or nil where that may not be shown. A name that differs in case from
// one that is declared is not declared. Where a secret is expected, a name that nothing lists may be that secret's, misspelt.
func (s *Shape) MemberShape(name string) *Shape {
	if member, ok := s.Members[name]; ok {
		return member.Shape
	}
	if _, twin := s.Folded[strictjson.Fold(name)]; twin || s.guarded {
		return nil
	}
	return s.Rest.Shape
}
