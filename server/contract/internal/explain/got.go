package explain

import (
	"encoding/json"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/format"
)

// absent stands for the value of a member that is missed.
type absent struct{}

var nothing = absent{}

// kindOf names the kind of a value that was read, and of nothing else about it.
func kindOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return "number"
		}
		return "integer"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return ""
}

// isUpperUUID reports whether a value lacks its format only because a response has a UUID in capital letters: OpenAPI leaves the
// case open, and most services write lower case.
func isUpperUUID(expected string, value any) bool {
	text, ok := value.(string)
	return ok && expected == "uuid" && format.IsUUID([]byte(text))
}

// isOfType reports whether a value has one of the types, which may be nil for any.
func isOfType(value any, types *openapi3.Types) bool {
	kind := kindOf(value)
	return types == nil || types.Includes(kind) || kind == "integer" && types.Includes(openapi3.TypeNumber)
}
