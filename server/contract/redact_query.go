package contract

import (
	"net/url"
	"slices"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// RedactQuery returns what may be shown of the query of a request to an operation, as it was sent in the URL. "[redacted]"
// replaces each value
//
//   - of a parameter that the document does not declare, whose value may be anything, a token among it;
//   - of a parameter that is writeOnly or has format password;
//   - of a parameter that one of violations is about (rule canonical excepted): another value may have taken its place;
//   - that contains a semicolon, which some readers of queries take for a separator.
//
// Names are shown. The result is as long as the query allows and not necessarily valid UTF-8.
func (c *Contract) RedactQuery(operation, rawQuery string, violations Violations) string {
	if rawQuery == "" {
		return ""
	}
	op := c.operations[operation]
	pairs := strings.Split(rawQuery, "&")
	for i, pair := range pairs {
		name, value, hasValue := strings.Cut(pair, "=")
		if hasValue && (strings.Contains(value, ";") || !op.showsQuery(name, violations)) {
			pairs[i] = name + "=" + explain.Redacted
		}
	}
	return strings.Join(pairs, "&")
}

// showsQuery reports whether the value of a query parameter, whose name is given as it was sent, may be shown.
func (op *operation) showsQuery(rawName string, violations Violations) bool {
	name, err := url.QueryUnescape(rawName)
	if err != nil || op == nil {
		return false
	}
	p := op.query.Names[op.query.Key(name)]
	if p == nil || p.Plan != nil && p.Plan.Shape.Secret {
		return false
	}
	return !slices.ContainsFunc(violations, func(v Violation) bool {
		return v.In == "query" && v.Rule != "canonical" && op.query.Key(v.Pointer) == op.query.Key(strictjson.PointerTo("", name))
	})
}
