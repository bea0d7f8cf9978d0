package contract

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/resellerkit/resellerkit/server/contract/internal/format"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
)

const (
	defaultMaxRequestBody  = 1 << 20
	defaultMaxResponseBody = 64 << 20
)

// Options are the settings of a [Contract]. The zero value enforces the document and reports what it does not declare. The
// functions may be called by many goroutines at once.
type Options struct {
	// Admit is called as soon as a request is routed, before anything else of it is read or checked: it is the place for
	// authentication, tenancy and injected faults. It returns the request to go on with, or nil if it has written a response
	// itself, which is not checked. It leaves what it learned in call.Value, or in the context of the request it returns. The
	// contract changes the returned request, which therefore must be the one that Admit got, or a copy.
	Admit func(w http.ResponseWriter, r *http.Request, call *Call) *http.Request

	// Reject writes the response to an exchange that the contract refuses. The Allow header of a 405 is already set. call is
	// nil for 404 and 405. The default is [WriteProblem], which writes RFC 9457's application/problem+json.
	Reject func(w http.ResponseWriter, r *http.Request, call *Call, rej *Rejection)

	// Finding is called with every violation, whether the exchange is refused for it or not, before the response is sent.
	Finding func(r *http.Request, v Violation)

	// Done is called at the end of each exchange with everything that was found in it, request and response together, also if that
	// is nothing. call is nil if the request was not routed. status is that of the response, or 0 if it is not known: Admit has
	// written it, or the handler has taken over the connection, or it answered a request that was not routed and only observed. Done
	// is not called if the handler panics. r and call must not be kept.
	Done func(r *http.Request, call *Call, status int, found Violations)

	// Undeclared says what to do about query parameters, and members of open objects, that the document does not declare; by
	// default they are reported. An open object is one whose schema lists properties and does not have additionalProperties.
	// UndeclaredParameters, if it is set, is for query parameters instead.
	Undeclared, UndeclaredParameters Policy

	// UndeclaredHeaders says what to do about headers that the document does not declare; by default they are ignored, because
	// every message has some. The headers of HTTP itself, and those that browsers, proxies and tracing add, always count as
	// declared.
	UndeclaredHeaders Policy

	// UndeclaredStatuses says what to do about responses with a status that the document does not declare; by default they are
	// refused, because no client can be prepared for them. If they are not refused, nothing else of them is checked. A gateway
	// that passes on a 502 needs Report here.
	UndeclaredStatuses Policy

	// ImpliedStatuses says what to do about the statuses that HTTP itself gives to conditional and range requests, if the document
	// declares a 200 and not these: 304 and 412, 206 and 416. By default they are accepted (Ignore), as browsers and caches send
	// such requests unasked; any other policy leaves them to UndeclaredStatuses. [Contract.CheckResponse] knows of the request
	// what [Contract.CheckRequest] saw with the same Call.
	ImpliedStatuses Policy

	// Departures says what to do about requests that depart from the document in ways that many services accept.
	Departures Departures

	// Redaction says what RedactRequest, RedactResponse and RedactQuery replace; by default it is Secrets.
	Redaction Redaction

	// IgnoreCase matches paths (and one slash at their end) and the names of query parameters without regard to case, as
	// ASP.NET does. A spelling that differs from the document's is reported (rule canonical), and the handler gets the
	// document's spelling.
	IgnoreCase bool

	// Formats are the formats of strings that are checked, by name, besides those that OpenAPI 3.0 defines (date, date-time,
	// byte). OpenAPI leaves all others to the two sides of an API, so that without this option they are annotations. A nil
	// function stands for the check that this package has: of uuid (RFC 9562, in canonical form), email (RFC 5322), uri
	// (RFC 3986, with a scheme), hostname (RFC 1123), ipv4 and ipv6.
	Formats map[string]func(text []byte) bool

	// Charsets are the values of charset, in any case, with which bodies are accepted; by default utf-8, utf8 and us-ascii.
	// Bodies are always read as UTF-8.
	Charsets []string

	// Patterns compiles the patterns of schemas that Go's regexp cannot represent, such as those with back references. The
	// function that it returns reports whether a text contains a match. Without this option such patterns are not checked;
	// [Contract.Warnings] lists them.
	Patterns func(pattern string) (matches func(text string) bool, err error)

	// MaxRequestBody limits request bodies, in bytes; 0 means 1 MiB. RequestLimits overrides it by operationId.
	MaxRequestBody int64
	RequestLimits  map[string]int64

	// MaxResponseBody limits how many bytes of a response are kept for the check; 0 means 64 MiB. A larger response is sent
	// without a check of its body, which is reported (rule size).
	MaxResponseBody int64

	// Observe reports and never refuses: every request reaches the handler as it was sent, and responses are sent as they are
	// written. The body of a request is read, up to the limit, before the handler gets it; a proxy that must not delay it reads a
	// copy beside it and calls CheckRequest.
	// [Violation].Refused still says whether the exchange would have been refused.
	Observe bool

	// ObserveOperations is Observe for some operations, by operationId. With it a running API can be put under contract one
	// operation at a time. 404 and 405 belong to no operation.
	ObserveOperations map[string]bool
}

