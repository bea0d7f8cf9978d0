package media

import (
	"net/http"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
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

// Index returns the index of the plan for a message's Content-Type, and whether its body is JSON. If there is none it returns -1 and
// the rule that Read would report. It allocates only if the Content-Type is not spelt as usual.
func Index(list []*Plan, header http.Header) (at int, json bool, rule string) {
	if lines := header["Content-Type"]; len(lines) == 1 {
		for i, m := range list {
			if params, ok := strings.CutPrefix(lines[0], m.typ); ok && len(m.params) == 0 && slices.Contains(usualParams, params) {
				return i, m.Decoder == JSONBody, ""
			}
		}
	}
	content, ok := Read(list, header, func(found, _ string) { rule = found })
	if !ok {
		return -1, false, rule
	}
	at = slices.IndexFunc(list, func(m *Plan) bool { return m.key == content.Plan.key })
	return at, content.Plan.Decoder == JSONBody, ""
}

// IsJSON reports whether bodies with a Content-Type that is not declared are JSON.
func IsJSON(contentType string) bool {
	typ, _, _ := strings.Cut(contentType, ";")
	return shape.IsJSON(strings.ToLower(strings.TrimSpace(typ)))
}

// TakesJSON reports whether bodies may be JSON.
func (m *Plan) TakesJSON() bool { return m.Decoder == JSONBody || m.isRange() }

// Key returns the media type as the document has it.
func (m *Plan) Key() string { return m.key }

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
func (k *KnownType) Accepts(s *accept.Scanner, body []byte) bool {
	return k.Decoder == Opaque || k.Decoder == JSONBody && k.program.AcceptsBy(s, body)
}
