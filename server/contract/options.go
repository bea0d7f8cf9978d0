package contract

import (
	"errors"
	"fmt"
	"maps"
	"net/http"

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

	// IgnoreCase matches paths (and one slash at their end) and the names of query parameters without regard to case, as
	// ASP.NET does. A spelling that differs from the document's is reported (rule canonical), and the handler gets the
	// document's spelling.
	IgnoreCase bool

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

func (o Options) validate() error {
	var errs []error
	for _, option := range []struct {
		name   string
		policy Policy
	}{
		{"Undeclared", o.Undeclared}, {"UndeclaredParameters", o.UndeclaredParameters},
		{"UndeclaredHeaders", o.UndeclaredHeaders}, {"UndeclaredStatuses", o.UndeclaredStatuses},
	} {
		if option.policy < Default || option.policy > Ignore {
			errs = append(errs, fmt.Errorf("contract: %s %d is not a Policy", option.name, option.policy))
		}
	}
	if o.MaxRequestBody < 0 || o.MaxResponseBody < 0 {
		errs = append(errs, errors.New("contract: MaxRequestBody and MaxResponseBody must not be negative"))
	}
	for id, limit := range o.RequestLimits {
		if limit < 0 {
			errs = append(errs, fmt.Errorf("contract: the request limit of %s must not be negative", id))
		}
	}
	return errors.Join(errs...)
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
	o.UndeclaredHeaders, o.UndeclaredStatuses = o.UndeclaredHeaders.or(Ignore), o.UndeclaredStatuses.or(Reject)
	if o.Reject == nil {
		o.Reject = WriteProblem
	}
	if o.Finding == nil {
		o.Finding = func(*http.Request, Violation) {}
	}
	o.RequestLimits, o.ObserveOperations = maps.Clone(o.RequestLimits), maps.Clone(o.ObserveOperations)
	return o
}