// A Redaction says which values of messages may not be shown.
type Redaction int

// Redactions. A sandbox with invented users may show all but secrets. The names and addresses of real users are personal data, and
// no document marks them.
const (
	Secrets Redaction = iota // values that the document marks as secret, and those that it does not declare
	Values                   // all strings and numbers, and names that are data: what is left are names, kinds, null and booleans
)

// A Policy says what to do about something that the document does not declare.
type Policy int

// Policies. Default is the zero value.
const (
	Default Policy = iota // the default of the option
	Report                // report it, and go on
	Reject                // refuse the exchange
	Ignore                // treat it as declared
)

// or replaces Default by what the option means by it.
func (p Policy) or(meant Policy) Policy {
	if p == Default {
		return meant
	}
	return p
}

// undeclared converts a policy to that of the packages below.
func (p Policy) undeclared() shape.Policy {
	switch p {
	case Reject:
		return shape.Reject
	case Ignore:
		return shape.Ignore
	}
	return shape.Report
}

func (o Options) validate() []error {
	var errs []error
	for _, option := range []struct {
		name   string
		policy Policy
	}{
		{"Undeclared", o.Undeclared}, {"UndeclaredParameters", o.UndeclaredParameters},
		{"UndeclaredHeaders", o.UndeclaredHeaders}, {"UndeclaredStatuses", o.UndeclaredStatuses}, {"ImpliedStatuses", o.ImpliedStatuses},
	} {
		if option.policy < Default || option.policy > Ignore {
			errs = append(errs, fmt.Errorf("%s %d is not a Policy", option.name, option.policy))
		}
	}
	for name, check := range o.Formats {
		if check == nil && !format.Known(name) {
			errs = append(errs, fmt.Errorf("the option Formats names %q without a function, and this package has no check of it", name))
		}
	}
	errs = append(errs, o.Departures.validate()...)
	if o.Redaction < Secrets || o.Redaction > Values {
		errs = append(errs, fmt.Errorf("Redaction is %d, which is not a Redaction", o.Redaction))
	}
	if o.MaxRequestBody < 0 || o.MaxResponseBody < 0 {
		errs = append(errs, errors.New("MaxRequestBody and MaxResponseBody must not be negative"))
	}
	for id, limit := range o.RequestLimits {
		if limit < 0 {
			errs = append(errs, fmt.Errorf("the request limit of %s must not be negative", id))
		}
	}
	return errs
}

func (o Options) withDefaults() Options {
	if o.MaxRequestBody == 0 {
		o.MaxRequestBody = defaultMaxRequestBody
	}
	if o.MaxResponseBody == 0 {
		o.MaxResponseBody = defaultMaxResponseBody
	}
	o.Undeclared = o.Undeclared.or(Report)
	o.UndeclaredParameters = o.UndeclaredParameters.or(o.Undeclared)
	o.ImpliedStatuses = o.ImpliedStatuses.or(Ignore)
	o.UndeclaredHeaders, o.UndeclaredStatuses = o.UndeclaredHeaders.or(Ignore), o.UndeclaredStatuses.or(Reject)
	if o.Charsets == nil {
		o.Charsets = []string{"utf-8", "utf8", "us-ascii"}
	}
	if o.Reject == nil {
		o.Reject = WriteProblem
	}
	if o.Finding == nil {
		o.Finding = func(*http.Request, Violation) {}
	}
	o.Formats, o.Charsets = maps.Clone(o.Formats), slices.Clone(o.Charsets)
	o.RequestLimits, o.ObserveOperations = maps.Clone(o.RequestLimits), maps.Clone(o.ObserveOperations)
	return o
}
