package media

import (
	"net/http"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
)

// A KnownType is a Content-Type as most messages write it, looked up once: a media type, and behind it nothing or one of
// usualParams. It has what decides about its bodies.
type KnownType struct {
	key     string
	Decoder decoder
	program accept.Program
}

var usualParams = []string{"", "; charset=utf-8", "; charset=UTF-8", ";charset=utf-8", ";charset=UTF-8"}

// KnownTypes looks up what is usual for each media type of a content map.
func KnownTypes(list []*Plan) []KnownType {
	known := make([]KnownType, 0, len(list))
	for _, m := range list {
		k := KnownType{key: m.key}
		if m.isRange() {
			k.key = "application/json" // what most bodies are of that a schema describes
		}
		if plan := usualPlan(list, k.key); plan != nil {
			k.Decoder = plan.Decoder
			if plan.Plan != nil {
				k.program = plan.Plan.Program // or else anything is good
			}
			known = append(known, k)
		}
	}
	return known
}

// usualPlan returns what a content map has for a media type with any of usualParams, if nothing is said of these, or nil.
func usualPlan(list []*Plan, key string) (plan *Plan) {
	for _, params := range usualParams {
		given := key + params
		content, ok := Read(list, http.Header{"Content-Type": {given}}, func(string, string) {})
		if !ok || content.Header != given {
			return nil
		}
		plan = content.Plan
	}
	return plan
}

// Usual returns the type of a message without Content-Encoding whose Content-Type is one of a usual spelling.
func Usual(known []KnownType, given string) *KnownType {
	for i := range known {
		if params, ok := strings.CutPrefix(given, known[i].key); ok && slices.Contains(usualParams, params) {
			return &known[i]
		}
	}
	return nil
}

// Accepts holds for a body that the slow half would say nothing about, some parts of which may have been checked before.
func (k *KnownType) Accepts(s *accept.Scanner, body []byte, parts []accept.PlacedPart) bool {
	return k.Decoder == Opaque || k.Decoder == JSONBody && k.program.AcceptsBy(s, body, parts)
}
