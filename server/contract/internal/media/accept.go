package media

import (
	"net/http"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
)

// A KnownType is a Content-Type in its usual spellings, looked up at compile time: a media type that is followed by nothing or
// by one of usualParams. It has what decides about bodies of this type.
type KnownType struct {
	key     string
	Decoder decoder
	program accept.Program
}

var usualParams = []string{"", "; charset=utf-8", "; charset=UTF-8", ";charset=utf-8", ";charset=UTF-8"}

// KnownTypes looks up the usual spellings of each media type of a content map.
func KnownTypes(list []*Plan) []KnownType {
	known := make([]KnownType, 0, len(list))
	for _, m := range list {
		k := KnownType{key: m.key}
		if m.isRange() {
			k.key = "application/json" // the type of most bodies that a schema describes
		}
		if plan := usualPlan(list, k.key); plan != nil {
			k.Decoder = plan.Decoder
			if plan.Plan != nil {
				k.program = plan.Plan.Program // without a schema the zero Program accepts any JSON
			}
			known = append(known, k)
		}
	}
	return known
}

// usualPlan returns the plan for a media type followed by any of usualParams, or nil if there is something to report.
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

// Usual returns the known type for a Content-Type in one of its usual spellings, or nil. The message must not have a
// Content-Encoding.
func Usual(known []KnownType, given string) *KnownType {
	for i := range known {
		if params, ok := strings.CutPrefix(given, known[i].key); ok && slices.Contains(usualParams, params) {
			return &known[i]
		}
	}
	return nil
}

// Accepts reports whether the full check would find nothing in a body. parts of it may have been checked before.
func (k *KnownType) Accepts(s *accept.Scanner, body []byte, parts []accept.PlacedPart) bool {
	return k.Decoder == Opaque || k.Decoder == JSONBody && k.program.AcceptsBy(s, body, parts)
}
