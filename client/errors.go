package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// What can go wrong, for errors.Is. Every error of an operation is an [*Error], and it may match several of these: a
// gateway's HTML page with status 502 is both [ErrServer] and [ErrNotJSON].
var (
	// ErrInvalid: the request is at fault. A 400, any other 4xx that has no line of its own below, or a value that the
	// client refused to send (then [Error.Attempts] is 0).
	ErrInvalid = errors.New("the request is not valid")
	// ErrUnauthorized: 401, also after the token was renewed once.
	ErrUnauthorized = errors.New("the token is missing, invalid or expired")
	// ErrPaymentRequired: 402. MyReports asks for charges to be accepted and has carried out nothing; see
	// [AccountCustomerUsers.AcceptCharges].
	ErrPaymentRequired = errors.New("the request may cause charges that were not accepted")
	// ErrForbidden: 403. On CloudCockpit also an X-Tenant that is not the token's.
	ErrForbidden = errors.New("the token gives no access")
	// ErrNotFound: 404.
	ErrNotFound = errors.New("not found")
	// ErrThrottled: 429. [Error.RetryAfter] says how long to wait, where the service does.
	ErrThrottled = errors.New("too many requests")
	// ErrServer: 5xx.
	ErrServer = errors.New("the service failed")
	// ErrRedirect: 3xx. The client follows none: it would show the token to whatever host the answer names.
	ErrRedirect = errors.New("the service answered with a redirect, which is not followed")
	// ErrToken: no access token could be had. [Error.Err] is what golang.org/x/oauth2 or the TokenSource said.
	ErrToken = errors.New("no access token")
	// ErrConnection: no answer came. Whether the request was carried out is not known unless [Error.Err] is a failure to
	// connect. A timeout and a context that ended are among these; errors.Is tells them by context's own errors.
	ErrConnection = errors.New("no answer came")
	// ErrTruncated: status and headers came, and the connection broke within the body.
	ErrTruncated = errors.New("the answer was cut off")
	// ErrTooLarge: the body is larger than [WithMaxResponseBody] allows.
	ErrTooLarge = errors.New("the answer is larger than allowed")
	// ErrNotJSON: the body is HTML, empty, not UTF-8, or otherwise not the JSON that was promised.
	ErrNotJSON = errors.New("the answer is not JSON")
	// ErrShape: the body is JSON of another shape than promised, or a listing that contradicts itself.
	ErrShape = errors.New("the answer has an unexpected shape")
	// ErrContract: contract checking is on (package checked) and the request or the answer does not keep the contract.
	ErrContract = errors.New("the exchange does not keep the contract")
)

// An Error is what every operation fails with. errors.Is tells what kind it is; its fields hold the details. Status and
// Header are kept whatever was wrong with the body.
type Error struct {
	API       API
	Operation string // the operationId in the contract, such as "listCustomerUsers"

	Status     int           // the HTTP status; 0 where no answer came
	Header     http.Header   // the headers of the answer; nil where none came
	Body       []byte        // the first 64 KiB of the answer, as it came: look before you log it
	RetryAfter time.Duration // what Retry-After asks for; 0 where there is none
	Attempts   int           // how often the request was sent; 0 where it was refused before that

	// From the API's error envelope, where the body is one. The token and the password of the request are cut out of them.
	Code    string        // MyReports' errorCode, such as "TenantNotPrimary"
	Type    string        // CloudCockpit's type, such as "BadRequest"
	Message string        // CloudCockpit's description, MyReports' message
	Members []MemberError // what is wrong, by the place it is wrong in; CloudCockpit only
	// EnvelopeStatus is the status that the envelope names. It is the HTTP status unless the service contradicts itself.
	EnvelopeStatus int

	CorrelationID string // the X-Correlation-Id that was sent
	// AnsweredCorrelationID is the one that the service names, where it is another one. It is what the vendor's support
	// asks for.
	AnsweredCorrelationID string

	Err error // the cause: a network or JSON error, context.Canceled, the contract's violations; often nil

	kind     error // what the status does not say
	contract bool
	unsent   bool // no byte of the request can have left
}

// A MemberError is what CloudCockpit says about one parameter or one member of the body.
type MemberError struct {
	Member   string // such as "pageSize" or "customerUser.displayName"; "" for the body as a whole
	Messages []string
}

// Is makes errors.Is match the kinds of error of this package.
func (e *Error) Is(target error) bool {
	if target == ErrContract {
		return e.contract
	}
	return target != nil && (target == e.kind || target == e.statusKind())
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

// Error returns one line that is fit for a log: it holds no token, no password and no body. Messages of the service are in
// it, without control characters and cut to a length.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s", e.API, e.Operation, e.headline())
	for _, text := range []string{e.Code, e.Type, e.Message} {
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
	if e.Attempts > 1 {
		fmt.Fprintf(&b, ", %d attempts", e.Attempts)
	}
	return b.String() + ")"
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

// oneLine makes text of a stranger's fit for a log line. What cannot be printed is replaced and not left out: that could put
// a secret together again that was cut out before.
func oneLine(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return s
}
