package contract

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// RedactRequest returns what may be shown of the body of a request to an operation, for logs and lists that outlive it. It is
// the text as it was sent, with "[redacted]" in place of each value
//
//   - whose schema, or any branch of it, is writeOnly or has format password;
//   - that the document does not declare: the member is not named in exactly this spelling, or only additionalProperties
//     allows it in an object that declares a secret member, or no schema says what type the value has;
//   - whose type is not one that the document declares there.
//
// Names are shown, and null. Members that stand twice are treated alike. With [Options].Redaction Values every string and number
// is replaced, and so is every name that is data.
//
// It returns nil for a body in which secrets cannot be found: one that is not declared, not JSON, or followed by something
// else. With cut, body is the beginning of a body, of which everything that was read completely is returned.
//
// hidden are the texts that were replaced, for [Contract.RedactResponse].
func (c *Contract) RedactRequest(operation, contentType string, body []byte, cut bool) (shown []byte, hidden []string) {
	op := c.operations[operation]
	if op == nil || op.body == nil {
		return nil, nil
	}
	return c.redact(op.body.media, contentType, body, cut, nil)
}

// RedactResponse is [Contract.RedactRequest] for a response. Strings that contain one of hidden are replaced, too, because a
// response may repeat what was sent.
func (c *Contract) RedactResponse(operation string, status int, contentType string, body []byte, cut bool, hidden []string) []byte {
	op := c.operations[operation]
	if op == nil {
		return nil
	}
	plan := op.responses.find(status)
	if plan == nil {
		return nil
	}
	shown, _ := c.redact(plan.media, contentType, body, cut, hidden)
	return shown
}

func (c *Contract) redact(plans []*media.Plan, contentType string, body []byte, cut bool, known []string) (shown []byte, hidden []string) {
	header := http.Header{"Content-Type": {contentType}}
	content, ok := media.Read(plans, header, func(string, string) {})
	if !ok || content.Plan.Decoder != media.JSONBody {
		return nil, nil
	}
	if cut {
		body = explain.WholeRunes(body)
	}
	if !utf8.Valid(body) {
		return nil, nil
	}
	var root *shape.Shape
	if content.Plan.Plan != nil {
		root = content.Plan.Plan.Shape
	}
	r := explain.NewRedactor(body, known, c.options.Redaction == Values)
	return r.Text(root, cut), r.Hidden
}

// RedactQuery returns what may be shown of the query of a request to an operation. It is the query as it was sent, with
// "[redacted]" in place of each value
//
//   - of a parameter that the document does not declare, because it may be anything, such as a token;
//   - of a parameter that is writeOnly or has format password;
//   - of a parameter that one of violations is about (rule canonical excepted), because it may have been meant for another;
//   - that contains a semicolon, which some readers of queries take for a separator.
//
// Names are shown. The result is not necessarily valid UTF-8.
func (c *Contract) RedactQuery(operation, rawQuery string, violations Violations) string {
	if rawQuery == "" {
		return ""
	}
	op := c.operations[operation]
	pairs := strings.Split(rawQuery, "&")
	for i, pair := range pairs {
		name, value, hasValue := strings.Cut(pair, "=")
		hidden := c.options.Redaction == Values || strings.Contains(value, ";") || !op.showsQuery(name, violations)
		if c.options.Redaction == Values && !op.showsQueryName(name) {
			name = explain.Redacted
		}
		switch {
		case !hasValue:
			pairs[i] = name
		case hidden:
			pairs[i] = name + "=" + explain.Redacted
		}
	}
	return strings.Join(pairs, "&")
}

// showsQuery reports whether the value of a query parameter may be shown. rawName is the name as it was sent.
func (op *operation) showsQuery(rawName string, violations Violations) bool {
	name, err := url.QueryUnescape(rawName)
	if err != nil || op == nil {
		return false
	}
	p := op.query.Names[op.query.Key(name)]
	if p == nil || p.Plan != nil && p.Plan.Shape.Secret {
		return false
	}
	own := op.query.Key(strictjson.PointerTo("", name))
	return !slices.ContainsFunc(violations, func(v Violation) bool {
		at := op.query.Key(v.Pointer) // of the parameter, or of an element or a member of its value
		return v.In == "query" && v.Rule != "canonical" && (at == own || strings.HasPrefix(at, own+"/"))
	})
}

// showsQueryName reports whether the name of a query parameter, given as it was sent, is no data: it is declared, or looks like a
// name.
func (op *operation) showsQueryName(rawName string) bool {
	name, err := url.QueryUnescape(rawName)
	return err == nil && op != nil && (op.query.Names[op.query.Key(name)] != nil || strictjson.IsName(name))
}
