package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

const (
	roleCSP      = "csp"
	roleReseller = "reseller"
	roleCustomer = "customer"
)

// cloudCockpit is the CloudCockpit API: cloudcockpitserver.StrictServerInterface over the store, and what stands in front
// of it. Expected failures of its handlers are a *refusal.
type cloudCockpit struct{ *Sandbox }

// refusal is an expected failure of a CloudCockpit request.
type refusal struct {
	status  int
	details []api.ErrorDetail
}

func (r *refusal) Error() string { return http.StatusText(r.status) }

// refuse names a parameter or member, and what is wrong with it.
func refuse(status int, property, message string) *refusal {
	r := &refusal{status: status}
	r.add(property, message)
	return r
}

// add adds a message about a property; "" is the body as a whole.
func (r *refusal) add(property, message string) {
	for i := range r.details {
		if *r.details[i].PropertyName == property {
			r.details[i].Description = append(r.details[i].Description, message)
			return
		}
	}
	r.details = append(r.details, api.ErrorDetail{PropertyName: &property, Description: []string{message}})
}

// orNil is r as an error, or nil where nothing was added.
func (r *refusal) orNil() error {
	if len(r.details) == 0 {
		return nil
	}
	return r
}

// correlate gives every answer the request's correlation id, or a new one: the caller's log and the answer can be joined.
// Like every UUID it is taken in any case and given in lower case.
func (c *cloudCockpit) correlate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(correlationHeader, c.correlationID(r))
		next.ServeHTTP(w, r)
	})
}

func (c *cloudCockpit) correlationID(r *http.Request) string {
	if given := r.Header.Values(correlationHeader); len(given) == 1 && isUUID(given[0]) {
		return strings.ToLower(given[0])
	}
	return c.correlations.next().String()
}

const correlationHeader = "X-Correlation-Id"

// isUUID holds for the canonical form alone; uuid.Parse takes others too.
func isUUID(s string) bool {
	_, err := uuid.Parse(s)
	return err == nil && len(s) == 36
}

// admit is the contract's gate: token (401), X-Tenant (400), tenancy (403).
func (c *cloudCockpit) admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	routed(r, call)
	if r = c.strike(w, r, call, entra, c); r == nil {
		return nil
	}
	who, ok := c.authenticate(r, entra)
	if !ok {
		unauthorized(w)
		return nil
	}
	given := r.Header.Values("X-Tenant")
	switch {
	case len(given) == 0 || given[0] == "":
		c.write(w, refuse(http.StatusBadRequest, "X-Tenant", "is required"))
		return nil
	case len(given) > 1:
		c.write(w, refuse(http.StatusBadRequest, "X-Tenant", "is given more than once"))
		return nil
	}
	known, err := c.tenantIs(r, who, given[0])
	if err != nil {
		c.fail(w, r, err)
		return nil
	}
	if !known {
		w.WriteHeader(http.StatusForbidden)
		return nil
	}
	call.Value = who
	return r
}

// tenantIs holds where the domain is that of the caller's tenant, and the tenant exists. Domains have no case: RFC 4343,
// which speaks of ASCII letters. EqualFold alone takes the Kelvin sign for a k, but not without another length.
func (c *cloudCockpit) tenantIs(r *http.Request, who caller, domain string) (bool, error) {
	if len(domain) != len(who.tenant) || !strings.EqualFold(domain, who.tenant) {
		return false, nil
	}
	err := c.store.View(r.Context(), func(tx *store.Tx) error {
		_, err := tx.Tenant(who.tenant)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// reject writes what the contract refuses.
func (c *cloudCockpit) reject(w http.ResponseWriter, _ *http.Request, _ *contract.Call, rej *contract.Rejection) {
	answer := &refusal{status: rej.Status}
	if rej.Status < http.StatusInternalServerError {
		for _, v := range rej.Violations {
			answer.add(propertyName(v), message(v))
		}
	}
	c.write(w, answer)
}

// fail writes what a handler returned as an error.
func (c *cloudCockpit) fail(w http.ResponseWriter, r *http.Request, err error) {
	var expected *refusal
	if !errors.As(err, &expected) {
		note(r, err)
		expected = &refusal{status: http.StatusInternalServerError}
	}
	c.write(w, expected)
}

// descriptions are the sentences of the error envelope. No page shows any.
var descriptions = map[int]string{
	http.StatusBadRequest:            "The request is not valid.",
	http.StatusNotFound:              "The resource was not found.",
	http.StatusMethodNotAllowed:      "The resource does not have this method.",
	http.StatusRequestEntityTooLarge: "The body is too large.",
	http.StatusUnsupportedMediaType:  "The body's media type, charset or encoding is not supported.",
	http.StatusInternalServerError:   "The service could not complete the request.",
}

// write writes the error envelope. A 401 and a 403 have no body and are written where they arise.
func (c *cloudCockpit) write(w http.ResponseWriter, r *refusal) {
	kind := strings.ReplaceAll(http.StatusText(r.status), " ", "")
	if r.status == http.StatusRequestEntityTooLarge {
		kind = "PayloadTooLarge"
	}
	description, id := cmp.Or(descriptions[r.status], http.StatusText(r.status)), w.Header().Get(correlationHeader)
	details := make([]api.ErrorDetail, 0, len(r.details))
	for _, d := range r.details {
		if *d.PropertyName == "" {
			d.PropertyName = nil
		}
		details = append(details, d)
	}
	writeJSON(w, r.status, api.Error{
		StatusCode: int32(r.status), Type: &kind, Description: &description, CorrelationID: &id, Errors: details,
	})
}

// propertyName writes a pointer as ASP.NET names members: customerUser.displayName, groups[0].id. It is "" for the body
// as a whole, and for what is wrong with the request itself.
func propertyName(v contract.Violation) string {
	if v.Pointer == "" || v.Pointer[0] != '/' {
		return ""
	}
	var b strings.Builder
	for _, part := range strings.Split(v.Pointer[1:], "/") {
		part = unescapePointer.Replace(part)
		switch {
		case v.In == "body" && isIndex(part):
			fmt.Fprintf(&b, "[%s]", part)
		case b.Len() > 0:
			b.WriteString("." + part)
		default:
			b.WriteString(part)
		}
	}
	return b.String()
}

// unescapePointer undoes RFC 6901 section 3's escapes.
var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

func isIndex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// message says in a sentence's end what is wrong: the subject is the property, or the body where there is none. What is
// wrong with another part of the request has its own subject.
func message(v contract.Violation) string {
	if v.Pointer == "" && v.In != "body" {
		return "the " + v.In + " is not valid (" + v.Rule + "): expected " + v.Expected
	}
	switch v.Rule {
	case "required":
		return "is required"
	case "duplicate":
		return "is given more than once"
	case "additionalProperties", "undeclared":
		return "is not a member or parameter the contract declares"
	}
	if v.Expected == "" {
		return "is not valid (" + v.Rule + ")"
	}
	return "is not valid (" + v.Rule + "): expected " + v.Expected
}
