package myreports

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// memberOrder is that of the documented samples. Other members follow, sorted by name.
var memberOrder = []string{
	"page_size", "page_index", "data", "error", "errorCode", "message", "status", "timestamp",
	"id", "displayName", "email", "primaryTenant", "isParent", "roles",
	"name", "description", "enabled", "parentTenantId", "reference", "dateCreated",
}

// EncodeExample encodes an example of the document as the service writes its bodies.
func EncodeExample(value any) ([]byte, error) { return appendExample(nil, value) }

func appendExample(b []byte, value any) (_ []byte, err error) {
	switch v := value.(type) {
	case map[string]any:
		b = append(b, '{')
		for i, name := range slices.SortedFunc(maps.Keys(v), byMemberOrder) {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendExample(append(answer.AppendString(b, name), ':'), v[name]); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendExample(b, item); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case string:
		return answer.AppendString(b, v), nil
	}
	text, err := json.Marshal(value)
	return append(b, text...), err
}

func byMemberOrder(a, b string) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}

func rank(name string) int {
	if i := slices.Index(memberOrder, name); i >= 0 {
		return i
	}
	return len(memberOrder)
}
