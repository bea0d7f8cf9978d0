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

// Options are the settings of a [Contract]. The zero value enforces the document and reports what it does not declare.
// The functions are called from many goroutines at once.
type Options struct {
	// Admit is called as soon as a request is routed, before anything else of it is read or checked: the place for
	// authentication, tenancy and injected faults. It returns the request to go on with, or nil after it has answered itself.
	// What it learned goes into call.Value, or into the context of the request it returns. The contract changes that request:
	// it must be the one that Admit got, or a copy. What Admit writes is outside the response check.
	Admit func(w http.ResponseWriter, r *http.Request, call *Call) *http.Request

	// Reject writes the answer to an exchange that the contract refuses. The Allow header of a 405 is already set. call is nil
	// on 404 and 405. The default writes RFC 9457's application/problem+json.
	Reject func(w http.ResponseWriter, r *http.Request, call *Call, rej *Rejection)

	// Finding is told of every departure from the document, refused or only reported, before it is answered.
	Finding func(r *http.Request, v Violation)

	// Undeclared is what to do about query parameters, and members of open objects, that the document does not declare; by
	// default they are reported. An open object is one whose schema lists properties and says nothing of additionalProperties.
	// UndeclaredParameters, if it is set, is for query parameters alone.
	Undeclared, UndeclaredParameters Policy

	// UndeclaredHeaders is what to do about headers that the document does not declare; by default they are ignored, as any
	// request and any answer has some. Those that belong to no API are never meant: HTTP's own, and what browsers, proxies and
	// tracing add.
	UndeclaredHeaders Policy

	// UndeclaredStatuses is what to do about answers with a status that the document does not declare; by default they are
	// refused, for no client can be prepared for them. Where they are not, nothing else of them is checked. A gateway that must
	// pass on a 502 has Report here.
	UndeclaredStatuses Policy

	// IgnoreCase matches paths (and one trailing slash) and the names of query parameters as ASP.NET does, without regard to
	// case. Use that differs from the document is a finding (rule canonical), and the request passed on has the document's
	// spelling.
	IgnoreCase bool

	// MaxRequestBody limits request bodies, in bytes; 0 means 1 MiB. RequestLimits overrides it by operationId.
	MaxRequestBody int64
	RequestLimits  map[string]int64

	// MaxResponseBody is how much of an answer is kept for checking, in bytes; 0 means 64 MiB. A larger answer is passed on
	// without a check of its body, which is a finding (rule size).
	MaxResponseBody int64

	// Observe reports and never refuses: every request reaches the handler, and answers are passed on as they are written. A
	// [Violation] still says whether it would have been refused.
	Observe bool

	// ObserveOperations does that for some operations, by operationId: the way to take a running API under contract one
	// operation at a time. 404 and 405 are of no operation.
	ObserveOperations map[string]bool
}

// Policy is what to do about something the document does not declare.
type Policy int

// Policies. Default is the zero value.
const (
	Default Policy = iota // as the option says
	Report                // a finding, and the exchange goes on
	Reject                // refuse the exchange
	Ignore                // as if it were declared
)

// or fills in what Default stands for.
func (p Policy) or(meant Policy) Policy {
	if p == Default {
		return meant
	}
	return p
}

// undeclared is the policy as the packages below know it.
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
			errs = append(errs, fmt.Errorf("contract: %s %d is no Policy", option.name, option.policy))
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
