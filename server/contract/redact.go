package contract

import (
	"net/http"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/media"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

// RedactRequest returns what may be shown of the body of a request to an operation, for logs and lists that outlive it. It is
// the text as it was sent, with "[redacted]" in the place of each value
//
//   - of a schema that is writeOnly or has format password, in any branch of it;
//   - that the document does not declare: of a member that it does not name in this very spelling, of a member that only
//     additionalProperties admits to an object with a secret one, or where no schema says what type a value has;
//   - whose type the document does not declare there.
//
// Names are shown, and null, which tells nothing. Members that stand twice are treated alike.
//
// It returns nil for what it cannot read, of which nobody can say what is secret: a body that is not declared, not JSON, or
// not all of it JSON. With cut, body is the beginning of a body, and all of it that is certain is shown.
//
// hidden are the texts of what was replaced, for [Contract.RedactResponse].
func (c *Contract) RedactRequest(operation, contentType string, body []byte, cut bool) (shown []byte, hidden []string) {
	op := c.operations[operation]
	if op == nil || op.body == nil {
		return nil, nil
	}
	return redact(op.body.media, contentType, body, cut, nil)
}

// RedactResponse is [Contract.RedactRequest] for the answer with a status. Strings in which one of hidden stands are replaced,
// too: an error may repeat what was sent.
func (c *Contract) RedactResponse(operation string, status int, contentType string, body []byte, cut bool, hidden []string) []byte {
	op := c.operations[operation]
	if op == nil {
		return nil
	}
	plan := op.responses.find(status)
	if plan == nil {
		return nil
	}
	shown, _ := redact(plan.media, contentType, body, cut, hidden)
	return shown
}

func redact(plans []*media.Plan, contentType string, body []byte, cut bool, known []string) (shown []byte, hidden []string) {
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
	r := explain.NewRedactor(body, known)
	return r.Text(root, cut), r.Hidden
}
