package contract

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
)

// problem is an RFC 9457 problem details object.
type problem struct {
	Type       string     `json:"type"`
	Title      string     `json:"title"`
	Status     int        `json:"status"`
	Violations Violations `json:"violations"`
}

// WriteProblem writes rej as an RFC 9457 application/problem+json object that lists all violations. It is the default of
// [Options].Reject.
func WriteProblem(w http.ResponseWriter, _ *http.Request, _ *Call, rej *Rejection) {
	body, err := json.Marshal(problem{"about:blank", http.StatusText(rej.Status), rej.Status, rej.Violations})
	if err != nil { // cannot happen: strings, booleans and ints always encode
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(rej.Status)
	_, _ = w.Write(body)
}

// strictRules are the rules that OpenAPI does not ask for; the package comment says why each is there.
var strictRules = map[string]bool{
	"duplicate": true, "case": true, "trailing": true, "utf8": true, "nul": true, "depth": true, "members": true, "size": true,
	"charset": true, "encoding": true, "hijack": true,
}

// A Violation is one difference between a message and the document. It is data; [Violation.String] makes a line of text of it.
// It contains no value of the message: of the message it contains only names of members, parameters and headers that the
// document does not declare, each cut to 128 bytes. Everything else is the document's text.
//
// Line is the line of the keyword if kin-openapi names one, else of the nearest node that applies: schema, parameter, response
// or operation.
//
// Rule is a keyword of the document's schema (type, nullable, enum, format, pattern, minLength, maxLength, minimum, maximum,
// exclusiveMinimum, exclusiveMaximum, multipleOf, minItems, maxItems, uniqueItems, minProperties, maxProperties, required,
// additionalProperties, oneOf, anyOf, not, discriminator, readOnly, writeOnly) or one of these:
//
//	path        no path of the document matches
//	method      the path does not have this method
//	canonical   path or parameter name differs from the document in case or by a slash at the end; only reported
//	undeclared  a query parameter, a request's header or a member of an open object that the document does not name
//	duplicate   a member, parameter or header that takes one value, given twice
//	case        a member that differs from another, or from a declared one, only in case
//	empty       a parameter without a value, whose type has no empty value
//	syntax      not JSON (a byte order mark included), a bad % escape, a semicolon in a query, a bad form
//	trailing    bytes after the JSON value
//	utf8        invalid UTF-8, lone surrogates included
//	nul         U+0000 in a string
//	depth       JSON nested deeper than 512, or too deeply for a schema that multiplies work at each level
//	body        a body, although the document declares none
//	truncated   the body ended before its announced length
//	size        a body larger than the limit, a Content-Length that is not the body's, more parameters or parts than Go reads
//	mediaType   a media type that is missing, unreadable or not declared
//	charset     a charset other than UTF-8
//	encoding    a Content-Encoding other than identity
//	status      a response status that is not declared
//	header      a response header, undeclared ones among them; Expected names it
//	hijack      the handler took over the connection; only reported
//	schema      refused by kin-openapi, which gives no reason
type Violation struct {
	Operation string `json:"operation,omitempty"` // ID of the Operation; "" if the request was not routed
	Status    int    `json:"status,omitempty"`    // of the response; 0 if a request departs
	In        string `json:"in"`                  // path, query, header, cookie, body or response
	Pointer   string `json:"pointer"`             // JSON pointer; "/name" for a parameter or header, "" for the whole body
	Rule      string `json:"rule"`
	Expected  string `json:"expected,omitempty"` // what the document asks for
	Refused   bool   `json:"refused"`            // the exchange is refused for it; under Observe: would be
	Strict    bool   `json:"strict,omitempty"`   // OpenAPI does not ask for it, and the service may be right; see the package comment

	// Got is the kind of what was found, if a value was: null, boolean, integer, number, string, array or object; of a text that is
	// not of its parameter's type string; with the rule mediaType the media type, or {} if that does not look like one.
	Got string `json:"got,omitempty"`

	// Schema is where the document says what the message departs from, as a JSON pointer through all references:
	// #/components/schemas/User/properties/id. Of a required member that is absent it is the schema that requires it; of what the
	// document does not mention, the nearest node that could. See [Contract.Evidence]. Line is in the document, and 0 unless that
	// was loaded with IncludeOrigin.
	Schema string `json:"schema,omitempty"`
	Line   int    `json:"line,omitempty"`

	// Departure is the rule of [Departures] by which many services accept the request all the same: of a violation for which it is
	// refused, the one that is to be set to Report or Ignore for it to be accepted; of one that is only reported, Rule itself.
	Departure string `json:"departure,omitempty"`

	// Grade is the grade in the x-evidence of the nearest node that has one. It is empty where the document is silent: that it does
	// not mention a status, a header, a media type or a member is no evidence that there is none.
	Grade string `json:"grade,omitempty"`

	// Place is Pointer with * for any index of an array and {} for a name that is data: one that only additionalProperties admits,
	// or an undeclared one that does not look like the name of a member (see package counts). The place of a response's header is
	// its name.
	Place string `json:"place"`

	// Count is how many values of the message depart in this way at this place; Pointer is that of the first one. Of more than
	// 10,000 they are at least so many.
	Count int `json:"count"`
}

// String returns one line without control characters.
func (v Violation) String() string {
	var b strings.Builder
	if v.Operation != "" {
		b.WriteString(v.Operation + ": ")
	}
	b.WriteString(v.In)
	if v.Pointer != "" {
		b.WriteString(" " + printable(v.Pointer))
	}
	b.WriteString(": " + v.Rule)
	if v.Expected != "" {
		b.WriteString(": expected " + printable(v.Expected))
	}
	if v.Grade != "" {
		b.WriteString(" (" + v.Grade + ")")
	}
	return b.String()
}

// Error returns the same text as String, so that a Violation is an error.
func (v Violation) Error() string { return v.String() }

func printable(s string) string {
	quoted := strconv.Quote(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

// Violations are those of one message, in the order path, query, header, cookie, body, response. There is one for each place and
// rule: at most a hundred for which the message is refused and a hundred others; if there are more, it is not specified which ones
// are left out.
type Violations []Violation

// Error joins the violations with semicolons.
func (vs Violations) Error() string {
	lines := make([]string, len(vs))
	for i, v := range vs {
		lines[i] = v.String()
	}
	return strings.Join(lines, "; ")
}

// Refused returns the violations for which the exchange is refused, in the same order.
func (vs Violations) Refused() Violations {
	var refused Violations
	for _, v := range vs {
		if v.Refused {
			refused = append(refused, v)
		}
	}
	return refused
}

// A Rejection describes why an exchange is refused.
type Rejection struct {
	Status     int        // 400, 404, 405, 413, 415, or 500 for a response of the handler
	Allow      []string   // the methods of the path, sorted, on 405
	Violations Violations // those for which it is refused; at least one
}

// violationsOf converts what was found in a message of an operation. operation is "" for a message that was not routed, status is 0
// for a request.
func violationsOf(operation string, status int, found *explain.Report) Violations {
	var all Violations
	for _, f := range found.Findings() {
		all = append(all, Violation{
			Operation: operation, Status: status, In: f.In, Pointer: f.Pointer, Place: f.Where,
			Rule: f.Rule, Expected: f.Expected, Got: f.Got, Count: f.Count,
			Schema: f.Source.Node.String(), Grade: f.Source.Grade, Line: f.Source.Line,
			Refused: !f.ReportOnly, Strict: f.Strict || strictRules[f.Rule],
		})
	}
	return all
}
