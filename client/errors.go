package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The kinds of failure, for errors.Is. Every error of an operation is an [*Error], and it can match several kinds: an
// HTML page with status 502 from a gateway is both [ErrServer] and [ErrNotJSON].
var (
	// ErrInvalid: the request is at fault. A 400, any other 4xx without a kind of its own, a 409, or a value that the
	// client refused to send (then [Error.Attempts] is 0).
	ErrInvalid = errors.New("the request is not valid")
	// ErrUnauthorized: 401, also after the token was renewed once.
	ErrUnauthorized = errors.New("the token is missing, invalid or expired")
	// ErrPaymentRequired: 402. MyReports wants charges to be accepted, and has carried out nothing; see
	// [AccountCustomerUsers.AcceptCharges].
	ErrPaymentRequired = errors.New("the request may cause charges that were not accepted")
	// ErrForbidden: 403. On CloudCockpit also an X-Tenant that does not belong to the token.
	ErrForbidden = errors.New("the token gives no access")
	// ErrNotFound: 404.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the request contradicts what the service has, such as a user with the same e-mail. A 409, or an error
	// code that begins with "Duplicate", as those of ASP.NET Core Identity do, whatever the status. The wording of a
	// message is never looked at: an existing e-mail that the service reports in words alone is [ErrInvalid] only.
	ErrConflict = errors.New("the request is in conflict with existing data")
	// ErrThrottled: 429, or the context ended while the call waited for [WithRateLimit] or for the Retry-After of another
	// call's 429; then [Error.Status] is 0 and the context's error the cause. [Error.RetryAfter] is how long to wait.
	ErrThrottled = errors.New("too many requests")
	// ErrServer: 5xx.
	ErrServer = errors.New("the service failed")
	// ErrRedirect: 3xx. The client follows none, because that would send the token to any host that a response names.
	ErrRedirect = errors.New("the service responded with a redirect, which is not followed")
	// ErrToken: there is no access token. [Error.Err] is the error of golang.org/x/oauth2 or of the TokenSource.
	ErrToken = errors.New("no access token")
	// ErrConnection: there is no response. Whether the request was carried out is unknown unless [Error.Err] is a failure
	// to connect. Timeouts and contexts that ended are among these; errors.Is finds the context's own error.
	ErrConnection = errors.New("no response")
	// ErrTruncated: status and headers arrived, and the connection broke within the body.
	ErrTruncated = errors.New("the response was cut off")
	// ErrTooLarge: the body is larger than [WithMaxResponseBody] allows.
	ErrTooLarge = errors.New("the response is larger than allowed")
	// ErrNotJSON: the body is HTML, empty, not UTF-8, or for another reason not the JSON that the contract declares.
	ErrNotJSON = errors.New("the response is not JSON")
	// ErrShape: the body is JSON of another shape than the contract declares, or the pages of a list contradict each other.
	ErrShape = errors.New("the response has an unexpected shape")
	// ErrRefused: [Hooks.Before] refused the call. [Error.Err] is its error.
	ErrRefused = errors.New("a hook refused the call")
	// ErrContract: contract checking is on (package checked), and the request or the response violates the contract.
	ErrContract = errors.New("the exchange violates the contract")
)

