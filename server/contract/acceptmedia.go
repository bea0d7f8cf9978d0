package contract

import (
	"net/http"
	"slices"
	"strings"
)

// A knownType is a Content-Type as most messages write it, looked up once: a media type, and behind it nothing or one of
// usualParams.
type knownType struct {
	key  string
	plan *mediaPlan
}

var usualParams = []string{"", "; charset=utf-8", "; charset=UTF-8", ";charset=utf-8", ";charset=UTF-8"}

// knownTypes looks up what is usual for each media type of a content map.
func knownTypes(list []*mediaPlan) []knownType {
	var known []knownType
	for _, m := range list {
		k := knownType{key: m.key}
		if m.isRange() {
			k.key = "application/json" // what most bodies are of that a schema describes
		}
		all := true
		for _, params := range usualParams {
			given := k.key + params
			content, ok := readMedia(list, http.Header{"Content-Type": {given}}, func(string, string) {})
			all = all && ok && content.header == given
			k.plan = content.plan
		}
		if all {
			known = append(known, k)
		}
	}
	return known
}

// acceptedMedia returns the plan for a message that has one Content-Type, of a usual spelling, and no Content-Encoding.
func acceptedMedia(known []knownType, header http.Header) *mediaPlan {
	given := header["Content-Type"]
	if len(given) != 1 || len(header["Content-Encoding"]) > 0 {
		return nil
	}
	for _, k := range known {
		if params, ok := strings.CutPrefix(given[0], k.key); ok && slices.Contains(usualParams, params) {
			return k.plan
		}
	}
	return nil
}

// accepts holds for a body that the slow half would say nothing about.
func (m *mediaPlan) accepts(body []byte) bool { return m.acceptsParts(body, nil) }

// acceptsParts is accepts for a body some parts of which were checked before.
func (m *mediaPlan) acceptsParts(body []byte, parts []placedPart) bool {
	switch {
	case m.decoder == opaque:
		return true
	case m.decoder != jsonBody:
		return false
	case m.plan == nil:
		return anyJSON.accepts(body)
	}
	return m.plan.program.acceptsParts(body, parts)
}

// anyJSON takes what no schema describes.
var anyJSON program
