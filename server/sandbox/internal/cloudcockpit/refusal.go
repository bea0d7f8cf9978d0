package cloudcockpit

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// A refusal is an error response of the API, as an error.
type refusal struct {
	status  int
	details []api.ErrorDetail
}

func (r *refusal) Error() string { return http.StatusText(r.status) }

// refuse returns a refusal about one parameter or member.
func refuse(status int, property, message string) *refusal {
	r := &refusal{status: status}
	r.add(property, message)
	return r
}

// maxDetails limits how many properties one refusal is about.
const maxDetails = 100

// add adds a message about a property; "" is the body as a whole. What is wrong beyond the limit is not said.
func (r *refusal) add(property, message string) {
	for i := range r.details {
		if *r.details[i].PropertyName == property {
			r.details[i].Description = append(r.details[i].Description, message)
			return
		}
	}
	if len(r.details) == maxDetails {
		return
	}
	r.details = append(r.details, api.ErrorDetail{PropertyName: &property, Description: []string{message}})
}

// orNil returns r as an error, or nil if no message was added.
func (r *refusal) orNil() error {
	if len(r.details) == 0 {
		return nil
	}
	return r
}

// requireText refuses what ASP.NET's [Required] refuses: null, empty and blank.
func (r *refusal) requireText(property string, text *string) {
	if strings.TrimSpace(answer.Value(text)) == "" {
		r.add(property, "is required")
	}
}

func (r *refusal) requireID(property string, given *uuid.UUID, pathID uuid.UUID) {
	if given != nil && *given != pathID {
		r.add(property, "differs from the id in the path")
	}
}

// conflict turns the store's ErrConflict into a 400 about a property.
func conflict(err error, property, message string) error {
	if errors.Is(err, store.ErrConflict) {
		return refuse(http.StatusBadRequest, property, message)
	}
	return err
}

// missing turns the store's ErrNotFound into a refusal about a property.
func missing(err error, status int, property string) error {
	if errors.Is(err, store.ErrNotFound) {
		return refuse(status, property, "was not found")
	}
	return err
}

// Reject is the [contract.Options.Reject] of the API.
func (a *API) Reject(w http.ResponseWriter, _ *http.Request, _ *contract.Call, rej *contract.Rejection) {
	r := &refusal{status: rej.Status}
	if rej.Status < http.StatusInternalServerError {
		for _, v := range rej.Violations {
			r.add(answer.PropertyName(v), answer.Hint(message(v), v))
		}
	}
	write(w, r)
}

// message says what is wrong, as the end of a sentence whose subject is the property, or the body if there is none. A violation
// of another part of the request brings its own subject.
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

// Fail writes the response for an error that a handler returned, and keeps an unexpected one for the log.
func (a *API) Fail(w http.ResponseWriter, r *http.Request, err error) {
	var expected *refusal
	if !errors.As(err, &expected) {
		exchange.Fail(r, err)
		expected = &refusal{status: http.StatusInternalServerError}
	}
	write(w, expected)
}

// WriteFault writes the error response with a status.
func (a *API) WriteFault(w http.ResponseWriter, status int) {
	if !identity.WriteDenied(w, status) {
		write(w, &refusal{status: status})
	}
}

// descriptions are the sentences of the error envelope. No page prints any.
var descriptions = map[int]string{
	http.StatusBadRequest:            "The request is not valid.",
	http.StatusNotFound:              "The resource was not found.",
	http.StatusMethodNotAllowed:      "The resource does not have this method.",
	http.StatusRequestEntityTooLarge: "The request body is too large.",
	http.StatusUnsupportedMediaType:  "The body's media type, charset or encoding is not supported.",
	http.StatusInternalServerError:   "The service could not complete the request.",
}

// write writes the error envelope. A 401 and a 403 have no body and do not come here.
func write(w http.ResponseWriter, r *refusal) {
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
	answer.JSON(w, MediaType, r.status, api.Error{
		StatusCode: int32(r.status), Type: &kind, Description: &description, CorrelationID: &id, Errors: details,
	})
}