// An Error is the error of every operation. errors.Is tells its kind; the fields hold the details. Status and Header are
// set whatever is wrong with the body.
type Error struct {
	API       API
	Operation string // the operationId in the contract, such as "listCustomerUsers"; of Do, method and path

	Status     int           // the HTTP status; 0 without a response
	Header     http.Header   // the headers of the response; nil without one
	Body       []byte        // the first 64 KiB of the response's body; not redacted, so do not log it unseen
	RetryAfter time.Duration // the value of Retry-After; 0 without one
	Attempts   int           // how often the request was sent; 0 if it was refused before that
	// MaybeCarriedOut is set if the service may have carried out the request although the operation failed: a response was
	// lost or unusable, or it was a 5xx. Before you create something again, look whether it exists.
	MaybeCarriedOut bool

	// What the body says, whichever of the error formats of ASP.NET it has. The token and the password of the request are
	// removed if they have at least 8 characters; shorter ones would be found in ordinary words.
	Code    string        // an error code, such as MyReports' "TenantNotPrimary"
	Type    string        // CloudCockpit's type, such as "BadRequest", or the URI of a problem (RFC 9457)
	Message string        // a sentence about the error
	Members []MemberError // the messages about single parameters and members
	// EnvelopeStatus is the status in the body. It equals Status unless the service contradicts itself.
	EnvelopeStatus int

	CorrelationID string // the X-Correlation-Id of the request
	// AnsweredCorrelationID is the correlation id in the body, if it is another one. Give it to the vendor's support.
	AnsweredCorrelationID string
	TraceID               string // the traceId of a problem, which the vendor's support can look up, too

	Err error // the cause: a network or JSON error, context.Canceled, violations of the contract; often nil

	kind      error // the kind that does not follow from the status
	contract  bool
	duplicate bool // one of the codes begins with "Duplicate"
	unsent    bool // no byte of the request can have left this machine
}

// A MemberError holds the messages about one parameter or one member of the body.
type MemberError struct {
	Member   string // such as "pageSize" or "customerUser.displayName"; "" for the body as a whole
	Messages []string
}

// Is makes errors.Is match the kinds of this package.
func (e *Error) Is(target error) bool {
	switch target {
	case nil:
		return false
	case ErrContract:
		return e.contract
	case ErrConflict:
		return e.Status == http.StatusConflict || e.duplicate
	}
	return target == e.kind || target == e.statusKind()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) statusKind() error {
	switch {
	case e.Status == http.StatusUnauthorized:
		return ErrUnauthorized
	case e.Status == http.StatusPaymentRequired:
		return ErrPaymentRequired
	case e.Status == http.StatusForbidden:
		return ErrForbidden
	case e.Status == http.StatusNotFound:
		return ErrNotFound
	case e.Status == http.StatusTooManyRequests:
		return ErrThrottled
	case e.Status >= 500:
		return ErrServer
	case e.Status >= 400:
		return ErrInvalid
	case e.Status >= 300:
		return ErrRedirect
	}
	return nil
}

// Error returns one line that is fit for a log: it holds no token, no password and no body. It includes messages of the
// service, without control characters and cut to a length.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s", e.API, e.Operation, e.headline())
	for _, text := range []string{e.Code, e.typeName(), e.Message} {
		if text != "" {
			b.WriteString(": " + oneLine(text, 200))
		}
	}
	for i, m := range e.Members {
		if i == 5 {
			fmt.Fprintf(&b, "; and %d more", len(e.Members)-i)
			break
		}
		fmt.Fprintf(&b, "; %s: %s", oneLine(m.Member, 80), oneLine(strings.Join(m.Messages, ", "), 200))
	}
	if cause := causeText(e.Err); cause != "" {
		b.WriteString(": " + oneLine(cause, 300))
	}
	fmt.Fprintf(&b, " (correlation id %s", e.CorrelationID)
	if e.AnsweredCorrelationID != "" {
		fmt.Fprintf(&b, ", answered %s", oneLine(e.AnsweredCorrelationID, 80))
	}
	if e.TraceID != "" {
		fmt.Fprintf(&b, ", trace id %s", oneLine(e.TraceID, 80))
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, ", %d attempts", e.Attempts)
	}
	return b.String() + ")"
}

// typeName is the type unless it is a URI: that of a problem mostly points to the RFC of its status.
func (e *Error) typeName() string {
	if strings.Contains(e.Type, ":") {
		return ""
	}
	return e.Type
}

func (e *Error) headline() string {
	var parts []string
	if e.Status != 0 {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	}
	if e.kind != nil {
		parts = append(parts, e.kind.Error())
	}
	if e.contract {
		parts = append(parts, ErrContract.Error())
	}
	return strings.Join(parts, ", ")
}
