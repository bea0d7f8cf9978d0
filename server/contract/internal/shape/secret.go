package shape

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// isSecret reports whether values of a schema are never shown.
func isSecret(s *openapi3.Schema) bool { return s.WriteOnly || s.Format == "password" }

// MemberShape returns the shape of a member's value, or nil if the value may not be shown. A name that differs in case from a
// declared one is not declared. If the object declares a secret member, a name that is not listed may be that member's,
// misspelt.
func (s *Shape) MemberShape(name string) *Shape {
	if member, ok := s.Members[name]; ok {
		return member.Shape
	}
	if _, twin := s.Folded[strictjson.Fold(name)]; twin || s.guarded {
		return nil
	}
	return s.Rest.Shape
}
