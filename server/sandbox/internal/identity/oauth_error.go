package identity

import (
	"errors"
	"net/http"

	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// An oauthError is an error response of an OAuth endpoint: RFC 6749 section 5.2.
type oauthError struct {
	status      int
	code        string
	description string
}

func (e *oauthError) Error() string { return e.code + ": " + e.description }

func invalidRequest(description string) *oauthError {
	return &oauthError{http.StatusBadRequest, "invalid_request", description}
}

func invalidGrant(description string) *oauthError {
	return &oauthError{http.StatusBadRequest, "invalid_grant", description}
}

// writeError writes an error of an OAuth endpoint, and keeps an unexpected one for the log.
func writeError(w http.ResponseWriter, r *http.Request, err error) {
	var refused *oauthError
	if !errors.As(err, &refused) {
		exchange.Fail(r, err)
		refused = &oauthError{http.StatusInternalServerError, "server_error", "The request failed unexpectedly."}
	}
	writeRefusal(w, refused)
}

// WriteFault writes the error response of a token endpoint with a status.
func WriteFault(w http.ResponseWriter, status int) {
	code := "invalid_request"
	switch {
	case status == http.StatusUnauthorized:
		code = "invalid_client"
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		code = "temporarily_unavailable"
	case status >= http.StatusInternalServerError:
		code = "server_error"
	}
	writeRefusal(w, &oauthError{status, code, http.StatusText(status)})
}

func writeRefusal(w http.ResponseWriter, refused *oauthError) {
	if refused.status == http.StatusUnauthorized {
		// RFC 9110 section 15.5.2 asks for a challenge, and RFC 7617 section 2 for a realm in it.
		w.Header().Set("WWW-Authenticate", `Basic realm="sandbox"`)
	}
	body := map[string]string{"error": refused.code, "error_description": refused.description}
	answer.JSON(w, "application/json", refused.status, body)
}
