package myreports

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/identity"
)

// An envelopeError is an error response of the API, as an error.
type envelopeError struct {
	status  int
	code    string // errorCode; "" if the service has none
	message string
}

func (e *envelopeError) Error() string { return e.message }

func badRequest(message string) *envelopeError {
	return &envelopeError{status: http.StatusBadRequest, message: message}
}

// notValid returns model binding's message about a value.
func notValid(value string) *envelopeError {
	return badRequest("The value '" + value + "' is not valid.")
}

// titled returns an error with the framework's title for a status.
func titled(status int) *envelopeError {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return &envelopeError{status: status, message: "Payload Too Large"}
	case http.StatusInternalServerError:
		return &envelopeError{status: status, message: "An error occurred while processing your request."}
	}
	return &envelopeError{status: status, message: http.StatusText(status)}
}

// absent turns the store's ErrNotFound into a 404.
func absent(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return titled(http.StatusNotFound)
	}
	return err
}

// Reject is the [contract.Options.Reject] of the API. The service gives one message, about the first violation.
func (a *API) Reject(w http.ResponseWriter, r *http.Request, call *contract.Call, rej *contract.Rejection) {
	if rej.Status != http.StatusBadRequest {
		a.write(w, titled(rej.Status))
		return
	}
	a.write(w, badRequest(firstMessage(r, call, rej.Violations)))
}

// firstMessage returns the message for what ASP.NET's binding meets first: the ids of the path from left to right, then query
// and headers, then the document.
func firstMessage(r *http.Request, call *contract.Call, violations contract.Violations) string {
	for i, name := range call.PathNames {
		for _, v := range violations {
			if v.In == "path" && v.Pointer == "/"+name {
				return notValid(call.PathValues[i]).message
			}
		}
	}
	first := violations[0]
	for _, v := range violations[1:] {
		if v.In == "body" && first.In == "body" && before(v.Pointer, first.Pointer) {
			first = v
		}
	}
	switch {
	case first.In == "query" && first.Pointer != "" && first.Rule != "duplicate" && first.Rule != "undeclared":
		return notValid(queryValue(r, answer.PropertyName(first))).message
	case first.In != "body" && first.Pointer == "": // a query that cannot be parsed
		return "The supplied value is invalid."
	case first.In != "body":
		return "The supplied value is invalid for " + answer.PropertyName(first) + "."
	case first.Rule == "body": // the operation takes no document that could be malformed
		return "The input was not valid."
	}
	return documentMessage(call, first)
}

// queryValue returns the value of a query parameter, whose name has no case.
func queryValue(r *http.Request, name string) string {
	for key, values := range r.URL.Query() {
		if strings.EqualFold(key, name) {
			return values[0]
		}
	}
	return ""
}

// documentMessage returns the message for a body that is not a JSON Patch, or not a user.
func documentMessage(call *contract.Call, v contract.Violation) string {
	switch {
	case v.Pointer == "" && (v.Rule == "required" || v.Rule == "nullable"):
		return "A non-empty request body is required."
	case call.Method != http.MethodPatch:
		return "The input was not valid."
	}
	return jsonpatch.Malformed
}

// before compares two pointers into a list: by index, then as text.
func before(a, b string) bool {
	i, restA := splitIndex(a)
	j, restB := splitIndex(b)
	if i != j {
		return i < j
	}
	return restA < restB
}

func splitIndex(pointer string) (int, string) {
	index, rest, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	n, _ := strconv.Atoi(index)
	return n, rest
}

// Fail writes the response for an error that a handler returned, and keeps an unexpected one for the log.
func (a *API) Fail(w http.ResponseWriter, r *http.Request, err error) {
	var patch *jsonpatch.Error
	var expected *envelopeError
	switch {
	case errors.As(err, &patch):
		expected = badRequest(patch.Message)
	case !errors.As(err, &expected):
		exchange.Fail(r, err)
		expected = titled(http.StatusInternalServerError)
	}
	if expected.status == http.StatusPaymentRequired {
		echoBody(w, r)
		return
	}
	a.write(w, expected)
}

// echoBody answers 402: charges must be accepted. In the documented sample its body is the request's, byte for byte.
func echoBody(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", MediaType)
	w.WriteHeader(http.StatusPaymentRequired)
	if body, err := r.GetBody(); err == nil {
		_, _ = io.Copy(w, body) // fails when the client is gone
	}
}

// WriteFault writes the error response with a status.
func (a *API) WriteFault(w http.ResponseWriter, status int) {
	if !identity.WriteDenied(w, status) {
		a.write(w, titled(status))
	}
}

func (a *API) write(w http.ResponseWriter, e *envelopeError) {
	b := append([]byte(`{"error":`), strconv.Itoa(e.status)...)
	if e.code != "" {
		b = answer.AppendString(append(b, `,"errorCode":`...), e.code)
	}
	b = append(b, `,"message":`...)
	b = answer.AppendString(b, e.message)
	a.send(w, e.status, append(b, `,"status":"error"`...))
}
