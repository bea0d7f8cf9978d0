package contract

import (
	"net/http"
	"slices"
	"strings"
)

// A knownType is a Content-Type as most messages write it, looked up once: a media type, and behind it nothing or one of
// usualParams. It has what decides about its bodies.
type knownType struct {
	key     string
	decoder decoder
	program program
}

var usualParams = []string{"", "; charset=utf-8", "; charset=UTF-8", ";charset=utf-8", ";charset=UTF-8"}

// knownTypes looks up what is usual for each media type of a content map.
func (s *slabs) knownTypes(list []*mediaPlan) []knownType {
	known := s.types.list(len(list))[:0]
	for _, m := range list {
		k := knownType{key: m.key}
		if m.isRange() {
			k.key = "application/json" // what most bodies are of that a schema describes
		}
		if plan := usualPlan(list, k.key); plan != nil {
			k.decoder = plan.decoder
			if plan.plan != nil {
				k.program = plan.plan.program // or else anything is good
			}
			known = append(known, k)
		}
	}
	return known
}

// usualPlan returns what a content map has for a media type with any of usualParams, if nothing is said of these, or nil.
func usualPlan(list []*mediaPlan, key string) (plan *mediaPlan) {
	for _, params := range usualParams {
		given := key + params
		content, ok := readMedia(list, http.Header{"Content-Type": {given}}, func(string, string) {})
		if !ok || content.header != given {
			return nil
		}
		plan = content.plan
	}
	return plan
}

// acceptedType returns the type of a message without Content-Encoding whose Content-Type is one of a usual spelling.
func acceptedType(known []knownType, given string) *knownType {
	for i := range known {
		if params, ok := strings.CutPrefix(given, known[i].key); ok && slices.Contains(usualParams, params) {
			return &known[i]
		}
	}
	return nil
}

// accepts holds for a body that the slow half would say nothing about, some parts of which may have been checked before.
func (k *knownType) accepts(s *scanner, body []byte, parts []placedPart) bool {
	return k.decoder == opaque || k.decoder == jsonBody && k.program.acceptsBy(s, body, parts)
}
