package explain

import (
	"encoding/json"
	"strings"

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
