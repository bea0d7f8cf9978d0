package sandbox

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
)

// myReports is the MyReports API: myreportsserver.StrictServerInterface over the store, and what stands in front of it.
// Expected failures of its handlers are an *envelopeError.
type myReports struct{ *Sandbox }

// envelopeError is an expected failure of a MyReports request.
type envelopeError struct {
	status  int
	code    string // errorCode; "" where the service has none
	message string
}

func (e *envelopeError) Error() string { return e.message }

func badRequest(message string) *envelopeError {
	return &envelopeError{status: http.StatusBadRequest, message: message}
}

// notValid is model binding's message about a value.
func notValid(value string) *envelopeError {
	return badRequest("The value '" + value + "' is not valid.")
}

// titled is an error with the framework's title for a status.
func titled(status int) *envelopeError {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return &envelopeError{status: status, message: "Payload Too Large"}
	case http.StatusInternalServerError:
		return &envelopeError{status: status, message: "An error occurred while processing your request."}
	}
	return &envelopeError{status: status, message: http.StatusText(status)}
}

// admit is the contract's gate: the token (401). Accounts of other enterprises do not exist for a caller, so that there is
// no tenancy to judge here.
func (m *myReports) admit(w http.ResponseWriter, r *http.Request, call *contract.Call) *http.Request {
	routed(r, call)
	if r = m.strike(w, r, call, portal, m); r == nil {
		return nil
	}
	who, ok := m.authenticate(r, portal)
	if !ok {
		unauthorized(w)
		return nil
	}
	who.base = baseURL(r)
	call.Value = who
	return r
}

const patchMedia = "application/json-patch+json"

// asJSON passes a JSON Patch on as the application/json that the contract declares. The framework takes both, the pages show
// one, and the generator cannot serve both on one operation.
func asJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Values("Content-Type")
		if r.Method == http.MethodPatch && len(given) == 1 {
			media, parameters, _ := strings.Cut(given[0], ";")
			if strings.EqualFold(strings.TrimSpace(media), patchMedia) {
				r = r.Clone(r.Context())
				r.Header.Set("Content-Type", strings.TrimSuffix("application/json;"+parameters, ";"))
				find(r, contract.Violation{In: "header", Pointer: "/Content-Type", Rule: "mediaType", Expected: "application/json", Grade: "inferred"})
			}
		}
		next.ServeHTTP(w, r)
	})
}

// reject writes what the contract refuses: one message, about the first fault.
func (m *myReports) reject(w http.ResponseWriter, _ *http.Request, call *contract.Call, rej *contract.Rejection) {
	if rej.Status != http.StatusBadRequest {
		m.write(w, titled(rej.Status))
		return
	}
	m.write(w, badRequest(firstFault(call, rej.Violations)))
}

// firstFault is the message for what ASP.NET's binding meets first: the ids of the path from left to right, then the
// headers, then the document.
func firstFault(call *contract.Call, violations contract.Violations) string {
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
	case first.In != "body" && first.Pointer == "": // a query that cannot be read
		return "The supplied value is invalid."
	case first.In != "body":
		return "The supplied value is invalid for " + propertyName(first) + "."
	case first.Rule == "body": // the operation takes no document that could be malformed
		return "The input was not valid."
	}
	return documentFault(call, first)
}

// documentFault is the message for a body that is no JSON Patch, or no user.
func documentFault(call *contract.Call, v contract.Violation) string {
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

// fail writes what a handler returned as an error.
func (m *myReports) fail(w http.ResponseWriter, r *http.Request, err error) {
	var patch *jsonpatch.Error
	var expected *envelopeError
	switch {
	case errors.As(err, &patch):
		expected = badRequest(patch.Message)
	case !errors.As(err, &expected):
		note(r, err)
		expected = titled(http.StatusInternalServerError)
	}
	if expected.status == http.StatusPaymentRequired {
		echoBody(w, r)
		return
	}
	m.write(w, expected)
}

// echoBody answers that charges must be accepted. The documented sample is the request's body, byte for byte.
func echoBody(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", reportsMedia)
	w.WriteHeader(http.StatusPaymentRequired)
	if body, err := r.GetBody(); err == nil {
		_, _ = io.Copy(w, body) // the client is gone when this fails
	}
}

func (m *myReports) write(w http.ResponseWriter, e *envelopeError) {
	b := append([]byte(`{"error":`), strconv.Itoa(e.status)...)
	if e.code != "" {
		b = appendString(append(b, `,"errorCode":`...), e.code)
	}
	b = append(b, `,"message":`...)
	b = appendString(b, e.message)
	m.send(w, e.status, append(b, `,"status":"error"`...))
}

// send ends an envelope with its timestamp and writes it as the service does: compact, nothing after it, with a charset.
func (m *myReports) send(w http.ResponseWriter, status int, b []byte) {
	b = append(b, `,"timestamp":"`...)
	b = m.now().UTC().AppendFormat(b, timestampLayout)
	b = append(b, `"}`...)
	w.Header().Set("Content-Type", reportsMedia)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b) // the client is gone when this fails
}

// reportsMedia is the media type of every body that the service sends.
const reportsMedia = "application/json; charset=utf-8"

// timestampLayout is .NET's round-trip form: always seven digits of a second's fraction.
const timestampLayout = "2006-01-02T15:04:05.0000000Z"
